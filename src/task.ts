// An invocation made ready to run: its pipeline loaded and bound to its options, its format compiled. What can be wrong with these
// comes out here, before anything is read or written.
import { createHash } from "node:crypto";
import type * as z from "zod/mini";
import { safeParse } from "zod/mini";
import packageJson from "../package.json" with { type: "json" };
import { chooseFormat, refuseZoneless } from "./chosen-format.ts";
import { L2iError } from "./errors.ts";
import type { Format } from "./format/format.ts";
import { deriverOf } from "./derived/derive.ts";
import { type AnyField, baseOf, basesOf, isDerived, type WholeRecord } from "./derived/fields.ts";
import type { FieldName, LogRecord } from "./format/record.ts";
import type { AttributeEntry } from "./frequencies/series.ts";
import { type Distribution, distributionsOf, type Field, fieldsOf, type Value } from "./frequencies/values.ts";
import type { Invocation } from "./invocation/invocation.ts";
import { nearest } from "./invocation/nearest.ts";
import { quote } from "./invocation/problems.ts";
import { loadPipeline } from "./pipeline/builtin.ts";
import { type Attributes, type Pipeline, valuesOf } from "./pipeline/pipeline.ts";
import { classifier, fieldsOf as fieldsAskedFor } from "./pipeline/classify.ts";
import { answersIn } from "./pipeline/conformance.ts";
import { Pace } from "./pipeline/pace.ts";
import { guarded } from "./pipeline/rule-guard.ts";
import type { LoadedRule, RuleFiles } from "./pipeline/rule-module.ts";
import { zerosOf } from "./pipeline/zeros.ts";
import { seriesKeys } from "./sink/line-protocol.ts";

export interface Task extends Invocation {
  readonly pipelineName: string;
  readonly measurementName: string;
  /** Null: `auto`, recognised from the log. */
  readonly chosenFormat: Format | null;
  /** Fields that the categorizer names. */
  readonly named: readonly AnyField[];
  /** Those of the log among them, and those that the others are made of. */
  readonly fields: readonly FieldName[];
  /** Numbers that are aggregated, and how it is told how they are distributed. */
  readonly values: readonly Value[];
  readonly distributions: readonly Distribution[];
  /** What points have besides the count. */
  readonly pointFields: readonly Field[];
  /** Keys of the series that get a 0 where they have nothing. */
  readonly zeroSeries: readonly string[];
  /** What the user's pipeline was made from; null: it is a built-in one. */
  readonly rule: RuleFiles | null;
  /** How long the user's pipeline takes; nothing is seen of a built-in one. */
  readonly pace: Pace;
  /** The categorizer with its options bound. */
  readonly categorize: (record: LogRecord) => Attributes | null;
  /** The series key of an answer; throws where an attribute is not allowed. */
  readonly seriesOf: (attributes: readonly AttributeEntry[]) => string;
  /** Changes with everything that open windows depend on. */
  readonly fingerprint: string;
  /** In words, the fields that the pipeline needs and the format lacks; null: it lacks none. */
  readonly lackingIn: (format: Format) => string | null;
  /** Throws where a format lacks a field that the pipeline needs, or a time zone; the message does not name the invocation. */
  readonly refuseUnfit: (format: Format) => void;
}

