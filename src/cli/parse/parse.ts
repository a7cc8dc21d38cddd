// `l2i parse`: the records of logs as JSON lines, the lines that do not match on standard error.
import { anonymized } from "../../anonymity.ts";
import type { Logger } from "../../logger.ts";
import { chooseFormat, refuseZoneless } from "../../chosen-format.ts";
import { deriverOf } from "../../derived/derive.ts";
import { baseOf } from "../../derived/fields.ts";
import { anonymousText } from "../../derived/network.ts";
import { exitCode, L2iError } from "../../errors.ts";
import type { Format, Parser } from "../../format/format.ts";
import { detectFormat, presetsFor } from "../../format/find-format.ts";
import { directiveOf } from "../../format/w3c-columns.ts";
import { type FieldName, fieldNames, type LogRecord } from "../../format/record.ts";
import type { Span } from "../../frequencies/spans.ts";
import { readingFromWords } from "../../invocation/load-words.ts";
import { closeAll, hasLine, openFiles } from "../../log/candidates.ts";
import { chunksOf } from "../../log/chunks.ts";
import type { Content } from "../../log/content.ts";
import { decoded, safeJson, visible } from "../../printable.ts";
import { type Answers, answersBy } from "./answers.ts";
import type { ParseFlags } from "../flags.ts";
import { machine } from "../invocations.ts";
import { createLogger } from "../logger.ts";
import { between } from "../moment.ts";
import { counted } from "../text.ts";

/** A file that cannot be read, or whose format is not recognised, is said, and the others are still parsed. */
export async function parse(paths: readonly string[], flags: ParseFlags): Promise<number> {
  const log = await createLogger(flags);
  const { format, field, schema } = flags;
  const { format: chosen } = await chooseFormat(readingFromWords({ format, field, schema }, machine(process.cwd())));
  const span = between(flags) ?? everything;
  const answers = flags.explain ? await answersBy(flags) : null;
  const derive = flags.derived ? await deriverOf(flags.derived) : null;
  let code: number = exitCode.ok;
  for (const path of paths)
    try {
      await parseFile(path, chosen, { ...flags, span, answers, derive }, log);
    } catch (error) {
      if (!(error instanceof L2iError) || error.code === "usage") throw error;
      log.error(error.message);
      code = error.exitCode;
    }
  return code;
}

const everything: Span = [-Infinity, Infinity];

/** The flags, and what is made of some of them; null: nothing was asked for. */
interface Wanted extends ParseFlags {
  readonly span: Span;
  readonly answers: Answers | null;
  readonly derive: Awaited<ReturnType<typeof deriverOf>> | null;
}

async function parseFile(path: string, chosen: Format | null, wanted: Wanted, log: Logger): Promise<void> {
  const contents = await openFiles([path], process.stdin);
  try {
    for (const content of contents) {
      if (!hasLine(content)) return log.warn(`${content.path} has no complete line`);
      const format = chosen ?? recognised(content);
      refuseZoneless(format, wanted.timezone);
      log.info(`reads ${content.path}, format ${format.name}`);
      await parseContent(content, new Lines(content, format, wanted));
    }
  } finally {
    await closeAll(contents);
  }
}

function recognised(content: Content): Format {
  const format = detectFormat(content.head.toString("latin1"));
  if (format) return format;
  throw new L2iError(
    "log",
    `the format of ${content.path} is not recognised; say --format ("l2i show formats" lists those there are, or give the LogFormat or log_format of the server)`,
  );
}

const maxLine = 64 * 1024;

async function parseContent(content: Content, lines: Lines): Promise<void> {
  const reader = await content.readFrom(content.start);
  try {
    const chunks = chunksOf(reader, content.start, maxLine);
    for await (const { bytes, offset, isOverlong } of chunks.lines) {
      const text = bytes.toString("latin1");
      for (const { records, remarks } of isOverlong ? [lines.reject(text, offset)] : lines.read(text, offset)) {
        await write(process.stdout, records);
        await write(process.stderr, remarks);
      }
    }
    const damage = reader.damage === null ? "" : `${content.path} ends early: ${reader.damage}\n`;
    await write(process.stderr, visible(damage) + lines.farewell(chunks.unfinished()));
  } finally {
    reader.close();
  }
}

interface Printed {
  readonly records: string;
  /** About lines that do not match, and what is explained of the others. */
  readonly remarks: string;
}

const nothing: Printed = { records: "", remarks: "" };

/** The lines of one file, as they are printed. */
class Lines {
  readonly #path: string;
  readonly #format: Format;
  readonly #fields: readonly FieldName[];
  readonly #parser: Parser;
  readonly #wanted: Wanted;
  #records = 0;
  #rejects = 0;

