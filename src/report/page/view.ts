// What the reader looks at: a stretch of time, classes of status, a route. Whatever shows it hears of every change.
import type { Selection } from "./facts.ts";

/** Fewer are not worth a look. */
const leastBins = 5;

export class View {
  /** All there is to see. */
  readonly whole: Selection;
  /** Milliseconds: how wide a bin is. */
  readonly #grain: number;
  #selection: Selection;
  readonly #listeners: (() => void)[] = [];
  #isDue = false;

  constructor(from: number, until: number, grain: number) {
    this.whole = { from, until, classes: new Set(), route: null };
    this.#grain = grain;
    this.#selection = this.whole;
  }

  get selection(): Selection {
    return this.#selection;
  }

  get isZoomed(): boolean {
    return this.#selection.from > this.whole.from || this.#selection.until < this.whole.until;
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Shows a stretch of time, moved and widened to whole bins of what there is, and to no fewer than a handful. */
  zoom(from: number, until: number): void {
    const all = this.whole.until - this.whole.from;
    const length = Math.min(Math.max(this.#whole(until - from), leastBins * this.#grain), all);
    const start = Math.min(Math.max(this.#whole(from), this.whole.from), this.whole.until - length);
    this.#change({ from: start, until: start + length });
  }

  /** `factor` above 1 shows more. */
  zoomBy(factor: number): void {
    const { from, until } = this.#selection;
    const [middle, half] = [(from + until) / 2, ((until - from) * factor) / 2];
    this.zoom(middle - half, middle + half);
  }

  /** By a part of what is shown. */
  move(part: number): void {
    const { from, until } = this.#selection;
    const distance = (until - from) * part;
    this.zoom(from + distance, until + distance);
  }

  showWholeTime(): void {
    this.zoom(this.whole.from, this.whole.until);
  }

  toggleClass(digit: number): void {
    const classes = new Set(this.#selection.classes);
    if (!classes.delete(digit)) classes.add(digit);
    this.#change({ classes });
  }

  /** The same one again: all routes. */
  toggleRoute(route: string): void {
    this.#change({ route: this.#selection.route === route ? null : route });
  }

  showAll(): void {
    this.#change(this.whole);
  }

  #whole(ms: number): number {
    return Math.round(ms / this.#grain) * this.#grain;
  }

  #change(change: Partial<Selection>): void {
    this.#selection = { ...this.#selection, ...change };
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => {
      this.#isDue = false;
      for (const listener of this.#listeners) listener();
    });
  }
}
