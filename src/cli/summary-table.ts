// What `l2i load` prints where there is no sink: the frequencies, most frequent first, as a table for people.
import type { Summary, SummaryRow } from "../frequencies/summary.ts";
import { type Field, hasNumber, numbersOf, type Told } from "../frequencies/values.ts";
import type { Outcome } from "../outcome.ts";
import { tagText } from "../sink/line-protocol.ts";
import { table } from "./table.ts";
import { counted } from "./text.ts";

/** Rows beyond it are added up in one line. */
const shownRows = 40;

/** The table, with the books below it; ends with a line end. */
export function summaryTable(summary: Summary, outcome: Outcome, told: Told): string {
  const rows = summary.rows();
  const frequencies =
    rows.length === 0
      ? `The pipeline ${outcome.pipeline} counted no line.\n`
      : table(...columns(rows, told)) + remainder(rows.slice(shownRows));
  return `${frequencies}\n${books(outcome)}\n${range(summary)}`;
}

function columns(rows: readonly SummaryRow[], { pointFields, distributions }: Told): Parameters<typeof table> {
  const names = [...new Set(rows.flatMap(({ attributes }) => attributes.map(([name]) => name)))];
  const isShown = ({ name, value }: Field): boolean =>
    shownFields.test(name) && rows.some(({ total }) => hasNumber(total.values, value));
  const shown = [...pointFields.entries()].filter(([, field]) => isShown(field));
  const header = [...names, "count", "share", ...shown.map(([, { name }]) => name)];
  const total = sum(rows);
  const numbers = (row: SummaryRow): string[] => {
    const told = numbersOf(row.total, distributions);
    return shown.map(([index, { value }]) => (hasNumber(row.total.values, value) ? String(told[index]) : ""));
  };
  return [header, rows.slice(0, shownRows).map((row) => [...cells(row, names, total), ...numbers(row)]), names.length];
}

/** The others would take too much room. */
const shownFields = /_(?:sum|max|p\d+)$/;

function cells({ attributes, total }: SummaryRow, names: readonly string[], all: number): string[] {
  const byName = new Map(attributes.map(([name, value]) => [name, tagText(String(value))]));
  return [
    ...names.map((name) => byName.get(name) ?? ""),
    String(total.count),
    `${((100 * total.count) / all).toFixed(1)} %`,
  ];
}

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
