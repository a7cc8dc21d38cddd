// What was counted in one window, a row of numbers for each series: an object for each would cost several times the memory, and time
// with it.
import { addBins, type Bins } from "./bins.ts";
import { type Amounts, addValues } from "./amounts.ts";

/** How many numbers rows have. */
export interface Shape {
  /** Values, of each of which there are sum, minimum and maximum. */
  readonly values: number;
  readonly distributions: number;
}

/** Of rows without distributions. */
const none: Bins[] = [];

export class Rows {
  /** Row after row the count, then sum, minimum and maximum of each value; an untouched value has minimum Infinity. */
  readonly numbers: number[];
  /** Row after row the bins of each distribution. */
  readonly bins: Bins[];
  /** Numbers in a row. */
  readonly width: number;
  readonly shape: Shape;
  size: number;

  constructor(shape: Shape, numbers: number[] = [], bins: Bins[] = shape.distributions === 0 ? none : []) {
    this.shape = shape;
    this.width = 1 + 3 * shape.values;
    this.numbers = numbers;
    this.bins = bins;
    this.size = numbers.length / this.width;
  }

  /** Adds a row of nothing and answers its number. */
  append(): number {
    const { numbers } = this;
    numbers.push(0);
    for (let length = 1; length < this.width; length += 3) numbers.push(0, Infinity, -Infinity);
    for (let index = 0; index < this.shape.distributions; index++) this.bins.push([]);
    return this.size++;
  }

  /** Of all rows. */
  lines(): number {
    let lines = 0;
    for (let at = 0; at < this.numbers.length; at += this.width) lines += this.numbers[at]!;
    return lines;
  }

  /** A copy. */
  amounts(row: number): Amounts {
    const from = row * this.width;
    return {
      count: this.numbers[from]!,
      values: this.numbers.slice(from + 1, from + this.width),
      bins: this.binsOf(row).map((bins) => [...bins]),
    };
  }

  /** Adds to a row. */
  add(row: number, { count, values, bins }: Readonly<Amounts>): void {
    const from = row * this.width;
    this.numbers[from]! += count;
    addValues(this.numbers, from + 1, values, 0, this.width - 1);
    const own = this.binsOf(row);
    for (let index = 0; index < own.length; index++) addBins(own[index]!, bins[index]!);
  }

  /** Adds a row of others of the same shape. */
  addRow(row: number, others: Rows, otherRow: number): void {
    this.addNumbers(row, others.numbers, otherRow * this.width);
    const own = this.binsOf(row);
    for (let index = 0; index < own.length; index++) addBins(own[index]!, others.bins[otherRow * own.length + index]!);
  }

  /** Adds to a row those numbers of a row without bins that begin at index `from`. */
  addNumbers(row: number, numbers: ArrayLike<number>, from: number): void {
    this.numbers[row * this.width]! += numbers[from]!;
    addValues(this.numbers, row * this.width + 1, numbers, from + 1, this.width - 1);
  }

  binsOf(row: number): Bins[] {
    const { distributions } = this.shape;
    return distributions === 0 ? none : this.bins.slice(row * distributions, (row + 1) * distributions);
  }
}
