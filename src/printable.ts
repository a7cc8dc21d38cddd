// Text on its way to people: a terminal, a pipe, cron mail, a file that somebody looks into. Log lines and file names are written
// by strangers, so what a terminal would obey is shown instead.

/** Control characters, C1 included, as `\xhh`, and what turns or breaks lines in Unicode as `\uhhhh`; line feeds stay. */
export function visible(text: string): string {
  return text.replaceAll(unprintable, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x100 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`;
  });
}

/** A value as one line of JSON that is safe on a terminal, too: JSON itself leaves DEL and C1 raw. */
export function safeJson(value: unknown): string {
  return escapeJson(JSON.stringify(value));
}

/** The same for JSON that is text already: what is escaped stands only inside its strings. */
export function escapeJson(json: string): string {
  return json.replaceAll(unprintable, (character) => `\\u${hex(character.charCodeAt(0), 4)}`);
}

// eslint-disable-next-line no-control-regex
const unprintable = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, "0");

/** Bytes of a log, one character each, as they were meant: UTF-8, or Latin-1 where they are not. */
export function decoded(bytes: string): string {
  try {
    return utf8.decode(Buffer.from(bytes, "latin1"));
  } catch {
    return bytes;
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