/** Makes an invocation ready, with its rule if it names one. Throws a usage error that names the invocation and the way out. */
export async function taskOf(given: Invocation, rule: LoadedRule | null = null): Promise<Task> {
  const { format: chosenFormat, schema } = await named(given, () => chooseFormat(given));
  const invocation = { ...given, schema };
  const pipeline = rule?.pipeline ?? (await loadPipeline(invocation.pipeline));
  const options = optionsOf(pipeline, invocation, rule === null);
  const pace = new Pace(() => performance.now());
  const fields = [...new Set([...pipeline.fields, ...fieldsAskedFor(invocation.classify)])];
  const own = categorizeOf(pipeline, options, rule, pace);
  const withDerived = await derivation(fields);
  const values = valuesOf(pipeline, pipeline.quantiles?.(options));
  const distributions = distributionsOf(values);
  const pointFields = fieldsOf(values, distributions);
  const taken = new Set(["count", ...pointFields.map(({ name }) => name)]);
  await named(invocation, () => refuseSameNames(withDerived(own), pipeline, invocation, taken));
  await named(invocation, () => refuseParts(pipeline, values, invocation));
  const categorize = withDerived(classified(own, invocation));
  const zeros = await named(invocation, () => zerosOf(pipeline, invocation, categorize));
  const measurementName = invocation.measurement ?? pipeline.name;
  const keyOf = seriesKeys(measurementName, Object.entries(invocation.tags));
  const seriesOf: Task["seriesOf"] = (attributes) =>
    keyOf(attributes.map((entry) => checked(entry, pipeline, invocation, taken)));
  const task: Task = {
    ...invocation,
    pipelineName: pipeline.name,
    measurementName,
    chosenFormat,
    named: fields,
    fields: basesOf(fields),
    values,
    distributions,
    pointFields,
    zeroSeries: [...new Set(zeros.map(seriesOf))],
    rule: rule && { files: rule.files, digest: rule.digest },
    pace,
    categorize,
    seriesOf,
    fingerprint: fingerprintOf(invocation, measurementName, rule),
    lackingIn: (format) => lackingIn(format, pipeline, values, invocation),
    refuseUnfit: (format) => refuseUnfit(format, pipeline, values, invocation),
  };
  if (chosenFormat) await named(invocation, () => task.refuseUnfit(chosenFormat));
  return task;
}

/** Asks for the answer to a record that has its derived fields. */
type Categorize = (record: WholeRecord) => Attributes | null;

function categorizeOf(pipeline: Pipeline, options: unknown, rule: RuleFiles | null, pace: Pace): Categorize {
  const categorize: Categorize = (record) => pipeline.categorize(record, options);
  if (!rule) return categorize;
  return guarded(
    categorize,
    pace,
    rule.files.map(({ path }) => path),
  );
}

/** With the attributes that the rules of a multibrain add; where both name one, theirs wins. */
function classified(categorize: Categorize, { classify }: Invocation): Categorize {
  if (classify.length === 0) return categorize;
  const classOf = classifier(classify);
  return (record) => {
    const answer = categorize(record);
    const more = answer && classOf(record);
    return more ? { ...answer, ...more } : answer;
  };
}

/** Makes a categorizer one of plain records. Where it names nothing that is derived it takes them as they are. */
async function derivation(fields: readonly AnyField[]): Promise<(categorize: Categorize) => Task["categorize"]> {
  if (!fields.some(isDerived)) return (categorize) => Object(categorize); // the very same
  const derive = await deriverOf(fields);
  return (categorize) => (record) => categorize(derive(record));
}

/** Found by trying: what the pipeline answers to none of these records, its answers may have all the same. */
function refuseSameNames(
  categorize: Task["categorize"],
  { name }: Pipeline,
  { classify }: Invocation,
  taken: ReadonlySet<string>,
): void {
  if (classify.length === 0) return;
  const answered = new Set(answersIn(categorize).flat());
  for (const [index, { set }] of classify.entries())
    for (const attribute of Object.keys(set)) {
      const why = answered.has(attribute) ? "answers with this attribute, too" : "has a field of this name";
      if (answered.has(attribute) || taken.has(attribute))
        throw new L2iError(
          "usage",
          `classify[${index}].set.${attribute}: the pipeline ${name} ${why}; choose another name`,
        );
    }
}

/** Nothing can be made of the quantiles of parts, so they would only look like those of a window. */
function refuseParts({ name }: Pipeline, values: readonly Value[], { writes }: Invocation): void {
  const [first] = writes === "parts" ? values.filter(({ quantiles }) => quantiles) : [];
  if (!first) return;
  throw new L2iError(
    "usage",
    `the pipeline ${name} asks for quantiles of ${first.name}, which cannot be told where windows are written in parts ("writes": "parts"); count buckets in place of them, or write totals`,
  );
}

async function named<T>({ name }: Invocation, check: () => T | Promise<T>): Promise<T> {
  try {
    return await check();
  } catch (error) {
    if (!(error instanceof L2iError)) throw error;
    throw new L2iError(error.code, `${name}: ${error.message}`, { cause: error });
  }
}

