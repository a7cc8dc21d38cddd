// The event time of a row. Lines of one minute have the same id for all of the time but the second, so the rest is read once.
import { inRange } from "../format/civil-time.ts";
import { epochTime, fractionTime, timeOfKey } from "../format/time.ts";
import type { Token } from "../format/tokens.ts";
import type { Memory } from "./memory.ts";
import type { CivilOutput, EpochOutput, TimeOutput } from "./program.ts";
import { mostTexts } from "./text-table.ts";

export interface Clock {
  /** Milliseconds since 1970 of the row at word `row`; NaN where the line tells no time. */
  timeOf(row: number): number;
  /** The tables of texts are empty now. */
  forget(): void;
}

export function clockOf(
  memory: Memory,
  output: TimeOutput,
  tokens: readonly Token[],
  timezone: string | undefined,
): Clock {
  return output.kind === "epoch" ? new EpochClock(memory, output) : new CivilClock(memory, output, tokens, timezone);
}

const unknown = -1;

class CivilClock implements Clock {
  readonly #memory: Memory;
  readonly #words: Int32Array;
  readonly #output: CivilOutput;
  readonly #slot: number;
  readonly #digits: 0 | 3 | 6;
  readonly #minuteOf: (key: string) => number;
  /** By id. */
  readonly #minutes = new Float64Array(mostTexts).fill(unknown);

  constructor(memory: Memory, output: CivilOutput, tokens: readonly Token[], timezone: string | undefined) {
    const { layout, slot } = output;
    this.#memory = memory;
    this.#words = memory.words;
    this.#output = output;
    this.#slot = slot;
    this.#digits = layout.fraction?.digits ?? 0;
    this.#minuteOf = timeOfKey(tokens.slice(layout.from, layout.to), timezone);
  }

  timeOf(row: number): number {
    const at = row + this.#slot;
    const id = this.#words[at]!;
    let minute = this.#minutes[id]!;
    if (minute === unknown) minute = this.#minutes[id] = this.#minuteOf(this.#output.table.textOf(id));
    const second = this.#words[at + 1]!;
    if (second > 60) return Number.NaN; // 60 is a leap second
    const digits = this.#digits;
    const fraction = digits === 0 ? 0 : fractionTime(this.#words[at + 2]!, digits);
    return inRange(minute + (second * 1000 + fraction));
  }

  forget(): void {
    this.#minutes.fill(unknown);
    this.#memory.bytes.fill(0, this.#output.state, this.#output.state + 32); // the last time that the kernel read
  }
}

class EpochClock implements Clock {
  readonly #words: Int32Array;
  readonly #output: EpochOutput;

  constructor(memory: Memory, output: EpochOutput) {
    this.#words = memory.words;
    this.#output = output;
  }

  timeOf(row: number): number {
    const { slot, layout } = this.#output;
    const at = row + slot;
    const { fraction } = layout;
    const value = fraction ? this.#words[at + 2]! : 0;
    if (value < 0) return Number.NaN; // "-"
    const whole = this.#words[at]! * 1e9 + this.#words[at + 1]!;
    return epochTime(layout, whole, fraction ? fractionTime(value, fraction.digits) : 0);
  }

  forget(): void {}
}
