// Totals over all windows: what a load without a sink shows. Bounded like the windows of a run.
import { addAmounts, type Amounts, copyOf } from "./bucket.ts";
import type { PieceCounts } from "./piece.ts";
import type { AttributeEntry } from "./series.ts";

export interface SummaryRow {
  readonly attributes: readonly AttributeEntry[];
  readonly total: Amounts;
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

  #add(attributes: readonly AttributeEntry[], amounts: Amounts): void {
    const series = this.#seriesOf(attributes);
    const isTooMuch = this.#rows.size >= this.#maxSeries && !this.#rows.has(series);
    if (isTooMuch && attributes.some(([, value]) => value !== "_other")) {
      return this.#add(
        attributes.map(([name]) => [name, "_other"]),
        amounts,
      );
    }
    const row = this.#rows.get(series);
    if (row) addAmounts(row.total, amounts);
    else this.#rows.set(series, { attributes, total: copyOf(amounts) });
  }
}
