// Counts over time as a line of small bars.

const bars = "▁▂▃▄▅▆▇█";

/** How many counts one bar stands for, so that all of them need no more than so many columns. */
export const countsPerBar = (counts: number, columns: number): number => Math.max(1, Math.ceil(counts / columns));

/** A bar for every `each` counts, the highest for the largest sum; where nothing was counted, there is a gap. */
export function sparkline(counts: readonly number[], each: number): string {
  const sums = Array.from({ length: Math.ceil(counts.length / each) }, (_, bar) =>
    counts.slice(bar * each, (bar + 1) * each).reduce((sum, count) => sum + count, 0),
  );
  const most = Math.max(...sums);
  return sums.map((sum) => (sum === 0 ? " " : bars[Math.ceil((sum * bars.length) / most) - 1]!)).join("");
}
