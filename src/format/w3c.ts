// W3C extended logs, as IIS and CloudFront write them: a line `#Fields: …` says which columns follow it, and other lines that begin
// with `#` say nothing about requests. So `#Fields: …` is a format by itself, and what reads the lines goes from one to the next.
import type { Format, Mismatch, Parser } from "./format.ts";
import { type FieldName, fieldNames, type LogRecord } from "./record.ts";
import { byteOrderMark } from "./text.ts";
import { columnsFormat, directiveOf, nameOfFields, formatBehind, isFields } from "./w3c-columns.ts";
import { W3cReader } from "./w3c-reader.ts";

/** `name`: `#Fields: …`, or what is given for a log whose first lines will say so. */
export function w3cFormat(name: string): Format {
  const first = isFields(name) ? columnsFormat(nameOfFields(name)) : null;
  return {
    name: first?.name ?? name,
    fields: first?.fields ?? fieldNames.filter((field) => !neverTold.has(field)),
    zoneless: false,
    isSelfDescribing: true,
    explain: (line) => first?.explain(line) ?? nothingSaid,
    parser: (fields) => new W3cParser(first, fields),
    reader: (wishes) => new W3cReader(first, wishes),
  };
}

const neverTold: ReadonlySet<FieldName> = new Set(["ident", "request"]);
const nothingSaid: Mismatch = { at: 0, expected: "a line #Fields: before it, with date and time in it" };

class W3cParser implements Parser {
  end = 0;
  #inForce: Format | null;
  #parser: Parser | null;
  readonly #fields: readonly FieldName[];

  constructor(first: Format | null, fields: readonly FieldName[]) {
    this.#inForce = first;
    this.#parser = first?.parser(fields) ?? null;
    this.#fields = fields;
  }

  get inForce(): Format | null {
    return this.#inForce;
  }

  parse(text: string, start: number): LogRecord | null {
    const first = text.charAt(start);
    if (first === "#" || first === byteOrderMark[0]) this.#obey(text.slice(start, text.indexOf("\n", start)));
    const record = this.#parser?.parse(text, start) ?? null;
    if (record) this.end = this.#parser!.end;
    return record;
  }

  #obey(line: string): void {
    const next = formatBehind(directiveOf(line) ?? "", this.#inForce);
    if (next === this.#inForce) return;
    this.#inForce = next;
    this.#parser = next?.parser(this.#fields) ?? null;
  }
}
