// Cells of a row: how the numbers that the kernel wrote become the field of a record. What a text means is for the field's own
// setter to say (../format/fields.ts), the same one that the regular expression's texts go to, once for each text that has a number.
import type { Source } from "../format/fields.ts";
import { textOf as decoded } from "../format/text.ts";
import { emptyRecord, type FieldName, type LogRecord } from "../format/record.ts";
import type { Memory } from "./memory.ts";
import type { Output } from "./program.ts";
import type { TextTable } from "./text-table.ts";

/** Slots whose numbers are equal only in rows in which the field is equal. */
interface Keys {
  /** Ids of texts; without a key where one is negative: the text has no id. */
  readonly ids: readonly number[];
  readonly numbers: readonly number[];
}

export interface Cell {
  /** Fills the field from the row that begins at word `row`. */
  put(record: LogRecord, row: number): void;
  /** Slots of the row that tell what the field is; null: it takes too many values to be told by numbers. */
  readonly keys: Keys | null;
  /** The tables of texts are empty now. */
  forget(): void;
}

/** `isAlone`: no other column goes into the field. */
export function cellOf(source: Source, output: Output, memory: Memory, isAlone: boolean): Cell {
  if (output.kind === "number") return numberCell(source, output, memory);
  if (output.kind === "request") return requestCell(source, output, memory);
  return isAlone ? new TextCell(source, output, memory) : new PartCell(source, output, memory);
}

type NumberOutput = Output & { kind: "number" };

/** What the setter makes of a text. */
function meaningOf({ field, set }: Source, text: string): LogRecord[FieldName] {
  const record = emptyRecord(0);
  set(record, text);
  return record[field];
}

function wordOf(source: Source, text: string): string | null {
  const meaning = meaningOf(source, text);
  return typeof meaning === "string" ? meaning : null;
}

type Store<Value> = (record: LogRecord, value: Value | null) => void;

// By field: V8 is slower at computed names.
const textStores: { readonly [field in FieldName]?: Store<string> } = {
  clientIp: (record, value) => (record.clientIp = value),
  ident: (record, value) => (record.ident = value),
  user: (record, value) => (record.user = value),
  method: (record, value) => (record.method = value),
  uri: (record, value) => (record.uri = value),
  protocol: (record, value) => (record.protocol = value),
  referrer: (record, value) => (record.referrer = value),
  userAgent: (record, value) => (record.userAgent = value),
  vhost: (record, value) => (record.vhost = value),
  xForwardedFor: (record, value) => (record.xForwardedFor = value),
  request: (record, value) => (record.request = value),
  level: (record, value) => (record.level = value),
  message: (record, value) => (record.message = value),
};
const numberStores: { readonly [field in FieldName]?: Store<number> } = {
  status: (record, value) => (record.status = value),
  bytes: (record, value) => (record.bytes = value),
  port: (record, value) => (record.port = value),
  elapsedUs: (record, value) => (record.elapsedUs = value),
};

/** Meanings of the texts of a table, by number, each found out when somebody asks for it. */
class Meanings {
  readonly #table: TextTable;
  readonly #meaningOf: (text: string) => string | null;
  #known: (string | null | undefined)[] = [];

  constructor(table: TextTable, meaning: (text: string) => string | null) {
    this.#table = table;
    this.#meaningOf = meaning;
  }

  of(id: number): string | null {
    const known = this.#known[id];
    return known === undefined ? (this.#known[id] = this.#meaningOf(this.#table.textOf(id))) : known;
  }

  forget(): void {
    this.#known = [];
  }
}

/** Fields with so few numbers that they tell one record from another. */
const fewNumbers: ReadonlySet<FieldName> = new Set(["status", "port"]);

/** What a number must be multiplied with. */
export const unitOf = (source: Source, { scale }: NumberOutput): number => Number(meaningOf(source, "1")) / scale;

function numberCell(source: Source, output: NumberOutput, memory: Memory): Cell {
  const { slot } = output;
  const unit = unitOf(source, output);
  const store = numberStores[source.field]!;
  return {
    put(record, row) {
      const value = memory.words[row + slot]!;
      store(record, value < 0 ? null : value * unit);
    },
    keys: fewNumbers.has(source.field) ? { ids: [], numbers: [slot] } : null,
    forget: () => {},
  };
}

class TextCell implements Cell {
  readonly keys: Keys;
  readonly #source: Source;
  readonly #slot: number;
  readonly #memory: Memory;
  readonly #meanings: Meanings;
  readonly #store: Store<string>;

