// What was counted of one series in one window of one piece.
import type { Series } from "./series.ts";

/** Sum, minimum and maximum of each numeric value, three numbers a value; an untouched value has minimum Infinity. */
export type Values = number[];

export interface Bucket {
  readonly series: Series;
  count: number;
  readonly values: Values;
}

export function emptyValues(count: number): Values {
  const values: Values = [];
  for (let index = 0; index < count; index++) values.push(0, Infinity, -Infinity);
  return values;
}

/** Sum, minimum and maximum of nothing. */
export const absent: readonly number[] = emptyValues(1);

/** Adds one number to value number `index`. */
export function addValue(values: Values, index: number, value: number): void {
  const at = 3 * index;
  values[at]! += value;
  if (value < values[at + 1]!) values[at + 1] = value;
  if (value > values[at + 2]!) values[at + 2] = value;
}

export function addValues(values: Values, more: Values): void {
  for (let at = 0; at < more.length; at += 3) {
    values[at]! += more[at]!;
    values[at + 1] = Math.min(values[at + 1]!, more[at + 1]!);
    values[at + 2] = Math.max(values[at + 2]!, more[at + 2]!);
  }
}
