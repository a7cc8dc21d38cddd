// What rows say to one pipeline: its records, its numbers, and keys under which what was made of a line can be found again.
import type { Source } from "../format/fields.ts";
import type { LineView, Wish } from "../format/lines.ts";
import { emptyRecord, type LogRecord } from "../format/record.ts";
import { RecordView } from "../format/regex-reader.ts";
import { type Cell, cellOf, numberCell, type NumberCell } from "./cells.ts";
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

export class KernelView implements LineView {
  generation = 0;
  readonly keyLength: number;
  readonly #rows: Rows;
  readonly #rowLength: number;
  readonly #cells: readonly Cell[];
  /** By value of the wish; null: the format has no such number. */
  readonly #numbers: readonly (NumberCell | null)[];
  readonly #others: RecordView;

  constructor(rows: Rows, wish: Wish) {
    const { memory, program, sources, records } = rows;
    const wanted = sources.filter(({ field }) => wish.fields.includes(field));
    this.#rows = rows;
    this.#rowLength = program.rowLength;
    this.#cells = wanted.map((source) => {
      const isAlone = sources.every((other) => other === source || other.field !== source.field);
      return cellOf(source, program.outputs.get(source.index)!, memory, isAlone);
    });
    this.keyLength = this.#cells.every(({ hasKey }) => hasKey) ? this.#cells.length : 0;
    this.#numbers = wish.values.map((field) => {
      const source = sources.find((each) => each.field === field);
      const output = source && program.outputs.get(source.index);
      return source && output?.kind === "number" ? numberCell(source, output, memory) : null;
    });
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
    const cell = this.#numbers[value];
    return cell ? cell.of(this.#rowOf(line)) : null;
  }

  key(line: number, key: Int32Array): boolean {
    if (this.#rows.records[line] !== null) return false;
    const row = this.#rowOf(line);
    const cells = this.#cells;
    for (let index = 0; index < cells.length; index++) {
      if ((key[index] = cells[index]!.key(row)) < 0) return false;
    }
    return true;
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
