// One line through a format, as tests want it: all fields, the record or null.
import { formatOf } from "../../src/format/find-format.ts";
import { fieldNames, type LogRecord } from "../../src/format/record.ts";

/** `line`: without its line end, one character a byte. Lines before it may say how it reads. */
export function parseLine(format: string, line: string, timezone?: string): LogRecord | null {
  const parser = formatOf(format).parser(fieldNames, timezone);
  const records = `${line}\n`.split(/(?<=\n)/).map((each) => parser.parse(each, 0));
  return records.at(-1) ?? null;
}

/** The bytes of `text` in UTF-8, one character a byte, as they stand in a log. */
export function utf8(text: string): string {
  return Buffer.from(text).toString("latin1");
}
