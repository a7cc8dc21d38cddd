// Writes many points as line protocol: bytes, by WebAssembly where the machine has it. What it writes is what `point` writes
// (line-protocol.ts).
import { moduleOf } from "../kernel/memory.ts";
import wasm from "../kernel/points.wasm";
import { fieldPrefix, nanoseconds, point } from "./line-protocol.ts";
import { PointLines, textLength } from "./point-lines.ts";

export interface PointWriter {
  /** Begins a point. `series`: a key as `seriesKey` makes it. */
  begin(series: string, count: number): void;
  /** Gives it a number of the field with that index; one that is not finite is left out. */
  add(field: number, number: number): void;
  /** Ends it. `time`: ms since 1970, a whole number. */
  end(time: number): void;
}

/** The points that `write` writes. `fields`: names of the numbers that they may have besides the count. */
export function pointLines(fields: readonly string[], write: (writer: PointWriter) => void): PointLines {
  const writer = byteWriter(fields) ?? new TextWriter(fields);
  write(writer);
  return writer.lines();
}

/** See kernel/assembly/points.ts. */
interface PointKernel {
  begin(end: number, series: number, length: number, count: number): number;
  add(end: number, name: number, length: number, number: number): number;
  finish(end: number, time: number): number;
}

/** Bytes that a number takes at most, with what stands before and behind it. */
const numberLength = 32;
const pageLength = 64 * 1024;

/** The kernel and its memory, of which there is one for all: undefined until it is needed, null where it cannot be had. */
let kernel: { readonly functions: PointKernel; readonly memory: WebAssembly.Memory } | null | undefined;

function byteWriter(fields: readonly string[]): ByteWriter | null {
  if (kernel === undefined) kernel = kernelWithMemory();
  return kernel && new ByteWriter(fields, kernel.functions, kernel.memory);
}

function kernelWithMemory() {
  const module = moduleOf(wasm);
  if (!module) return null;
  try {
    const memory = new WebAssembly.Memory({ initial: 2 });
    const instance = new WebAssembly.Instance<PointKernel>(module, { env: { memory } });
    return { functions: instance.exports, memory };
  } catch (error) {
    if (error instanceof RangeError) return null; // see kernel-reader.ts
    throw error;
  }
}

class ByteWriter implements PointWriter {
  readonly #kernel: PointKernel;
  readonly #memory: WebAssembly.Memory;
  #bytes: Buffer;
  /** Where the names of fields are, and how long. */
  readonly #names: number[] = [];
  readonly #lengths: number[] = [];
  readonly #prefixes: readonly string[];
  /** Where points begin. */
  readonly #start: number;
  #end: number;
  /** What a point takes at most besides its series. */
  readonly #most: number;
  /** The series of the last point, and where it is written; points come by series. */
  #series: string | null = null;
  #seriesAt = 0;
  #seriesLength = 0;
  #points = 0;
  readonly #texts: Buffer[] = [];

  constructor(fields: readonly string[], functions: PointKernel, memory: WebAssembly.Memory) {
    this.#kernel = functions;
    this.#memory = memory;
    this.#bytes = Buffer.from(memory.buffer);
    this.#prefixes = fields.map(fieldPrefix);
    let end = 0;
    for (const prefix of this.#prefixes) {
      this.#end = end;
      this.#makeRoom(3 * prefix.length);
      const length = this.#bytes.write(prefix, end);
      this.#names.push(end);
      this.#lengths.push(length);
      end += length;
    }
    this.#start = this.#end = end;
    this.#most = end + numberLength * (fields.length + 2);
  }

  begin(series: string, count: number): void {
    if (series !== this.#series) {
      this.#makeRoom(3 * series.length + this.#most);
      this.#series = series;
      this.#seriesAt = this.#end;
      this.#seriesLength = this.#bytes.write(`${series} count=`, this.#end);
    } else this.#makeRoom(this.#seriesLength + this.#most);
    this.#end = this.#kernel.begin(this.#end, this.#seriesAt, this.#seriesLength, count);
  }

  add(field: number, number: number): void {
    if (Number.isSafeInteger(number))
      this.#end = this.#kernel.add(this.#end, this.#names[field]!, this.#lengths[field]!, number);
    else if (Number.isFinite(number)) this.#end += this.#bytes.write(`${this.#prefixes[field]!}${number}`, this.#end);
  }

  end(time: number): void {
    this.#end = this.#kernel.finish(this.#end, time);
    this.#points++;
    if (this.#end - this.#start >= textLength) this.#takeText();
  }

  lines(): PointLines {
    this.#takeText();
    return new PointLines(this.#texts, this.#points);
  }

  #takeText(): void {
    if (this.#end > this.#start) this.#texts.push(Buffer.from(this.#bytes.subarray(this.#start, this.#end)));
    this.#end = this.#start;
    this.#series = null; // its bytes are written over
  }

  #makeRoom(length: number): void {
    const missing = this.#end + length - this.#bytes.length;
    if (missing <= 0) return;
    this.#memory.grow(Math.ceil(missing / pageLength));
    this.#bytes = Buffer.from(this.#memory.buffer);
  }
}

class TextWriter implements PointWriter {
  readonly #fields: readonly string[];
  readonly #lines: string[] = [];
  #series = "";
  #count = 0;
  #numbers: (readonly [field: string, number: number])[] = [];

  constructor(fields: readonly string[]) {
    this.#fields = fields;
  }

  begin(series: string, count: number): void {
    this.#series = series;
    this.#count = count;
    this.#numbers = [];
  }

  add(field: number, number: number): void {
    this.#numbers.push([this.#fields[field]!, number]);
  }

  end(time: number): void {
    this.#lines.push(point(this.#series, this.#count, this.#numbers, nanoseconds(time)));
  }

  lines(): PointLines {
    return PointLines.of(this.#lines);
  }
}
