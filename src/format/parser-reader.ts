// Reads lines by their parser alone, one after the other. It is the reference: whatever is faster must say the same.
import type { Parser } from "./format.ts";
import { emptyLine, fieldsOf, type LineReader, type LineView, mostLines, type Wish } from "./lines.ts";
import { emptyRecord, type FieldName, type LogRecord } from "./record.ts";

export class ParserReader implements LineReader {
  count = 0;
  readonly ends = new Int32Array(mostLines);
  readonly times = new Float64Array(mostLines);
  readonly views: readonly LineView[];
  readonly #parser: Parser;
  readonly #records: (LogRecord | null)[] = Array<null>(mostLines).fill(null);
  #bytes: Buffer | null = null;
  #text = "";

  /** `parser`: of all fields that are wished for. */
  constructor(parser: Parser, wishes: readonly Wish[]) {
    this.#parser = parser;
    const all = fieldsOf(wishes);
    this.views = wishes.map((wish) => {
      const isWhole = !wish.mayChange && all.every((field) => wish.fields.includes(field));
      return new RecordView(this.#records, wish, isWhole);
    });
  }

  read(bytes: Buffer, from: number): number {
    if (bytes !== this.#bytes) [this.#bytes, this.#text] = [bytes, bytes.toString("latin1")];
    const text = this.#text;
    let start = from;
    let line = 0;
    for (; line < mostLines && start < text.length; line++) {
      let end = start + emptyLength(bytes, start);
      const record = end > start ? null : this.#parser.parse(text, start);
      this.times[line] = end > start ? emptyLine : (record?.time ?? Number.NaN);
      if (end === start) end = record ? this.#parser.end : text.indexOf("\n", start) + 1;
      this.#records[line] = record;
      this.ends[line] = start = end;
    }
    this.count = line;
    return start;
  }
}

/** Records that are there already. */
export class RecordView implements LineView {
  readonly counter = null;
  readonly #records: readonly (LogRecord | null)[];
  readonly #fields: readonly FieldName[];
  readonly #values: readonly FieldName[];
  readonly #isWhole: boolean;

  /** `isWhole`: the records hold the fields of the wish and no others. */
  constructor(records: readonly (LogRecord | null)[], { fields, values }: Wish, isWhole: boolean) {
    this.#records = records;
    this.#fields = fields;
    this.#values = values;
    this.#isWhole = isWhole;
  }

  record(line: number): LogRecord {
    const record = this.#records[line]!;
    if (this.#isWhole) return record;
    const part = emptyRecord(record.time);
    for (const field of this.#fields) copyField(part, record, field);
    return part;
  }

  value(line: number, value: number): number | null {
    const number = this.#records[line]![this.#values[value]!];
    return typeof number === "number" ? number : null;
  }
}

function copyField<Field extends FieldName>(
  to: Pick<LogRecord, Field>,
  from: Pick<LogRecord, Field>,
  field: Field,
): void {
  to[field] = from[field];
}

/** Length of an empty line, LF or CRLF alone; 0 where the line is not empty. */
export function emptyLength(bytes: Buffer, start: number): number {
  if (bytes[start] === 10) return 1;
  return bytes[start] === 13 && bytes[start + 1] === 10 ? 2 : 0;
}
