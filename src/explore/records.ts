// The records of logs as one thing that answers questions. Each question reads the logs anew, so that they may be of any size; nothing is
// held but the answer.
import { inspect } from "node:util";
import type { WholeRecord } from "../derived/fields.ts";
import { countIn } from "../frequencies/bins.ts";
import { addValue, type Amounts, emptyValues } from "../frequencies/amounts.ts";
import type { AttributeEntry } from "../frequencies/series.ts";
import { Summary } from "../frequencies/summary.ts";
import type { Told } from "../frequencies/values.ts";
import type { Attributes } from "../pipeline/pipeline.ts";
import { batchesOf, detached, type Logs, type Origin } from "./batches.ts";
import { limited } from "../limited.ts";
import { countingBy, ReadyPipeline } from "./ready.ts";

/** A function of a record, a pipeline, or fields: `status,method`. */
export type Question = ((record: WholeRecord) => unknown) | ReadyPipeline | string;

/** How often each answer was given. */
export class Frequencies {
  readonly summary: Summary;
  /** What is told of numbers. */
  readonly told: Told;
  /** Who answered; null: a function. */
  readonly pipeline: ReadyPipeline | null;
  /** Who was asked about. */
  readonly records: Records;
  /** Records to which there was no answer. */
  readonly ignored: number;
  /** Lines that are no records. */
  readonly rejected: number;

  constructor(given: Omit<Frequencies, "rows">) {
    this.summary = given.summary;
    this.told = given.told;
    this.pipeline = given.pipeline;
    this.records = given.records;
    this.ignored = given.ignored;
    this.rejected = given.rejected;
  }

  /** Most frequent first. */
  get rows(): { readonly [name: string]: unknown; readonly count: number }[] {
    return this.summary
      .rows()
      .map(({ attributes, total: { count } }) => ({ ...Object.fromEntries(attributes), count }));
  }
}

/** Records that were kept. What is made of them is a list like any other. */
export class Sample extends Array<WholeRecord> {
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }
}

/** What is beyond it is counted as `_other`. */
const mostCategories = 10_000;

const windowMs = 60_000;

export class Records implements AsyncIterable<WholeRecord> {
  readonly #logs: Logs;
  readonly #begin: () => AbortSignal;
  readonly #tests: readonly ((record: WholeRecord) => boolean)[];

  /** `begin`: called where a question begins to read; its signal ends that. */
  constructor(logs: Logs, begin: () => AbortSignal, tests: readonly ((record: WholeRecord) => boolean)[] = []) {
    this.#logs = logs;
    this.#begin = begin;
    this.#tests = tests;
  }

