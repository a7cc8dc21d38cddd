// Windows are totals: a run adds to those still open from the last run and writes their full value, so that writing them
// again changes nothing. What comes too late, or from the future, is counted apart and gets a timestamp of its own.
import type { PieceCounts } from "./piece.ts";
import { Rows } from "./rows.ts";
import type { AttributeEntry, Series } from "./series.ts";
import type { WindowCounts } from "./window-counts.ts";
import { type Key, numbersInBins, type Totals, WindowPoint, WindowTotals } from "./window-totals.ts";

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

/** Points to write, by series, then by time. */
export interface Points extends Iterable<WindowPoint> {
  readonly size: number;
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
  readonly #state: WindowState;
  readonly #keys = new Map<string, Key>();
  readonly #others = new Map<string, Key>();
  /** Windows that got lines, by their start. What else is open, is in the state. */
  readonly #open = new Map<number, WindowTotals>();
  /** Late ones, and all where the store does not overwrite: their points get timestamps of their own. */
  readonly #apart = new Map<number, WindowTotals>();
  #newest: number;
  #newestLine: number;
  #oldestLine = Infinity;

  constructor(state: WindowState, windowing: Windowing) {
    this.#windowing = windowing;
    this.#state = state;
    this.#newest = state.newest;
    this.#newestLine = state.newestLine;
  }

  /** Takes the piece over: nobody else may add to it any more. */
  merge(piece: PieceCounts): void {
    for (const [start, counts] of piece.windows) {
      const isLate = start < this.#state.closedBefore;
      if (isLate) this.late += counts.lines();
      this.#mergeInto(isLate || this.#windowing.parts ? this.#apart : this.#open, start, counts);
    }
    for (const [start, counts] of piece.future) {
      this.late += counts.lines();
      this.#mergeInto(this.#apart, start, counts);
    }
    this.#newest = Math.max(this.#newest, piece.newest);
    this.#newestLine = Math.max(this.#newestLine, piece.newestLine);
    this.#oldestLine = Math.min(this.#oldestLine, piece.oldestLine);
  }

