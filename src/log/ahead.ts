// Counts on while something else is done with what was counted, such as to sync what was written.
import { weightOf } from "../frequencies/piece.ts";
import type { OwnPiece } from "./segments.ts";

/** Bytes, about, of pieces that wait to be taken, from which on no further one is counted. Most take some ten KB. */
const mostAhead = 1024 * 1024;

/** The same pieces: counted whether somebody asks for them or not, as long as not many wait. */
export async function* ahead(pieces: AsyncGenerator<OwnPiece>): AsyncGenerator<OwnPiece> {
  const queue = new Queue();
  const counting = queue.fill(pieces);
  counting.catch(() => {}); // it is thrown behind the last piece
  try {
    for (let piece; (piece = await queue.take());) yield piece;
    await counting;
  } finally {
    queue.end();
    await counting.catch(() => {}); // files are closed next
  }
}

class Queue {
  readonly #waiting: OwnPiece[] = [];
  #weight = 0;
  #isFilled = false;
  #isEnded = false;
  /** Wakes who waits: one for fewer pieces, or the other for any, never both. */
  #wake = (): void => {};

  async fill(pieces: AsyncGenerator<OwnPiece>): Promise<void> {
    try {
      for await (const piece of pieces) {
        this.#waiting.push(piece);
        this.#weight += weightOf(piece.piece);
        this.#wake();
        while (this.#weight > mostAhead && !this.#isEnded) await this.#change();
        if (this.#isEnded) return;
      }
    } finally {
      this.#isFilled = true;
      this.#wake();
    }
  }

  /** Null behind the last one. */
  async take(): Promise<OwnPiece | null> {
    while (this.#waiting.length === 0 && !this.#isFilled) await this.#change();
    const piece = this.#waiting.shift();
    if (!piece) return null;
    this.#weight -= weightOf(piece.piece);
    this.#wake();
    return piece;
  }

  /** Nobody takes any more. */
  end(): void {
    this.#isEnded = true;
    this.#wake();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }
}
