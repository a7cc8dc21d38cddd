// What a rule is made of, as types alone: they are published, so nothing here needs a package.
import type { AnyField, WholeRecord } from "../derived/fields.ts";
import type { NumberField } from "../format/record.ts";

/** A categorizer's answer: the bucket a record belongs to. Null or undefined values are left out. */
export type Attributes = { readonly [name: string]: string | number | boolean | null | undefined };

/** What a categorizer gets: the fields that it names, and the time. */
export type RuleRecord<Fields extends AnyField = AnyField> = Pick<WholeRecord, Fields | "time">;

/** Options by their defaults; `--set` gives text, numbers, true, false or lists of texts of the same kind. */
export type RuleOptions = { readonly [name: string]: string | number | boolean | readonly string[] };

/** A default stands for its kind: `{ limit: 5 }` lets `limit` be any number. */
type OptionValues<Options> = {
  readonly [Name in keyof Options]: Options[Name] extends string
    ? string
    : Options[Name] extends number
      ? number
      : Options[Name] extends boolean
        ? boolean
        : readonly string[];
};

/** A numeric field of which more is told than sum, minimum and maximum. */
interface ValueChoice {
  readonly field: NumberField;
  /** Tells `_p50`, `_p95` and `_p99`: so many of 100 numbers are no larger; within 1 %. */
  readonly quantiles?: boolean | undefined;
  /** Upper bounds, growing: `[100, 1000]` counts in `_bucket_100`, `_bucket_1000` and `_bucket_+Inf`. */
  readonly buckets?: readonly number[] | undefined;
}

/** Numbers of a pipeline by their name in points: `{ elapsed_us: "elapsedUs" }`. */
export type ValueChoices = { readonly [name: string]: NumberField | ValueChoice };

/** Attributes of a series that gets a 0 where nothing is counted: all that `categorize` answers with. */
export type Category = { readonly [name: string]: string | number | boolean };

/** A user's pipeline: the default export of a module that `l2i load ./rules/checkout.ts access.log` names. */
export interface Rule<Fields extends AnyField = AnyField, Options extends RuleOptions = RuleOptions> {
  /** Also the default measurement; without it the file's base name is taken. */
  readonly name?: string;
  readonly description?: string;
  readonly example?: string;
  /** Fields that `categorize` reads, those made of others (`route`, `browser` …) included; others are not there. */
  readonly fields: readonly Fields[];
  /** Those of `fields` and `values` that a format may lack; they are null then. Without the others a log is refused. */
  readonly optional?: readonly AnyField[];
  /** Numeric record fields to add up, by their name in points: `{ elapsed_us: "elapsedUs" }`. */
  readonly values?: ValueChoices;
  /** Answers of which a 0 is written where there is none: `[{ speed: "slow" }]`. */
  readonly zeros?: readonly Category[];
  /** Options that `--set` may change, with their defaults: `{ prefix: "/files/", limit: 5 }`. */
  readonly options?: Options;
  /**
   * Which bucket the record belongs to, or null for "not mine". Stateless: the same record always gives the same answer, at
   * once (no promise). It is asked once for many lines that are alike.
   */
  categorize(record: RuleRecord<Fields>, options: OptionValues<Options>): Attributes | null | undefined;
}
