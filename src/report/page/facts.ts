// The cubes of the page, unpacked, and the questions that it asks of them. Pure.
import type { CubeData, ReportData } from "../data.ts";
import { bucketStart, elapsedBuckets } from "../elapsed-bucket.ts";
import { unpacked } from "../packed.ts";
import { firstDigit } from "./statuses.ts";

/** What the reader wants to see. */
export interface Selection {
  /** Milliseconds since 1970; bins that reach into what is in between are shown, whole. */
  readonly from: number;
  readonly until: number;
  /** First digits of the status, 0 for none; empty: all. */
  readonly classes: ReadonlySet<number>;
  /** `otherRoutes` for all that have no row of their own; null: all. */
  readonly route: string | null;
}

/** Names come without control characters, so no route is called like that. */
export const otherRoutes = "\n";

/** The cells of a cube, one after the other by name, then by time. */
export interface Facts {
  readonly cube: CubeData;
  readonly size: number;
  /** Index of the name; behind the last one is the rest. */
  readonly name: Uint16Array;
  /** When the bin begins, ms since 1970. */
  readonly time: Float64Array;
  readonly code: Uint16Array;
  /** First digit of the status, 0 for none. */
  readonly digit: Uint8Array;
  readonly sums: readonly Float64Array[];
  /** By index of the name: the route; null where that is not told. */
  readonly routes: readonly (string | null)[];
}

/** All of a page. */
export interface AllFacts {
  readonly requests: Facts;
  readonly latency: Facts;
  readonly errors: Facts;
  readonly downloads: Facts;
  readonly crawlers: Facts;
}

const first = (name: string): string => name.slice(0, name.indexOf("\n"));

export function factsOf({ requests, latency, errors, downloads, crawlers }: ReportData): AllFacts {
  const known = new Set(requests.names);
  const routes = (names: readonly string[]): string[] => names.map((route) => (known.has(route) ? route : otherRoutes));
  const { joined } = latency;
  const downloadRoutes = routes(downloads.names.map(first));
  return {
    requests: unpack(requests, 2, firstDigit, [...requests.names, otherRoutes]),
    latency: unpack(latency, 1, (code) => Math.floor((code * 2 ** joined) / elapsedBuckets), [
      ...latency.names,
      otherRoutes,
    ]),
    errors: unpack(errors, 1, firstDigit, [...routes(errors.names.map(first)), null]),
    // They all lie in one folder, and so in one route, unless that is the root.
    downloads: unpack(downloads, 2, firstDigit, [
      ...downloadRoutes,
      new Set(downloadRoutes).size === 1 ? downloadRoutes[0]! : null,
    ]),
    crawlers: unpack(
      crawlers,
      2,
      firstDigit,
      [...crawlers.names, ""].map(() => null),
    ),
  };
}

function unpack(
  cube: CubeData,
  sums: number,
  digitOf: (code: number) => number,
  routes: readonly (string | null)[],
): Facts {
  const numbers = unpacked(cube.cells);
  const size = (numbers.length - cube.names.length - 1) / (2 + sums);
  const facts: Facts = {
    cube,
    size,
    name: new Uint16Array(size),
    time: new Float64Array(size),
    code: new Uint16Array(size),
    digit: new Uint8Array(size),
    sums: Array.from({ length: sums }, () => new Float64Array(size)),
    routes,
  };
  for (let name = 0, at = 0, cell = 0; name <= cube.names.length; name++) {
    const end = cell + numbers[at++]!;
    for (let bin = 0, code = 0; cell < end; cell++) {
      const steps = numbers[at++]!;
      bin += steps;
      code = numbers[at++]! + (steps > 0 ? 0 : code);
      facts.name[cell] = name;
      facts.time[cell] = bin * cube.widthMs;
      facts.code[cell] = code;
      facts.digit[cell] = digitOf(code);
      for (const sum of facts.sums) sum[cell] = numbers[at++]!;
    }
  }
  return facts;
}

/** Calls with the index of each cell that is selected. */
export function eachCell(
  facts: Facts,
  { from, until, classes, route }: Selection,
  visit: (cell: number) => void,
): void {
  const isWanted = facts.routes.map((own) => route === null || own === route);
  for (let cell = 0; cell < facts.size; cell++) {
    const time = facts.time[cell]!;
    if (time + facts.cube.widthMs <= from || time >= until || !isWanted[facts.name[cell]!]) continue;
    if (classes.size === 0 || classes.has(facts.digit[cell]!)) visit(cell);
  }
}

/** Bins of equal width over the selected time, the first and the last of which may reach beyond it. */
export interface Bins {
  readonly start: number;
  readonly widthMs: number;
  readonly count: number;
}

export function binsOf({ from, until }: Selection, widthMs: number): Bins {
  const start = Math.floor(from / widthMs) * widthMs;
  return { start, widthMs, count: Math.max(1, Math.ceil((until - start) / widthMs)) };
}

