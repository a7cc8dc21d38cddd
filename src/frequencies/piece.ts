// Counts one piece of a log: the plain loop over lines that everything else is there for. It knows no cap, no store and no
// clock, so that pieces can be counted anywhere and merged in order.
import { emptyLine, type LineCounter, type LineReader, type LineView, otherTime } from "../format/lines.ts";
import { countIn } from "./bins.ts";
import { addValue } from "./amounts.ts";
import type { Categorizer } from "./categorizer.ts";
import type { Shape } from "./rows.ts";
import type { Series } from "./series.ts";
import type { Distribution } from "./values.ts";
import { WindowCounts } from "./window-counts.ts";

/** The newest time may run this far (ms) ahead of the clock before it is taken for a wrong one. */
const tolerance = 5 * 60_000;
/** Lines further ahead (ms) are counted apart, so that a wrong clock opens no windows. */
const day = 86_400_000;

/** What counting for one pipeline needs to know. */
export interface Counting {
  /** What lines say to the pipeline. */
  readonly view: LineView;
  readonly categorizer: Categorizer;
  /** Numbers to add up, those of the view's wish. */
  readonly values: number;
  readonly distributions: readonly Distribution[];
  /** Milliseconds. */
  readonly windowMs: number;
  /** Start of the run, ms since 1970. */
  readonly now: number;
  /** Bytes of a line before its LF. */
  readonly maxLine: number;
}

/** The books: `lines = matched + ignored + rejected + failed`. Empty lines are counted as nothing. */
export interface Tally {
  lines: number;
  matched: number;
  ignored: number;
  rejected: number;
  failed: number;
}

export const emptyTally = (): Tally => ({ lines: 0, matched: 0, ignored: 0, rejected: 0, failed: 0 });

export function addTally(tally: Tally, more: Readonly<Tally>): void {
  tally.lines += more.lines;
  tally.matched += more.matched;
  tally.ignored += more.ignored;
  tally.rejected += more.rejected;
  tally.failed += more.failed;
}

/** A line that was not counted: where it begins, its bytes as Latin-1 text, and why. */
export interface Reject {
  readonly offset: number;
  readonly line: string;
  readonly reason: "format" | "too long";
}

/** A line on which the categorizer threw. */
export interface Failure {
  readonly offset: number;
  readonly error: unknown;
}

/** Some whole lines and where they lie; see Chunk in log/chunks.ts. */
export interface Lines {
  readonly bytes: Buffer;
  readonly offset: number;
  readonly isOverlong: boolean;
}

/** Reads a chunk, once, and counts it into the pieces of all pipelines that the reader has views for. */
export function countChunk(chunk: Lines, reader: LineReader, pieces: readonly Piece[]): void {
  const { bytes, isOverlong } = chunk;
  if (isOverlong) {
    for (const piece of pieces) piece.rejectOverlong(chunk);
    return;
  }
  for (let from = 0; from < bytes.length;) {
    const end = reader.read(bytes, from);
    for (const piece of pieces) piece.count(chunk, from, reader);
    from = end;
  }
}

/** Bytes of rejects that are kept, what each costs besides its text included: a flood of garbage must not fill the memory. */
export const keptRejects = 10 * 1024 * 1024;
const rejectOverhead = 100;

/** Rows at which a piece ends early: they are bounded neither by a cap nor by the windows that may be open. */
const mostRows = 10_000;
/** As how many of them a window counts, besides its own. */
const rowsOfWindow = 10;

export const sizeOf = ({ line }: Reject): number => line.length + rejectOverhead;

/** What was counted of a piece. */
export interface PieceCounts {
  readonly tally: Tally;
  /** As many as are kept; the tally counts them all. */
  readonly rejects: readonly Reject[];
  readonly firstFailure: Failure | null;
  /** Lines of another time than those that are asked for: a part of those ignored. */
  readonly outside: number;
  /** Newest event time that is not ahead of the clock; -Infinity without lines. */
  readonly newest: number;
  /** The same of all lines that have a time, those among them that the pipeline passes over. */
  readonly newestLine: number;
  /** Infinity without lines. */
  readonly oldestLine: number;
  /** By window start, ms. */
  readonly windows: Map<number, WindowCounts>;
  /** The same, of lines more than a day ahead of the clock. */
  readonly future: Map<number, WindowCounts>;
}

