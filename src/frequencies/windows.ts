// Windows are totals: a run adds to those still open from the last run and writes their full value, so that writing them
// again changes nothing. What comes too late, or from the future, is counted apart and gets a timestamp of its own.
import { addAmounts, type Amounts, type Bucket } from "./bucket.ts";
import type { PieceCounts, WindowCounts } from "./piece.ts";
import type { AttributeEntry } from "./series.ts";

/** The total of one series in one window. */
export interface Total extends Amounts {
  /** Number of the segment that added to it last; absent in what a brainfile holds. */
  segment?: number;
}

/** Totals by series key, in order of first appearance. */
export type Totals = Map<string, Total>;

/** What is kept from segment to segment and from run to run. Times in ms since 1970. */
export interface WindowState {
  /** Open windows by their start. */
  readonly open: ReadonlyMap<number, Totals>;
  /** Windows that start before it are closed: what they hold is written and forgotten. -Infinity: none is. */
  readonly closedBefore: number;
  /** Newest event time seen that was not ahead of the clock; -Infinity: none. */
  readonly newest: number;
  /** The same of all lines, those among them that the pipeline passed over: up to there zeros are written. */
  readonly newestLine: number;
  /** Number of segments so far: gives late lines a timestamp of their own. */
  readonly segment: number;
}

export const newWindowState: WindowState = {
  open: new Map(),
  closedBefore: -Infinity,
  newest: -Infinity,
  newestLine: -Infinity,
  segment: 0,
};

/** How windows are kept. Times in ms. */
export interface Windowing {
  readonly windowMs: number;
  readonly latenessMs: number;
  /** Series per window; what comes beyond is counted as `_other`. */
  readonly maxSeries: number;
  /** (window, series) entries that may stay open; beyond it the oldest windows are closed. Infinity: memory grows with what is counted. */
  readonly mostOpen: number;
  /** Every line counts as late: for a store that does not overwrite a point. */
  readonly parts: boolean;
  /** Keys of series that get a 0 in windows in which they have nothing. */
  readonly zeros: readonly string[];
  /** The series key (measurement, constant tags, attributes), exact to the byte. Throws where an attribute is not allowed. */
  readonly seriesOf: (attributes: readonly AttributeEntry[]) => string;
}

/** One total to write. */
export interface WindowPoint {
  readonly series: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly window: number;
  readonly total: Total;
}

/** What a run keeps open: about ten windows full of series at the default `--max-series`. */
export const mostOpen = 100_000;

/** What one write covers: pieces merged in their order, on top of the windows that are open. */
export class Segment {
  /** Lines for windows that were closed already, or from the future. */
  late = 0;
  /** The attribute with the most values in the first window that went beyond `maxSeries`; null when none did. */
  overflow: string | null = null;
  /** (window, series) entries that the segment touched. */
  entries = 0;
  /** Lines between its first one and its last one are lost: it is not known of any series that it has nothing. */
  isTorn = false;
  readonly #windowing: Windowing;
  /** Taken over: the totals in it are added to. */
  readonly #state: WindowState;
  readonly #open: Map<number, Totals>;
  /** Late ones, and all where the store does not overwrite: their points get timestamps of their own. */
  readonly #apart = new Map<number, Totals>();
  #newest: number;
  #newestLine: number;
  #oldestLine = Infinity;

  constructor(state: WindowState, windowing: Windowing) {
    this.#windowing = windowing;
    this.#state = state;
    this.#open = new Map(state.open);
    this.#newest = state.newest;
    this.#newestLine = state.newestLine;
  }

  merge(piece: PieceCounts): void {
    for (const [start, counts] of piece.windows) {
      const isLate = start < this.#state.closedBefore;
      if (isLate) this.late += linesOf(counts);
      this.#mergeInto(isLate || this.#windowing.parts ? this.#apart : this.#open, start, counts);
    }
    for (const [start, counts] of piece.future) {
      this.late += linesOf(counts);
      this.#mergeInto(this.#apart, start, counts);
    }
    this.#newest = Math.max(this.#newest, piece.newest);
    this.#newestLine = Math.max(this.#newestLine, piece.newestLine);
    this.#oldestLine = Math.min(this.#oldestLine, piece.oldestLine);
  }

