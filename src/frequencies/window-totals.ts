// The totals of one window while a segment adds to them.
import type { Amounts } from "./amounts.ts";
import { Rows } from "./rows.ts";

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

export class WindowTotals {
  readonly window: number;
  readonly #time: number;
  readonly #keys: Key[] = [];
  #rows: Rows;
  /** Rows by key, once somebody asked for it. */
  #index: Map<Key, number> | null = null;
  /** Rows that were there before the segment and got nothing. */
  readonly #untouched = new Set<number>();

  /** `window`, `time`: of its points, ms since 1970. `before`: what the window held until now. */
  constructor(
    window: number,
    time: number,
    { shape }: Rows,
    before: readonly (readonly [Key, Readonly<Amounts>])[] = [],
  ) {
    this.window = window;
    this.#time = time;
    this.#rows = new Rows(shape);
    for (const [key, total] of before) {
      const row = this.#append(key);
      this.#rows.add(row, total);
      this.#untouched.add(row);
    }
  }

  get size(): number {
    return this.#keys.length;
  }

  /** Series that got something. */
  get touched(): number {
    return this.size - this.#untouched.size;
  }

  get bins(): Rows["bins"] {
    return this.#rows.bins;
  }

  *keys(): Generator<string> {
    for (const { text } of this.#keys) yield text;
  }

  has(key: Key): boolean {
    return this.#indexed().has(key);
  }

  /** Takes the rows over as they are where there are none yet and each has a key of its own. Answers whether it did. */
  adopt(keys: readonly Key[], rows: Rows): boolean {
    if (this.size > 0) return false;
    const adoption = adoptions++;
    for (const key of keys) {
      if (key.seen === adoption) return false;
      key.seen = adoption;
    }
    for (const key of keys) this.#keys.push(key);
    this.#rows = rows;
    return true;
  }

  add(key: Key, rows: Rows, row: number): void {
    const own = this.#indexed().get(key) ?? this.#append(key);
    this.#rows.addRow(own, rows, row);
    this.#untouched.delete(own);
  }

  /** Tells the keys of what got something where it is. Answers how much that is. */
  tellKeys(): number {
    for (let row = 0; row < this.size; row++) {
      if (this.#untouched.has(row)) continue;
      const key = this.#keys[row]!;
      key.totals.push(this);
      key.rows.push(row);
    }
    return this.touched;
  }

  pointOf(series: string, row: number): WindowPoint {
    return new WindowPoint(series, this.#time, this.window, this.#rows, row);
  }

  /** By series key, in order of first appearance. */
  copy(): Map<string, Amounts> {
    return new Map(this.#keys.map(({ text }, row) => [text, this.#rows.amounts(row)]));
  }

  #append(key: Key): number {
    const row = this.#rows.append();
    this.#keys.push(key);
    this.#index?.set(key, row);
    return row;
  }

  #indexed(): Map<Key, number> {
    return (this.#index ??= new Map(this.#keys.map((key, row) => [key, row])));
  }
}
