// What the reader looks at: a stretch of time, classes of status, a route. Whatever shows it hears of every change.
import type { Selection } from "./facts.ts";

export class View {
  /** All there is to see. */
  readonly whole: Selection;
  /** Milliseconds; less is not worth a look. */
  readonly #least: number;
  #selection: Selection;
  readonly #listeners: (() => void)[] = [];
  #isDue = false;

  constructor(from: number, until: number, least: number) {
    this.whole = { from, until, classes: new Set(), route: null };
    this.#least = Math.min(least, until - from);
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

  /** Shows a stretch of time, moved and widened so that it is one. */
  zoom(from: number, until: number): void {
    const length = Math.min(Math.max(until - from, this.#least), this.whole.until - this.whole.from);
    const start = Math.min(Math.max(from, this.whole.from), this.whole.until - length);
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
