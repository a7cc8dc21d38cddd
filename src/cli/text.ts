// Text on its way to a terminal, a pipe or cron mail. Log lines and file names are written by strangers, so what a terminal
// would obey is shown instead.

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

/** Bytes of a log, one character each, as they were meant: UTF-8, or Latin-1 where they are not. */
export function decoded(bytes: string): string {
  try {
    return utf8.decode(Buffer.from(bytes, "latin1"));
  } catch {
    return bytes;
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** `1 line`, `2 lines`. */
export function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

/** A span of time that ends now, in words: `just now`, `5 min ago`, `3 h ago`, `2 days ago`. */
export function ago(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ago` : `${Math.floor(hours / 24)} days ago`;
}

// eslint-disable-next-line no-control-regex
const unprintable = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, "0");
