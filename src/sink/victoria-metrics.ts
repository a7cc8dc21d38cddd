// The export of VictoriaMetrics: a question as its parameters, and a line of its answer as a series of one field. Pure.
import * as z from "zod/mini";
import type { Question, StoredPoint, StoredSeries } from "./reader.ts";

/** One selector a field, exact to the name. Its label names are identifiers; series with others are told apart afterwards. */
export function exportOf({ measurement, tags, fields, from, until }: Question): URLSearchParams {
  const labels = tags
    .filter(([key]) => /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(key))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  const selectors = fields.map((field) => [`__name__=${JSON.stringify(`${measurement}_${field}`)}`, ...labels]);
  return new URLSearchParams([
    ...selectors.map((selector): [string, string] => ["match[]", `{${selector.join(",")}}`]),
    ["start", String(from / 1000)],
    ["end", String((until - 1) / 1000)], // the end is part of the range
  ]);
}

const lineSchema = z.object({
  metric: z.record(z.string(), z.string()),
  values: z.array(z.nullable(z.number())),
  timestamps: z.array(z.number()),
});

/** `line`: as JSON. Null: it is no part of an export. `database`: the one named in `/write`, which is a label of all that came so. */
export function exportedFrom(
  line: unknown,
  { measurement, fields }: Pick<Question, "measurement" | "fields">,
  database?: string,
): StoredSeries | null {
  const { data } = z.safeParse(lineSchema, line);
  if (!data) return null;
  const { __name__: name, ...labels } = data.metric;
  const tags = Object.entries(labels).filter(([key, value]) => key !== "db" || value !== database);
  const index = fields.findIndex((field) => name === `${measurement}_${field}`);
  return {
    tags,
    points: data.timestamps.map((time, at): StoredPoint => ({
      time: BigInt(time) * 1_000_000n,
      fields: fields.map((_, field) => (field === index ? (data.values[at] ?? null) : null)),
    })),
  };
}
