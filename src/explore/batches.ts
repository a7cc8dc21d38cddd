// The records of logs of any size, a chunk at a time, each with the line that it was read from.
import { setImmediate } from "node:timers/promises";
import { deriverOf } from "../derived/derive.ts";
import { derivedNames, type WholeRecord } from "../derived/fields.ts";
import { L2iError } from "../errors.ts";
import type { Format } from "../format/format.ts";
import { fieldNames, type LogRecord } from "../format/record.ts";
import { directiveOf } from "../format/w3c-columns.ts";
import { copyOf } from "../format/text.ts";
import { chunksOf } from "../log/chunks.ts";
import { openContent } from "../log/content.ts";

/** A log file, and how its lines read. */
export interface KnownLog {
  readonly path: string;
  readonly format: Format;
}

export interface Logs {
  readonly files: readonly KnownLog[];
  readonly timezone: string | null;
}

/** Where a record comes from. */
export interface Origin {
  readonly format: Format;
  /** The line without its line end, as Latin-1. */
  readonly line: string;
  /** Of a format that describes itself: the directive that says how the line reads. */
  readonly directive: string | null;
}

/** What was read of a chunk. Strings in records may be slices of it: copy what outlives it. */
export interface Batch {
  readonly records: readonly WholeRecord[];
  /** Of the record of that index. */
  origin(index: number): Origin;
  /** Lines that the format did not match. */
  readonly rejected: number;
}

/** Lines that are longer are no records. */
const maxLine = 64 * 1024;

/** Batch after batch, file after file. Where the signal says so, it throws its reason. */
export async function* batchesOf({ files, timezone }: Logs, signal: AbortSignal): AsyncGenerator<Batch> {
  const derived = await deriverOf(derivedNames);
  for (const { path, format } of files) {
    const content = await openContent(path);
    if (!content) throw new L2iError("log", `${path} is not there any more`);
    try {
      const reader = await content.readFrom(content.start);
      const read = lineReader(format, timezone, derived);
      for await (const { bytes, isOverlong } of chunksOf(reader, content.start, maxLine).lines) {
        yield isOverlong ? overlong : read(bytes.toString("latin1"));
        await setImmediate(); // reading is synchronous: let keys through
        signal.throwIfAborted();
      }
      reader.close();
    } finally {
      await content.close();
    }
  }
}

const overlong: Batch = {
  records: [],
  rejected: 1,
  origin() {
    throw new RangeError("there is no record");
  },
};

/** Reads chunks of one file, in their order. */
function lineReader(
  format: Format,
  timezone: string | null,
  derived: (record: LogRecord) => WholeRecord,
): (text: string) => Batch {
  const parser = format.parser(fieldNames, timezone ?? undefined);
  return (text) => {
    const records: WholeRecord[] = [];
    const lines: { readonly start: number; readonly directive: string | null }[] = [];
    let rejected = 0;
    for (let start = 0; start < text.length;) {
      const record = parser.parse(text, start);
      const end = record ? parser.end : text.indexOf("\n", start) + 1;
      if (record) {
        records.push(derived(record));
        lines.push({ start, directive: parser.inForce?.name ?? null });
      } else if (isLine(text.slice(start, end), format)) rejected++;
      start = end;
    }
    const origin = (index: number): Origin => {
      const { start, directive } = lines[index]!;
      const line = text.slice(start, text.indexOf("\n", start)).replace(/\r$/, "");
      return { format, line: copyOf(line), directive };
    };
    return { records, origin, rejected };
  };
}

/** Empty lines count as nothing, and so do directives. */
function isLine(text: string, { isSelfDescribing = false }: Format): boolean {
  const line = text.replace(/\r?\n$/, "");
  return line !== "" && !(isSelfDescribing && directiveOf(line) !== null);
}

/** A record that holds no chunk. */
export function detached(record: WholeRecord): WholeRecord {
  const own = Object.entries(record).map(([field, value]) => [
    field,
    typeof value === "string" ? copyOf(value) : value,
  ]);
  return Object.assign(Object.create(Object.getPrototypeOf(record)), Object.fromEntries(own));
}