const binAt = ({ start, widthMs }: Bins, time: number): number => Math.floor((time - start) / widthMs);

/** What is added up of a name. */
export interface Row {
  /** Index of the name. */
  readonly name: number;
  count: number;
  bytes: number;
  /** Count by first digit of the status. */
  readonly byClass: number[];
  /** Count by status. */
  readonly byCode: Map<number, number>;
  /** Count by step of time. */
  readonly course: number[];
  first: number;
  last: number;
}

/** One row a name that has a count, the most frequent first; the rest is the last one. Their course has so many steps at most. */
export function rowsOf(facts: Facts, selection: Selection, steps = 1): Row[] {
  const { widthMs } = facts.cube;
  const bins = binsOf(selection, Math.ceil((selection.until - selection.from) / widthMs / steps) * widthMs);
  const rows = new Map<number, Row>();
  eachCell(facts, selection, (cell) => {
    const name = facts.name[cell]!;
    const row = rows.get(name) ?? emptyRow(name, bins.count);
    rows.set(name, row);
    const count = facts.sums[0]![cell]!;
    const time = facts.time[cell]!;
    const code = facts.code[cell]!;
    row.count += count;
    row.bytes += facts.sums[1]?.[cell] ?? 0;
    row.byClass[facts.digit[cell]!]! += count;
    row.byCode.set(code, (row.byCode.get(code) ?? 0) + count);
    row.course[binAt(bins, time)]! += count;
    row.first = Math.min(row.first, time);
    row.last = Math.max(row.last, time);
  });
  const rest = facts.cube.names.length;
  return [...rows.values()].toSorted((a, b) => Number(a.name === rest) - Number(b.name === rest) || b.count - a.count);
}

function emptyRow(name: number, bins: number): Row {
  return {
    name,
    count: 0,
    bytes: 0,
    byClass: Array<number>(6).fill(0),
    byCode: new Map(),
    course: Array<number>(bins).fill(0),
    first: Infinity,
    last: -Infinity,
  };
}

/** Counts by bin, for each first digit of the status. */
export function courseByClass(facts: Facts, selection: Selection, bins: Bins): number[][] {
  const course = Array.from({ length: 6 }, () => Array<number>(bins.count).fill(0));
  eachCell(facts, selection, (cell) => {
    course[facts.digit[cell]!]![binAt(bins, facts.time[cell]!)]! += facts.sums[0]![cell]!;
  });
  return course;
}

/** How often a time taken fell into each bucket. */
export type Histogram = Map<number, number>;

/** One histogram for each bin. */
export function histogramsByBin(facts: Facts, selection: Selection, bins: Bins): Histogram[] {
  const histograms = Array.from({ length: bins.count }, (): Histogram => new Map());
  eachCell(facts, selection, (cell) => addTo(histograms[binAt(bins, facts.time[cell]!)]!, facts, cell));
  return histograms;
}

/** One histogram for each index of a name. */
export function histogramsByName(facts: Facts, selection: Selection): Map<number, Histogram> {
  const histograms = new Map<number, Histogram>();
  eachCell(facts, selection, (cell) => {
    const name = facts.name[cell]!;
    const histogram = histograms.get(name) ?? new Map();
    histograms.set(name, histogram);
    addTo(histogram, facts, cell);
  });
  return histograms;
}

export function joinedHistogram(histograms: Iterable<Histogram>): Histogram {
  const all: Histogram = new Map();
  for (const histogram of histograms)
    for (const [bucket, count] of histogram) all.set(bucket, (all.get(bucket) ?? 0) + count);
  return all;
}

function addTo(histogram: Histogram, { code, sums, cube }: Facts, cell: number): void {
  const bucket = code[cell]! % (elapsedBuckets / 2 ** cube.joined);
  histogram.set(bucket, (histogram.get(bucket) ?? 0) + sums[0]![cell]!);
}

/** The middle of a bucket, microseconds. */
function bucketMiddle(bucket: number, joined: number): number {
  return Math.sqrt(bucketStart(bucket, joined) * bucketStart(bucket + 1, joined));
}

/** Microseconds that so many of a hundred requests do not exceed, nearest rank; null for no request. */
export function percentiles(histogram: Histogram, joined: number, percents: readonly number[]): (number | null)[] {
  const buckets = [...histogram].toSorted(([a], [b]) => a - b);
  const total = buckets.reduce((sum, [, count]) => sum + count, 0);
  return percents.map((percent) => {
    let left = Math.max(1, Math.ceil((total * percent) / 100));
    const found = buckets.find(([, count]) => (left -= count) <= 0);
    return found ? bucketMiddle(found[0], joined) : null;
  });
}

/** Time that all of them took together, microseconds. */
export function totalTime(histogram: Histogram, joined: number): number {
  let sum = 0;
  for (const [bucket, count] of histogram) sum += count * bucketMiddle(bucket, joined);
  return sum;
}
