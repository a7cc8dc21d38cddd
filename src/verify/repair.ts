// What makes a store hold what the logs say: the total at the window's start, and nothing at any other time in the window. And
// the open windows that go with it, since the next run adds to them. Pure.
import { emptyValues } from "../frequencies/bucket.ts";
import type { Total, Totals, WindowState } from "../frequencies/windows.ts";
import { nanoseconds, replacingPoint } from "../sink/line-protocol.ts";
import type { Points } from "./holdings.ts";

/** One series of one window that the store does not hold as the logs say. */
export interface Mistake {
  readonly window: number;
  readonly series: string;
  /** What the logs say; null: nothing. */
  readonly total: Total | null;
  /** What the store holds. */
  readonly points: Points;
}

/**
 * Lines of line protocol. A store forgets no field, so every point gets all of them: at other times than the start the count
 * and the sums are 0, and minimum and maximum those of the whole window, where they change no answer.
 */
export function pointsFor({ window, series, total, points }: Mistake, valueNames: readonly string[]): string[] {
  const start = BigInt(nanoseconds(window));
  const { count, values } = total ?? { count: 0, values: emptyValues(valueNames.length) };
  const line = (time: bigint, factor: 0 | 1): string => {
    const summaries = valueNames.map((name, index) => ({
      name,
      sum: factor * values[3 * index]!,
      min: values[3 * index + 1]!,
      max: values[3 * index + 2]!,
    }));
    return replacingPoint(series, factor * count, summaries, time);
  };
  const others = [...points.keys()].filter((time) => time !== start);
  const isWritten = total !== null || points.has(start);
  return [...(isWritten ? [line(start, 1)] : []), ...others.map((time) => line(time, 0))];
}

/** Open windows as they must be once the mistakes are mended. */
export function openWindows({ open, closedBefore }: WindowState, mistakes: readonly Mistake[]): WindowState["open"] {
  const mended = new Map<number, Totals>(Array.from(open, ([window, totals]) => [window, new Map(totals)]));
  for (const { window, series, total } of mistakes.filter((mistake) => mistake.window >= closedBefore)) {
    const totals: Totals = mended.get(window) ?? new Map();
    if (total) totals.set(series, total);
    else totals.delete(series);
    mended.set(window, totals);
  }
  return mended;
}
