// JSON lines: each line an object, in which the fields of a record stand under names that are known, or that the user gives.
import { flawIn } from "../invocation/json-text.ts";
import type { Format, Mismatch, Parser } from "./format.ts";
import { type Finder, finderOf, type JsonObject } from "./json-path.ts";
import { fieldsOf } from "./lines.ts";
import { emptyRecord, type FieldName, fieldNames, type LogRecord, toldBy } from "./record.ts";
import { ParserReader } from "./parser-reader.ts";
import { indexInLine, lineText } from "./text.ts";
import { usualTime } from "./usual-time.ts";
import { fieldOf, requestSetters, type ValueName, valueNames, type ValueSetter, valueSetters } from "./values.ts";

/** One kind of JSON lines. */
export interface JsonLayout {
  /** For each value the names under which it may stand; the first one that has something that can be read counts. */
  readonly names: JsonNames;
  /** Without these a line is not about a request. */
  readonly needs: readonly FieldName[];
}

/** Dots lead into objects within. */
type JsonNames = { readonly [name in ValueName]?: readonly string[] };

/** What a user says about JSON lines. */
export interface JsonOptions {
  /** Names of one's own; each takes the place of those that are known for its field. */
  readonly field?: { readonly [name in ValueName]?: string };
  /** What is wrong with the value of a line; null: nothing. */
  readonly check?: ((value: unknown) => string | null) | null;
}

export function jsonFormat(name: string, { names, needs }: JsonLayout, options: JsonOptions = {}): Format {
  const own = withOwn(names, options.field ?? {});
  const check = options.check ?? (() => null);
  const fields = fieldNames.filter((field) => field === "time" || columnOf(own, field).length > 0);
  const parser = (wanted: readonly FieldName[], timezone?: string) =>
    new JsonParser(own, wanted, needs, check, timezone);
  return {
    name,
    fields,
    zoneless: false, // each line tells
    isJson: true,
    explain: (line) => explain(line, own, needs, check),
    refusal: (line) => refusal(line, check),
    parser,
    reader: (wishes, timezone) => new ParserReader(parser(fieldsOf(wishes), timezone), wishes),
  };
}

function withOwn(names: JsonNames, own: NonNullable<JsonOptions["field"]>): JsonNames {
  const given = valueNames.filter((name) => own[name] !== undefined);
  const replaced = new Set(given.map(fieldOf));
  const kept = valueNames.filter((name) => names[name] && !replaced.has(fieldOf(name)));
  return Object.fromEntries([
    ...kept.map((name) => [name, names[name]!]),
    ...given.map((name) => [name, [own[name]!]]),
  ]);
}

/** One place where a field may stand, and what is made of what is there. */
interface Way {
  readonly find: Finder;
  readonly set: ValueSetter;
}

function columnOf(names: JsonNames, field: FieldName): Way[] {
  const ways = valueNames.flatMap((name) =>
    name === "time" || fieldOf(name) !== field ? [] : waysOf(names[name], valueSetters[name]),
  );
  return [...ways, ...waysOf(names.request, requestSetters[field])];
}

function waysOf(paths: readonly string[] = [], set: ValueSetter | undefined): Way[] {
  return set ? paths.map((path) => ({ find: finderOf(path), set })) : [];
}

type Check = NonNullable<JsonOptions["check"]>;

class JsonParser implements Parser {
  end = 0;
  readonly #times: readonly Finder[];
  readonly #timeOf: (value: unknown) => number;
  readonly #needed: readonly Column[];
  readonly #columns: readonly Column[];
  readonly #check: Check;
  /** Takes what is needed, which nobody may have asked for. */
  readonly #unasked = emptyRecord(0);

  constructor(
    names: JsonNames,
    fields: readonly FieldName[],
    needs: readonly FieldName[],
    check: Check,
    timezone: string | undefined,
  ) {
    const column = (field: FieldName): Column => ({ field, ways: columnOf(names, field) });
    this.#times = (names.time ?? []).map(finderOf);
    this.#timeOf = usualTime(timezone);
    this.#needed = needs.map(column);
    this.#columns = fieldNames.filter((field) => fields.includes(field)).map(column);
    this.#check = check;
  }

  parse(text: string, start: number): LogRecord | null {
    const end = text.indexOf("\n", start);
    const object = objectIn(text.slice(start, end));
    if (object === null) return null;
    const record = emptyRecord(this.#time(object));
    if (Number.isNaN(record.time) || !this.#hasAll(object) || this.#check(object) !== null) return null;
    for (const column of this.#columns) fill(record, object, column);
    this.end = end + 1;
    return record;
  }

  #time(object: JsonObject): number {
    for (const find of this.#times) {
      const time = this.#timeOf(find(object));
      if (!Number.isNaN(time)) return time;
    }
    return Number.NaN;
  }

  #hasAll(object: JsonObject): boolean {
    const record = this.#unasked;
    return this.#needed.every((column) => {
      fill(record, object, column);
      return record[column.field] !== null;
    });
  }
}

interface Column {
  readonly field: FieldName;
  readonly ways: readonly Way[];
}

/** Takes the first of the places that has something that can be read. */
function fill(record: LogRecord, object: JsonObject, { field, ways }: Column): void {
  for (const { find, set } of ways) {
    set(record, find(object));
    if (record[field] !== null) return;
  }
}

/** The object of a line; null where it is none. Of keys that stand twice the last one counts. */
function objectIn(line: string): JsonObject | null {
  const text = lineText(line);
  if (!beginsObject.test(text)) return null; // an exception takes long
  try {
    const object: JsonObject = JSON.parse(text);
    return object;
  } catch {
    return null;
  }
}

const beginsObject = /^[ \t]*\{/;

function explain(line: string, names: JsonNames, needs: readonly FieldName[], check: Check): Mismatch {
  const text = line.replace(/\r?\n$/, "");
  const object = objectIn(text);
  if (object === null) return flawOf(text);
  const lacks = (fields: readonly FieldName[], timezone?: string) =>
    new JsonParser(names, [], fields, () => null, timezone).parse(`${text}\n`, 0) === null;
  const list = (name: ValueName) => (names[name] ?? []).join(", ");
  const found = (expected: string): Mismatch => ({ at: text.length, expected, fields: told(object, names) });
  if (lacks([], "UTC")) return found(`a time that can be read, under ${list("time")}`);
  if (lacks([])) return found(`a time with its zone, under ${list("time")}; or say --timezone`);
  const missing = needs.find((field) => lacks([field]));
  if (missing) return found(`${missing}, under ${list(missing)}`);
  return found(`what the schema asks for: ${check(object) ?? "it is as it should be"}`);
}

/** What the object says, the time aside. */
function told(object: JsonObject, names: JsonNames): Partial<LogRecord> {
  const record = emptyRecord(0);
  for (const field of fieldNames) fill(record, object, { field, ways: columnOf(names, field) });
  return toldBy(record);
}

/** Where the line stops to be an object. */
function flawOf(line: string): Mismatch {
  const text = lineText(line);
  const flaw = beginsObject.test(text) ? flawIn(text, { mayRepeatKeys: true }) : null;
  const { index, expected } = flaw ?? { index: text.search(/[^ \t]|$/), expected: "an object in braces" };
  return { at: indexInLine(line, index), expected };
}

function refusal(line: string, check: Check): string | null {
  const object = objectIn(line);
  return object && check(object);
}
