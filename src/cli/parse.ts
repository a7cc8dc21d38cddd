// `l2i parse`: the records of logs as JSON lines, the lines that do not match on standard error.
import type { Logger } from "../logger.ts";
import { chooseFormat, refuseZoneless } from "../chosen-format.ts";
import { exitCode, L2iError } from "../errors.ts";
import type { Format, Parser } from "../format/format.ts";
import { detectFormat, presetsFor } from "../format/find-format.ts";
import { directiveOf } from "../format/w3c-columns.ts";
import { type FieldName, fieldNames, type LogRecord } from "../format/record.ts";
import { readingFromWords } from "../invocation/load-words.ts";
import { closeAll, hasLine, openFiles } from "../log/candidates.ts";
import { chunksOf } from "../log/chunks.ts";
import type { Content } from "../log/content.ts";
import { safeJson, visible } from "../printable.ts";
import type { ParseFlags } from "./flags.ts";
import { machine } from "./invocations.ts";
import { createLogger } from "./logger.ts";
import { counted, decoded } from "./text.ts";

/** A file that cannot be read, or whose format is not recognised, is said, and the others are still parsed. */
export async function parse(paths: readonly string[], flags: ParseFlags): Promise<number> {
  const log = await createLogger(flags);
  const { format, field, schema } = flags;
  const { format: chosen } = await chooseFormat(readingFromWords({ format, field, schema }, machine(process.cwd())));
  let code: number = exitCode.ok;
  for (const path of paths)
    try {
      await parseFile(path, chosen, flags, log);
    } catch (error) {
      if (!(error instanceof L2iError) || error.code === "usage") throw error;
      log.error(error.message);
      code = error.exitCode;
    }
  return code;
}

async function parseFile(path: string, chosen: Format | null, flags: ParseFlags, log: Logger): Promise<void> {
  const contents = await openFiles([path], process.stdin);
  try {
    for (const content of contents) {
      if (!hasLine(content)) return log.warn(`${content.path} has no complete line`);
      const format = chosen ?? recognised(content);
      refuseZoneless(format, flags.timezone ?? null);
      log.info(`reads ${content.path}, format ${format.name}`);
      await parseContent(content, format, flags);
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

async function parseContent(content: Content, format: Format, flags: ParseFlags): Promise<void> {
  const reader = await content.readFrom(content.start);
  try {
    const lines = new Lines(content, format, flags);
    const chunks = chunksOf(reader, content.start, maxLine);
    for await (const { bytes, offset, isOverlong } of chunks.lines) {
      const text = bytes.toString("latin1");
      const { records, rejects } = isOverlong ? lines.reject(text, offset) : lines.read(text, offset);
      await write(process.stderr, rejects);
      await write(process.stdout, records);
    }
    const damage = reader.damage === null ? "" : `${content.path} ends early: ${reader.damage}\n`;
    await write(process.stderr, visible(damage) + lines.farewell(chunks.unfinished()));
  } finally {
    reader.close();
  }
}

interface Printed {
  readonly records: string;
  readonly rejects: string;
}

/** The lines of one file, as they are printed. */
class Lines {
  readonly #path: string;
  readonly #format: Format;
  readonly #fields: readonly FieldName[];
  readonly #parser: Parser;
  readonly #explains: boolean;
  #records = 0;
  #rejects = 0;

  constructor({ path }: Content, format: Format, { timezone, explain = false }: ParseFlags) {
    this.#explains = explain;
    this.#path = path;
    this.#format = format;
    this.#fields = fieldNames.filter((field) => format.fields.includes(field));
    this.#parser = format.parser(format.isSelfDescribing ? fieldNames : this.#fields, timezone);
  }

  read(text: string, offset: number): Printed {
    let records = "";
    let rejects = "";
    for (let start = 0; start < text.length;) {
      const record = this.#parser.parse(text, start);
      const end = record ? this.#parser.end : text.indexOf("\n", start) + 1;
      if (record) records += this.#record(record);
      else rejects += this.reject(text.slice(start, end), offset + start).rejects;
      start = end;
    }
    return { records, rejects };
  }

  /** Empty lines count as nothing, and so do directives. */
  reject(text: string, offset: number): Printed {
    const line = text.replace(/\r?\n$/, "");
    if (line === "" || (this.#format.isSelfDescribing && directiveOf(line) !== null))
      return { records: "", rejects: "" };
    this.#rejects++;
    const where = visible(`${this.#path}: byte ${offset} does not match`);
    const isWhole = line.length < text.length;
    const why = this.#explains && isWhole ? `\n${this.#explanation(line)}` : `: ${visible(cut(decoded(line)))}`;
    return { records: "", rejects: `${where}${why}\n` };
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
  #record(record: LogRecord): string {
    this.#records++;
    const fields = this.#parser.inForce?.fields ?? this.#fields;
    const shown = fields.map((field) => [
      field,
      field === "time" ? new Date(record.time).toISOString() : record[field],
    ]);
    return `${safeJson(Object.fromEntries(shown))}\n`;
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
