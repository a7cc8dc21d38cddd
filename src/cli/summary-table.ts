// What `l2i load` prints where there is no sink: the frequencies, most frequent first, as a table for people.
import type { Summary, SummaryRow } from "../frequencies/summary.ts";
import type { Outcome } from "../outcome.ts";
import { tagText } from "../sink/line-protocol.ts";
import { table } from "./table.ts";

/** Rows beyond it are added up in one line. */
const shownRows = 40;

/** The table, with the books below it; ends with a line end. */
export function summaryTable(summary: Summary, outcome: Outcome, valueNames: readonly string[]): string {
  const rows = summary.rows();
  const names = [...new Set(rows.flatMap(({ attributes }) => attributes.map(([name]) => name)))];
  const header = [...names, "count", "share", ...valueNames.flatMap((name) => [`${name}_sum`, `${name}_max`])];
  const total = rows.reduce((sum, row) => sum + row.total.count, 0);
  const shown = rows.slice(0, shownRows).map((row) => cells(row, names, total, valueNames.length));
  const rest = rows.slice(shownRows).reduce((sum, row) => sum + row.total.count, 0);
  return `${table(header, shown, names.length)}${rest > 0 ? `… and ${rows.length - shownRows} more, ${rest} lines\n` : ""}\n${books(outcome, summary)}\n`;
}

function cells({ attributes, total }: SummaryRow, names: readonly string[], all: number, values: number): string[] {
  const byName = new Map(attributes.map(([name, value]) => [name, tagText(String(value))]));
  const numbers = Array.from({ length: values }, (_, index) => [
    total.values[3 * index]!,
    total.values[3 * index + 2]!,
  ]).flat();
  return [
    ...names.map((name) => byName.get(name) ?? ""),
    String(total.count),
    `${((100 * total.count) / all).toFixed(1)} %`,
    ...numbers.map((number) => (Number.isFinite(number) ? String(number) : "")),
  ];
}

function books(
  { lines, matched, ignored, rejected, failed, files, durationMs }: Outcome,
  { oldest, newest }: Summary,
): string {
  const range = oldest <= newest ? `, ${new Date(oldest).toISOString()} to ${new Date(newest).toISOString()}` : "";
  return `${lines} lines of ${files} ${files === 1 ? "file" : "files"} in ${durationMs} ms: ${matched} matched, ${ignored} ignored, ${rejected} rejected, ${failed} failed${range}`;
}
