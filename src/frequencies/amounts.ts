// What can be added up: counts, and the numbers that go with them.
import { addBins, type Bins } from "./bins.ts";

/** Sum, minimum and maximum of each numeric value, three numbers a value; an untouched value has minimum Infinity. */
export type Values = number[];

/** What can be added up: a bucket, the total of a window, a row of a table. */
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

/** Adds one number to value number `index`. */
export function addValue(values: Values, index: number, value: number): void {
  const at = 3 * index;
  values[at]! += value;
  if (value < values[at + 1]!) values[at + 1] = value;
  if (value > values[at + 2]!) values[at + 2] = value;
}

export function addAmounts(sum: Amounts, { count, values, bins }: Readonly<Amounts>): void {
  sum.count += count;
  for (let at = 0; at < values.length; at += 3) {
    sum.values[at]! += values[at]!;
    sum.values[at + 1] = Math.min(sum.values[at + 1]!, values[at + 1]!);
    sum.values[at + 2] = Math.max(sum.values[at + 2]!, values[at + 2]!);
  }
  for (let index = 0; index < bins.length; index++) addBins(sum.bins[index]!, bins[index]!);
}

export const copyOf = ({ count, values, bins }: Readonly<Amounts>): Amounts => ({
  count,
  values: [...values],
  bins: bins.map((each) => [...each]),
});
