// Why a line does not match: how far its front goes, what that says, and what should have come next. For people, so it may be slow; but
// a log may be garbage from end to end, so nothing is compiled for each line.
import { type Source, sourcesOf } from "./fields.ts";
import type { Mismatch } from "./format.ts";
import { emptyRecord, type LogRecord, toldBy } from "./record.ts";
import { frontRegex, type Span } from "./regex.ts";
import type { Token } from "./tokens.ts";

/** Takes a line with its line end. */
export function explainer(tokens: readonly Token[]): (line: string) => Mismatch {
  let fronts: readonly Front[] | null = null;
  return (line) => {
    fronts ??= frontsOf(tokens);
    const text = line.replace(/\r?\n$/, "\n");
    for (let count = tokens.length; count > 0; count--) {
      const front = fronts[count - 1]!;
      const match = matchOf(front, text);
      if (!match) continue;
      const { lastIndex: end } = front.regex;
      const fields = fieldsOf(front, match);
      // All columns are there: then it is the time that the parser did not take.
      if (count === tokens.length && text.slice(end) === "\n")
        return { at: timeAt(tokens, fronts, text), expected: existingTime, fields };
      return { at: end, expected: expectedAt(tokens, count), fields };
    }
    return { at: 0, expected: expectedAt(tokens, 0), fields: {} };
  };
}

const existingTime = "a time that exists, between 1970 and 2261";

/** The first tokens of a format, and the columns among them that tell something. */
interface Front {
  readonly regex: RegExp;
  readonly columns: readonly (readonly [Source, Span])[];
}

function frontsOf(tokens: readonly Token[]): Front[] {
  const sources = sourcesOf(tokens);
  return tokens.map((_, last) => {
    const before = sources.filter(({ index }) => index <= last);
    const spans = new Map(before.map(({ index }): [number, Span] => [index, { from: index, to: index + 1, group: 0 }]));
    const regex = frontRegex(tokens, last + 1, [...spans.values()]);
    return { regex, columns: before.map((source) => [source, spans.get(source.index)!] as const) };
  });
}

function matchOf({ regex }: Front, text: string): RegExpExecArray | null {
  regex.lastIndex = 0;
  return regex.exec(text);
}

/** The time is not among them. */
function fieldsOf({ columns }: Front, match: RegExpExecArray): Partial<LogRecord> {
  const record = emptyRecord(0);
  for (const [{ set }, { group }] of columns) set(record, match[group]!);
  return toldBy(record);
}

/** Where the first column of a time begins. */
function timeAt(tokens: readonly Token[], fronts: readonly Front[], text: string): number {
  const front = fronts[tokens.findIndex(({ kind }) => kind === "time") - 1];
  return front && matchOf(front, text) ? front.regex.lastIndex : 0;
}

function expectedAt(tokens: readonly Token[], index: number): string {
  const token = tokens[index];
  if (token === undefined) return "the end of the line";
  return token.kind === "literal" ? literalAt(tokens, index, token.text) : token.source;
}

/** Literals within a time are a part of it. */
function literalAt(tokens: readonly Token[], index: number, text: string): string {
  const [before, after] = [tokens[index - 1], tokens[index + 1]];
  const isWithinTime = before?.kind === "time" && after?.kind === "time" && before.source === after.source;
  return isWithinTime ? before.source : JSON.stringify(text);
}