  constructor(source: Source, { slot, table }: Output & { kind: "text" }, memory: Memory) {
    this.#source = source;
    this.keys = { ids: [slot + 2], numbers: [] };
    this.#slot = slot;
    this.#memory = memory;
    this.#meanings = new Meanings(table, (text) => wordOf(source, text));
    this.#store = textStores[source.field]!;
  }

  put(record: LogRecord, row: number): void {
    const { words } = this.#memory;
    const at = row + this.#slot;
    const id = words[at + 2]!;
    if (id >= 0) this.#store(record, this.#meanings.of(id));
    else this.#source.set(record, this.#memory.textOf(words[at]!, words[at + 1]!));
  }

  forget(): void {
    this.#meanings.forget();
  }
}

/** One of several columns that make the field together: its setter looks at what the others have put there. */
class PartCell implements Cell {
  readonly keys: Keys;
  readonly #source: Source;
  readonly #slot: number;
  readonly #memory: Memory;

  constructor(source: Source, { slot }: Output & { kind: "text" }, memory: Memory) {
    this.keys = { ids: [slot + 2], numbers: [] };
    this.#source = source;
    this.#slot = slot;
    this.#memory = memory;
  }

  put(record: LogRecord, row: number): void {
    const { words } = this.#memory;
    const at = row + this.#slot;
    this.#source.set(record, this.#memory.textOf(words[at]!, words[at + 1]!));
  }

  forget(): void {}
}

type RequestOutput = Output & { kind: "request" };

/** A field of the request line. What a method means is asked of a request line made of it. */
function requestCell(source: Source, output: RequestOutput, memory: Memory): Cell {
  switch (source.field) {
    case "method":
      return new MethodCell(source, output, memory);
    case "uri":
      return new UriCell(source, output, memory);
    default:
      return new RequestCell(source, output, memory);
  }
}

/** The whole request line is looked at. */
class RequestCell implements Cell {
  readonly keys: Keys | null = null;
  protected readonly source: Source;
  protected readonly slot: number;
  protected readonly memory: Memory;

  constructor(source: Source, { slot }: RequestOutput, memory: Memory) {
    this.source = source;
    this.slot = slot;
    this.memory = memory;
  }

  put(record: LogRecord, row: number): void {
    const { words } = this.memory;
    const at = row + this.slot;
    this.source.set(record, this.memory.textOf(words[at]!, words[at + 1]!));
  }

  forget(): void {}
}

class MethodCell extends RequestCell {
  override readonly keys: Keys;
  readonly #methods: Meanings;

  constructor(source: Source, output: RequestOutput, memory: Memory) {
    super(source, output, memory);
    this.keys = { ids: [output.slot + 4], numbers: [] };
    this.#methods = new Meanings(output.methods, (method) => wordOf(source, `${method} / HTTP/1.1`));
  }

  override put(record: LogRecord, row: number): void {
    const id = this.memory.words[row + this.slot + 4]!;
    if (id < 0) super.put(record, row);
    else record.method = this.#methods.of(id);
  }

  override forget(): void {
    this.#methods.forget();
  }
}

class UriCell extends RequestCell {
  override readonly keys: Keys;
  readonly #uris: Meanings;
  /** Null for what is no method: then there is no URI either. */
  readonly #methods: Meanings;

  constructor(source: Source, output: RequestOutput, memory: Memory) {
    super(source, output, memory);
    this.keys = { ids: [output.slot + 4, output.slot + 7], numbers: [] };
    this.#uris = new Meanings(output.uris!, decoded); // what `uriOf` makes of a word between two others
    this.#methods = new Meanings(output.methods, (method) => wordOf(source, `${method} / HTTP/1.1`));
  }

  override put(record: LogRecord, row: number): void {
    const { words } = this.memory;
    const at = row + this.slot;
    const method = words[at + 4]!;
    const uri = words[at + 7]!;
    if (method < 0 || uri < 0) super.put(record, row);
    else if (this.#methods.of(method) !== null) record.uri = this.#uris.of(uri);
  }

  override forget(): void {
    this.#uris.forget();
    this.#methods.forget();
  }
}
