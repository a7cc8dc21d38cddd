// Counts lines in the kernel, as far as it was told how: which place lines have by what a pipeline reads of them, which series
// the lines of a place belong to, and which row of numbers that series has in the window that is counted into.
import { type LineCounter, noPlace, type Seen, type Sums, unasked } from "../format/lines.ts";
import type { Kernel } from "./kernel-reader.ts";
import type { KernelLines } from "./kernel-view.ts";
import type { Memory } from "./memory.ts";

/** Places, a power of two. Who comes to one that another has, takes it. */
const places = 8192;
/** What is left of a hash of 32 bits. */
const placeShift = 19;
/** Series that may be meant by a place; lines of others are left to who asks. */
const mostMeant = 32_768;
/** Series of one window. */
const mostSeries = 4096;

/** Indexes among the 32-bit numbers of a counter and among its doubles; assembly/counter.ts has the same ones, as bytes. */
const [visit, seriesCount, matched, ignored] = [9, 13, 17, 18];
const [windowStart, latestTime, newest, newestLine, oldestLine] = [10, 12, 13, 14, 15];
const counterLength = 128;

/** Slots of what tells lines apart, the first ones of which must not be negative. */
export interface Key {
  readonly slots: readonly number[];
  readonly ids: number;
}

/** A number of a line that is added up: its slot, -1 where the format has no such number, and what it is multiplied with. */
export interface Summand {
  readonly slot: number;
  readonly unit: number;
}

export class KernelCounter implements LineCounter {
  readonly #lines: KernelLines;
  readonly #memory: Memory;
  readonly #kernel: Kernel;
  readonly #places: number;
  /** Words of a place. */
  readonly #stride: number;
  readonly #sums: number;
  /** Numbers in a row of sums. */
  readonly #width: number;
  readonly #series: number;
  readonly #address: number;

  constructor(lines: KernelLines, { slots, ids }: Key, values: readonly Summand[]) {
    const { memory, kernel, rows, times, program } = lines;
    this.#lines = lines;
    this.#memory = memory;
    this.#kernel = kernel;
    this.#stride = 1 + slots.length;
    this.#width = 1 + 3 * values.length;
    const key = memory.put(Int32Array.from(slots, (slot) => 4 * slot));
    this.#places = memory.take(4 * this.#stride * places);
    const entries = memory.take(8 * mostMeant);
    this.#sums = memory.take(8 * this.#width * mostSeries);
    this.#series = memory.take(4 * mostSeries);
    const there = [...values.entries()].filter(([, { slot }]) => slot >= 0);
    const summands = memory.take(16 * there.length);
    this.#address = memory.take(counterLength);
    const { words, doubles } = memory;
    for (const [at, [index, { slot, unit }]] of there.entries()) {
      words.set([4 * slot, 8 * (1 + 3 * index)], summands / 4 + 4 * at);
      doubles[summands / 8 + 2 * at + 1] = unit;
    }
    const ofLines = [rows, 4 * program.rowLength, times, key, slots.length, ids, this.#places, placeShift];
    // The first visit is 1: entries are 0, which is none.
    const ofSums = [entries, 1, this.#sums, 8 * this.#width, this.#series, 0, mostSeries, summands, there.length];
    words.set([...ofLines, ...ofSums], this.#address / 4);
    this.forget();
  }

  placeOf(line: number): number {
    const { rows, program } = this.#lines;
    const row = rows + 4 * line * program.rowLength;
    return this.#memory.words[row / 4] === 0 ? noPlace : this.#kernel.place(this.#address, row);
  }

  meaningOf(place: number): number {
    return this.#memory.words[this.#places / 4 + place * this.#stride]!;
  }

  setMeaning(place: number, meaning: number): void {
    if (meaning < mostMeant) this.#memory.words[this.#places / 4 + place * this.#stride] = meaning;
  }

  forget(): void {
    const from = this.#places / 4;
    this.#memory.words.fill(unasked, from, from + places * this.#stride);
  }

  startPiece(latest: number): void {
    const { words, doubles } = this.#memory;
    if (words[this.#word + matched]! + words[this.#word + ignored]! > 0)
      throw new Error("a piece begins before the one before was settled");
    this.startWindow(Number.NaN, Number.NaN);
    doubles.set([latest, -Infinity, -Infinity, Infinity], this.#double + latestTime);
  }

  startWindow(start: number, end: number): void {
    this.#memory.doubles.set([start, end], this.#double + windowStart);
  }

  count(line: number, lines: number, maxLine: number): number {
    return this.#lines.longest - 1 > maxLine ? line : this.#kernel.count(this.#address, line, lines);
  }

  get seriesCount(): number {
    return this.#memory.words[this.#word + seriesCount]!;
  }

  series(index: number): number {
    return this.#memory.words[this.#series / 4 + index]!;
  }

  settle(window: Sums | null, rows: readonly number[]): Seen {
    const { words, doubles } = this.#memory;
    for (let index = 0; index < rows.length; index++)
      window!.addNumbers(rows[index]!, doubles, this.#sums / 8 + index * this.#width);
    const seen = {
      matched: words[this.#word + matched]!,
      ignored: words[this.#word + ignored]!,
      newest: doubles[this.#double + newest]!,
      newestLine: doubles[this.#double + newestLine]!,
      oldestLine: doubles[this.#double + oldestLine]!,
    };
    for (const counted of [seriesCount, matched, ignored]) words[this.#word + counted] = 0;
    words[this.#word + visit]!++;
    return seen;
  }

  /** Index of the first of the counter's numbers among all words, and among all doubles. */
  get #word(): number {
    return this.#address / 4;
  }

  get #double(): number {
    return this.#address / 8;
  }
}
