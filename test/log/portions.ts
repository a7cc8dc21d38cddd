// Bytes that arrive as a test wants them to.
import type { ByteReader } from "../../src/log/content.ts";

/** Hands out `bytes` in portions of the given lengths, over and over. */
export function portions(bytes: Buffer, lengths: readonly number[]): ByteReader {
  let position = 0;
  let turn = 0;
  return {
    damage: null,
    onDisk: 0,
    async read(buffer, at, length) {
      const copied = bytes.copy(buffer, at, position, position + Math.min(length, lengths[turn++ % lengths.length]!));
      position += copied;
      return copied;
    },
    close() {},
  };
}