/** Bytes of a row, about, besides its numbers, and of a window besides its rows. */
const [rowLength, windowLength] = [50, 500];

/** Bytes that it takes, about. */
export function weightOf({ windows, future, rejects }: PieceCounts): number {
  let weight = rejects.reduce((sum, reject) => sum + sizeOf(reject), 0);
  for (const { size, numbers, bins } of [...windows.values(), ...future.values()])
    weight +=
      windowLength + rowLength * size + 8 * (numbers.length + bins.reduce((sum, { length }) => sum + length, 0));
  return weight;
}

/** A piece while it is counted. */
export class Piece {
  readonly #tally = emptyTally();
  readonly #rejects: Reject[] = [];
  #firstFailure: Failure | null = null;
  #outside = 0;
  #newest = -Infinity;
  #newestLine = -Infinity;
  #oldestLine = Infinity;
  readonly #windows = new Map<number, WindowCounts>();
  readonly #future = new Map<number, WindowCounts>();
  readonly #counting: Counting;
  readonly #shape: Shape;
  #rows = 0;
  #rejectsSize = 0;
  /** Times that belong to the window that got a line last. */
  #start = NaN;
  #end = NaN;
  /** Times behind it are ahead of the clock. */
  readonly #latest: number;
  #window: WindowCounts;
  /** The window into which the view's counter counts; null: none. It is the newest one: lines do come late, but then they are few. */
  #counted: WindowCounts | null = null;
  #countedFrom = NaN;
  #countedUntil = -Infinity;
  /** Of the counter's series, in their order, the rows in that window. */
  #countedRows: number[] = [];

  constructor(counting: Counting) {
    this.#counting = counting;
    this.#latest = counting.now + tolerance;
    counting.categorizer.startPiece();
    this.#counter?.startPiece(this.#latest);
    this.#shape = { values: counting.values, distributions: counting.distributions.length };
    this.#window = new WindowCounts(this.#shape);
  }

  get isFull(): boolean {
    return this.#rows >= mostRows;
  }

  /** Counts the lines that were read last, the first of which begins at index `from` of the chunk. */
  count({ bytes, offset }: Lines, from: number, { count, ends, times }: LineReader): void {
    const { maxLine } = this.#counting;
    const counter = this.#counter;
    for (let line = 0; line < count; line++) {
      if (counter) {
        line = counter.count(line, count, maxLine);
        this.#takeSeries();
        if (line === count) return;
      }
      const start = line === 0 ? from : ends[line - 1]!;
      const end = ends[line]!;
      const time = times[line]!;
      if (end - start - 1 > maxLine) this.#reject(bytes, start, end, offset, "too long");
      else if (time >= 0) this.#countLine(line, time, offset + start);
      else if (time === otherTime) this.#passOver();
      else if (time !== emptyLine) this.#reject(bytes, start, end, offset, "format");
    }
  }

  /** Nothing can be counted any more. */
  finish(): PieceCounts {
    this.#settle();
    return {
      tally: this.#tally,
      rejects: this.#rejects,
      firstFailure: this.#firstFailure,
      outside: this.#outside,
      newest: this.#newest,
      newestLine: this.#newestLine,
      oldestLine: this.#oldestLine,
      windows: this.#windows,
      future: this.#future,
    };
  }

  rejectOverlong({ bytes, offset }: Lines): void {
    this.#reject(bytes, 0, bytes.length, offset, "too long");
  }

