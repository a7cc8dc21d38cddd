// An expression of the user's own, with named groups: `/^(?<clientIp>\S+) .*\[(?<time>[^\]]+)\]/ %d/%b/%Y:%H:%M:%S %z`. What stands
// behind it says how its time is written.
import { L2iError } from "../errors.ts";
import { nearest } from "../invocation/nearest.ts";
import { Expression } from "./expression.ts";
import type { Format, Mismatch, Parser } from "./format.ts";
import { fieldsOf } from "./lines.ts";
import {
  emptyRecord,
  type FieldName,
  fieldNames,
  isNumberField,
  type LogRecord,
  type NumberField,
  toldBy,
} from "./record.ts";
import { ParserReader } from "./parser-reader.ts";
import { timeTokens } from "./strftime.ts";
import { indexInLine, lineText } from "./text.ts";
import { isZoneless, timeOfKey } from "./time.ts";
import type { Token } from "./tokens.ts";
import { usualTime } from "./usual-time.ts";
import { fieldOf, requestSetters, type ValueName, valueNames, type ValueSetter, valueSetters } from "./values.ts";

/** Throws L2iError "usage", which says the place and a way out, where lines could not be read so. */
export function regexFormat(spec: string): Format {
  const { source, timePattern } = partsOf(spec);
  const expression = expressionOf(source);
  const sources = sourcesOf(expression);
  const tokens = timePattern === null ? null : timeTokens(timePattern, timePattern);
  const parser = (fields: readonly FieldName[], timezone?: string) =>
    new RegexParser(expression, sources, fields, timeOf(tokens, timezone));
  return {
    name: spec,
    fields: fieldNames.filter((field) => field === "time" || sources.some((each) => each.field === field)),
    zoneless: tokens !== null && isZoneless(tokens),
    explain: (line) => explain(line, expression, sources),
    parser,
    reader: (wishes, timezone) => new ParserReader(parser(fieldsOf(wishes), timezone), wishes),
  };
}

/** The expression between the slashes, as JavaScript has it, and the pattern of the time; null: it is in one of the usual forms. */
function partsOf(spec: string): { readonly source: string; readonly timePattern: string | null } {
  const [, source, rest = ""] = literal.exec(spec.trim()) ?? [];
  if (!source)
    throw new L2iError("usage", `format: ${spec} has no "/" at its end; write the expression between two of them`);
  if (/^\S/.test(rest))
    throw new L2iError(
      "usage",
      `format: behind the "/" that ends the expression stands ${rest}; write \\/ for a slash in it, and a space before the pattern of the time (there are no flags)`,
    );
  return { source, timePattern: rest === "" ? null : rest.trim() };
}

const literal = /^\/((?:\\.|\[(?:\\.|[^\]\\])*\]|[^\\/[])*)\/(.*)$/s;

function expressionOf(source: string): Expression {
  try {
    const expression = new Expression(source);
    refuseUnfit(expression.names);
    return expression;
  } catch (error) {
    if (!(error instanceof L2iError)) throw error;
    throw new L2iError("usage", `format: ${error.message}`, { cause: error });
  }
}

function refuseUnfit(names: readonly string[]): void {
  for (const name of names.filter((each) => !isValueName(each))) {
    const guess = nearest(name, valueNames);
    const advice = guess === undefined ? `there are ${valueNames.join(", ")}` : `did you mean "${guess}"?`;
    throw new L2iError("usage", `the group "${name}" is no field of a record; ${advice}`);
  }
  if (!names.includes("time"))
    throw new L2iError("usage", String.raw`no group tells when a request was; name one, such as \[(?<time>[^\]]+)\]`);
}

const isValueName = (name: string): name is ValueName => valueNames.some((known) => known === name);

/** A group that is read for a field. */
interface Source {
  readonly field: FieldName;
  readonly group: ValueName;
  readonly set: ValueSetter;
}

