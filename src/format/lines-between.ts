// The lines of a stretch of time. The others are marked where lines are read, so that counting does not ask each line for its
// time where no stretch is named.
import type { Span } from "../frequencies/spans.ts";
import { type LineReader, type LineView, otherTime } from "./lines.ts";

export class LinesBetween implements LineReader {
  readonly #lines: LineReader;
  readonly #from: number;
  readonly #until: number;

  constructor(lines: LineReader, [from, until]: Span) {
    this.#lines = lines;
    this.#from = from;
    this.#until = until;
  }

  get count(): number {
    return this.#lines.count;
  }

  get ends(): Int32Array {
    return this.#lines.ends;
  }

  get times(): Float64Array {
    return this.#lines.times;
  }

  get inForce(): string | undefined {
    return this.#lines.inForce;
  }

  get views(): readonly LineView[] {
    return this.#lines.views;
  }

  read(bytes: Buffer, from: number): number {
    const end = this.#lines.read(bytes, from);
    const { times, count } = this.#lines;
    for (let line = 0; line < count; line++) {
      const time = times[line]!;
      if (time >= 0 && (time < this.#from || time >= this.#until)) times[line] = otherTime;
    }
    return end;
  }
}
