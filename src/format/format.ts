// What every log format offers: the fields it has, and parsers that fill just the fields somebody asked for.
import type { LineReader, Wish } from "./lines.ts";
import type { FieldName, LogRecord } from "./record.ts";

/** Reads lines of one format. Made once, run per line; holds only small memos, so one parser serves one loop. */
export interface Parser {
  /**
   * Reads the line of `text` that starts at `start`. `text` is Latin-1 (one character a byte) and holds whole lines, each
   * with its line end, LF or CRLF. Answers a record with the fields asked for (and always `time`), or null where the line
   * does not match. The record's strings may be slices of `text`: copy what outlives it.
   */
  parse(text: string, start: number): LogRecord | null;
  /** Index behind the line end of the line that `parse` matched last. */
  end: number;
  /** Of a format that describes itself: the one in which lines are read at the moment; null: none was described. */
  readonly inForce?: Format | null;
}

export interface Format {
  /** As given with `--format`: a preset's name, or the format string. */
  readonly name: string;
  /** The record fields that lines of this format hold. */
  readonly fields: readonly FieldName[];
  /** True where the times in the line carry no zone, so that `--timezone` is needed. */
  readonly zoneless: boolean;
  /** Lines are JSON, of which the user may say more. */
  readonly isJson?: boolean;
  /** Lines that begin with `#` are no records, but may say how the ones behind them read. */
  readonly isSelfDescribing?: boolean;
  /** Tells a person where and why `line` (Latin-1, with its line end) does not match. Slow: for single lines. */
  explain(line: string): Mismatch;
  /** Why a line that has the form of the format is none of its lines all the same, in words that are safe to show; null: not for that. */
  refusal?(line: string): string | null;
  /** Compiles a parser that fills `fields` (those the format lacks stay null). `timezone`: IANA name, for zoneless times. */
  parser(fields: readonly FieldName[], timezone?: string): Parser;
  /** A reader of whole chunks, for pipelines with these wishes: what counting uses. */
  reader(wishes: readonly Wish[], timezone?: string): LineReader;
}

export interface Mismatch {
  /** Index of the first character that does not fit. */
  readonly at: number;
  /** What should stand there, such as `%>s` or `" "`. */
  readonly expected: string;
  /** What the columns before say, those left out that say nothing. */
  readonly fields?: Partial<LogRecord>;
}
