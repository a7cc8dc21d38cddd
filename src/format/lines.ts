// The lines of a chunk, read: what counting goes through. Read by a parser alone (parser-reader.ts), or by the kernel
// (../kernel/), which leaves to the parser what it does not take.
import type { FieldName, LogRecord } from "./record.ts";

/** Lines that are read at once, at most. */
export const mostLines = 1024;

/** In place of a time: the line is empty, which counts as nothing. */
export const emptyLine = -1;

/** In place of a time: the line is of another time than those that are asked for. */
export const otherTime = -2;

/** Reads whole lines. What it says of lines holds until it reads on, so one reader serves one loop. */
export interface LineReader {
  /** Lines that were read last. */
  readonly count: number;
  /** Index behind the line end, by line. */
  readonly ends: Int32Array;
  /** Event time, ms since 1970; NaN: the line does not match; or `emptyLine`, or `otherTime`. */
  readonly times: Float64Array;
  /** Of a format that describes itself: name of the one in which lines are read at the moment; undefined: none was described. */
  readonly inForce?: string | undefined;
  /** What the lines say to each pipeline, in the order of the wishes. */
  readonly views: readonly LineView[];
  /** Reads lines of `bytes`, which ends with a line end, from index `from` on. Answers where it stopped. */
  read(bytes: Buffer, from: number): number;
}

/** What a pipeline wants of lines. */
export interface Wish {
  /** Fields of its records. */
  readonly fields: readonly FieldName[];
  /** Numbers that are added up. */
  readonly values: readonly FieldName[];
  /** Records may be changed by who gets them. */
  readonly mayChange?: boolean;
}

/** All that is wished for. */
export function fieldsOf(wishes: readonly Wish[]): FieldName[] {
  return [...new Set(wishes.flatMap(({ fields, values }) => [...fields, ...values]))];
}

/** Of a line that has no place. */
export const noPlace = -1;
/** What is known of the lines of a place, where it is not the number of a series: they are not the pipeline's. */
export const ignored = -1;
/** Nothing is known. Numbers below are for who asks, to remember how far he is. */
export const unasked = -2;

/**
 * Counts lines by itself once it knows what they are: lines whose records differ in the time alone have one place, and what is known of
 * a place holds for all of them. A place may go to other lines at any time; then nothing is known of it.
 */
export interface LineCounter {
  /** The index of a line's place; `noPlace`: it has none. */
  placeOf(line: number): number;
  meaningOf(place: number): number;
  /** Keeps it in mind, if it can: `ignored`, the number of a series, or `unasked` and below. */
  setMeaning(place: number, meaning: number): void;
  /** Nothing is known of any place any more. */
  forget(): void;

  /** What was counted must be settled. Times behind `latest` (ms since 1970) are ahead of the clock. */
  startPiece(latest: number): void;
  /** From now on lines from `start` to before `end` (ms) are counted, and none of other times. What was counted must be settled. */
  startWindow(start: number, end: number): void;
  /** Counts lines from `line` on, and answers the first that is left to others; `lines`: none is. */
  count(line: number, lines: number, maxLine: number): number;
  /** How many series got lines in the window; and their numbers, in the order in which they did. */
  readonly seriesCount: number;
  series(index: number): number;
  /** Hands over what it counted in the window. `rows`: of the series, in their order. */
  settle(window: Sums | null, rows: readonly number[]): Seen;
}

/** The rows of a window. */
export interface Sums {
  /** Adds to a row those numbers of a row that begin at index `from`. */
  addNumbers(row: number, numbers: Float64Array, from: number): void;
}

/** What a counter saw of lines: their number since it was settled last, and of the piece so far the times (ms since 1970). */
export interface Seen {
  readonly matched: number;
  readonly ignored: number;
  /** See Piece. */
  readonly newest: number;
  readonly newestLine: number;
  readonly oldestLine: number;
}

/** What matched lines say to one pipeline: records with its fields and no others, whatever is read for other pipelines. */
export interface LineView {
  /** Made anew at each call. Its strings may be slices of the chunk: copy what outlives it. */
  record(line: number): LogRecord;
  /** Number `value` of the wish; null where the line has none. */
  value(line: number, value: number): number | null;
  /** Null: lines cannot be told from each other by anything. */
  readonly counter: LineCounter | null;
}
