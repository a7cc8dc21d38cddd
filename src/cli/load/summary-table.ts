// What `l2i load` prints where there is no sink: the frequencies, most frequent first, with how they went over time; below them the
// books, and what was not understood. For people, on a screen of any width.
import type { Summary, SummaryRow } from "../../frequencies/summary.ts";
import { type Field, hasNumber, numbersOf, type Told } from "../../frequencies/values.ts";
import type { Outcome } from "../../outcome.ts";
import { decoded, visible } from "../../printable.ts";
import { tagText } from "../../sink/line-protocol.ts";
import type { Task } from "../../task.ts";
import { displayWidth, fitted } from "../display-width.ts";
import { rejectsWord } from "../outcome.ts";
import type { Paint } from "../paint.ts";
import { countsPerBar, sparkline } from "./sparkline.ts";
import { columns } from "../table.ts";
import { counted, lasting } from "../text.ts";

/** How the table is to look. */
export interface Look {
  /** Rows; those beyond it are added up in one line. */
  readonly top: number;
  /** Columns of the screen; Infinity where there is none. */
  readonly screen: number;
  readonly paint: Paint;
  /** How to see all of so many rows. */
  readonly hint: (rows: number) => string;
}

/** Every line ends with a line end, and holds nothing that a terminal obeys but the paint. */
export function summaryTable(summary: Summary, outcome: Outcome, task: Task, look: Look): string {
  const { lines, barMs } = frequencyLines(summary, task, look);
  const all = [
    ...(lines.length === 0 ? [visible(`The pipeline ${outcome.pipeline} counted no line.`)] : lines),
    "",
    books(outcome),
    ...range(summary, barMs),
    ...rejects(summary, outcome, task, look),
  ];
  return all.map((line) => `${line}\n`).join("");
}

export interface FrequencyLines {
  /** Without line ends; none where nothing was counted. */
  readonly lines: string[];
  /** How much time a bar stands for; null where there are none. */
  readonly barMs: number | null;
}

export function frequencyLines(summary: Summary, told: Told, look: Look): FrequencyLines {
  const rows = summary.rows();
  if (rows.length === 0) return { lines: [], barMs: null };
  const { lines, barMs } = frequencies(rows.slice(0, look.top), summary, told, look);
  return { lines: [...lines, ...remainder(rows, look)], barMs };
}

function frequencies(
  rows: readonly SummaryRow[],
  { timescale, total }: Summary,
  told: Told,
  { screen, paint }: Look,
): FrequencyLines {
  const slots = timescale.slots;
  const room = slots > 1 ? screen - wantedBars - 2 : screen;
  const withValues = columns(...cellsOf(rows, total, told), room);
  const isTooWide = displayWidth(withValues[0]!) > screen;
  const [header, ...shown] = isTooWide
    ? columns(...cellsOf(rows, total, { pointFields: [], distributions: [] }), room)
    : withValues;
  const bars = Math.min(mostBars, screen - displayWidth(header!) - 2);
  if (slots < 2 || bars < fewestBars)
    return { lines: [paint("bold", header!.trimEnd()), ...shown.map((line) => line.trimEnd())], barMs: null };
  const each = countsPerBar(slots, bars);
  const overTime = rows.map(({ timeline }) => sparkline(timescale.counts(timeline), each).trimEnd());
  return {
    lines: [
      paint("bold", `${header}  over time`),
      ...shown.map((line, row) => `${line}  ${paint("cyan", overTime[row]!)}`),
    ],
    barMs: each * timescale.slotMs,
  };
}

/** Text is cut for as many bars; fewer are shown where the screen has no more room, but not too few to tell anything. */
const [fewestBars, wantedBars, mostBars] = [9, 16, 32];

/** Header, rows, and how many of the columns are text. */
function cellsOf(
  rows: readonly SummaryRow[],
  all: number,
  { pointFields, distributions }: Told,
): [header: string[], rows: string[][], textColumns: number] {
  const names = [...new Set(rows.flatMap(({ attributes }) => attributes.map(([name]) => name)))];
  const isShown = ({ name, value }: Field): boolean =>
    shownFields.test(name) && rows.some(({ total }) => hasNumber(total.values, value));
  const shown = [...pointFields.entries()].filter(([, field]) => isShown(field));
  const header = [...names, "count", "share", ...shown.map(([, { name }]) => name)];
  const numbers = (row: SummaryRow): string[] => {
    const told = numbersOf(row.total, distributions);
    return shown.map(([index, { value }]) => (hasNumber(row.total.values, value) ? String(told[index]) : ""));
  };
  return [header, rows.map((row) => [...cells(row, names, all), ...numbers(row)]), names.length];
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

function remainder(rows: readonly SummaryRow[], { top, hint }: Look): string[] {
  const more = rows.slice(top);
  const lines = more.reduce((sum, { total }) => sum + total.count, 0);
  return more.length === 0 ? [] : [`… and ${more.length} more, ${counted(lines, "line")} (${hint(rows.length)})`];
}

function books({ lines, matched, ignored, outside = 0, rejected, failed, files, durationMs }: Outcome): string {
  const others = outside > 0 ? ` (${outside} of another time)` : "";
  return `${counted(lines, "line")} of ${counted(files, "file")} in ${durationMs} ms: ${matched} matched, ${ignored} ignored${others}, ${rejected} rejected, ${failed} failed`;
}

function range({ oldest, newest }: Summary, barMs: number | null): string[] {
  const bar = barMs === null ? "" : `; a bar is ${lasting(barMs)}`;
  return oldest <= newest ? [`Windows from ${second(oldest)} to ${second(newest)}${bar}`] : [];
}

const second = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

function rejects({ examples }: Summary, outcome: Outcome, task: Task, { screen, paint }: Look): string[] {
  if (outcome.rejected === 0) return [];
  return [
    paint("yellow", visible(rejectsWord(outcome, task))),
    ...examples.map(({ file, offset, line }) =>
      fitted(visible(`  ${file}, byte ${offset}: ${decoded(line)}`), Math.min(screen, longestExample)),
    ),
  ];
}

const longestExample = 160;
