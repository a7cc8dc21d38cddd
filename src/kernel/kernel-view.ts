// What rows say to one pipeline: its records, its numbers, and keys under which what was made of a line can be found again.
import type { Source } from "../format/fields.ts";
import { type Keys, type LineView, noRow, type Wish } from "../format/lines.ts";
import { emptyRecord, type LogRecord } from "../format/record.ts";
import { RecordView } from "../format/parser-reader.ts";
import { type Cell, cellOf, unitOf } from "./cells.ts";
import type { Memory } from "./memory.ts";
import type { Program } from "./program.ts";

/** What all views of a reader share. */
export interface Rows {
  readonly memory: Memory;
  readonly program: Program;
  readonly sources: readonly Source[];
  /** Word at which the first row begins. */
  readonly first: number;
  readonly times: Float64Array;
  /** Records of lines that have no row; null where the line has one. */
  readonly records: readonly (LogRecord | null)[];
}

export class KernelView implements LineView, Keys {
  generation = 0;
  readonly keys: Keys | null;
  /** Slots of a key, the ids of texts first. */
  readonly slots: readonly number[];
  readonly ids: number;
  readonly #rows: Rows;
  readonly words: Int32Array;
  readonly #rowLength: number;
  readonly #cells: readonly Cell[];
  /** By value of the wish: its slot, -1 where the format has no such number, and what it is multiplied with. */
  readonly #slots: readonly number[];
  readonly #units: readonly number[];
  readonly #others: RecordView;

  constructor(rows: Rows, wish: Wish) {
    const { memory, program, sources, records } = rows;
    const wanted = sources.filter(({ field }) => wish.fields.includes(field));
    this.#rows = rows;
    this.words = memory.words;
    this.#rowLength = program.rowLength;
    this.#cells = wanted.map((source) => {
      const isAlone = sources.every((other) => other === source || other.field !== source.field);
      return cellOf(source, program.outputs.get(source.index)!, memory, isAlone);
    });
    const keys = this.#cells.map((cell) => cell.keys);
    const ids = keys.flatMap((each) => each?.ids ?? []);
    this.ids = ids.length;
    this.slots = [...ids, ...keys.flatMap((each) => each?.numbers ?? [])];
    this.keys = keys.includes(null) || this.slots.length === 0 ? null : this;
    const values = wish.values.map((field) => {
      const source = sources.find((each) => each.field === field);
      const output = source && program.outputs.get(source.index);
      return source && output?.kind === "number"
        ? { slot: output.slot, unit: unitOf(source, output) }
        : { slot: -1, unit: 0 };
    });
    this.#slots = values.map(({ slot }) => slot);
    this.#units = values.map(({ unit }) => unit);
    this.#others = new RecordView(records, wish, false);
  }

  record(line: number): LogRecord {
    const { records, times } = this.#rows;
    if (records[line] !== null) return this.#others.record(line);
    const record = emptyRecord(times[line]!);
    const row = this.#rowOf(line);
    for (const cell of this.#cells) cell.put(record, row);
    return record;
  }

  value(line: number, value: number): number | null {
    if (this.#rows.records[line] !== null) return this.#others.value(line, value);
    const slot = this.#slots[value]!;
    const number = slot < 0 ? -1 : this.words[this.#rowOf(line) + slot]!;
    return number < 0 ? null : number * this.#units[value]!;
  }

  rowOf(line: number): number {
    return this.#rows.records[line] === null ? this.#rowOf(line) : noRow;
  }

  /** The tables of texts are empty now: their numbers mean other texts from now on. */
  forget(): void {
    this.generation++;
    for (const cell of this.#cells) cell.forget();
  }

  #rowOf(line: number): number {
    return this.#rows.first + line * this.#rowLength;
  }
}