/** The request line tells method, URI and protocol, where no group of their own does. */
function sourcesOf({ names }: Expression): Source[] {
  const own = names
    .filter(isValueName)
    .flatMap((group): Source[] =>
      group === "time" ? [] : [{ field: fieldOf(group), group, set: valueSetters[group] }],
    );
  const ofRequest = fieldNames.flatMap((field): Source[] => {
    const set = requestSetters[field];
    return set && names.includes("request") ? [{ field, group: "request", set }] : [];
  });
  return [...own, ...ofRequest.filter(({ field }) => !own.some((source) => source.field === field))];
}

type TimeOf = (text: string | undefined) => number;

function timeOf(tokens: readonly Token[] | null, timezone: string | undefined): TimeOf {
  const read = tokens === null ? usualTime(timezone) : timeOfKey(tokens, timezone);
  let [last, time] = ["", Number.NaN];
  return (text = "") => {
    if (text !== last) [last, time] = [text, read(text)]; // many lines are of the same second
    return time;
  };
}

interface Column {
  readonly field: FieldName;
  /** A line in which it is none is a reject. */
  readonly isNumber: boolean;
  readonly group: number;
  readonly set: ValueSetter;
}

class RegexParser implements Parser {
  end = 0;
  readonly #regex: RegExp;
  readonly #time: number;
  readonly #timeOf: TimeOf;
  readonly #columns: readonly Column[];
  /** Numbers that nobody asked for: a line must not match or not as others ask. */
  readonly #unasked: readonly NumberField[];

  constructor(expression: Expression, sources: readonly Source[], fields: readonly FieldName[], timeOfText: TimeOf) {
    const read = sources.filter(({ field }) => fields.includes(field) || isNumberField(field));
    const { regex, groups } = expression.only(new Set(["time", ...read.map(({ group }) => group)]));
    this.#regex = regex;
    this.#time = groups.get("time")!;
    this.#timeOf = timeOfText;
    this.#columns = read.map(({ field, group, set }) => ({
      field,
      isNumber: isNumberField(field),
      group: groups.get(group)!,
      set,
    }));
    this.#unasked = read
      .map(({ field }) => field)
      .filter(isNumberField)
      .filter((field) => !fields.includes(field));
  }

  parse(text: string, start: number): LogRecord | null {
    const end = text.indexOf("\n", start);
    const match = this.#regex.exec(lineText(text.slice(start, end)));
    if (match === null) return null;
    const record = emptyRecord(this.#timeOf(match[this.#time]));
    if (Number.isNaN(record.time)) return null;
    for (const { field, isNumber, group, set } of this.#columns) {
      const value = match[group];
      if (isNone(value)) continue;
      set(record, value);
      if (isNumber && record[field] === null) return null;
    }
    for (const field of this.#unasked) record[field] = null;
    this.end = end + 1;
    return record;
  }
}

const isNone = (value: string | undefined): boolean => value === undefined || value === "" || value === "-";

function explain(line: string, expression: Expression, sources: readonly Source[]): Mismatch {
  const text = lineText(line);
  const { end, next, groups } = expression.follow(text);
  const fields = told(groups, sources);
  if (next !== null) return { at: indexInLine(line, end), expected: next, fields };
  const bad = sources.find((source) => isBad(source, groups[source.group]));
  const at = text.indexOf(groups[bad?.group ?? "time"] ?? "");
  const expected = bad ? `a number for ${bad.group}` : "a time that can be read; without zone it needs --timezone";
  return { at: indexInLine(line, at), expected, fields };
}

/** What the groups say, the time aside. */
function told(groups: { readonly [name: string]: string | undefined }, sources: readonly Source[]): Partial<LogRecord> {
  const record = emptyRecord(0);
  for (const { group, set } of sources) if (!isNone(groups[group])) set(record, groups[group]);
  return toldBy(record);
}

function isBad({ field, set }: Source, value: string | undefined): boolean {
  const record = emptyRecord(0);
  set(record, value);
  return isNumberField(field) && record[field] === null && !isNone(value);
}
