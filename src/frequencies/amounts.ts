// What can be added up: counts, and the numbers that go with them.
import { addBins, type Bins } from "./bins.ts";

/** Sum, minimum and maximum of each numeric value, three numbers a value; an untouched value has minimum Infinity. */
export type Values = number[];

/** What can be added up: the total of a window, a row of a table. */
export interface Amounts {
  count: number;
  readonly values: Values;
  /** How the values are distributed, by the distributions that are asked for. */
  readonly bins: readonly Bins[];
}

export function emptyValues(count: number): Values {
  const values: Values = [];
  for (let index = 0; index < count; index++) values.push(0, Infinity, -Infinity);
  return values;
}

/** Adds one number to the value whose sum stands at index `at`. */
export function addValue(values: Values, at: number, value: number): void {
  values[at]! += value;
  if (value < values[at + 1]!) values[at + 1] = value;
  if (value > values[at + 2]!) values[at + 2] = value;
}

/** Adds `length` numbers, those of whole values, from index `from` of `more` on, to those from index `at` of `values` on. */
export function addValues(values: Values, at: number, more: ArrayLike<number>, from: number, length: number): void {
  for (let index = 0; index < length; index += 3) {
    values[at + index]! += more[from + index]!;
    values[at + index + 1] = Math.min(values[at + index + 1]!, more[from + index + 1]!);
    values[at + index + 2] = Math.max(values[at + index + 2]!, more[from + index + 2]!);
  }
}

export function addAmounts(sum: Amounts, { count, values, bins }: Readonly<Amounts>): void {
  sum.count += count;
  addValues(sum.values, 0, values, 0, values.length);
  for (let index = 0; index < bins.length; index++) addBins(sum.bins[index]!, bins[index]!);
}

export const copyOf = ({ count, values, bins }: Readonly<Amounts>): Amounts => ({
  count,
  values: [...values],
  bins: bins.map((each) => [...each]),
});
