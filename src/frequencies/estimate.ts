// How many series a window will hold, told from a sample: where it is shorter than a window, by how the number grew from its first
// half to the whole.
import type { Series } from "./series.ts";

/** A line that the pipeline counts: its time, ms since 1970, and its series. */
export interface Sighting {
  readonly time: number;
  readonly series: Series;
}

export interface Estimate {
  /** Series in one window. */
  readonly series: number;
  /** The attribute that still took new values towards the end of the sample, more than any other; null: none did. */
  readonly growing: { readonly attribute: string; readonly values: number } | null;
}

/** `lines`: as they follow each other in a log. */
export function estimate(lines: readonly Sighting[], windowMs: number): Estimate {
  const half = lines.slice(0, Math.ceil(lines.length / 2));
  const windows = lengthOf(lines) / windowMs;
  const series = windows < 1 ? countOf(lines) * (1 / windows) ** growth(half, lines) : mostInWindow(lines, windowMs);
  return { series: Math.round(series), growing: mostGrowing(valuesIn(half), valuesIn(lines)) };
}

const countOf = (lines: readonly Sighting[]): number => new Set(lines.map(({ series }) => series)).size;

/** Milliseconds, as far as seconds tell. A few lines may have any time, so the first and last tenth do not count. */
function lengthOf(lines: readonly Sighting[]): number {
  const times = lines.map(({ time }) => time).toSorted((a, b) => a - b);
  const tenth = Math.floor(times.length / 10);
  return Math.max(1000, ((times.at(-1 - tenth) ?? 0) - (times[tenth] ?? 0)) / 0.8);
}

/** With which power of the lines their series grew: 0 where all were in the first half, 1 where each line brings its own. */
const growth = (half: readonly Sighting[], all: readonly Sighting[]): number =>
  Math.min(1, Math.log2(countOf(all) / countOf(half)) || 0);

function mostInWindow(lines: readonly Sighting[], windowMs: number): number {
  const windows = new Map<number, Set<Series>>();
  for (const { time, series } of lines) {
    const window = Math.floor(time / windowMs);
    windows.set(window, (windows.get(window) ?? new Set()).add(series));
  }
  return Math.max(0, ...Array.from(windows.values(), ({ size }) => size));
}

type Values = ReadonlyMap<string, ReadonlySet<unknown>>;

function valuesIn(lines: readonly Sighting[]): Values {
  const values = new Map<string, Set<unknown>>();
  for (const series of new Set(lines.map((line) => line.series)))
    for (const [name, value] of series.attributes()) values.set(name, (values.get(name) ?? new Set()).add(value));
  return values;
}

/** New values in the second half, below which an attribute is taken for one that has found all of its own. */
const fewNew = 10;

function mostGrowing(before: Values, after: Values): Estimate["growing"] {
  const grown = Array.from(after, ([attribute, { size }]) => ({
    attribute,
    values: size,
    news: size - (before.get(attribute)?.size ?? 0),
  }));
  const most = grown.toSorted((a, b) => b.news - a.news)[0];
  return most && most.news >= fewNew && most.news >= most.values / 10 ? most : null;
}
