// What `l2i load` prints where there is no sink: the frequencies, most frequent first, as a table for people.
import type { Summary, SummaryRow } from "../frequencies/summary.ts";
import type { Outcome } from "../outcome.ts";
import { tagText } from "../sink/line-protocol.ts";
import { table } from "./table.ts";
import { counted } from "./text.ts";

/** Rows beyond it are added up in one line. */
const shownRows = 40;

/** The table, with the books below it; ends with a line end. */
export function summaryTable(summary: Summary, outcome: Outcome, valueNames: readonly string[]): string {
  const rows = summary.rows();
  const frequencies =
    rows.length === 0
      ? `The pipeline ${outcome.pipeline} counted no line.\n`
      : table(...columns(rows, valueNames)) + remainder(rows.slice(shownRows));
  return `${frequencies}\n${books(outcome)}\n${range(summary)}`;
}

function columns(rows: readonly SummaryRow[], valueNames: readonly string[]): Parameters<typeof table> {
  const names = [...new Set(rows.flatMap(({ attributes }) => attributes.map(([name]) => name)))];
  const values = [...valueNames.keys()].filter((value) => rows.some(({ total }) => hasValue(total.values, value)));
  const header = [...names, "count", "share", ...values.flatMap((value) => titles(valueNames[value]!))];
  const total = sum(rows);
  return [header, rows.slice(0, shownRows).map((row) => cells(row, names, total, values)), names.length];
}

const titles = (name: string): string[] => [`${name}_sum`, `${name}_max`];

function cells({ attributes, total }: SummaryRow, names: readonly string[], all: number, values: number[]): string[] {
  const byName = new Map(attributes.map(([name, value]) => [name, tagText(String(value))]));
  return [
    ...names.map((name) => byName.get(name) ?? ""),
    String(total.count),
    `${((100 * total.count) / all).toFixed(1)} %`,
    ...values.flatMap((value) => sumAndMax(total.values, value)),
  ];
}

/** Empty where no line had the value. */
function sumAndMax(values: readonly number[], value: number): string[] {
  return hasValue(values, value) ? [String(values[3 * value]), String(values[3 * value + 2])] : ["", ""];
}

const hasValue = (values: readonly number[], value: number): boolean => Number.isFinite(values[3 * value + 2]);

function remainder(rows: readonly SummaryRow[]): string {
  return rows.length === 0 ? "" : `… and ${rows.length} more, ${counted(sum(rows), "line")}\n`;
}

const sum = (rows: readonly SummaryRow[]): number => rows.reduce((all, { total }) => all + total.count, 0);

function books({ lines, matched, ignored, rejected, failed, files, durationMs }: Outcome): string {
  return `${counted(lines, "line")} of ${counted(files, "file")} in ${durationMs} ms: ${matched} matched, ${ignored} ignored, ${rejected} rejected, ${failed} failed`;
}

function range({ oldest, newest }: Summary): string {
  return oldest <= newest ? `Windows from ${second(oldest)} to ${second(newest)}\n` : "";
}

const second = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;
