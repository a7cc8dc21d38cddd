// How wide a bin of time may be. Each width is a multiple of the one before, so that bins are joined without a look at the lines
// again, and what was counted in narrow ones first is the same as if it had been counted in wide ones at once.

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Milliseconds, from one second to 22 years. */
export const widths: readonly number[] = [
  ...[1, 5, 10, 30].map((seconds) => seconds * 1000),
  ...[1, 5, 15, 30].map((minutes) => minutes * minute),
  ...[1, 2, 6, 12].map((hours) => hours * hour),
  ...Array.from({ length: 14 }, (_, doublings) => 2 ** doublings * day),
];

/** The next wider one; the widest is followed by itself. */
export function widerThan(width: number): number {
  return widths.find((other) => other > width) ?? width;
}

/** The narrowest that is at least `least` wide and cuts a span into no more than `most` bins; the widest where none does. */
export function widthFor(spanMs: number, most: number, least = 0): number {
  return widths.find((width) => width >= least && spanMs / width <= most) ?? widths.at(-1)!;
}
