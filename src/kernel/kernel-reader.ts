// Reads lines through the kernel: a chunk is split in one call, and what a line says is looked up where somebody asks for it. Lines
// that the kernel leaves go to the regular expression.
import type { Source } from "../format/fields.ts";
import type { Parser } from "../format/format.ts";
import { emptyLine, type LineReader, mostLines, type Wish } from "../format/lines.ts";
import type { LogRecord } from "../format/record.ts";
import { emptyLength } from "../format/parser-reader.ts";
import type { Token } from "../format/tokens.ts";
import { type Clock, clockOf } from "./clock.ts";
import { KernelView } from "./kernel-view.ts";
import wasm from "./kernel.wasm";
import { Memory } from "./memory.ts";
import { type Output, type Program, programOf, type TimeOutput } from "./program.ts";
import type { TextTable } from "./text-table.ts";

/** Longer chunks are read in parts. */
const mostBytes = 256 * 1024;
/** Reads without the kernel after one in which it left most lines. */
const pause = 15;
/** The kernel loads up to 80 bytes behind where it looks. */
const padding = 96;

/** See assembly/kernel.ts. */
export interface Kernel {
  readonly rowCount: { readonly value: number };
  run(program: number, text: number, end: number, rows: number, rowsEnd: number, rowSize: number): number;
}

/** What a reader is made for. */
export interface Order {
  readonly tokens: readonly Token[];
  /** Of all that is wished for. */
  readonly sources: readonly Source[];
  readonly wishes: readonly Wish[];
  readonly timezone: string | undefined;
  /** The reference, for the lines that the kernel leaves. */
  readonly parser: Parser;
}

/** Null where the kernel cannot read the format, or the machine cannot run it. */
export function kernelReader(order: Order): LineReader | null {
  try {
    if (!canRun()) return null;
    const memory = new Memory();
    const program = programOf(order.tokens, order.sources, memory);
    return program && new KernelReader(order, kernelIn(memory), memory, program);
  } catch (error) {
    if (error instanceof RangeError) return null; // V8 keeps gigabytes of addresses free for it, which a limit may forbid
    throw error;
  }
}

/** Whether there is WebAssembly at all (not with --jitless), and SIMD. */
const canRun = (): boolean => typeof WebAssembly !== "undefined" && WebAssembly.validate(wasm);

/** The kernel with a memory. Throws a RangeError where there is no room for it. */
export function kernelIn(memory: Memory): Kernel {
  module ??= new WebAssembly.Module(wasm);
  return new WebAssembly.Instance(module, { env: { memory: memory.wasm } }).exports;
}

/** Compiled once. */
let module: WebAssembly.Module | undefined;

class KernelReader implements LineReader {
  count = 0;
  readonly ends = new Int32Array(mostLines);
  readonly times = new Float64Array(mostLines);
  readonly views: readonly KernelView[];
  readonly #parser: Parser;
  readonly #memory: Memory;
  readonly #program: Program;
  readonly #text: number;
  readonly #rows: number;
  readonly #kernel: Kernel;
  readonly #clock: Clock;
  /** Of lines that the kernel left. */
  readonly #records: (LogRecord | null)[] = Array<null>(mostLines).fill(null);
  /** The part of the chunk that is in the kernel's memory. */
  #loaded: { readonly bytes: Buffer; readonly from: number; readonly to: number } | null = null;
  #isFull = false;
  /** Reads until the kernel is asked again. */
  #pause = 0;

  constructor({ tokens, sources, wishes, timezone, parser }: Order, kernel: Kernel, memory: Memory, program: Program) {
    this.#parser = parser;
    this.#memory = memory;
    this.#program = program;
    this.#text = memory.take(mostBytes + padding);
    this.#rows = memory.take(4 * program.rowLength * mostLines);
    this.#kernel = kernel;
    this.#clock = clockOf(memory, program.time, tokens, timezone);
    const rows = { memory, program, sources, first: this.#rows / 4, times: this.times, records: this.#records };
    this.views = wishes.map((wish) => new KernelView(rows, wish));
  }

  read(bytes: Buffer, from: number): number {
    if (this.#isFull) this.#emptyTables();
    if (this.#pause > 0) {
      this.#pause--;
      return this.#readWithout(bytes, from, mostLines);
    }
    const to = this.#load(bytes, from);
    if (to === from) return this.#readWithout(bytes, from, 1); // a line that does not fit into the kernel's memory
    const { ends, times } = this;
    const { words } = this.#memory;
    const { rowLength, address } = this.#program;
    const begin = this.#text + from - this.#loaded!.from;
    const end = begin + to - from;
    const rowSize = 4 * rowLength;
    const stop = this.#kernel.run(address, begin, end, this.#rows, this.#rows + rowSize * mostLines, rowSize);
    const count = this.#kernel.rowCount.value;
    this.#isFull = stop < end && count < mostLines;
    let left = 0;
    let start = from;
    for (let line = 0, row = this.#rows / 4; line < count; line++, row += rowLength) {
      const offset = words[row]!;
      const next = from + (offset > 0 ? offset : ~offset);
      const time = offset > 0 ? this.#clock.timeOf(row) : Number.NaN;
      ends[line] = next;
      if (!Number.isNaN(time)) {
        times[line] = time;
        this.#records[line] = null;
      } else {
        left++;
        this.#readByExpression(bytes, start, next, line);
      }
      start = next;
    }
    this.count = count;
    if (left > count / 2) this.#pause = pause; // to ask it would cost time for nothing
    return from + stop - begin;
  }

  /** Puts as many whole lines from `from` on as fit into the kernel's memory, and answers where they end. */
  #load(bytes: Buffer, from: number): number {
    const loaded = this.#loaded;
    if (loaded?.bytes === bytes && from >= loaded.from && from < loaded.to) return loaded.to;
    const to = bytes.length - from <= mostBytes ? bytes.length : bytes.lastIndexOf(10, from + mostBytes - 1) + 1;
    if (to <= from) return from;
    this.#memory.bytes.set(bytes.subarray(from, to), this.#text);
    this.#loaded = { bytes, from, to };
    return to;
  }

  /** Reads up to so many lines without the kernel. */
  #readWithout(bytes: Buffer, from: number, most: number): number {
    let start = from;
    this.count = 0;
    while (this.count < most && start < bytes.length) {
      const end = bytes.indexOf(10, start) + 1;
      this.ends[this.count] = end;
      this.#readByExpression(bytes, start, end, this.count++);
      start = end;
    }
    return start;
  }

  #readByExpression(bytes: Buffer, start: number, end: number, line: number): void {
    const isEmpty = start + emptyLength(bytes, start) === end;
    const record = isEmpty ? null : this.#parser.parse(bytes.toString("latin1", start, end), 0);
    this.times[line] = isEmpty ? emptyLine : (record?.time ?? Number.NaN);
    this.#records[line] = record;
  }

  /** There was no room for another text: all are forgotten, and those that come again get new numbers. */
  #emptyTables(): void {
    const { outputs, time } = this.#program;
    for (const table of [...outputs.values(), time].flatMap(tablesOf)) table.empty();
    this.#clock.forget();
    for (const view of this.views) view.forget();
    this.#isFull = false;
  }
}

function tablesOf(output: Output | TimeOutput): TextTable[] {
  switch (output.kind) {
    case "text":
    case "civil":
      return [output.table];
    case "request":
      return output.uris ? [output.methods, output.uris] : [output.methods];
    default:
      return [];
  }
}
