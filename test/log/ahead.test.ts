// Counting goes on while what was counted is stored: not too far, and not behind the end.
import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { emptyTally, type PieceCounts, type Reject } from "../../src/frequencies/piece.ts";
import { ahead } from "../../src/log/ahead.ts";
import type { OwnPiece } from "../../src/log/segments.ts";

const megabyte = 1024 * 1024;

function pieceOf(end: number, bytes: number): OwnPiece {
  const reject: Reject = { offset: 0, line: "x".repeat(bytes), reason: "format" };
  const nowhere = { outside: 0, newest: -Infinity, newestLine: -Infinity, oldestLine: Infinity };
  const counts = { tally: emptyTally(), rejects: [reject], firstFailure: null, windows: new Map(), future: new Map() };
  const piece: PieceCounts = { ...counts, ...nowhere };
  return { piece, end, onDisk: end, tail: Buffer.alloc(0), ending: null };
}

/** More than what is begun takes. */
async function manyTurns(): Promise<void> {
  for (let turn = 0; turn < 100; turn++) await setImmediate();
}

/** Counts pieces of so many bytes, and notes which ones. */
class Log {
  readonly counted: number[] = [];
  isClosed = false;

  async *pieces(most: number, bytes: number): AsyncGenerator<OwnPiece> {
    try {
      for (let end = 1; end <= most; end++) {
        await setImmediate();
        this.counted.push(end);
        yield pieceOf(end, bytes);
      }
      throw new Error("the disk is broken");
    } finally {
      await manyTurns();
      this.isClosed = true;
    }
  }
}

test("small pieces are counted while nobody takes one, large ones are not", async () => {
  for (const [bytes, expected] of [
    [100, 8],
    [megabyte / 3, 4], // one is taken, three wait
    [2 * megabyte, 2],
  ] as const) {
    const log = new Log();
    const pieces = ahead(log.pieces(8, bytes));
    expect((await pieces.next()).value.end).toBe(1);
    await manyTurns();
    expect(log.counted).toHaveLength(expected);
    await pieces.return(undefined);
  }
});

test("all of them come, in their order, and then what kept the rest from being counted", async () => {
  const ends: number[] = [];
  const read = async (): Promise<void> => {
    for await (const { end } of ahead(new Log().pieces(20, megabyte / 3))) ends.push(end);
  };
  await expect(read()).rejects.toThrow("the disk is broken");
  expect(ends).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
});

test("who stops taking them may close the file", async () => {
  for (const bytes of [100, 2 * megabyte]) {
    const log = new Log();
    for await (const _ of ahead(log.pieces(1000, bytes))) break;
    expect(log.isClosed).toBe(true);
    const { length } = log.counted;
    await manyTurns();
    expect(log.counted).toHaveLength(length);
  }
});
