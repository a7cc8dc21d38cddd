// What rows say to one pipeline: its records, its numbers, and a counter for lines that are like others.
import type { Source } from "../format/fields.ts";
import type { LineView, Wish } from "../format/lines.ts";
import { emptyRecord, type LogRecord } from "../format/record.ts";
import { RecordView } from "../format/parser-reader.ts";
import { type Cell, cellOf, unitOf } from "./cells.ts";
import { type Key, KernelCounter, type Summand } from "./kernel-counter.ts";
import type { Kernel } from "./kernel-reader.ts";
import type { Memory } from "./memory.ts";
import type { Program } from "./program.ts";

/** Lines that were read, for all views of a reader. */
export interface KernelLines {
  readonly memory: Memory;
  readonly kernel: Kernel;
  readonly program: Program;
  readonly sources: readonly Source[];
  /** Addresses of the first row, and of the first event time. */
  readonly rows: number;
  readonly times: number;
  /** Bytes of the longest line. */
  longest: number;
  /** Records of lines that have no row; null where the line has one. */
  readonly records: readonly (LogRecord | null)[];
}

export class KernelView implements LineView {
  readonly counter: KernelCounter | null;
  readonly #lines: KernelLines;
  readonly #cells: readonly Cell[];
  /** By value of the wish. */
  readonly #values: readonly Summand[];
  readonly #others: RecordView;

  constructor(lines: KernelLines, { fields, values, ...wish }: Wish) {
    const { memory, program, sources, records } = lines;
    this.#lines = lines;
    this.#cells = sources
      .filter(({ field }) => fields.includes(field))
      .map((source) => {
        const isAlone = sources.every((other) => other === source || other.field !== source.field);
        return cellOf(source, program.outputs.get(source.index)!, memory, isAlone);
      });
    this.#values = values.map((field) => {
      const source = sources.find((each) => each.field === field);
      const output = source && program.outputs.get(source.index);
      return source && output?.kind === "number"
        ? { slot: output.slot, unit: unitOf(source, output) }
        : { slot: -1, unit: 0 };
    });
    const key = keyOf(this.#cells);
    this.counter = key && new KernelCounter(lines, key, this.#values);
    this.#others = new RecordView(records, { fields, values, ...wish }, false);
  }

  record(line: number): LogRecord {
    const { records, memory, times } = this.#lines;
    if (records[line] !== null) return this.#others.record(line);
    const record = emptyRecord(memory.doubles[times / 8 + line]!);
    const row = this.#rowOf(line);
    for (const cell of this.#cells) cell.put(record, row);
    return record;
  }

  value(line: number, value: number): number | null {
    const { records, memory } = this.#lines;
    if (records[line] !== null) return this.#others.value(line, value);
    const { slot, unit } = this.#values[value]!;
    const number = slot < 0 ? -1 : memory.words[this.#rowOf(line) + slot]!;
    return number < 0 ? null : number * unit;
  }

  /** The tables of texts are empty now: their numbers mean other texts from now on. */
  forget(): void {
    this.counter?.forget();
    for (const cell of this.#cells) cell.forget();
  }

  /** Word at which it begins. */
  #rowOf(line: number): number {
    const { rows, program } = this.#lines;
    return rows / 4 + line * program.rowLength;
  }
}

/** By what lines can be told from each other; null: by nothing. */
function keyOf(cells: readonly Cell[]): Key | null {
  const keys = cells.map((cell) => cell.keys);
  const ids = keys.flatMap((each) => each?.ids ?? []);
  const slots = [...ids, ...keys.flatMap((each) => each?.numbers ?? [])];
  return keys.includes(null) || slots.length === 0 ? null : { slots, ids: ids.length };
}
