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
/** Series whose row is known here; what is of others is left to who asks. */
const mostSeries = 32_768;
/** Rows of one window. */
const mostRows = 4096;

/** Indexes among the numbers of a counter; assembly/counter.ts has the same ones, as bytes. */
const [visit, matched, ignored] = [10, 15, 16];
const [windowStart, latestTime, newest, newestLine, oldestLine] = [9, 11, 12, 13, 14];
const counterLength = 120;

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
  readonly #memory: Memory;
  readonly #kernel: Kernel;
  readonly #rows: number;
  readonly #rowSize: number;
  readonly #meanings: number;
  readonly #entries: number;
  readonly #numbers: number;
  /** Numbers in a row of sums. */
  readonly #width: number;
  readonly #address: number;
  /** By number of the row here, the row in the window that is counted into. */
  #windowRows: number[] = [];

  constructor({ memory, kernel, rows, times, program }: KernelLines, { slots, ids }: Key, values: readonly Summand[]) {
    this.#memory = memory;
    this.#kernel = kernel;
    this.#rows = rows;
    this.#rowSize = 4 * program.rowLength;
    this.#width = 1 + 3 * values.length;
    this.#meanings = memory.take(4 * places);
    this.#entries = memory.take(8 * mostSeries);
    this.#numbers = memory.take(8 * this.#width * mostRows);
    const key = memory.put(Int32Array.from(slots, (slot) => 4 * slot));
    const known = memory.take(4 * slots.length * places);
    const there = [...values.entries()].filter(([, { slot }]) => slot >= 0);
    const summands = memory.take(16 * there.length);
    this.#address = memory.take(counterLength);
    const { words, doubles } = memory;
    for (const [at, [index, { slot, unit }]] of there.entries()) {
      words.set([4 * slot, 8 * (1 + 3 * index)], summands / 4 + 4 * at);
      doubles[summands / 8 + 2 * at + 1] = unit;
    }
    const ofLines = [rows, this.#rowSize, times, key, slots.length, ids, known, placeShift, this.#meanings];
    // The first visit is 1: entries are 0, which is none.
    const ofSums = [this.#entries, 1, this.#numbers, 8 * this.#width, summands, there.length];
    words.set([...ofLines, ...ofSums], this.#address / 4);
    for (let row = 0; row < mostRows; row++) this.#clear(row);
    this.forget();
  }

  startPiece(latest: number): void {
    const { words, doubles } = this.#memory;
    if (this.#windowRows.length > 0 || words[this.#word + matched]! + words[this.#word + ignored]! > 0)
      throw new Error("a piece begins before the one before was settled");
    this.startWindow(Number.NaN, Number.NaN);
    doubles.set([latest, -Infinity, -Infinity, Infinity], this.#double + latestTime);
  }

  startWindow(start: number, end: number): void {
    this.#memory.doubles.set([start, end], this.#double + windowStart);
  }

  count(line: number, lines: number, maxLine: number): number {
    return this.#kernel.longest.value - 1 > maxLine ? line : this.#kernel.count(this.#address, line, lines);
  }

  placeOf(line: number): number {
    const row = this.#rows + line * this.#rowSize;
    return this.#memory.words[row / 4] === 0 ? noPlace : this.#kernel.place(this.#address, row);
  }

  meaningOf(place: number): number {
    return this.#memory.words[this.#meanings / 4 + place]!;
  }

  setMeaning(place: number, meaning: number): void {
    if (meaning < mostSeries) this.#memory.words[this.#meanings / 4 + place] = meaning;
  }

  forget(): void {
    this.#memory.words.fill(unasked, this.#meanings / 4, this.#meanings / 4 + places);
  }

  assign(series: number, row: number): void {
    const { words } = this.#memory;
    const entry = this.#entries / 4 + 2 * series;
    const own = this.#windowRows.length;
    if (series >= mostSeries || own >= mostRows || words[entry] === words[this.#word + visit]) return;
    this.#windowRows.push(row);
    words[entry] = words[this.#word + visit]!;
    words[entry + 1] = own;
  }

  settle(sums: Sums | null): Seen {
    const { words, doubles } = this.#memory;
    for (let own = 0; own < this.#windowRows.length; own++) {
      sums!.addNumbers(this.#windowRows[own]!, doubles, this.#numbers / 8 + own * this.#width);
      this.#clear(own);
    }
    this.#windowRows = [];
    words[this.#word + visit]!++; // no row is assigned any more
    const seen = {
      matched: words[this.#word + matched]!,
      ignored: words[this.#word + ignored]!,
      newest: doubles[this.#double + newest]!,
      newestLine: doubles[this.#double + newestLine]!,
      oldestLine: doubles[this.#double + oldestLine]!,
    };
    words.fill(0, this.#word + matched, this.#word + ignored + 1);
    return seen;
  }

  #clear(row: number): void {
    const at = this.#numbers / 8 + row * this.#width;
    this.#memory.doubles[at] = 0;
    for (let value = at + 1; value < at + this.#width; value += 3) this.#memory.doubles.set(noNumber, value);
  }

  /** Index of the first of the counter's numbers among all words, and among all doubles. */
  get #word(): number {
    return this.#address / 4;
  }

  get #double(): number {
    return this.#address / 8;
  }
}

/** Sum, minimum and maximum of nothing. */
const noNumber = [0, Infinity, -Infinity];
