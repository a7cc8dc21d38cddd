// The lines of a chunk, read: what counting goes through. Read by a parser alone (parser-reader.ts), or by the kernel
// (../kernel/), which leaves to the parser what it does not take.
import type { FieldName, LogRecord } from "./record.ts";

/** Lines that are read at once, at most. */
export const mostLines = 1024;

/** In place of a time: the line is empty, which counts as nothing. */
export const emptyLine = -1;

/** In place of a time: the line is of another time than those that are asked for. */
export const otherTime = -2;

/** The line has no row of numbers. */
export const noRow = -1;

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

/**
 * Numbers by which lines are told from each other: those with equal ones have records that differ in the time alone, as long as
 * `generation` stays the same.
 */
export interface Keys {
  readonly generation: number;
  readonly words: Int32Array;
  /** Where the numbers of a line stand among the words, counted from where its row begins. */
  readonly slots: readonly number[];
  /** How many of them, the first ones, must not be negative: else the line has no key. */
  readonly ids: number;
  /** Where the row of a line begins; `noRow`: it has none, and no key. */
  rowOf(line: number): number;
}

/** What matched lines say to one pipeline: records with its fields and no others, whatever is read for other pipelines. */
export interface LineView {
  /** Made anew at each call. Its strings may be slices of the chunk: copy what outlives it. */
  record(line: number): LogRecord;
  /** Number `value` of the wish; null where the line has none. */
  value(line: number, value: number): number | null;
  /** By which lines can be told from each other; null: by nothing. */
  readonly keys: Keys | null;
}