  #countLine(line: number, time: number, offset: number): void {
    const { view, categorizer, values, distributions } = this.#counting;
    this.#tally.lines++;
    if (time < this.#oldestLine) this.#oldestLine = time;
    if (time > this.#newestLine && time <= this.#latest) this.#newestLine = time;
    let series: Series | null;
    try {
      series = categorizer.seriesOf(line);
    } catch (error) {
      this.#tally.failed++;
      this.#firstFailure ??= { offset, error };
      return;
    }
    if (series === null) {
      this.#tally.ignored++;
      return;
    }
    this.#tally.matched++;
    if (time > this.#newest && time <= this.#latest) this.#newest = time;
    const window = this.#windowOf(time);
    const { size, numbers, width } = window;
    const row = window.rowOf(series);
    if (row === size) this.#rows++;
    let at = row * width;
    numbers[at++]!++;
    for (let index = 0; index < values; index++, at += 3) {
      const value = view.value(line, index);
      if (value !== null) addValue(numbers, at, value);
    }
    for (let index = 0; index < distributions.length; index++) {
      const { value, binOf } = distributions[index]!;
      const number = view.value(line, value);
      if (number !== null) countIn(window.bins[row * distributions.length + index]!, binOf(number), 1);
    }
  }

  #passOver(): void {
    this.#tally.lines++;
    this.#tally.ignored++;
    this.#outside++;
  }

  #windowOf(time: number): WindowCounts {
    if (time >= this.#start && time < this.#end) return this.#window;
    const { windowMs, now, distributions } = this.#counting;
    const start = Math.floor(time / windowMs) * windowMs;
    if (time > now + day) {
      this.#start = NaN; // the other window has to come back
      return this.#windowAt(this.#future, start);
    }
    this.#start = start;
    this.#end = Math.min(start + windowMs, now + day); // lines behind it are from the future
    this.#window = this.#windowAt(this.#windows, start);
    if (this.#counter && distributions.length === 0 && start >= this.#countedUntil) this.#countInto(this.#window);
    return this.#window;
  }

  get #counter(): LineCounter | null {
    return this.#counting.view.counter;
  }

  /** From now on the counter does: all but bins. */
  #countInto(window: WindowCounts): void {
    this.#settle();
    this.#counted = window;
    [this.#countedFrom, this.#countedUntil] = [this.#start, this.#end];
    this.#counter!.startWindow(this.#start, this.#end);
  }

  /** Series that got their first line in the window from the counter, get their rows there in the order in which they did. */
  #takeSeries(): void {
    const counter = this.#counter!;
    const rows = this.#countedRows;
    if (rows.length === counter.seriesCount) return;
    const window = this.#windowOf(this.#countedFrom);
    const { size } = window;
    while (rows.length < counter.seriesCount)
      rows.push(window.rowOf(this.#counting.categorizer.series(counter.series(rows.length))));
    this.#rows += window.size - size;
  }

  /** Takes over what the counter counted. */
  #settle(): void {
    if (!this.#counter) return;
    const seen = this.#counter.settle(this.#counted, this.#countedRows);
    const { matched, ignored, newest, newestLine, oldestLine } = seen;
    this.#countedRows = [];
    this.#tally.lines += matched + ignored;
    this.#tally.matched += matched;
    this.#tally.ignored += ignored;
    this.#newest = Math.max(this.#newest, newest);
    this.#newestLine = Math.max(this.#newestLine, newestLine);
    this.#oldestLine = Math.min(this.#oldestLine, oldestLine);
  }

  #windowAt(windows: Map<number, WindowCounts>, start: number): WindowCounts {
    let window = windows.get(start);
    if (window) window.comeBack();
    else {
      windows.set(start, (window = new WindowCounts(this.#shape)));
      this.#rows += rowsOfWindow;
    }
    return window;
  }

  #reject(bytes: Buffer, start: number, end: number, offset: number, reason: Reject["reason"]): void {
    this.#tally.lines++;
    this.#tally.rejected++;
    if (this.#rejectsSize > keptRejects) return;
    const line = bytes.toString("latin1", start, end).replace(/\r?\n$/, "");
    const reject: Reject = { offset: offset + start, line, reason };
    this.#rejectsSize += sizeOf(reject);
    this.#rejects.push(reject);
  }
}
