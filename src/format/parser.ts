// Tokens → a parser for just the fields asked for: which columns are read, and what their text means, is decided once;
// a line costs one match, one record, and one call a field.
import { kernelReader } from "../kernel/kernel-reader.ts";
import { explainer } from "./explain.ts";
import { type Source, sourcesOf } from "./fields.ts";
import type { Format, Parser } from "./format.ts";
import { fieldsOf } from "./lines.ts";
import { emptyRecord, type FieldName, fieldNames, type LogRecord } from "./record.ts";
import { ParserReader } from "./parser-reader.ts";
import { lineRegex, type Span } from "./regex.ts";
import { isZoneless, type TimeReader, timeReader } from "./time.ts";
import type { Token } from "./tokens.ts";

/** `name`: as the user gave it. Throws L2iError "usage" where the lines do not tell the time. */
export function formatFromTokens(name: string, tokens: readonly Token[]): Format {
  const sources = sourcesOf(tokens);
  const wanted = (fields: readonly FieldName[]) => sources.filter(({ field }) => fields.includes(field));
  return {
    name,
    fields: fieldNames.filter((field) => field === "time" || sources.some((source) => source.field === field)),
    zoneless: isZoneless(tokens),
    explain: explainer(tokens),
    parser: (fields, timezone) => new LineParser(tokens, timeReader(tokens, timezone), wanted(fields)),
    reader(wishes, timezone) {
      const all = wanted(fieldsOf(wishes));
      const parser = new LineParser(tokens, timeReader(tokens, timezone), all);
      return kernelReader({ tokens, sources: all, wishes, timezone, parser }) ?? new ParserReader(parser, wishes);
    },
  };
}

class LineParser implements Parser {
  end = 0;
  readonly #regex: RegExp;
  readonly #time: TimeReader;
  readonly #columns: readonly { readonly group: number; readonly set: Source["set"] }[];

  constructor(tokens: readonly Token[], time: TimeReader, sources: readonly Source[]) {
    const spans = new Map(
      sources.map(({ index }): [number, Span] => [index, { from: index, to: index + 1, group: 0 }]),
    );
    this.#time = time;
    this.#regex = lineRegex(tokens, [...time.spans, ...spans.values()]);
    this.#columns = sources.map(({ index, set }) => ({ group: spans.get(index)!.group, set }));
  }

  parse(text: string, start: number): LogRecord | null {
    const regex = this.#regex;
    regex.lastIndex = start;
    const match = regex.exec(text);
    if (match === null) return null;
    const time = this.#time.read(text, start, match);
    if (Number.isNaN(time)) return null;
    const record = emptyRecord(time);
    for (const { group, set } of this.#columns) set(record, match[group]!);
    this.end = regex.lastIndex;
    return record;
  }
}
