// `l2i parse`: the records of logs as JSON lines, the lines that do not match on standard error.
import { exitCode } from "../errors.ts";
import type { Format, Parser } from "../format/format.ts";
import { detectFormat, formatOf } from "../format/formats.ts";
import { fieldNames, type FieldName, type LogRecord } from "../format/record.ts";
import { closeAll, openFiles } from "../log/candidates.ts";
import { chunksOf } from "../log/chunks.ts";
import type { Content } from "../log/content.ts";
import { L2iError } from "../errors.ts";
import { visible } from "./logger.ts";
import type { ParseFlags } from "./main.ts";

export async function parse(paths: readonly string[], { format, timezone }: ParseFlags): Promise<number> {
  const contents = await openFiles(paths, process.stdin);
  try {
    for (const content of contents) await parseContent(content, formatFor(content, format), timezone);
    return exitCode.ok;
  } finally {
    await closeAll(contents);
  }
}

function formatFor(content: Content, spec: string): Format {
  const format = spec === "auto" ? detectFormat(content.head.toString("latin1")) : formatOf(spec);
  if (format) return format;
  throw new L2iError(
    "usage",
    `the format of ${content.path} is not recognised; say --format ("l2i show formats" lists those there are, or give the LogFormat of the server)`,
  );
}

const maxLine = 64 * 1024;

async function parseContent(content: Content, format: Format, timezone: string | undefined): Promise<void> {
  if (format.zoneless && !timezone)
    throw new L2iError(
      "usage",
      `the times of the format ${format.name} carry no zone; say --timezone, such as --timezone Europe/Berlin`,
    );
  const fields = fieldNames.filter((field) => format.fields.includes(field));
  const parser = format.parser(fields, timezone);
  const reader = await content.readFrom(content.start);
  try {
    const chunks = chunksOf(reader, content.start, maxLine);
    for await (const { text, offset, isOverlong } of chunks.lines) {
      const { records, rejects } = isOverlong
        ? { records: "", rejects: rejectLine(content, offset, text) }
        : readLines(content, text, offset, parser, fields);
      await write(process.stderr, rejects);
      await write(process.stdout, records);
    }
    if (chunks.unfinished() > 0)
      await write(
        process.stderr,
        `${content.path}: the last line has no line end, so it may be cut; it was not read\n`,
      );
  } finally {
    reader.close();
  }
}

function readLines(
  content: Content,
  text: string,
  offset: number,
  parser: Parser,
  fields: readonly FieldName[],
): { records: string; rejects: string } {
  let records = "";
  let rejects = "";
  for (let start = 0; start < text.length;) {
    const record = parser.parse(text, start);
    const end = record ? parser.end : text.indexOf("\n", start) + 1;
    const line = text.slice(start, end).replace(/\r?\n$/, "");
    if (record) records += `${recordJson(record, fields)}\n`;
    else if (line !== "") rejects += rejectLine(content, offset + start, line);
    start = end;
  }
  return { records, rejects };
}

/** Time as ISO 8601 UTC with milliseconds. DEL and C1 are escaped too: JSON leaves them raw, terminals obey them. */
function recordJson(record: LogRecord, fields: readonly FieldName[]): string {
  const shown = Object.fromEntries(
    fields.map((field) => [field, field === "time" ? new Date(record.time).toISOString() : record[field]]),
  );
  return JSON.stringify(shown).replaceAll(
    /[\u007f-\u009f\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

const rejectLine = ({ path }: Content, offset: number, line: string): string =>
  visible(`${path}: byte ${offset} does not match: ${line}`) + "\n";

function write(stream: NodeJS.WriteStream, text: string): Promise<void> {
  if (text === "") return Promise.resolve();
  return new Promise((resolve, reject) => stream.write(text, (error) => (error ? reject(error) : resolve())));
}