  constructor({ path }: Content, format: Format, wanted: Wanted) {
    this.#wanted = wanted;
    this.#path = path;
    this.#format = format;
    this.#fields = fieldNames.filter((field) => format.fields.includes(field));
    this.#parser = format.parser(format.isSelfDescribing ? fieldNames : this.#fields, wanted.timezone);
  }

  /** All at once, or where they are explained one by one, so that what belongs together stands together. */
  *read(text: string, offset: number): Generator<Printed> {
    let records = "";
    let remarks = "";
    for (let start = 0; start < text.length;) {
      const record = this.#parser.parse(text, start);
      const end = record ? this.#parser.end : text.indexOf("\n", start) + 1;
      const printed = record
        ? this.#record(record, offset + start)
        : this.reject(text.slice(start, end), offset + start);
      start = end;
      if (this.#wanted.explain) yield printed;
      else [records, remarks] = [records + printed.records, remarks + printed.remarks];
    }
    yield { records, remarks };
  }

  /** Empty lines count as nothing, and so do directives. */
  reject(text: string, offset: number): Printed {
    const whole = text.replace(/\r?\n$/, "");
    const line = this.#wanted.anonymizeIp ? anonymousText(whole) : whole;
    if (line === "" || (this.#format.isSelfDescribing && directiveOf(line) !== null)) return nothing;
    this.#rejects++;
    const where = visible(`${this.#path}: byte ${offset} does not match`);
    const isWhole = whole.length < text.length;
    const why = this.#wanted.explain && isWhole ? `\n${this.#explanation(line)}` : `: ${visible(cut(decoded(line)))}`;
    return { records: "", remarks: `${where}${why}\n` };
  }

  /** The line, below it a caret where matching stopped and what should stand there; what it says so far, and what it may be. */
  #explanation(line: string): string {
    const { at, expected, fields = {} } = (this.#parser.inForce ?? this.#format).explain(`${line}\n`);
    const before = visible(decoded(line.slice(Math.max(0, at - shownAround), at)));
    const behind = visible(decoded(line.slice(at, at + shownAround)));
    return `  ${before}${behind}\n  ${" ".repeat(before.length)}^ expected ${visible(expected)}${soFar(fields)}${fitting(line, this.#format)}`;
  }

  /** What is to be said at the end; nothing where all was well. */
  farewell(unfinished: number): string {
    const { name } = this.#format;
    const lines = counted(this.#records + this.#rejects, "line");
    const rejected =
      this.#rejects === 0 ? "" : `${this.#path}: ${this.#rejects} of ${lines} did not match the format ${name}\n`;
    const waiting =
      unfinished === 0
        ? ""
        : `${this.#path}: the last line (${counted(unfinished, "byte")}) has no line end, so it may be cut; it was not read\n`;
    return visible(rejected + waiting);
  }

  /** Time as ISO 8601 UTC with milliseconds. */
  #record(whole: LogRecord, offset: number): Printed {
    this.#records++;
    const { span, anonymizeIp, answers } = this.#wanted;
    if (whole.time < span[0] || whole.time >= span[1]) return nothing;
    const record = anonymizeIp ? anonymized(whole) : whole;
    const format = this.#parser.inForce ?? this.#format;
    const fields = this.#parser.inForce?.fields ?? this.#fields;
    const shown = fields.map((field) => [
      field,
      field === "time" ? new Date(record.time).toISOString() : record[field],
    ]);
    const where = visible(`${this.#path}: byte ${offset} matches ${format.name}\n`);
    return {
      records: `${safeJson(Object.fromEntries([...shown, ...this.#derived(record, fields)]))}\n`,
      remarks: answers ? where + answers.to(record, format) : "",
    };
  }

  /** Fields that are made of those of the format, where they are asked for. */
  #derived(record: LogRecord, fields: readonly FieldName[]): [string, unknown][] {
    const { derive, derived = [] } = this.#wanted;
    if (!derive) return [];
    const whole = derive(record);
    return derived.filter((name) => fields.includes(baseOf(name))).map((name) => [name, whole[name]]);
  }
}

function soFar(fields: Partial<LogRecord>): string {
  return Object.keys(fields).length === 0 ? "" : `\n  so far: ${cut(safeJson(fields))}`;
}

function fitting(line: string, { name }: Format): string {
  const names = presetsFor(`${line}\n`).filter((other) => other !== name);
  return names.length === 0 ? "" : `\n  it would match ${names.join(", ")}`;
}

/** A line may be 64 KiB of garbage. */
const longestShown = 1000;

/** Characters before and behind the caret. */
const shownAround = 100;

const cut = (line: string): string => (line.length > longestShown ? `${line.slice(0, longestShown)}…` : line);

function write(stream: NodeJS.WriteStream, text: string): Promise<void> {
  if (text === "") return Promise.resolve();
  return new Promise((resolve, reject) => stream.write(text, (error) => (error ? reject(error) : resolve())));
}
