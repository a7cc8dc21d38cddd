// What makes a store hold what the logs say: the total at the window's start, and nothing at any other time in the window. And
// the open windows that go with it, since the next run adds to them. Pure.
import { numbersOf, type Told } from "../frequencies/values.ts";
import type { Amounts } from "../frequencies/amounts.ts";
import type { WindowState } from "../frequencies/windows.ts";
import { nanoseconds, point } from "../sink/line-protocol.ts";
import type { Points } from "./holdings.ts";

/** One series of one window that the store does not hold as the logs say. */
export interface Mistake {
  readonly window: number;
  readonly series: string;
  /** What the logs say; null: nothing. */
  readonly total: Readonly<Amounts> | null;
  /** What the store holds. */
  readonly points: Points;
}

/**
 * Lines of line protocol. A store forgets no field, so every point gets all of them, those of a value that no line had, too: at other
 * times than the start the count and what adds up are 0, and minimum, maximum and quantiles those of the whole window, where they
 * change no answer.
 */
export function pointsFor({ window, series, total, points }: Mistake, { pointFields, distributions }: Told): string[] {
  const start = BigInt(nanoseconds(window));
  const right = total ? numbersOf(total, distributions) : pointFields.map(({ none }) => none);
  const all = pointFields.map(({ name }, index) => [name, right[index]!] as const);
  const nothing = pointFields.map(({ name, none }, index) => [name, none === 0 ? 0 : right[index]!] as const);
  const others = [...points.keys()].filter((time) => time !== start);
  const isWritten = total !== null || points.has(start);
  return [
    ...(isWritten ? [point(series, total?.count ?? 0, all, start)] : []),
    ...others.map((time) => point(series, 0, nothing, time)),
  ];
}

/** Open windows as they must be once the mistakes are mended. */
export function openWindows({ open, closedBefore }: WindowState, mistakes: readonly Mistake[]): WindowState["open"] {
  const mended = new Map(Array.from(open, ([window, totals]) => [window, new Map(totals)]));
  for (const { window, series, total } of mistakes.filter((mistake) => mistake.window >= closedBefore)) {
    const totals = mended.get(window) ?? new Map<string, Readonly<Amounts>>();
    if (total) totals.set(series, total);
    else totals.delete(series);
    mended.set(window, totals);
  }
  return mended;
}