  /** Windows that it touched and that nothing is kept of once they are written. */
  get done(): number {
    const passed = this.#passed;
    let done = this.#apart.size;
    for (const start of this.#open.keys()) if (start < passed) done++;
    return done;
  }

  /** Windows that start before it are closed with the segment, since lines may not be later than that. */
  get #passed(): number {
    const { windowMs, latenessMs } = this.#windowing;
    return Math.floor((this.#newest - latenessMs) / windowMs) * windowMs;
  }

  /**
   * How many different series the windows hold that are open or were added to, where that is more than one of them may hold; else
   * null. Series that come and go grow a store without end, though each window stays within its limit.
   */
  variety(): number | null {
    const { maxSeries } = this.#windowing;
    const before = [...this.#state.open.values()].reduce((sum, { size }) => sum + size, 0);
    if (before + this.#keys.size <= maxSeries) return null;
    const series = new Set<string>();
    for (const totals of [...this.#openNow().values(), ...this.#apart.values()])
      for (const key of totals.keys()) series.add(key);
    return series.size > maxSeries ? series.size : null;
  }

  /** The points to write and the state that holds once they are acknowledged. */
  finish(): { points: Points; next: WindowState } {
    const all = this.#openNow();
    const closedBefore = Math.max(this.#state.closedBefore, this.#passed, this.#closedByForce(all));
    const points = this.#points();
    const open = new Map<number, Totals>();
    for (const [start, totals] of all)
      if (start >= closedBefore) open.set(start, totals instanceof WindowTotals ? totals.copy() : totals);
    return {
      points,
      next: {
        open,
        closedBefore,
        newest: this.#newest,
        newestLine: this.#newestLine,
        segment: this.#state.segment + Math.sign(points.size),
      },
    };
  }

  #openNow(): Map<number, Totals | WindowTotals> {
    return new Map<number, Totals | WindowTotals>([...this.#state.open, ...this.#open]);
  }

  /**
   * Where windows must close although they are not late yet, the oldest first, so that what is kept between segments and runs
   * stays bounded. Their further lines count as late, so nothing is lost.
   */
  #closedByForce(open: ReadonlyMap<number, Totals | WindowTotals>): number {
    let entries = 0;
    for (const [start, totals] of [...open].toSorted(([a], [b]) => b - a))
      if ((entries += entriesIn(totals)) > this.#windowing.mostOpen) return start + this.#windowing.windowMs;
    return -Infinity;
  }

  #mergeInto(windows: Map<number, WindowTotals>, start: number, counts: WindowCounts): void {
    let totals = windows.get(start);
    if (!totals) {
      const isOpen = windows === this.#open;
      const time = isOpen ? start : start + this.#slot;
      totals = new WindowTotals(start, time, counts, isOpen ? this.#state.open.get(start) : undefined);
      windows.set(start, totals);
    }
    const { maxSeries, seriesOf } = this.#windowing;
    const keys = counts.series.map((series) => this.#keyOf((series.key ??= seriesOf(series.attributes()))));
    const { touched } = totals;
    if (totals.size + keys.length > maxSeries || !totals.adopt(keys, counts)) {
      for (let row = 0; row < keys.length; row++) {
        let key = keys[row]!;
        if (totals.size >= maxSeries && !totals.has(key)) {
          key = this.#otherOf(counts.series[row]!);
          this.overflow ??= mostValued(counts);
        }
        totals.add(key, counts, row);
      }
    }
    this.entries += totals.touched - touched;
  }

  /** What is counted in place of a series where there are too many: one for each set of attributes. */
  #otherOf(series: Series): Key {
    const names = series.attributes().map(([name]) => name);
    const set = JSON.stringify(names);
    let other = this.#others.get(set);
    if (!other) {
      other = this.#keyOf(this.#windowing.seriesOf(names.map((name) => [name, "_other"])));
      this.#others.set(set, other);
    }
    return other;
  }

  #keyOf(text: string): Key {
    let key = this.#keys.get(text);
    if (!key) this.#keys.set(text, (key = { text, seen: -1, totals: [], rows: [] }));
    return key;
  }

  #points(): Points {
    const zeros = new Map<string, WindowPoint[]>();
    let size = 0;
    for (const zero of this.#zeros()) {
      const others = zeros.get(zero.series);
      if (others) others.push(zero);
      else zeros.set(zero.series, [zero]);
      this.#keyOf(zero.series);
      size++;
    }
    // Windows in their order, so that only the series are left to sort.
    for (const window of [...new Set([...this.#open.keys(), ...this.#apart.keys()])].toSorted((a, b) => a - b))
      for (const totals of [this.#open.get(window), this.#apart.get(window)]) size += totals?.tellKeys() ?? 0;
    const keys = [...this.#keys.values()].toSorted((a, b) => (a.text < b.text ? -1 : 1));
    return { size, [Symbol.iterator]: () => pointsOf(keys, zeros) };
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
      const left = parts ? undefined : this.#state.open.get(window);
      const has = (series: string): boolean => (totals ? totals.has(this.#keyOf(series)) : left?.has(series)) ?? false;
      let room = maxSeries - ((totals ?? left)?.size ?? 0);
      for (const series of zeros)
        if (!has(series) && room-- > 0)
          yield new WindowPoint(series, parts ? window + this.#slot : window, window, nothing, 0);
    }
  }
}

/** In one segment. */
const mostZeros = 50_000;

/** Of values that no line had nothing is said. */
const nothing = new Rows({ values: 0, distributions: 0 }, [0]);

/** Made as they are taken: an object that is soon gone costs next to nothing. */
function* pointsOf(
  keys: readonly Key[],
  zeros: ReadonlyMap<string, readonly WindowPoint[]>,
): Generator<WindowPoint, void, undefined> {
  for (const { text, totals, rows } of keys) {
    const own = zeros.get(text);
    if (own) {
      const points = rows.map((row, index) => totals[index]!.pointOf(text, row));
      yield* [...points, ...own].toSorted((a, b) => a.time - b.time);
    } else for (let index = 0; index < rows.length; index++) yield totals[index]!.pointOf(text, rows[index]!);
  }
}

/** Bins that take about the room of an entry. */
const binsPerEntry = 20;

/** What totals take, in entries. */
function entriesIn(totals: Totals | WindowTotals): number {
  const numbers = totals instanceof WindowTotals ? totals.numbersInBins : numbersInBins(totals);
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

/** The attribute that takes the most different values in a window: the one whose series are too many. */
function mostValued({ series: all }: WindowCounts): string {
  const values = new Map<string, Set<unknown>>();
  for (const series of all)
    for (const [name, value] of series.attributes()) values.set(name, (values.get(name) ?? new Set()).add(value));
  const most = [...values].reduce((a, b) => (b[1].size > a[1].size ? b : a), ["", new Set()]);
  return most[0];
}
