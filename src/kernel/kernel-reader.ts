// Reads lines through the kernel: a chunk is split in one call, and what a line says is looked up where somebody asks for it. Lines
// that the kernel leaves go to the regular expression.
import type { Source } from "../format/fields.ts";
import type { Parser } from "../format/format.ts";
import { emptyLine, type LineReader, mostLines, type Wish } from "../format/lines.ts";
import type { LogRecord } from "../format/record.ts";
import { emptyLength } from "../format/parser-reader.ts";
import type { Token } from "../format/tokens.ts";
import { Clock } from "./clock.ts";
import { type KernelLines, KernelView } from "./kernel-view.ts";
import wasm from "./kernel.wasm";
import { Memory, moduleOf } from "./memory.ts";
import { type Output, type Program, programOf, type TimeOutput } from "./program.ts";
import type { TextTable } from "./text-table.ts";

/** Longer chunks are read in parts. */
const mostBytes = 256 * 1024;
/** Reads without the kernel after one in which it left most lines. */
const pause = 15;
/** The kernel loads up to 80 bytes behind where it looks. */
const padding = 96;

/** See assembly/kernel.ts and assembly/counter.ts. */
export interface Kernel {
  readonly rowCount: { readonly value: number };
  readonly leftCount: { readonly value: number };
  readonly longest: { readonly value: number };
  run(order: number, text: number, end: number, from: number): number;
  place(counter: number, row: number): number;
  count(counter: number, line: number, lines: number): number;
}

/** What a reader is made for. */
export interface Demand {
  readonly tokens: readonly Token[];
  /** Of all that is wished for. */
  readonly sources: readonly Source[];
  readonly wishes: readonly Wish[];
  readonly timezone: string | undefined;
  /** The reference, for the lines that the kernel leaves. */
  readonly parser: Parser;
}

/** Null where the kernel cannot read the format, or the machine cannot run it. */
export function kernelReader(demand: Demand): LineReader | null {
  try {
    if (!moduleOf(wasm)) return null;
    const memory = new Memory();
    const program = programOf(demand.tokens, demand.sources, memory);
    return program && new KernelReader(demand, memory, program);
  } catch (error) {
    if (error instanceof RangeError) return null; // V8 keeps gigabytes of addresses free for it, which a limit may forbid
    throw error;
  }
}

/** The kernel with a memory. Throws a RangeError where there is no room for it. */
export function kernelIn(memory: Memory, { minuteOf }: Pick<Clock, "minuteOf">): Kernel {
  return new WebAssembly.Instance<Kernel>(moduleOf(wasm)!, { env: { memory: memory.wasm, minuteOf } }).exports;
}

/** Puts what the kernel needs to read rows into the memory. */
export function orderIn(memory: Memory, program: Program, clock: Clock, most = mostLines) {
  const rows = memory.take(4 * program.rowLength * most);
  const times = memory.take(8 * most);
  const ends = memory.take(4 * most);
  const address = memory.put(
    Int32Array.of(program.address, clock.address, rows, 4 * program.rowLength, most, times, ends),
  );
  return { address, rows, times, ends };
}

class KernelReader implements LineReader {
  count = 0;
  readonly ends: Int32Array;
  readonly times: Float64Array;
  readonly views: readonly KernelView[];
  readonly #parser: Parser;
  readonly #memory: Memory;
  readonly #program: Program;
  readonly #kernel: Kernel;
  readonly #clock: Clock;
  readonly #text: number;
  readonly #order: number;
  readonly #lines: KernelLines;
  /** Of lines that the kernel left. */
  readonly #records: (LogRecord | null)[] = Array<null>(mostLines).fill(null);
  #hasRecords = false;
  /** The part of the chunk that is in the kernel's memory. */
  #loaded: { readonly bytes: Buffer; readonly from: number; readonly to: number } | null = null;
  #isFull = false;
  /** Reads until the kernel is asked again. */
  #pause = 0;

  constructor({ tokens, sources, wishes, timezone, parser }: Demand, memory: Memory, program: Program) {
    this.#parser = parser;
    this.#memory = memory;
    this.#program = program;
    this.#clock = new Clock(memory, program.time, tokens, timezone);
    this.#kernel = kernelIn(memory, this.#clock);
    this.#text = memory.take(mostBytes + padding);
    const { address, rows, times, ends } = orderIn(memory, program, this.#clock);
    this.#order = address;
    this.#lines = {
      memory,
      kernel: this.#kernel,
      program,
      sources,
      rows,
      times,
      longest: 0,
      records: this.#records,
    };
    this.views = wishes.map((wish) => new KernelView(this.#lines, wish));
    // The memory is as large as it gets.
    this.times = memory.doubles.subarray(times / 8, times / 8 + mostLines);
    this.ends = memory.words.subarray(ends / 4, ends / 4 + mostLines);
  }

  read(bytes: Buffer, from: number): number {
    if (this.#isFull) this.#emptyTables();
    if (this.#hasRecords) this.#records.fill(null);
    this.#hasRecords = false;
    if (this.#pause > 0) {
      this.#pause--;
      return this.#readWithout(bytes, from, mostLines);
    }
    const to = this.#load(bytes, from);
    if (to === from) return this.#readWithout(bytes, from, 1); // a line that does not fit into the kernel's memory
    const begin = this.#text + from - this.#loaded!.from;
    const end = begin + to - from;
    const stop = this.#kernel.run(this.#order, begin, end, from);
    this.count = this.#kernel.rowCount.value;
    this.#isFull = stop < end && this.count < mostLines;
    this.#lines.longest = this.#kernel.longest.value;
    const left = this.#kernel.leftCount.value;
    if (left > 0) this.#readLeft(bytes, from);
    if (left > this.count / 2) this.#pause = pause; // to ask it would cost time for nothing
    return from + stop - begin;
  }

  /** Reads those lines that the kernel left. */
  #readLeft(bytes: Buffer, from: number): void {
    for (let line = 0, start = from; line < this.count; line++) {
      const end = this.ends[line]!;
      if (Number.isNaN(this.times[line]!)) this.#readByExpression(bytes, start, end, line);
      start = end;
    }
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
    this.#hasRecords = true;
    this.#memory.words[this.#lines.rows / 4 + line * this.#program.rowLength] = 0; // no row
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