  /** Those of them to which the answer is yes, or that the pipeline takes for its own. */
  where(question: Question): Records {
    refuseOdd(question);
    return new Records(this.#logs, this.#begin, [...this.#tests, yesOrNo(question)]);
  }

  /** How many there are; how many of them to which the answer is yes. */
  async count(question?: Question): Promise<number> {
    let count = 0;
    await (question === undefined ? this : this.where(question)).#each(() => count++);
    return count;
  }

  /** How often each answer is given; null and undefined are none. */
  async frequencies(question: Question): Promise<Frequencies> {
    refuseOdd(question);
    const pipeline = typeof question === "string" ? countingBy(question) : question;
    const answer = typeof pipeline === "function" ? answerOf(pipeline) : pipeline.categorize.bind(pipeline);
    const ready = typeof pipeline === "function" ? null : pipeline;
    const summary = new Summary((attributes) => JSON.stringify(attributes), {
      maxSeries: mostCategories,
      windowMs,
      anonymizeIp: false,
    });
    let ignored = 0;
    const rejected = await this.#each((record) => {
      const attributes = answer(record);
      if (!attributes) {
        ignored++;
        return;
      }
      summary.add(entriesOf(attributes), amountsOf(record, ready), Math.floor(record.time / windowMs) * windowMs);
    });
    return new Frequencies({
      summary,
      told: ready?.told ?? { pointFields: [], distributions: [] },
      pipeline: ready,
      records: this,
      ignored,
      rejected,
    });
  }

  /** So many of them, any of all with equal chance, in their order. */
  async sample(size = 10): Promise<Sample> {
    if (!Number.isInteger(size) || size < 1)
      throw new TypeError("sample takes how many records it is to show; choose them with where(…).sample(5)");
    const kept: { readonly record: WholeRecord; readonly at: number }[] = [];
    let seen = 0;
    await this.#each((record) => {
      const place = seen < size ? seen : Math.floor(Math.random() * (seen + 1));
      if (place < size) kept[place] = { record: detached(record), at: seen };
      seen++;
    });
    return Sample.from(kept.toSorted((a, b) => a.at - b.at).map(({ record }) => record));
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<WholeRecord> {
    for await (const { record } of this.withOrigins()) yield record;
  }

  async *withOrigins(): AsyncGenerator<{ readonly record: WholeRecord; readonly origin: Origin }> {
    for await (const batch of batchesOf(this.#logs, this.#begin())) {
      let passing: number[] = [];
      limited("what was asked of some 64 KiB of lines", () => {
        passing = [...batch.records.keys()].filter((index) => this.#passes(batch.records[index]!));
      });
      for (const index of passing) yield { record: batch.records[index]!, origin: batch.origin(index) };
    }
  }

  /** Answers how many lines were no records. */
  async #each(visit: (record: WholeRecord) => void): Promise<number> {
    let rejected = 0;
    for await (const batch of batchesOf(this.#logs, this.#begin())) {
      rejected += batch.rejected;
      limited("what was asked of some 64 KiB of lines", () => {
        for (const record of batch.records) if (this.#passes(record)) visit(record);
      });
    }
    return rejected;
  }

  #passes(record: WholeRecord): boolean {
    return this.#tests.every((test) => test(record));
  }
}

/** What one record adds to its category. */
function amountsOf(record: WholeRecord, pipeline: ReadyPipeline | null): Amounts {
  const { values = [], told } = pipeline ?? {};
  const { distributions = [] } = told ?? {};
  const amounts = { count: 1, values: emptyValues(values.length), bins: distributions.map((): number[] => []) };
  for (const [index, { field }] of values.entries()) {
    const number = record[field];
    if (number === null) continue;
    addValue(amounts.values, 3 * index, number);
    for (const [at, { value, binOf }] of distributions.entries())
      if (value === index) countIn(amounts.bins[at]!, binOf(number), 1);
  }
  return amounts;
}

/** At a prompt anything may be asked. Throws TypeError where it is no question. */
function refuseOdd(question: unknown): void {
  if (typeof question === "function" && question.constructor.name === "AsyncFunction")
    throw new TypeError("give a function that answers at once: the promise of an async one is neither yes nor no");
  if (typeof question === "function" || typeof question === "string" || question instanceof ReadyPipeline) return;
  throw new TypeError(
    `give a function of a record, such as r => r.status >= 500, fields, such as "status,method", or a pipeline, such as requests`,
  );
}

function yesOrNo(question: Question): (record: WholeRecord) => boolean {
  if (typeof question === "function") return (record) => Boolean(question(record));
  const pipeline = typeof question === "string" ? countingBy(question) : question;
  return (record) => pipeline.categorize(record) !== null;
}

/** What is no hash is the answer itself. */
function answerOf(question: (record: WholeRecord) => unknown): (record: WholeRecord) => Attributes | null {
  return (record) => {
    const answer = question(record);
    if (answer === null || answer === undefined) return null;
    if (isHash(answer)) return answer;
    return { answer: typeof answer === "string" ? answer : inspect(answer) };
  };
}

const isHash = (answer: unknown): answer is Attributes => typeof answer === "object" && !Array.isArray(answer);

function entriesOf(attributes: Attributes): AttributeEntry[] {
  return Object.entries(attributes).flatMap(([name, value]): AttributeEntry[] =>
    value === null || value === undefined ? [] : [[name, value]],
  );
}
