// What programs counted, brought into one form: a row for each minute and bucket, so that equal counts are equal hashes.
import { createHash } from "node:crypto";
import { lastPoints } from "../test/laboratory/sums.ts";
import { fieldsOf, seriesParts, splitLine } from "../src/sink/line-protocol.ts";

/** Numbers by minute (seconds since 1970) and the attributes of the bucket, separated by tabs. */
export type Table = ReadonlyMap<string, readonly number[]>;

/** Which tags of a point make a row's key, and which fields its numbers. */
export interface Shape {
  readonly tags: readonly string[];
  readonly fields: readonly string[];
}

export const requestsShape: Shape = { tags: ["method", "status"], fields: ["count", "bytes_sum"] };
export const latencyShape: Shape = {
  tags: ["route", "elapsed"],
  fields: ["count", "elapsed_us_sum", "elapsed_us_min", "elapsed_us_max"],
};

/** Of line protocol: a window may have several points, where lines came late. */
export function tableOfPoints(text: string, { tags, fields }: Shape): Table {
  const table = new Map<string, number[]>();
  for (const line of lastPoints(text)) {
    const { series, fields: values, timestamp } = splitLine(line);
    const tagged = new Map(seriesParts(series).tags);
    const seconds = Math.floor(Number(timestamp.slice(0, -9)) / 60) * 60;
    const key = [seconds, ...tags.map((tag) => tagged.get(tag))].join("\t");
    const valueOf = fieldsOf(values);
    const known = table.get(key);
    table.set(
      key,
      fields.map((field, index) => joined(field, known?.[index], valueOf.get(field) ?? 0)),
    );
  }
  return table;
}

function joined(field: string, known: number | undefined, value: number): number {
  if (known === undefined) return value;
  if (field.endsWith("_min")) return Math.min(known, value);
  return field.endsWith("_max") ? Math.max(known, value) : known + value;
}

/** Of the rows of an awk program, whose minutes are as in the log: `04/Mar/2025:10:05`, in its time zone. */
export function tableOfRows(text: string, { tags }: Shape, zone: string): Table {
  const seconds = new Map<string, number>();
  const secondsOf = (minute: string): number => {
    let known = seconds.get(minute);
    if (known === undefined) {
      const [date = "", ...time] = minute.split(":");
      known = Date.parse(`${date.replaceAll("/", " ")} ${time.join(":")} ${zone}`) / 1000;
      seconds.set(minute, known);
    }
    return known;
  };
  const rows = text.split("\n").filter((row) => row !== "");
  return new Map(
    rows.map((row) => {
      const [minute = "", ...rest] = row.split("\t");
      const key = [secondsOf(minute), ...rest.slice(0, tags.length)].join("\t");
      return [key, rest.slice(tags.length).map(Number)];
    }),
  );
}

export const hashOf = (table: Table): string => createHash("sha256").update(textOf(table).join("\n")).digest("hex");

/** The first rows that are in one of them alone. */
export function differences(left: Table, right: Table): string[] {
  const [inLeft, inRight] = [new Set(textOf(left)), new Set(textOf(right))];
  const onlyLeft = [...inLeft].filter((row) => !inRight.has(row)).map((row) => `- ${row}`);
  const onlyRight = [...inRight].filter((row) => !inLeft.has(row)).map((row) => `+ ${row}`);
  return [...onlyLeft.slice(0, 5), ...onlyRight.slice(0, 5)];
}

function textOf(table: Table): string[] {
  return Array.from(table, ([key, values]) => [key, ...values].join("\t")).toSorted();
}