  /**
   * How many different series the windows hold that are open or were added to, where that is more than one of them may hold; else
   * null. Series that come and go grow a store without end, though each window stays within its limit.
   */
  variety(): number | null {
    const windows = [...this.#open.values(), ...this.#apart.values()];
    const { maxSeries } = this.#windowing;
    if (windows.reduce((sum, { size }) => sum + size, 0) <= maxSeries) return null;
    const series = new Set<string>();
    for (const totals of windows) for (const key of totals.keys()) series.add(key);
    return series.size > maxSeries ? series.size : null;
  }

  /** The points to write and the state that holds once they are acknowledged. */
  finish(): { points: WindowPoint[]; next: WindowState } {
    const { windowMs, latenessMs } = this.#windowing;
    const closedBefore = Math.max(
      this.#state.closedBefore,
      Math.floor((this.#newest - latenessMs) / windowMs) * windowMs,
      this.#closedByForce(),
    );
    const points = this.#points();
    const open = new Map([...this.#open].filter(([start]) => start >= closedBefore));
    return {
      points,
      next: {
        open,
        closedBefore,
        newest: this.#newest,
        newestLine: this.#newestLine,
        segment: this.#state.segment + Math.sign(points.length),
      },
    };
  }

  /**
   * Where windows must close although they are not late yet, the oldest first, so that what is kept between segments and runs
   * stays bounded. Their further lines count as late, so nothing is lost.
   */
  #closedByForce(): number {
    let entries = 0;
    for (const [start, totals] of [...this.#open].toSorted(([a], [b]) => b - a))
      if ((entries += entriesIn(totals)) > this.#windowing.mostOpen) return start + this.#windowing.windowMs;
    return -Infinity;
  }

  #mergeInto(windows: Map<number, Totals>, start: number, counts: WindowCounts): void {
    let totals = windows.get(start);
    if (!totals) windows.set(start, (totals = new Map()));
    for (const bucket of counts.buckets.values()) this.#add(totals, counts, bucket);
  }

  /** Adds a bucket to its series, or to the one for all that is too much. */
  #add(totals: Totals, counts: WindowCounts, bucket: Bucket): void {
    const { seriesOf } = this.#windowing;
    let series = (bucket.series.key ??= seriesOf(bucket.series.attributes()));
    if (totals.size >= this.#windowing.maxSeries && !totals.has(series)) {
      series = seriesOf(bucket.series.attributes().map(([name]) => [name, "_other"]));
      this.overflow ??= mostValued(counts);
    }
    const { segment } = this.#state;
    const total = totals.get(series);
    if (total?.segment !== segment) this.entries++;
    if (!total) {
      bucket.segment = segment; // nobody else adds to it any more
      return void totals.set(series, bucket);
    }
    addAmounts(total, bucket);
    total.segment = segment;
  }

  /** By series, then by time. Windows are gone through in their order, so mostly only the series are left to sort. */
  #points(): WindowPoint[] {
    const { segment } = this.#state;
    const bySeries = new Map<string, WindowPoint[]>();
    const add = (point: WindowPoint): void => {
      const same = bySeries.get(point.series);
      if (same) same.push(point);
      else bySeries.set(point.series, [point]);
    };
    for (const window of [...new Set([...this.#open.keys(), ...this.#apart.keys()])].toSorted((a, b) => a - b)) {
      for (const [series, total] of this.#open.get(window) ?? [])
        if (total.segment === segment) add({ series, time: window, window, total });
      const time = window + this.#slot;
      for (const [series, total] of this.#apart.get(window) ?? []) add({ series, time, window, total });
    }
    const withZeros = new Set<string>();
    for (const point of this.#zeros()) {
      add(point);
      withZeros.add(point.series);
    }
    return [...bySeries]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([series, points]) => (withZeros.has(series) ? points.toSorted((a, b) => a.time - b.time) : points));
  }

  /** Late lines of different segments must not overwrite each other, nor the total at the window's start. */
  get #slot(): number {
    return 1 + (this.#state.segment % (this.#windowing.windowMs - 1));
  }

  /**
   * Where a series of which zeros are wanted has nothing: in the windows behind that of the newest line so far, up to that of the
   * newest line now. At the very beginning they lie behind that of the oldest line, of which others may have counted a part. Of windows
   * that are closed it is not known. Where they are too many, since a line is years old, in the newest ones.
   */
  *#zeros(): Generator<WindowPoint> {
    const { zeros, windowMs, maxSeries, parts } = this.#windowing;
    const { newestLine: before, closedBefore } = this.#state;
    if (zeros.length === 0 || this.#newestLine === -Infinity || this.isTorn) return;
    const startOf = (time: number): number => Math.floor(time / windowMs) * windowMs;
    const last = startOf(this.#newestLine);
    const most = Math.floor(mostZeros / zeros.length);
    const next = startOf(before === -Infinity ? this.#oldestLine : before) + windowMs;
    for (let window = Math.max(next, closedBefore, last - most * windowMs); window <= last; window += windowMs) {
      const totals = (parts ? this.#apart : this.#open).get(window);
      let room = maxSeries - (totals?.size ?? 0);
      for (const series of zeros)
        if (!totals?.has(series) && room-- > 0)
          yield { series, time: parts ? window + this.#slot : window, window, total: nothing };
    }
  }
}

/** In one segment. */
const mostZeros = 50_000;

/** Of values that no line had nothing is said. */
const nothing: Total = { count: 0, values: [], bins: [] };

/** Bins that take about the room of an entry. */
const binsPerEntry = 20;

/** What totals take, in entries. */
function entriesIn(totals: Totals): number {
  let numbers = 0;
  for (const { bins } of totals.values()) for (const each of bins) numbers += each.length;
  return totals.size + numbers / 2 / binsPerEntry;
}

/**
 * What holds after the configuration changed: open windows are closed, so that points made by the old rules and by the new
 * ones never share a timestamp. `oldWindowMs`: the window length until now.
 */
export function closeWindows(state: WindowState, oldWindowMs: number, windowMs: number): WindowState {
  const end = [...state.open.keys()].reduce(
    (latest, start) => Math.max(latest, start + oldWindowMs),
    state.closedBefore,
  );
  return { ...state, open: new Map(), closedBefore: Math.ceil(end / windowMs) * windowMs };
}

const linesOf = ({ buckets }: WindowCounts): number => [...buckets.values()].reduce((sum, { count }) => sum + count, 0);

/** The attribute that takes the most different values in a window: the one whose series are too many. */
function mostValued({ buckets }: WindowCounts): string {
  const values = new Map<string, Set<unknown>>();
  for (const series of buckets.keys())
    for (const [name, value] of series.attributes()) values.set(name, (values.get(name) ?? new Set()).add(value));
  const most = [...values].reduce((a, b) => (b[1].size > a[1].size ? b : a), ["", new Set()]);
  return most[0];
}
