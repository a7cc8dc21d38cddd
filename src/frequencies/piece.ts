// Counts one piece of a log: the plain loop over lines that everything else is there for. It knows no cap, no store and no
// clock, so that pieces can be counted anywhere and merged in order.
import type { Parser } from "../format/format.ts";
import type { FieldName, LogRecord } from "../format/record.ts";
import type { Attributes } from "../pipeline/pipeline.ts";
import { addValue, Bucket, emptyValues, type Values } from "./bucket.ts";

/** The newest time may run this far (ms) ahead of the clock before it is taken for a wrong one. */
const tolerance = 5 * 60_000;
/** Lines further ahead (ms) are counted apart, so that a wrong clock opens no windows. */
const day = 86_400_000;

/** What counting needs to know. */
export interface Counting {
  /** Name of the format that the parser reads. */
  readonly format: string;
  readonly parser: Parser;
  /** The categorizer with its options bound. */
  readonly categorize: (record: LogRecord) => Attributes | null;
  /** Record fields to aggregate, in the order of the point's values. */
  readonly values: readonly FieldName[];
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

/** Buckets of one window, in the order in which they first got a line. */
export interface WindowCounts {
  readonly root: Bucket;
  readonly buckets: Bucket[];
}

/** Some whole lines and where they lie; see Chunk in log/chunks.ts. */
export interface Lines {
  readonly text: string;
  readonly offset: number;
  readonly isOverlong: boolean;
}

/** Bytes of rejects that are kept, what each costs besides its text included: a flood of garbage must not fill the memory. */
export const keptRejects = 10 * 1024 * 1024;
const rejectOverhead = 100;

/** Buckets at which a piece ends early: they are bounded neither by a cap nor by the windows that may be open. */
const mostBuckets = 10_000;

export const sizeOf = ({ line }: Reject): number => line.length + rejectOverhead;

export class Piece {
  readonly tally = emptyTally();
  /** As many as are kept; the tally counts them all. */
  readonly rejects: Reject[] = [];
  firstFailure: Failure | null = null;
  /** Newest event time that is not ahead of the clock; -Infinity without lines. */
  newest = -Infinity;
  /** By window start, ms. */
  readonly windows = new Map<number, WindowCounts>();
  /** The same, of lines more than a day ahead of the clock. */
  readonly future = new Map<number, WindowCounts>();
  readonly #counting: Counting;
  readonly #emptyValues: Values;
  #buckets = 0;
  #rejectsSize = 0;
  #start = NaN;
  #window: WindowCounts = newWindow();

  constructor(counting: Counting) {
    this.#counting = counting;
    this.#emptyValues = emptyValues(counting.values.length);
  }

  get isFull(): boolean {
    return this.#buckets >= mostBuckets;
  }

  count({ text, offset, isOverlong }: Lines): void {
    if (isOverlong) return this.#reject(offset, text, "too long");
    const { parser, maxLine } = this.#counting;
    for (let start = 0, end = 0; start < text.length; start = end) {
      end = start + emptyLength(text, start);
      if (end > start) continue;
      const record = parser.parse(text, start);
      end = record ? parser.end : text.indexOf("\n", start) + 1;
      if (end - start - 1 > maxLine) this.#reject(offset + start, text.slice(start, end), "too long");
      else if (record) this.#countRecord(record, offset + start);
      else this.#reject(offset + start, text.slice(start, end), "format");
    }
  }

  #countRecord(record: LogRecord, offset: number): void {
    const { categorize, values } = this.#counting;
    this.tally.lines++;
    let attributes: Attributes | null;
    try {
      attributes = categorize(record);
    } catch (error) {
      this.tally.failed++;
      this.firstFailure ??= { offset, error };
      return;
    }
    if (attributes === null || attributes === undefined) {
      this.tally.ignored++;
      return;
    }
    this.tally.matched++;
    const window = this.#windowOf(record.time);
    const bucket = window.root.find(attributes);
    if (bucket.count++ === 0) {
      bucket.values = this.#emptyValues.slice();
      this.#buckets++;
      window.buckets.push(bucket);
    }
    for (let index = 0; index < values.length; index++) {
      const value = record[values[index]!];
      if (typeof value === "number") addValue(bucket.values, index, value);
    }
  }

  #windowOf(time: number): WindowCounts {
    const { windowMs, now } = this.#counting;
    if (time > this.newest && time <= now + tolerance) this.newest = time;
    const start = Math.floor(time / windowMs) * windowMs;
    if (time > now + day) return windowAt(this.future, start);
    if (start !== this.#start) {
      this.#start = start;
      this.#window = windowAt(this.windows, start);
    }
    return this.#window;
  }

  #reject(offset: number, line: string, reason: Reject["reason"]): void {
    this.tally.lines++;
    this.tally.rejected++;
    if (this.#rejectsSize > keptRejects) return;
    const reject: Reject = { offset, line: ` ${line.replace(/\r?\n$/, "")}`.slice(1), reason };
    this.#rejectsSize += sizeOf(reject);
    this.rejects.push(reject);
  }
}

const newWindow = (): WindowCounts => ({ root: new Bucket(), buckets: [] });

function windowAt(windows: Map<number, WindowCounts>, start: number): WindowCounts {
  let window = windows.get(start);
  if (!window) windows.set(start, (window = newWindow()));
  return window;
}

/** Length of an empty line, LF or CRLF alone; 0 where the line is not empty. */
function emptyLength(text: string, start: number): number {
  const code = text.charCodeAt(start);
  if (code === 10) return 1;
  return code === 13 && text.charCodeAt(start + 1) === 10 ? 2 : 0;
}
