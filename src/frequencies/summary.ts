// Totals over all windows: what a load without a sink shows. Bounded like the windows of a run.
import { anonymousText } from "../derived/network.ts";
import type { Invocation } from "../invocation/invocation.ts";
import { addAmounts, type Amounts, copyOf } from "./amounts.ts";
import type { PieceCounts, Reject } from "./piece.ts";
import type { AttributeEntry } from "./series.ts";
import { type Timeline, Timescale } from "./timescale.ts";

export interface SummaryRow {
  readonly attributes: readonly AttributeEntry[];
  readonly total: Amounts;
  readonly timeline: Timeline;
}

/** A line that was not counted, and the file in which it stands. */
export interface Example extends Reject {
  readonly file: string;
}

export class Summary {
  readonly #rows = new Map<string, SummaryRow>();
  readonly #seriesOf: (attributes: readonly AttributeEntry[]) => string;
  readonly #maxSeries: number;
  readonly #isAnonymous: boolean;
  readonly timescale: Timescale;
  /** First and last window, ms since 1970. */
  oldest = Infinity;
  newest = -Infinity;
  /** Lines that were counted. */
  total = 0;
  /** Two of the lines that were rejected. */
  readonly examples: Example[] = [];

  constructor(
    seriesOf: (attributes: readonly AttributeEntry[]) => string,
    { maxSeries, windowMs, anonymizeIp }: Pick<Invocation, "maxSeries" | "windowMs" | "anonymizeIp">,
  ) {
    this.#seriesOf = seriesOf;
    this.#isAnonymous = anonymizeIp;
    this.#maxSeries = maxSeries;
    this.timescale = new Timescale(windowMs);
  }

  addPiece({ windows, future, rejects }: PieceCounts, file: string): void {
    for (const counted of [windows, future])
      for (const [start, counts] of counted)
        for (const [row, series] of counts.series.entries()) this.add(series.attributes(), counts.amounts(row), start);
    for (const reject of rejects.slice(0, 2 - this.examples.length)) {
      const line = this.#isAnonymous ? anonymousText(reject.line) : reject.line;
      this.examples.push({ ...reject, line, file });
    }
  }

  /** `start`: of the window, ms since 1970. */
  add(attributes: readonly AttributeEntry[], amounts: Amounts, start: number): void {
    const series = this.#seriesOf(attributes);
    const isTooMuch = this.#rows.size >= this.#maxSeries && !this.#rows.has(series);
    if (isTooMuch && attributes.some(([, value]) => value !== "_other")) {
      return this.add(
        attributes.map(([name]) => [name, "_other"]),
        amounts,
        start,
      );
    }
    let row = this.#rows.get(series);
    if (row) addAmounts(row.total, amounts);
    else {
      row = { attributes, total: copyOf(amounts), timeline: this.timescale.newTimeline() };
      this.#rows.set(series, row);
    }
    this.oldest = Math.min(this.oldest, start);
    this.newest = Math.max(this.newest, start);
    this.total += amounts.count;
    this.timescale.add(row.timeline, start, amounts.count);
  }

  /** Most frequent first, then by name. */
  rows(): SummaryRow[] {
    return [...this.#rows.entries()]
      .toSorted(([a, left], [b, right]) => right.total.count - left.total.count || (a < b ? -1 : 1))
      .map(([, row]) => row);
  }
}
