// Reads the lines of a W3C extended log: those between two directives go to the reader of the columns in force, and a directive counts
// as nothing, like an empty line.
import type { Format } from "./format.ts";
import { emptyLine, type LineReader, type LineView, mostLines, type Wish } from "./lines.ts";
import type { LogRecord } from "./record.ts";
import { byteOrderMark } from "./text.ts";
import { directiveOf, formatBehind } from "./w3c-columns.ts";

const hash = 35;
/** A file may begin with a byte order mark, also where it was put behind another one. */
const markedHash = Buffer.from(`${byteOrderMark}#`, "latin1");
const marks = ["\n#", Buffer.from(`\n${byteOrderMark}#`, "latin1")];

export class W3cReader implements LineReader {
  count = 0;
  readonly ends = new Int32Array(mostLines);
  readonly times = new Float64Array(mostLines);
  readonly views: readonly LineView[];
  readonly #wishes: readonly Wish[];
  #inForce: Format | null;
  #reader: LineReader | null;
  /** The lines of a chunk up to the next directive. */
  #stretch: { readonly chunk: Buffer; readonly bytes: Buffer } | null = null;

  constructor(first: Format | null, wishes: readonly Wish[]) {
    this.#wishes = wishes;
    this.#inForce = first;
    this.#reader = first?.reader(wishes) ?? null;
    this.views = wishes.map((_, index) => new ViewInForce(() => this.#reader!.views[index]!));
  }

  get inForce(): string | undefined {
    return this.#inForce?.name;
  }

  read(bytes: Buffer, from: number): number {
    if (bytes[from] === hash || bytes.subarray(from, from + markedHash.length).equals(markedHash))
      return this.#directive(bytes, from);
    const stretch = this.#stretchOf(bytes, from);
    if (!this.#reader) return this.#one(bytes.indexOf(10, from) + 1, Number.NaN);
    const end = this.#reader.read(stretch, from);
    this.count = this.#reader.count;
    this.ends.set(this.#reader.ends);
    this.times.set(this.#reader.times);
    return end;
  }

  #directive(bytes: Buffer, from: number): number {
    const end = bytes.indexOf(10, from) + 1;
    const next = formatBehind(directiveOf(bytes.toString("latin1", from, end)) ?? "", this.#inForce);
    if (next !== this.#inForce) {
      this.#inForce = next;
      this.#reader = next?.reader(this.#wishes) ?? null;
    }
    return this.#one(end, emptyLine);
  }

  #one(end: number, time: number): number {
    this.count = 1;
    this.ends[0] = end;
    this.times[0] = time;
    return end;
  }

  #stretchOf(chunk: Buffer, from: number): Buffer {
    if (this.#stretch?.chunk !== chunk || from >= this.#stretch.bytes.length) {
      const ends = marks.map((mark) => chunk.indexOf(mark, from) + 1).filter((end) => end > 0);
      this.#stretch = { chunk, bytes: ends.length === 0 ? chunk : chunk.subarray(0, Math.min(...ends)) };
    }
    return this.#stretch.bytes;
  }
}

/** What the lines say that were read last, whichever columns they have. Nothing is remembered of them. */
class ViewInForce implements LineView {
  readonly counter = null;
  readonly #view: () => LineView;

  constructor(view: () => LineView) {
    this.#view = view;
  }

  record(line: number): LogRecord {
    return this.#view().record(line);
  }

  value(line: number, value: number): number | null {
    return this.#view().value(line, value);
  }
}
