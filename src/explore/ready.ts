// Pipelines as plain objects for who tries them by hand: with their options bound, and with what a multibrain calls them.
import type { AnyField, WholeRecord } from "../derived/fields.ts";
import { distributionsOf, fieldsOf, type Told, type Value } from "../frequencies/values.ts";
import type { Invocation } from "../invocation/invocation.ts";
import { pipelineNames } from "../pipeline/builtin.ts";
import { adviceOnBy, byFields, pipelineBy } from "../pipeline/by.ts";
import { type Attributes, type Pipeline, valuesOf } from "../pipeline/pipeline.ts";
import type { LoadedRule } from "../pipeline/rule-module.ts";
import { optionsOf } from "../task.ts";

type Settings = Invocation["set"];

export class ReadyPipeline {
  readonly name: string;
  readonly description: string;
  readonly fields: readonly AnyField[];
  /** Numbers that are aggregated, and what is told of them. */
  readonly values: readonly Value[];
  readonly told: Told;
  /** As `--set` gives them. */
  readonly set: Settings;
  /** Null where it is a built-in one. */
  readonly rule: LoadedRule | null;
  /** As an invocation names it; of a rule, its path. */
  readonly spec: string;
  readonly #pipeline: Pipeline;
  readonly #options: unknown;

  constructor(pipeline: Pipeline, spec: string, rule: LoadedRule | null = null, set: Settings = {}) {
    const { name, description, fields } = pipeline;
    this.#options = optionsOf(pipeline, { name, set }, rule === null);
    this.#pipeline = pipeline;
    this.name = name;
    this.description = description;
    this.fields = fields;
    this.values = valuesOf(pipeline, pipeline.quantiles?.(this.#options));
    const distributions = distributionsOf(this.values);
    this.told = { pointFields: fieldsOf(this.values, distributions), distributions };
    this.set = set;
    this.rule = rule;
    this.spec = spec;
  }

  /** What it answers to a record: a hash, or null for "not mine". */
  categorize(record: WholeRecord): Attributes | null {
    return this.#pipeline.categorize(record, this.#options);
  }

  /** The same with other options. */
  with(set: Settings): ReadyPipeline {
    return new ReadyPipeline(this.#pipeline, this.spec, this.rule, set);
  }
}

/** Counts by fields: `status,method`. Throws where these are none. */
export function countingBy(words: string): ReadyPipeline {
  const spec = byFields(words);
  if (pipelineNames.includes(words))
    throw new TypeError(`${words} is a pipeline, not the name of a field; write it without quotes`);
  const advice = adviceOnBy(spec);
  if (advice !== null) throw new TypeError(`${JSON.stringify(words)} names no fields to count by; ${advice}`);
  return new ReadyPipeline(pipelineBy(spec), spec);
}
