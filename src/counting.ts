// How a task counts: which format the lines have, what the loop over them needs, and how a total becomes a point.
import { AnonymousView } from "./anonymity.ts";
import { isDerived } from "./derived/fields.ts";
import { L2iError } from "./errors.ts";
import type { Format, Parser } from "./format/format.ts";
import { detectFormat, formatOf } from "./format/find-format.ts";
import { LinesBetween } from "./format/lines-between.ts";
import { fieldsIn, isFields } from "./format/w3c-columns.ts";
import { Categorizer } from "./frequencies/categorizer.ts";
import { hasNumber, numbersOf, type Told } from "./frequencies/values.ts";
import { mostOpen, type Windowing } from "./frequencies/windows.ts";
import type { WindowPoint } from "./frequencies/window-totals.ts";
import { type Content, readAt } from "./log/content.ts";
import { fieldsBefore } from "./log/fields-before.ts";
import { headLength } from "./log/identity.ts";
import type { PointLines } from "./sink/point-lines.ts";
import { pointLines } from "./sink/point-writer.ts";
import { type CountedPiece, type LineCounting, piecesOf } from "./log/pieces.ts";
import type { OpenPieces, OwnPiece } from "./log/segments.ts";
import type { Task } from "./task.ts";

/** What decides about the format of a log. */
type Reader = Pick<Task, "chosenFormat" | "refuseUnfit">;

/** The format of the bytes that are about to be read: the chosen one, else recognised from them, from the file, or as last time. */
export async function formatFor(task: Reader, content: Content, offset: number, last = ""): Promise<Format> {
  const format = task.chosenFormat ?? (await recognised(task, content, offset, last));
  if (!format.isSelfDescribing || offset === content.start) return format;
  const fields = isFields(last) ? last : await fieldsBefore(content, offset);
  return fields === null ? format : fitting(task, formatOf(fields));
}

async function recognised(task: Reader, content: Content, offset: number, last: string): Promise<Format> {
  if (isFields(last) && offset > content.start) return formatOf(last);
  const head = content.head.toString("latin1");
  const sample = offset === content.start ? head : (await readAt(content, offset, headLength)).toString("latin1");
  const known = detectFormat(sample) ?? detectFormat(head) ?? (last === "" ? null : formatOf(last));
  const format = known ?? (await formatBehind(content, offset));
  if (!format && fieldsIn(head) !== null)
    throw new L2iError(
      "log",
      `the line #Fields: of ${content.path} tells no day and time of a request, or cannot be read; let the server log the columns date and time`,
    );
  if (!format)
    throw new L2iError(
      "log",
      `the format of ${content.path} is not recognised; say --format ("l2i show formats" lists those there are, or give the LogFormat or log_format of the server)`,
    );
  return fitting(task, format);
}

function fitting(task: Reader, format: Format): Format {
  task.refuseUnfit(format);
  return format;
}

/** How many heads of a file are looked at, where the first lines are of no format or longer than one. */
const mostHeads = 16;

async function formatBehind(content: Content, offset: number): Promise<Format | null> {
  if (content.once) return null;
  for (let at = offset, head = 0; head < mostHeads; head++) {
    const sample = (await readAt(content, at, headLength)).toString("latin1");
    const format = detectFormat(sample);
    if (format || sample.length < headLength) return format;
    at += sample.lastIndexOf("\n") + 1 || sample.length;
  }
  return null;
}

/** Event time of the first line that matches among the first of the file, ms since 1970; Infinity where none does. */
export function firstTime({ head }: Content, parser: Parser): number {
  const text = head.toString("latin1", 0, head.lastIndexOf(10) + 1);
  for (let start = 0; start < text.length; start = text.indexOf("\n", start) + 1) {
    const record = parser.parse(text, start);
    if (record) return record.time;
  }
  return Infinity;
}

/** Who counts, and when it began: ms since 1970. */
export interface Counter {
  readonly task: Task;
  readonly now: number;
}

/** How the lines of a format are read and counted for tasks that go together: of the same time zone, `maxLine` and stretch of time. */
export function countingOf(counters: readonly Counter[], format: Format): LineCounting {
  const wishes = counters.map(({ task: { named, fields, values, rule, anonymizeIp } }) => ({
    fields,
    values: values.map(({ field }) => field),
    mayChange: rule !== null || anonymizeIp || named.some(isDerived),
  }));
  const { timezone, between } = counters[0]!.task;
  const all = format.reader(wishes, timezone ?? undefined);
  const lines = between ? new LinesBetween(all, between) : all;
  const countings = counters.map(({ task, now }, index) => {
    const { categorize, rule, values, distributions, windowMs, maxLine, anonymizeIp } = task;
    const whole = lines.views[index]!;
    const view = anonymizeIp ? new AnonymousView(whole) : whole;
    const categorizer = new Categorizer(view, categorize, rule !== null);
    return { view, categorizer, values: values.length, distributions, windowMs, now, maxLine };
  });
  return { format: format.name, lines, countings };
}

/** Counts files for one task alone, one after the other. */
export class FileCounter {
  readonly #counter: Counter;
  /** By format. They are kept: what is remembered of lines is good for the next file, too. */
  readonly #countings = new Map<string, LineCounting>();

  constructor(counter: Counter) {
    this.#counter = counter;
  }

  countingOf(format: Format): LineCounting {
    if (format.isSelfDescribing) return countingOf([this.#counter], format); // one that was used has gone on to other columns
    let counting = this.#countings.get(format.name);
    if (!counting) this.#countings.set(format.name, (counting = countingOf([this.#counter], format)));
    return counting;
  }

  /** From byte `offset` on. */
  open(content: Content, offset: number, format: Format): OpenPieces {
    const pieces = piecesOf(content, offset, this.countingOf(format), this.#counter.task.maxLine);
    return { format: format.name, pieces: ownPieces(pieces) };
  }
}

async function* ownPieces(counted: AsyncIterable<CountedPiece>): AsyncGenerator<OwnPiece> {
  for await (const { pieces, ...rest } of counted) yield { piece: pieces[0]!, ...rest };
}

export function windowingOf({ windowMs, latenessMs, maxSeries, writes, zeroSeries: zeros, seriesOf }: Task): Windowing {
  return { windowMs, latenessMs, maxSeries, mostOpen, parts: writes === "parts", zeros, seriesOf };
}

/** Totals as lines of line protocol. What parts of a window have apart from it must combine to what the whole has. */
export function linesOf(points: Iterable<WindowPoint>, { pointFields, distributions }: Told): PointLines {
  const names = pointFields.map(({ name }) => name);
  return pointLines(names, (writer) => {
    for (const point of points) {
      const { time, rows, row } = point;
      const { numbers, width } = rows;
      const count = numbers[row * width]!;
      const from = row * width + 1;
      const told = distributions.length === 0 || count === 0 ? null : numbersOf(point.total, distributions);
      writer.begin(point.series, count);
      const fields = count === 0 ? 0 : pointFields.length;
      for (let index = 0; index < fields; index++) {
        const { value, combine } = pointFields[index]!;
        if (hasNumber(numbers, value, from) && (combine || time === point.window))
          writer.add(index, told ? told[index]! : numbers[from + index]!);
      }
      writer.end(time);
    }
  });
}