/** What the pipeline makes of `--set`. Throws a usage error that names the invocation. */
export function optionsOf(
  pipeline: Pipeline,
  { name, set }: Pick<Invocation, "name" | "set">,
  isBuiltin: boolean,
): unknown {
  if (!pipeline.options) {
    const given = Object.keys(set);
    if (given.length > 0)
      throw new L2iError(
        "usage",
        `${name}: the pipeline ${pipeline.name} has no options; take ${given.map((key) => `--set ${key}`).join(" ")} away`,
      );
    return undefined;
  }
  const result = safeParse(pipeline.options, set);
  if (result.success) return result.data;
  throw new L2iError(
    "usage",
    `${name}: --set for the pipeline ${pipeline.name}: ${result.error.issues.map((issue) => inWords(issue, set, keysOf(pipeline.options))).join("; ")}${isBuiltin ? ' ("l2i show pipelines" lists its options)' : ""}`,
  );
}

/** Options of a pipeline are an object. */
const keysOf = (options: unknown): string[] => Object.keys(Object(Object(options).shape));

function inWords(issue: z.core.$ZodIssue, set: Invocation["set"], known: readonly string[]): string {
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(key, known)).join("; ");
  const [key] = issue.path;
  const problem = issue.message === "Invalid input" ? "is of the wrong kind" : issue.message;
  return `${String(key)}: ${quote(set[String(key)])} ${problem}`;
}

function unknownKey(key: string, known: readonly string[]): string {
  const guess = nearest(key, known);
  return `${quote(key)} is unknown; ${guess === undefined ? `there are ${known.join(", ")}` : `did you mean "${guess}"?`}`;
}

/** An attribute that would become another tag of the point, or be called like a field, is a mistake in the pipeline. */
function checked(
  [name, value]: AttributeEntry,
  pipeline: Pipeline,
  { tags }: Invocation,
  fields: ReadonlySet<string>,
): [string, string] {
  if (fields.has(name))
    throw new L2iError(
      "pipeline",
      `the pipeline ${pipeline.name} answered with the attribute "${name}", which is a field of its points; rename the attribute`,
    );
  if (name === "time" || Object.hasOwn(tags, name))
    throw new L2iError(
      "pipeline",
      `the pipeline ${pipeline.name} answered with the attribute "${name}", which is a tag of every point; rename the attribute in the pipeline, or the constant tag`,
    );
  return [name, String(value)];
}

function lackingIn(
  format: Format,
  pipeline: Pipeline,
  values: readonly Value[],
  { classify }: Invocation,
): string | null {
  const optional = new Set<AnyField>([...(pipeline.optional ?? []), "time"]);
  const own = [...pipeline.fields, ...values.map(({ field }) => field)].filter((field) => !optional.has(field));
  const needed = [...own, ...fieldsAskedFor(classify)];
  const missing = needed.filter((field) => !format.fields.includes(baseOf(field)));
  return missing.length === 0 ? null : needsOf(missing);
}

function refuseUnfit(format: Format, pipeline: Pipeline, values: readonly Value[], invocation: Invocation): void {
  const { timezone, classify } = invocation;
  const lacking = lackingIn(format, pipeline, values, invocation);
  if (lacking !== null)
    throw new L2iError(
      "usage",
      `the pipeline ${pipeline.name}${classify.length > 0 ? " with its classify rules" : ""} needs ${lacking}, which the format ${format.name} does not have; log it, or choose another pipeline`,
    );
  refuseZoneless(format, timezone);
}

/** Fields of the log, with what else they are needed for: `uri and userAgent (for browser, os)`. */
function needsOf(fields: readonly AnyField[]): string {
  const needs = basesOf(fields).map((base) => {
    const made = [...new Set(fields)].filter((field) => isDerived(field) && baseOf(field) === base);
    return made.length === 0 ? base : `${base} (for ${made.join(", ")})`;
  });
  return needs.join(" and ");
}

/** The program's version stands for the pipelines that ship with it. */
function fingerprintOf(invocation: Invocation, measurement: string, rule: RuleFiles | null): string {
  const { pipeline, tags, set, format, field, schema, timezone, windowMs, maxLine, maxSeries, writes } = invocation;
  const { anonymizeIp } = invocation;
  const rare = {
    ...(Object.keys(field).length > 0 && { field: sorted(field) }),
    ...(schema && { schema: schema.text }),
    ...(anonymizeIp && { anonymizeIp }),
  };
  const parts = [
    packageJson.version,
    pipeline,
    measurement,
    sorted(tags),
    sorted(set),
    format,
    timezone,
    windowMs,
    maxLine,
    maxSeries,
    writes,
    rule?.digest,
    invocation.classify,
    ...Object.entries(rare),
  ];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);
}

const sorted = (object: object): [string, unknown][] => Object.entries(object).toSorted(([a], [b]) => (a < b ? -1 : 1));
