// One line through a format, as tests want it: all fields, the record or null.
import { formatOf } from "../../src/format/find-format.ts";
import { fieldNames, type LogRecord } from "../../src/format/record.ts";

/** `line`: without its line end, one character a byte. */
export function parseLine(format: string, line: string, timezone?: string): LogRecord | null {
  return formatOf(format).parser(fieldNames, timezone).parse(`${line}\n`, 0);
}

/** The bytes of `text` in UTF-8, one character a byte, as they stand in a log. */
export function utf8(text: string): string {
  return Buffer.from(text).toString("latin1");
}
