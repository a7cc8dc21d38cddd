// Counts on while something else is done with what was counted, such as to sync what was written.
import { weightOf } from "../frequencies/piece.ts";
import type { OwnPiece } from "./segments.ts";

/** Bytes, about, of pieces that wait to be taken, from which on no further one is counted. Most take some ten KB. */
const mostWaiting = 1024 * 1024;

/** The same pieces: counted whether somebody asks for them or not, as long as not many wait. */
export async function* ahead(pieces: AsyncGenerator<OwnPiece>): AsyncGenerator<OwnPiece> {
  const waiting: OwnPiece[] = [];
  let weight = 0;
  let isWanted = true;
  let isDone = false;
  // One waits for fewer pieces, the other for any: never both.
  let wake = (): void => {};
  const change = (): Promise<void> => new Promise((resolve) => (wake = resolve));
  const count = async (): Promise<void> => {
    for await (const piece of pieces) {
      waiting.push(piece);
      weight += weightOf(piece.piece);
      wake();
      while (isWanted && weight > mostWaiting) await change();
      if (!isWanted) return;
    }
  };
  const counting = count().finally(() => {
    isDone = true;
    wake();
  });
  counting.catch(() => {}); // thrown behind the last piece
  try {
    while (waiting.length > 0 || !isDone) {
      const piece = waiting.shift();
      if (!piece) await change();
      else {
        weight -= weightOf(piece.piece);
        wake();
        yield piece;
      }
    }
    await counting;
  } finally {
    isWanted = false;
    wake();
    await counting.catch(() => {}); // files are closed next
  }
}
