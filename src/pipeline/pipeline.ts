// The contract of a pipeline: what it reads, how it is configured, and the plain function that puts records into buckets.
import type { ZodMiniType } from "zod/mini";
import type { AnyField, WholeRecord } from "../derived/fields.ts";
import type { Value } from "../frequencies/values.ts";
import type { Attributes, Category, ValueChoices } from "./rule-types.ts";

export type { Attributes, Category };

/**
 * A pipeline is a plain object. `Fields` are the record fields that the categorizer reads, `Options` what `--set` may hold.
 */
export interface Pipeline<Fields extends AnyField = AnyField, Options = unknown> {
  /** As given on the command line; also the default measurement. */
  readonly name: string;
  /** One sentence for `l2i show pipelines`. */
  readonly description: string;
  /** A complete command line that shows it. */
  readonly example: string;
  /** Fields that `categorize` reads; a format that lacks one of them, or what it is made of, is refused, unless it stands in `optional`. */
  readonly fields: readonly Fields[];
  /** Those of `fields` and `values` that a format may lack; they are null then. */
  readonly optional?: readonly AnyField[];
  /** Numeric record fields to aggregate, by their name in points: `{ elapsed_us: "elapsedUs" }`. */
  readonly values?: ValueChoices;
  /** Answers of which a 0 is written where there is none. */
  readonly zeros?: readonly Category[];
  /** Checks `--set`; applies its defaults. Absent: the pipeline has no options. */
  readonly options?: ZodMiniType<Options>;
  /** Whether all values get quantiles, where that is an option. */
  quantiles?(options: Options): boolean;
  /** Which bucket the record belongs to, or null for "not mine". Stateless: the same record always gives the same answer. */
  categorize(record: Pick<WholeRecord, Fields | "time">, options: Options): Attributes | null;
}

/** Types a pipeline by its own fields and options. */
export function definePipeline<const Fields extends AnyField, Options = undefined>(
  pipeline: Pipeline<Fields, Options>,
): Pipeline<Fields, Options> {
  return pipeline;
}

/** What is aggregated; `isWanted`: quantiles are, of all values. */
export function valuesOf({ values = {} }: Pick<Pipeline, "values">, isWanted = false): Value[] {
  return Object.entries(values).map(([name, choice]) => {
    const { field, quantiles = isWanted, buckets = [] } = typeof choice === "string" ? { field: choice } : choice;
    return { name, field, quantiles, buckets };
  });
}
