// Compares what the logs say of a window with what a store holds of it: for each series the sum over all timestamps in the
// window, since that is what people are told to look at. Pure.
import { absent, addValues, emptyValues, type Values } from "../frequencies/bucket.ts";
import type { Total, Totals } from "../frequencies/windows.ts";
import { fieldNames } from "../sink/line-protocol.ts";
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
  readonly log: Readonly<Totals>;
  readonly store: WindowHoldings;
  /** Points that the store refused. */
  readonly refused: WindowHoldings;
}

export interface Verdict {
  /** Where the count differs that is enough; else each value that does. */
  readonly differences: readonly Difference[];
  /** Series to be mended. */
  readonly wrong: readonly string[];
}

/** `isOther`: the series holds all that went beyond the limit. */
export function compareWindow(
  sides: Sides,
  valueNames: readonly string[],
  isOther: (series: string) => boolean,
): Verdict {
  const { log, store } = sides;
  const pairs = [...new Set([...log.keys(), ...store.keys()])].map((series) =>
    pairOf(series, sides, valueNames.length),
  );
  const isWhole = pairs.some(({ series }) => isOther(series!));
  const compared = isWhole ? [pairs.reduce(added)] : pairs;
  const wrong = compared.filter((pair) => differing(pair.log, pair.store).length > 0);
  return {
    differences: wrong.flatMap((pair) => differencesOf(pair, sides.window, fieldNames(valueNames))),
    wrong: (isWhole && wrong.length > 0 ? pairs : wrong).map(({ series }) => series!),
  };
}

interface Pair {
  readonly series: string | null;
  readonly log: Total;
  readonly store: Total;
  /** What the store would hold if it had not refused anything. */
  readonly unrefused: Total;
}

function pairOf(series: string, { log, store, refused }: Sides, values: number): Pair {
  const points = store.get(series) ?? new Map();
  const all = new Map([...points, ...(refused.get(series) ?? [])]);
  return {
    series,
    log: log.get(series) ?? nothing(values),
    store: sumOf(points, values),
    unrefused: sumOf(all, values),
  };
}

const nothing = (values: number): Total => ({ count: 0, values: emptyValues(values) });

/** Points with a count of 0 stand for nothing; what minimum and maximum they have is left over from before they were mended. */
function sumOf(points: Points, values: number): Total {
  const sum = nothing(values);
  for (const point of points.values()) {
    sum.count += point.count;
    addValues(sum.values, point.count === 0 ? point.values.map(sumAlone) : point.values);
  }
  return sum;
}

const sumAlone = (value: number, index: number): number => (index % 3 === 0 ? value : absent[index % 3]!);

function added(a: Pair, b: Pair): Pair {
  return {
    series: null,
    log: sumOfTwo(a.log, b.log),
    store: sumOfTwo(a.store, b.store),
    unrefused: sumOfTwo(a.unrefused, b.unrefused),
  };
}

function sumOfTwo(a: Total, b: Total): Total {
  const values: Values = [...a.values];
  addValues(values, b.values);
  return { count: a.count + b.count, values };
}

function differencesOf(
  { series, log, store, unrefused }: Pair,
  window: number,
  fields: readonly string[],
): Difference[] {
  const refused = differing(log, unrefused).length === 0;
  const [says, holds] = [listed(log), listed(store)];
  return differing(log, store).map((index) => ({
    window,
    series,
    field: fields[index]!,
    log: finite(says[index]!),
    store: finite(holds[index]!),
    refused,
  }));
}

/** Indexes of the fields that differ: 0 is the count. */
function differing(log: Total, store: Total): number[] {
  if (log.count !== store.count) return [0];
  const [says, holds] = [listed(log), listed(store)];
  return [...says.keys()].filter((index) => !isNear(says[index]!, holds[index]!) && !isLeftOver(log, index));
}

const listed = ({ count, values }: Total): number[] => [count, ...values];
const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** Sums that were added up in another order differ in their last bits. */
const isNear = (a: number, b: number): boolean =>
  a === b || (Number.isFinite(a - b) && Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b)));

/** A minimum or maximum where the log has no value: nothing can take it out of a store. */
const isLeftOver = ({ values }: Total, index: number): boolean =>
  (index - 1) % 3 > 0 && !Number.isFinite(values[index - 1]!);
