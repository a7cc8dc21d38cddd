// Compares what the logs say of a window with what a store holds of it: for each series the sum over all timestamps in the
// window, since that is what people are told to look at. Pure.
import { type Distribution, type Field, numbersOf, type Told } from "../frequencies/values.ts";
import type { Amounts } from "../frequencies/amounts.ts";
import type { Totals } from "../frequencies/window-totals.ts";
import type { Points, WindowHoldings } from "./holdings.ts";

/** A field that differs. */
export interface Difference {
  /** Start of the window, ms since 1970. */
  readonly window: number;
  /** Null: the window went beyond the limit of series, and is compared as a whole. */
  readonly series: string | null;
  readonly field: string;
  /** Null: it has no minimum, or maximum. */
  readonly log: number | null;
  readonly store: number | null;
  /** All that is missing is points that the store refused. */
  readonly refused: boolean;
}

/** What is known of one window. */
export interface Sides {
  readonly window: number;
  readonly log: Totals;
  readonly store: WindowHoldings;
  /** Points that the store refused. */
  readonly refused: WindowHoldings;
}

export interface Verdict {
  /** Where the count differs that is enough; else each field that does. */
  readonly differences: readonly Difference[];
  /** Series to be mended. */
  readonly wrong: readonly string[];
}

/** `isOther`: the series holds all that went beyond the limit. */
export function compareWindow(sides: Sides, told: Told, isOther: (series: string) => boolean): Verdict {
  const { log, store } = sides;
  const fields = told.pointFields;
  const pairs = [...new Set([...log.keys(), ...store.keys()])].map((series) => pairOf(series, sides, told));
  const isWhole = pairs.some(({ series }) => isOther(series!));
  const compared = isWhole ? [pairs.reduce((a, b) => added(a, b, fields))] : pairs;
  const wrong = compared.filter((pair) => differing(pair.log, pair.store, fields).length > 0);
  return {
    differences: wrong.flatMap((pair) => differencesOf(pair, sides.window, fields)),
    wrong: (isWhole && wrong.length > 0 ? pairs : wrong).map(({ series }) => series!),
  };
}

interface Pair {
  readonly series: string | null;
  readonly log: Sum;
  readonly store: Sum;
  /** What the store would hold if it had not refused anything. */
  readonly unrefused: Sum;
}

interface Sum {
  readonly count: number;
  /** By field. */
  readonly numbers: readonly number[];
  /** It is of one point, or one total, that counts anything: what parts do not make up can be compared. */
  readonly isOfOne: boolean;
}

function pairOf(series: string, { log, store, refused }: Sides, { pointFields, distributions }: Told): Pair {
  const points = store.get(series) ?? new Map();
  const all = new Map([...points, ...(refused.get(series) ?? [])]);
  return {
    series,
    log: sumOfTotal(log.get(series), pointFields, distributions),
    store: sumOf(points, pointFields),
    unrefused: sumOf(all, pointFields),
  };
}

const numbersOfNone = (fields: readonly Field[]): number[] => fields.map(({ none }) => none);

const sumOfTotal = (
  total: Readonly<Amounts> | undefined,
  fields: readonly Field[],
  distributions: readonly Distribution[],
): Sum => ({
  count: total?.count ?? 0,
  numbers: total ? numbersOf(total, distributions) : numbersOfNone(fields),
  isOfOne: true,
});

/** Points with a count of 0 stand for nothing; what minimum and maximum they have is left over from before they were mended. */
function sumOf(points: Points, fields: readonly Field[]): Sum {
  const all = [...points.values()];
  const counting = all.filter(({ count }) => count !== 0);
  const numbers = fields.map(({ combine, none }, index) => {
    const own = none === 0 ? all : counting;
    return own.reduce((sum, point) => (combine ?? last)(sum, point.numbers[index]!), none);
  });
  const count = all.reduce((sum, point) => sum + point.count, 0);
  return { count, numbers, isOfOne: counting.length < 2 };
}

const last = (_: number, number: number): number => number;

function added(a: Pair, b: Pair, fields: readonly Field[]): Pair {
  return {
    series: null,
    log: sumOfTwo(a.log, b.log, fields),
    store: sumOfTwo(a.store, b.store, fields),
    unrefused: sumOfTwo(a.unrefused, b.unrefused, fields),
  };
}

function sumOfTwo(a: Sum, b: Sum, fields: readonly Field[]): Sum {
  const numbers = fields.map(({ combine }, index) => (combine ?? last)(a.numbers[index]!, b.numbers[index]!));
  return { count: a.count + b.count, numbers, isOfOne: false };
}

function differencesOf(
  { series, log, store, unrefused }: Pair,
  window: number,
  fields: readonly Field[],
): Difference[] {
  const refused = differing(log, unrefused, fields).length === 0;
  return differing(log, store, fields).map((index) => ({
    window,
    series,
    field: index < 0 ? "count" : fields[index]!.name,
    log: finite(index < 0 ? log.count : log.numbers[index]!),
    store: finite(index < 0 ? store.count : store.numbers[index]!),
    refused,
  }));
}

/** Indexes of the fields that differ; -1 is the count. */
function differing(log: Sum, store: Sum, fields: readonly Field[]): number[] {
  if (log.count !== store.count) return [-1];
  return [...fields.keys()].filter((index) => {
    const { combine } = fields[index]!;
    if (!combine && !(log.isOfOne && store.isOfOne)) return false;
    return !isNear(log.numbers[index]!, store.numbers[index]!) && !isLeftOver(log, fields, index);
  });
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** Sums that were added up in another order differ in their last bits. */
const isNear = (a: number, b: number): boolean =>
  a === b || (Number.isFinite(a - b) && Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b)));

/** What does not add up, such as a minimum, where the log has no value: nothing can take it out of a store. */
const isLeftOver = ({ numbers }: Sum, fields: readonly Field[], index: number): boolean =>
  fields[index]!.none !== 0 && !Number.isFinite(numbers[index]!);
