// Text as logged → text as it was: undoes Apache's escapes, then reads the bytes as UTF-8. Most fields need neither, so
// that costs one look. Invalid UTF-8 is read as Latin-1, whole field, so that no byte is ever lost.

import type { Escape } from "./tokens.ts";

/** `raw`: Latin-1, one character a byte. */
export function textOf(raw: string): string {
  return notPlain.test(raw) ? decodeUtf8(unescape(raw)) : raw;
}

const notPlain = /[\\\x80-\xff]/;

/** Undoes what `ap_escape_logitem` of httpd does; any other backslash stays as it is. */
function unescape(raw: string): string {
  return raw.replaceAll(escape, (_, hex: string | undefined, letter: string) =>
    hex === undefined ? (controls[letter] ?? letter) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

const escape = /\\(?:x([0-9A-Fa-f]{2})|(["\\nrtbfv]))/g;
const controls: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f", v: "\v" };

/** What others write, as httpd would have written it. */
export const asHttpd: Readonly<Record<Escape, (text: string) => string>> = {
  json: (text) =>
    text === ""
      ? "-"
      : text.replaceAll(/\\(?:u00([\dA-Fa-f]{2})|.)/g, (pair, hex?: string) => (hex ? `\\x${hex}` : pair)),
  none: (text) => (text === "" ? "-" : raw(text)),
  plus: (text) => raw(text).replaceAll("+", " "),
  percent: (text) => raw(text).replaceAll(/%(?:25)?([\dA-Fa-f]{2})/g, "\\x$1"),
  padding: (text) => text.replace(/^[ +]+/, ""),
  quotes: (text) => text.replace(/^"(.*)"$/s, "$1"),
  tag: (text) => (text === "" ? "-" : raw(text.slice("[client ".length, -"] ".length))),
  tagWithPort: (text) => asHttpd.tag(text).replace(/:\d+$/, ""),
  hash: (text) => raw(text).replaceAll(/#([\dA-F]{2})/g, "\\x$1"),
};

const raw = (text: string): string => text.replaceAll("\\", "\\\\");

function decodeUtf8(latin1: string): string {
  if (!notAscii.test(latin1)) return latin1;
  try {
    return utf8.decode(Uint8Array.from(latin1, (character) => character.charCodeAt(0)));
  } catch {
    return latin1;
  }
}

const notAscii = /[\x80-\xff]/;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
