// The counts of one window while a piece is counted.
import type { Bins } from "./bins.ts";
import { Rows, type Shape } from "./rows.ts";
import type { Series } from "./series.ts";

/** What was counted in one window: series in the order in which they first got a line, and a row for each. */
export class WindowCounts extends Rows {
  /** No other window of any piece has it. */
  readonly id = windowsSoFar++;
  readonly series: Series[];
  /** Null while each series that has a row got its last line in this window, so that it knows the row itself. */
  #rows: Map<Series, number> | null = null;

  constructor(shape: Shape, series: Series[] = [], numbers?: number[], bins?: Bins[]) {
    super(shape, numbers, bins);
    this.series = series;
  }

  /** The series' row, made where it is missing. */
  rowOf(series: Series): number {
    if (series.windowId === this.id) return series.row;
    let row = this.#rows?.get(series);
    if (row === undefined) {
      row = this.append();
      this.series.push(series);
      this.#rows?.set(series, row);
    }
    series.row = row;
    series.windowId = this.id;
    return row;
  }

  /** To be said when it gets lines again after another window got some. */
  comeBack(): void {
    this.#rows ??= new Map(this.series.map((series, row) => [series, row]));
  }
}

let windowsSoFar = 0;
