// Counts by fields of the record as they are, so that nobody writes a rule for that: `by:status,method` stands wherever the name of
// a pipeline does, and is what `l2i load --by status,method` means.
import { type AnyField, derivedNames } from "../derived/fields.ts";
import { fieldNames } from "../format/record.ts";
import { nearest } from "../invocation/nearest.ts";
import type { Pipeline } from "./pipeline.ts";

/** Fields that make categories. The time makes windows, and a query is no single thing. */
type Countable = Exclude<AnyField, "time" | "query">;
export const countableFields: readonly Countable[] = [...fieldNames, ...derivedNames].filter(
  (field) => field !== "time" && field !== "query",
);

const isCountable = (word: string): word is Countable => countableFields.some((field) => field === word);

const anyField = `(?:${countableFields.join("|")})`;

/** Pipelines that count by fields, and nothing else. */
export const byPattern: RegExp = new RegExp(`^by:${anyField}(?:,${anyField})*$`, "u");

const prefix = "by:";

export const isBy = (pipeline: string): boolean => pipeline.startsWith(prefix);

/** The pipeline that counts by these fields: `status,method`. */
export const byFields = (words: string): string => prefix + words;

const wordsIn = (pipeline: string): string[] => pipeline.slice(prefix.length).split(",");

/** The way out where such a pipeline names what is no field to count by; null where all are. */
export function adviceOnBy(pipeline: string): string | null {
  const unknown = wordsIn(pipeline).find((word) => !isCountable(word));
  if (unknown === undefined) return null;
  if (unknown === "time") return "windows are what counts by time (--window)";
  const guess = nearest(unknown, countableFields);
  return guess === undefined
    ? `${JSON.stringify(unknown)} is none; there are ${countableFields.join(", ")}`
    : `for "${unknown}", did you mean "${guess}"?`;
}

/** `by_status_method`: names its measurement, so that different ones do not write the same points. */
export const labelOfBy = (pipeline: string): string => pipeline.replaceAll(/[:,]/g, "_");

/** For one that needs no advice. A line without a field counts as `-`, as logs write it: no value of a field is that. */
export function pipelineBy(pipeline: string): Pipeline {
  const fields = [...new Set(wordsIn(pipeline).filter(isCountable))];
  return {
    name: labelOfBy(pipeline),
    description: `Lines by ${fields.join(", ")}.`,
    example: `l2i load --by ${fields.join(",")} /var/log/apache2/access.log`,
    fields,
    optional: ["bytes", "elapsedUs"].filter(isCountable).filter((field) => !fields.includes(field)),
    values: { bytes: "bytes", elapsed_us: "elapsedUs" },
    categorize: (record) => Object.fromEntries(fields.map((field) => [field, record[field] ?? "-"])),
  };
}
