// The totals of one window while a segment adds to them.
import type { Amounts } from "./amounts.ts";
import { Rows } from "./rows.ts";

/** Totals of one window by series key, in order of first appearance. */
export type Totals = ReadonlyMap<string, Readonly<Amounts>>;

/** A series key, and where its totals are that are to be told, in the order of their time. */
export interface Key {
  readonly text: string;
  /** The last table that was asked whether it has the key more than once. */
  seen: number;
  readonly totals: WindowTotals[];
  readonly rows: number[];
}

/** One total to write. */
export class WindowPoint {
  readonly series: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly window: number;
  /** Where the total stands. */
  readonly rows: Rows;
  readonly row: number;

  constructor(series: string, time: number, window: number, rows: Rows, row: number) {
    this.series = series;
    this.time = time;
    this.window = window;
    this.rows = rows;
    this.row = row;
  }

  /** A copy. */
  get total(): Amounts {
    return this.rows.amounts(this.row);
  }
}

let adoptions = 0;

const nothing: Totals = new Map();

export class WindowTotals {
  readonly window: number;
  readonly #time: number;
  /** What the window held before the segment. */
  readonly #before: Totals;
  /** Of the series that got something, by row. */
  #keys: Key[] = [];
  #rows: Rows;
  /** Rows by key, once somebody asked for it. */
  #index: Map<Key, number> | null = null;
  /** How many of the rows are of series that the window did not hold before. */
  #added = 0;

  /** `window`, `time`: of its points, ms since 1970. */
  constructor(window: number, time: number, { shape }: Rows, before = nothing) {
    this.window = window;
    this.#time = time;
    this.#before = before;
    this.#rows = new Rows(shape);
  }

  get size(): number {
    return this.#before.size + this.#added;
  }

  /** Series that got something. */
  get touched(): number {
    return this.#keys.length;
  }

  /** Numbers in all bins. */
  get numbersInBins(): number {
    return this.#rows.shape.distributions === 0 ? 0 : numbersInBins(this.copy());
  }

  /** Some of them twice. */
  *keys(): Generator<string> {
    yield* this.#before.keys();
    for (const { text } of this.#keys) yield text;
  }

  has(key: Key): boolean {
    return this.#indexed().has(key) || this.#before.has(key.text);
  }

  /** Takes the rows over as they are where there are none yet and each has a key of its own. Answers whether it did. */
  adopt(keys: readonly Key[], rows: Rows): boolean {
    if (this.touched > 0) return false;
    const adoption = adoptions++;
    for (const key of keys) {
      if (key.seen === adoption) return false;
      key.seen = adoption;
    }
    this.#keys = [...keys];
    this.#rows = rows;
    for (let row = 0; row < keys.length; row++) this.#addBefore(row);
    return true;
  }

  add(key: Key, rows: Rows, row: number): void {
    this.#rows.addRow(this.#indexed().get(key) ?? this.#append(key), rows, row);
  }

  /** Tells the keys of what got something where it is. Answers how much that is. */
  tellKeys(): number {
    for (let row = 0; row < this.#keys.length; row++) {
      const key = this.#keys[row]!;
      key.totals.push(this);
      key.rows.push(row);
    }
    return this.touched;
  }

  pointOf(series: string, row: number): WindowPoint {
    return new WindowPoint(series, this.#time, this.window, this.#rows, row);
  }

  /** What the window holds now. */
  copy(): Map<string, Readonly<Amounts>> {
    const totals = new Map(this.#before);
    for (let row = 0; row < this.#keys.length; row++) totals.set(this.#keys[row]!.text, this.#rows.amounts(row));
    return totals;
  }

  #append(key: Key): number {
    const row = this.#rows.append();
    this.#keys.push(key);
    this.#index?.set(key, row);
    this.#addBefore(row);
    return row;
  }

  /** Adds to a new row what its series held before. */
  #addBefore(row: number): void {
    const total = this.#before.size === 0 ? undefined : this.#before.get(this.#keys[row]!.text);
    if (total) this.#rows.add(row, total);
    else this.#added++;
  }

  #indexed(): Map<Key, number> {
    return (this.#index ??= new Map(this.#keys.map((key, row) => [key, row])));
  }
}

export function numbersInBins(totals: Totals): number {
  let numbers = 0;
  for (const { bins } of totals.values()) for (const each of bins) numbers += each.length;
  return numbers;
}
