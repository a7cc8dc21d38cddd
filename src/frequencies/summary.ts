// Totals over all windows: what a load without a sink shows. Bounded like the windows of a run.
import { addValues } from "./bucket.ts";
import type { PieceCounts } from "./piece.ts";
import type { AttributeEntry } from "./series.ts";
import type { Total } from "./windows.ts";

export interface SummaryRow {
  readonly attributes: readonly AttributeEntry[];
  readonly total: Total;
}

export class Summary {
  readonly #rows = new Map<string, SummaryRow>();
  readonly #seriesOf: (attributes: readonly AttributeEntry[]) => string;
  readonly #maxSeries: number;
  /** First and last window, ms since 1970. */
  oldest = Infinity;
  newest = -Infinity;

  constructor(seriesOf: (attributes: readonly AttributeEntry[]) => string, maxSeries: number) {
    this.#seriesOf = seriesOf;
    this.#maxSeries = maxSeries;
  }

  add(piece: PieceCounts): void {
    for (const windows of [piece.windows, piece.future])
      for (const [start, { buckets }] of windows) {
        this.oldest = Math.min(this.oldest, start);
        this.newest = Math.max(this.newest, start);
        for (const bucket of buckets.values()) this.#add(bucket.series.attributes(), bucket);
      }
  }

  /** Most frequent first, then by name. */
  rows(): SummaryRow[] {
    return [...this.#rows.entries()]
      .toSorted(([a, left], [b, right]) => right.total.count - left.total.count || (a < b ? -1 : 1))
      .map(([, row]) => row);
  }

  #add(attributes: readonly AttributeEntry[], { count, values }: Total): void {
    const series = this.#seriesOf(attributes);
    const isTooMuch = this.#rows.size >= this.#maxSeries && !this.#rows.has(series);
    if (isTooMuch && attributes.some(([, value]) => value !== "_other")) {
      return this.#add(
        attributes.map(([name]) => [name, "_other"]),
        { count, values },
      );
    }
    const row = this.#rows.get(series);
    if (!row) return void this.#rows.set(series, { attributes, total: { count, values: [...values] } });
    row.total.count += count;
    addValues(row.total.values, values);
  }
}
