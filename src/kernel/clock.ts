// What the kernel needs to tell the event time of rows. Lines of one minute have the same id for all of the time but the second, so
// the rest is read once, here.
import { timeOfKey } from "../format/time.ts";
import type { Token } from "../format/tokens.ts";
import type { Memory } from "./memory.ts";
import { lastId, type TimeOutput } from "./program.ts";
import { mostTexts } from "./text-table.ts";

/** Of a minute: not read yet. */
const unknown = -1;

export class Clock {
  /** See assembly/clock.ts. */
  readonly address: number;
  /** Milliseconds since 1970 of the time that has the id, without its second; NaN where it is none. */
  readonly minuteOf: (id: number) => number;
  readonly #memory: Memory;
  readonly #output: TimeOutput;
  readonly #minutes: number;

  constructor(memory: Memory, output: TimeOutput, tokens: readonly Token[], timezone: string | undefined) {
    this.#memory = memory;
    this.#output = output;
    const isEpoch = output.kind === "epoch";
    this.#minutes = isEpoch ? 0 : memory.take(8 * mostTexts);
    this.address = memory.take(24);
    const digits = output.layout.fraction?.digits ?? 0;
    memory.words.set([Number(isEpoch), 4 * output.slot, digits, this.#minutes], this.address / 4);
    if (output.kind === "epoch") {
      memory.doubles[this.address / 8 + 2] = output.layout.unit;
      this.minuteOf = () => Number.NaN;
    } else {
      const { table, layout } = output;
      const timeOf = timeOfKey(tokens.slice(layout.from, layout.to), timezone);
      this.minuteOf = (id) => timeOf(table.textOf(id));
      this.#forgetMinutes();
    }
  }

  /** The tables of texts are empty now. */
  forget(): void {
    if (this.#output.kind === "epoch") return;
    this.#forgetMinutes();
    this.#memory.words[(this.#output.state + lastId) / 4] = -1;
  }

  #forgetMinutes(): void {
    this.#memory.doubles.fill(unknown, this.#minutes / 8, this.#minutes / 8 + mostTexts);
  }
}
