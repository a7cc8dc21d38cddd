// Asks a pipeline to which series a line belongs, and remembers the answers: a categorizer is stateless, so records that differ in
// nothing get the same one, and most lines of a log differ in nothing that a pipeline reads. The time always differs: an answer
// for which it was looked at is not remembered. Built-in pipelines never look at it; of a rule that is found out.
import { type Keys, type LineView, noRow } from "../format/lines.ts";
import type { LogRecord } from "../format/record.ts";
import type { Attributes } from "../pipeline/pipeline.ts";
import { Series } from "./series.ts";

/** With its options bound. */
export type Categorize = (record: LogRecord) => Attributes | null | undefined;

/** What is known of the lines with one key. */
interface Answer {
  /** Null: not the pipeline's; undefined: not known, or different from line to line. */
  series: Series | null | undefined;
  /** Met for the first time: strangers can make that of every line, so it must cost little. Met again; or the time was looked at. */
  is: "new" | "met" | "timed";
}

/** Keys that are remembered, a power of two. A new one takes the place of another. */
const places = 8192;
/** What is left of a hash of 32 bits. */
const placeShift = 19;
/** Series after which all are forgotten: strangers can make up any number. */
const mostSeries = 20_000;

export class Categorizer {
  readonly #view: LineView;
  readonly #categorize: Categorize;
  readonly #mayReadTime: boolean;
  /** Of the answers, place by place. */
  readonly #known: Int32Array;
  #answers: (Answer | null)[] = noAnswers();
  #generation: number;
  #series = new Series();

  constructor(view: LineView, categorize: Categorize, mayReadTime: boolean) {
    this.#view = view;
    this.#categorize = categorize;
    this.#mayReadTime = mayReadTime;
    this.#known = new Int32Array((view.keys?.slots.length ?? 0) * places);
    this.#generation = view.keys?.generation ?? 0;
  }

  /** Null where the line is not the pipeline's. Throws what the categorizer throws. */
  seriesOf(line: number): Series | null {
    const { keys } = this.#view;
    const answer = keys && this.#answerOf(line, keys);
    if (!answer) return this.#seriesOf(this.#categorize(this.#view.record(line)));
    return answer.series === undefined ? this.#ask(line, answer) : answer.series;
  }

  /** Between pieces memory is given back, where there is too much of it. */
  startPiece(): void {
    if (this.#series.size <= mostSeries) return;
    this.#series = new Series();
    this.#answers = noAnswers();
  }

  #seriesOf(attributes: Attributes | null | undefined): Series | null {
    return attributes === null || attributes === undefined ? null : this.#series.find(attributes);
  }

  /** What is known of a line; null: nothing can be remembered of it. */
  #answerOf(line: number, keys: Keys): Answer | null {
    const row = keys.rowOf(line);
    if (row === noRow) return null;
    const { words, slots, ids } = keys;
    let hash = 0;
    for (let index = 0; index < slots.length; index++) {
      const number = words[row + slots[index]!]!;
      if (number < 0 && index < ids) return null;
      hash = Math.imul(hash ^ number, 0x9e3779b1);
    }
    if (this.#generation !== keys.generation) {
      this.#generation = keys.generation;
      this.#answers = noAnswers();
    }
    const known = this.#known;
    const place = hash >>> placeShift;
    const from = place * slots.length;
    const answer = this.#answers[place]!;
    let isSame = answer !== null;
    for (let index = 0; index < slots.length; index++) {
      const number = words[row + slots[index]!]!;
      if (known[from + index] !== number) isSame = false;
    }
    if (isSame) return answer;
    for (let index = 0; index < slots.length; index++) known[from + index] = words[row + slots[index]!]!;
    return (this.#answers[place] = { series: undefined, is: "new" });
  }

  #ask(line: number, answer: Answer): Series | null {
    const record = this.#view.record(line);
    if (!this.#mayReadTime) return (answer.series = this.#seriesOf(this.#categorize(record)));
    if (answer.is !== "met") {
      if (answer.is === "new") answer.is = "met";
      return this.#seriesOf(this.#categorize(record));
    }
    const series = this.#seriesOf(this.#categorize(watched(record, answer)));
    if (answer.is === "met") answer.series = series;
    return series;
  }
}

/** The record, which notes in the answer that its time was looked at, in whatever way. A getter of its own cost more: bench/tried.md. */
function watched(record: LogRecord, answer: Answer): LogRecord {
  const note = (key: string | symbol): void => {
    if (key === "time") answer.is = "timed";
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

const noAnswers = (): null[] => Array<null>(places).fill(null);
