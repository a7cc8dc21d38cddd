// What a store holds of an invocation, as it came: by window, series and timestamp. Pure.
import type { Field } from "../frequencies/values.ts";
import { seriesKey, tagText } from "../sink/line-protocol.ts";
import type { StoredPoint, StoredSeries } from "../sink/reader.ts";

/** Points of one series in one window, by their time in ns. */
export type Points = ReadonlyMap<bigint, HeldPoint>;

export interface HeldPoint {
  readonly count: number;
  /** By field. */
  readonly numbers: readonly number[];
}

/** Points by series key. */
export type WindowHoldings = ReadonlyMap<string, Points>;

/** What tells the series of an invocation from others of the measurement. */
export interface Ownership {
  readonly measurement: string;
  /** Constant tags, all of which a series has. */
  readonly tags: { readonly [name: string]: string };
  /** Tags that it may have besides. */
  readonly attributes: ReadonlySet<string>;
}

export class Holdings {
  readonly #windows = new Map<number, Map<string, Map<bigint, HeldPoint>>>();
  readonly #owner: Ownership;
  readonly #fields: readonly Field[];
  readonly #windowMs: number;
  /** Constant tags as they stand in the store. */
  readonly #constant: ReadonlyMap<string, string>;

  /** `fields`: what points have besides the count. */
  constructor(owner: Ownership, fields: readonly Field[], windowMs: number) {
    this.#owner = owner;
    this.#fields = fields;
    this.#windowMs = windowMs;
    this.#constant = new Map(Object.entries(owner.tags).map(([key, value]) => [tagText(key), tagText(value)]));
  }

  /** Passes over series of others: those that lack a constant tag, or have a tag that the pipeline never answers with. */
  add({ tags, points }: StoredSeries): void {
    if (!this.#isOurs(tags)) return;
    const series = seriesKey(this.#owner.measurement, tags);
    for (const point of points) addPoint(this.#pointsOf(series, point.time), point, this.#fields);
  }

  /** Starts of the windows in which there is something. */
  windows(): Iterable<number> {
    return this.#windows.keys();
  }

  at(window: number): WindowHoldings {
    return this.#windows.get(window) ?? new Map();
  }

  #isOurs(tags: StoredSeries["tags"]): boolean {
    const constant = tags.filter(([key, value]) => this.#constant.get(key) === value);
    const { attributes } = this.#owner;
    return (
      constant.length === this.#constant.size && tags.every(([key]) => this.#constant.has(key) || attributes.has(key))
    );
  }

  #pointsOf(series: string, time: bigint): Map<bigint, HeldPoint> {
    const ms = Number(time / 1_000_000n);
    const start = Math.floor(ms / this.#windowMs) * this.#windowMs;
    let window = this.#windows.get(start);
    if (!window) this.#windows.set(start, (window = new Map()));
    let points = window.get(series);
    if (!points) window.set(series, (points = new Map()));
    return points;
  }
}

/** Fields may come one by one; a store that keeps two points at one time counts both. */
function addPoint(points: Map<bigint, HeldPoint>, { time, fields }: StoredPoint, told: readonly Field[]): void {
  const [count, ...numbers] = fields;
  const held = points.get(time) ?? { count: 0, numbers: told.map(({ none }) => none) };
  points.set(time, {
    count: held.count + (count ?? 0),
    numbers: told.map(({ combine }, index) => {
      const [before, more] = [held.numbers[index]!, numbers[index] ?? null];
      return more === null ? before : (combine?.(before, more) ?? more);
    }),
  });
}
