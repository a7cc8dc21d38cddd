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
