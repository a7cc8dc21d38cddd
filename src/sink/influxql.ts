// InfluxQL: a question as a query, and its answer as series. Names and values come from configuration and logs, so all of them
// are quoted. Pure.
import * as z from "zod/mini";
import type { Question, StoredPoint, StoredSeries } from "./reader.ts";

/** Times are compared as the nanoseconds that they are. */
export function selectOf({ measurement, tags, fields, from, until }: Question, retentionPolicy?: string): string {
  const columns = fields.map((field) => `${identifier(field)}::field`);
  const place = retentionPolicy ? `${identifier(retentionPolicy)}.${identifier(measurement)}` : identifier(measurement);
  const conditions = [
    ...tags.map(([key, value]) => `${identifier(key)}::tag = ${literal(value)}`),
    `time >= ${from}000000`,
    `time < ${until}000000`,
  ];
  return `SELECT ${columns.join(", ")} FROM ${place} WHERE ${conditions.join(" AND ")} GROUP BY *`;
}

const identifier = (text: string): string => `"${text.replaceAll(/["\\]/g, "\\$&")}"`;
const literal = (text: string): string => `'${text.replaceAll(/['\\]/g, "\\$&")}'`;

const tableSchema = z.object({
  name: z.optional(z.string()),
  tags: z.optional(z.record(z.string(), z.string())),
  columns: z.array(z.string()),
  values: z.optional(z.array(z.array(z.unknown()))),
});
const answerSchema = z.object({
  error: z.optional(z.string()),
  results: z.optional(z.array(z.object({ error: z.optional(z.string()), series: z.optional(z.array(tableSchema)) }))),
});

export type Table = z.infer<typeof tableSchema>;

/** The tables of one line of an answer, as JSON, or the error in it; null: no InfluxDB answers so. */
export function tablesOf(line: unknown): Table[] | { readonly error: string } | null {
  const { data } = z.safeParse(answerSchema, line);
  if (!data || (data.error === undefined && !data.results)) return null;
  const results = data.results ?? [];
  const error = data.error ?? results.find((result) => result.error !== undefined)?.error;
  return error === undefined ? results.flatMap(({ series = [] }) => series) : { error };
}

/** A table that answers `selectOf`. Tags that a series does not have are empty there. */
export function seriesOf({ tags = {}, values = [] }: Table): StoredSeries {
  return {
    tags: Object.entries(tags).filter(([, value]) => value !== ""),
    points: values.map(([time, ...fields]): StoredPoint => ({
      time: nanosecondsOf(String(time)),
      fields: fields.map((field) => (typeof field === "number" ? field : null)),
    })),
  };
}

/** `2026-01-02T12:00:00.000000001Z`: a date in milliseconds would lose its end, and a number all beyond 53 bits. */
function nanosecondsOf(text: string): bigint {
  const [, second = "", fraction = ""] = /^([^.Z]+)(?:\.(\d+))?Z?$/.exec(text) ?? [];
  return BigInt(Date.parse(`${second}Z`)) * 1_000_000n + BigInt(fraction.padEnd(9, "0"));
}
