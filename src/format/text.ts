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

/** `latin1`: one character a byte. What is no UTF-8 is left as it is. */
function decodeUtf8(latin1: string): string {
  if (!notAscii.test(latin1)) return latin1;
  try {
    return utf8.decode(bytesOf(latin1));
  } catch {
    return latin1;
  }
}

/** By hand: `Uint8Array.from` takes ten times as long. */
function bytesOf(latin1: string): Uint8Array {
  const bytes = new Uint8Array(latin1.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = latin1.charCodeAt(i);
  return bytes;
}

const notAscii = /[\x80-\xff]/;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A text of its own: a slice that is kept would keep its whole chunk in memory (400 MB instead of 62 in the prototype). */
export const copyOf = (text: string): string => ` ${text}`.slice(1);

/** What a line says as a whole: without line end and byte order mark, its bytes read as UTF-8, else as Latin-1. */
export function lineText(line: string): string {
  return decodeUtf8(bareLine(line));
}

/** Where in the line the character stands that has this index in its text. */
export function indexInLine(line: string, index: number): number {
  const [bare, text] = [bareLine(line), lineText(line)];
  const bytes = text === bare ? index : new TextEncoder().encode(text.slice(0, index)).length;
  return bytes + startOf(line);
}

function bareLine(line: string): string {
  let end = line.length;
  if (line.charCodeAt(end - 1) === 10) end--;
  if (line.charCodeAt(end - 1) === 13) end--;
  return line.slice(startOf(line), end);
}

/** Its bytes as Latin-1. */
export const byteOrderMark = "\xef\xbb\xbf";

const startOf = (line: string): number => (line.startsWith(byteOrderMark) ? byteOrderMark.length : 0);
