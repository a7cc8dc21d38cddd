// How answers are shown in the REPL: as tables that fit the screen, else as Node shows values; never what a terminal obeys.
import { inspect, types } from "node:util";
import { L2iError } from "../../errors.ts";
import { Frequencies, Records, Sample } from "../../explore/records.ts";
import { ReadyPipeline } from "../../explore/ready.ts";
import { type FieldName, fieldNames, isNumberField, type LogRecord } from "../../format/record.ts";
import { decoded, visible } from "../../printable.ts";
import { displayWidth } from "../display-width.ts";
import type { Paint } from "../paint.ts";
import { frequencyLines } from "../load/summary-table.ts";
import { columns } from "../table.ts";
import { counted, lasting } from "../text.ts";

export interface Screen {
  readonly screen: number;
  readonly paint: Paint;
}

export function printed(value: unknown, look: Screen): string {
  if (value instanceof Frequencies) return frequenciesText(value, look);
  if (value instanceof Sample) return sampleText(value, look);
  if (value instanceof Records) return "Records; ask them count(…), frequencies(…), sample(n) or where(…)";
  if (value instanceof ReadyPipeline) return pipelineText(value);
  if (types.isNativeError(value)) return visible(errorText(value));
  return visible(inspect(value, { depth: 4, breakLength: Math.min(look.screen, 120) }));
}

const shownRows = 20;
const hint = (): string => "_.rows holds all";

function frequenciesText({ summary, told, ignored, rejected }: Frequencies, look: Screen): string {
  const { lines, barMs } = frequencyLines(summary, told, { ...look, top: shownRows, hint });
  const others = [
    ...(ignored > 0 ? [`${ignored} without an answer`] : []),
    ...(rejected > 0 ? [`${counted(rejected, "line")} did not match the format`] : []),
    ...(barMs === null ? [] : [`a bar is ${lasting(barMs)}`]),
  ];
  return [...lines, look.paint("dim", [counted(summary.total, "record"), ...others].join("; "))].join("\n");
}

function sampleText(sample: Sample, { screen, paint }: Screen): string {
  if (sample.length === 0) return "no record";
  const told = fieldNames.filter((field) => field !== "request" && sample.some((record) => record[field] !== null));
  let [header = "", ...lines] = recordColumns(sample, told, screen);
  for (const field of dispensable.filter((each) => told.includes(each))) {
    if (displayWidth(header) <= screen) break;
    told.splice(told.indexOf(field), 1);
    [header = "", ...lines] = recordColumns(sample, told, screen);
  }
  return [paint("bold", header), ...lines].map((line) => line.trimEnd()).join("\n");
}

/** What is left out first on a narrow screen. */
const dispensable: readonly FieldName[] = [
  "protocol",
  "ident",
  "referrer",
  "port",
  "xForwardedFor",
  "user",
  "userAgent",
  "clientIp",
];

function recordColumns(sample: Sample, told: readonly FieldName[], screen: number): string[] {
  // The time is never cut: it is what most look for.
  const texts = told.filter((field) => !isNumberField(field) && field !== "time");
  const fields = [...texts, ...told.filter((field) => isNumberField(field) || field === "time")];
  const rows = sample.map((record) => fields.map((field) => cell(record, field)));
  return columns(fields, rows, texts.length, screen);
}

function cell(record: LogRecord, field: FieldName): string {
  if (field === "time") return `${new Date(record.time).toISOString().slice(0, 19)}Z`;
  const value = record[field];
  return value === null ? "-" : decoded(String(value));
}

function pipelineText({ name, description, fields }: ReadyPipeline): string {
  return visible([`pipeline ${name}, reads ${fields.join(", ")}`, ...(description ? [description] : [])].join("\n"));
}

/** With the places that are a person's own: what was typed, and files of rules. */
function errorText(error: Error): string {
  if (error instanceof L2iError) return error.message;
  const places = (error.stack ?? "")
    .split("\n")
    .filter((line) => /^ {4}at .*(?:REPL\d+|\.(?:ts|js|mjs)):\d+/.test(line) && !line.includes("node:"));
  return [`${error.name}: ${error.message}`, ...places.slice(0, 3)].join("\n");
}
