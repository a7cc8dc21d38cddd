// Words and bytes as people read them.

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

/** A span of time that ends now, in words: `just now`, `5 min ago`. */
export function ago(ms: number): string {
  return ms < 60_000 ? "just now" : `${span(ms)} ago`;
}

/** A span of time in words: `40 s`, `5 min`, `3 h`, `2 days`. */
export function span(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} days`;
}

/** `512 B`, `1.2 MB`; a kB is 1000. */
export function sizeInWords(count: number): string {
  const power = units.findLastIndex((_, index) => count >= 1000 ** index);
  return power <= 0 ? `${count} B` : `${(count / 1000 ** power).toFixed(1)} ${units[power]}`;
}

const units = ["B", "kB", "MB", "GB", "TB"];
