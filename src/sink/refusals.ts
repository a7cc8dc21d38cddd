// Which points a store refuses for good. Only the answer for a single line is proof; the rest here saves requests: lines that
// an answer names are tried alone first, and lines that must share the fate of a refused one are not sent any more.
import { splitLine } from "./line-protocol.ts";
import type { Refusal } from "./sink.ts";

/**
 * Why points are refused, as far as it tells of other points: `expired` ones take all older ones with them, a `conflict` of
 * field types all that share measurement, fields and time.
 */
export type RefusalCause = "expired" | "conflict" | "other";

/** What an answer says of the lines: its full text, and the numbers (from 1) that stand in it. */
export interface Complaint {
  readonly text: string;
  readonly lineNumbers: readonly number[];
}

type Batch = readonly string[];

/** Smaller batches of lines some of which are refused, the one to try first last. */
export function narrowed(lines: Batch, { cause, complaint }: { cause: RefusalCause; complaint: Complaint }): Batch[] {
  const named = suspects(complaint, lines);
  if (named.size > 0) return [...Array.from(named, (line) => [line]), lines.filter((line) => !named.has(line))];
  const [first = "", ...others] = lines;
  if (cause === "conflict" && others.every((line) => group(line) === group(first))) return [others, [first]];
  return halves(byTime(lines));
}

export function halves(lines: Batch): Batch[] {
  const middle = lines.length >> 1;
  return [lines.slice(0, middle), lines.slice(middle)];
}

/** The lines that the store's answer points at, by their text (InfluxDB 1 and 2) or by their number (3). */
function suspects({ text, lineNumbers }: Complaint, lines: Batch): Set<string> {
  const sent = new Set(lines);
  const quoted = text.split("\n").map(quotedLine);
  const numbered = lineNumbers.map((number) => lines[number - 1]);
  return new Set([...quoted, ...numbered].flatMap((line) => (line !== undefined && sent.has(line) ? line : [])));
}

/** `unable to parse 'LINE': reason`, of which LINE may hold anything. */
function quotedLine(said: string): string | undefined {
  const start = said.indexOf(quotation) + quotation.length;
  const end = said.lastIndexOf("': ");
  return start >= quotation.length && start <= end ? said.slice(start, end) : undefined;
}

const quotation = "unable to parse '";

/** Most reasons go by time, so that what is tried first (the newest) decides on many others. */
function byTime(lines: Batch): Batch {
  const timed = lines.map((line) => ({ line, time: timeOf(line) }));
  return timed.toSorted((a, b) => Number(a.time - b.time)).map(({ line }) => line);
}

/** The refused points of one write, and what follows from them for the points not sent yet. */
export class Refused {
  readonly refusals: Refusal[] = [];
  /** By what they share: why such lines are refused. */
  readonly #groups = new Map<string, string>();
  #expired: { readonly time: bigint; readonly reason: string } | null = null;

  /** Adds a line that was refused when it was sent alone. */
  add(point: string, reason: string, cause: RefusalCause): void {
    this.refusals.push({ point, reason });
    if (cause === "conflict") this.#groups.set(group(point), reason);
    if (cause === "expired" && !this.#isExpired(point)) this.#expired = { time: timeOf(point), reason };
  }

  /** The lines without those whose refusal is certain; these are added. */
  withoutHopeless(lines: Batch): Batch {
    if (this.#groups.size === 0 && !this.#expired) return lines;
    return lines.filter((line) => {
      const reason = this.#isExpired(line) ? this.#expired?.reason : this.#groups.get(group(line));
      if (reason !== undefined) this.refusals.push({ point: line, reason });
      return reason === undefined;
    });
  }

  /**
   * What is older than an expired point has expired, too. (InfluxDB 1 does store a point that expired a moment ago when one
   * that did not lies in the same shard and request: then this lists a few points more than are missing.)
   */
  #isExpired(line: string): boolean {
    return this.#expired !== null && timeOf(line) <= this.#expired.time;
  }
}

/** A field has one type per measurement and shard, and points of the same time lie in the same shard. */
function group(line: string): string {
  const { series, fields, timestamp } = splitLine(line);
  return `${measurementOf(series)} ${fields.replaceAll(/=[^,]*/g, "")} ${timestamp}`;
}

function measurementOf(series: string): string {
  return /^(?:\\.|[^,\\])*/.exec(series)?.[0] ?? series;
}

function timeOf(line: string): bigint {
  return BigInt(splitLine(line).timestamp || 0);
}
