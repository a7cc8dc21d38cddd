// Asks a pipeline to which series a line belongs, and remembers the answers: a categorizer is stateless, so records that differ in
// nothing get the same one, and most lines of a log differ in nothing that a pipeline reads. The time always differs: an answer
// for which it was looked at is not remembered. Built-in pipelines never look at it; of a rule that is found out.
import { ignored, type LineCounter, type LineView, noPlace, unasked } from "../format/lines.ts";
import type { LogRecord } from "../format/record.ts";
import type { Attributes } from "../pipeline/pipeline.ts";
import { Series } from "./series.ts";

/** With its options bound. */
export type Categorize = (record: LogRecord) => Attributes | null | undefined;

/** What is known of a place besides what a counter can use: its lines came once, so that strangers make it cheaply; they tell the time. */
const met = unasked - 1;
const timed = unasked - 2;

/** Series after which all are forgotten: strangers can make up any number. */
const mostSeries = 20_000;

export class Categorizer {
  readonly #view: LineView;
  readonly #categorize: Categorize;
  readonly #mayReadTime: boolean;
  #series = new Series();

  /** The only one for the view. */
  constructor(view: LineView, categorize: Categorize, mayReadTime: boolean) {
    this.#view = view;
    this.#categorize = categorize;
    this.#mayReadTime = mayReadTime;
  }

  /** Null where the line is not the pipeline's. Throws what the categorizer throws. */
  seriesOf(line: number): Series | null {
    const { counter } = this.#view;
    const place = counter ? counter.placeOf(line) : noPlace;
    if (!counter || place === noPlace) return this.#answer(this.#view.record(line));
    const meaning = counter.meaningOf(place);
    if (meaning >= 0) return this.series(meaning);
    return meaning === ignored ? null : this.#ask(this.#view.record(line), counter, place, meaning);
  }

  /** The series with the number that the view's counter knows. */
  series(id: number): Series {
    return this.#series.ofTree(id);
  }

  /** Between pieces memory is given back, where there is too much of it. */
  startPiece(): void {
    if (this.#series.size <= mostSeries) return;
    this.#series = new Series();
    this.#view.counter?.forget();
  }

  #answer(record: LogRecord): Series | null {
    const attributes = this.#categorize(record);
    return attributes === null || attributes === undefined ? null : this.#series.find(attributes);
  }

  #ask(record: LogRecord, counter: LineCounter, place: number, meaning: number): Series | null {
    if (meaning === timed) return this.#answer(record);
    if (meaning === unasked && this.#mayReadTime) {
      counter.setMeaning(place, met);
      return this.#answer(record);
    }
    const watch = { isTimeRead: false };
    const series = this.#answer(this.#mayReadTime ? watched(record, watch) : record);
    counter.setMeaning(place, watch.isTimeRead ? timed : (series?.id ?? ignored));
    return series;
  }
}

/** The record, which notes that its time was looked at, in whatever way. A getter of its own cost more: bench/tried.md. */
function watched(record: LogRecord, watch: { isTimeRead: boolean }): LogRecord {
  const note = (key: string | symbol): void => {
    if (key === "time") watch.isTimeRead = true;
  };
  return new Proxy(record, {
    get(target, key) {
      note(key);
      return Reflect.get(target, key);
    },
    getOwnPropertyDescriptor(target, key) {
      note(key);
      return Reflect.getOwnPropertyDescriptor(target, key);
    },
  });
}
