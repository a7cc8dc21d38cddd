// A store in memory that fails and dies as it is told: what a log became in it must be right whatever happened on the way.
import { L2iError } from "../../src/errors.ts";
import { fieldsOf, pointKey, seriesParts, splitLine } from "../../src/sink/line-protocol.ts";
import type { Question, Reader, StoredSeries } from "../../src/sink/reader.ts";
import type { Refusal, Sink } from "../../src/sink/sink.ts";

/** What becomes of one write: how much of it arrives, and whether the program is told so, told of a failure, or killed. */
export interface Fate {
  readonly arrives: "none" | "half" | "all";
  readonly ends: "acknowledged" | "failure" | "killed";
}

/** What goes wrong with a point: it is lost, another, or there twice. */
export interface Spoil {
  readonly which: number;
  readonly how: "lost" | "changed" | "doubled";
}

/** Stands for a SIGKILL: not an error that the program knows, so that it saves nothing more. */
class Killed extends Error {}

export class MemoryStore implements Sink, Reader {
  readonly target = "the store in memory";
  readonly source = this.target;
  /** Lines of line protocol by series and timestamp. */
  readonly points = new Map<string, string>();
  /** Of the writes to come; behind the last one all goes well. The loader's own point needs none. */
  fates: Fate[] = [];
  /** How many writes of counts were tried. */
  writes = 0;
  /** Called before each of them. */
  onWrite: () => Promise<void> = async () => {};
  readonly #keeps: (key: string) => boolean;

  /** `keeps`: whether a point that is there stays, although another value is written for its series and timestamp. */
  constructor(keeps: (key: string) => boolean = () => false) {
    this.#keeps = keeps;
  }

  async write(points: readonly string[]): Promise<readonly Refusal[]> {
    if (points.every((line) => line.startsWith("l2i_run,"))) return [];
    this.writes++;
    await this.onWrite();
    const { arrives, ends } = this.fates.shift() ?? { arrives: "all", ends: "acknowledged" };
    for (const line of points.slice(0, { none: 0, half: points.length >> 1, all: points.length }[arrives])) {
      const key = pointKey(line);
      if (!this.points.has(key) || !this.#keeps(key)) this.points.set(key, line);
    }
    if (ends === "failure") throw new L2iError("store", `${this.target} is out of order`);
    if (ends === "killed") throw new Killed();
    return [];
  }

  /** Spoils some of the points that are chosen, no series twice; answers how many. */
  spoil(spoils: readonly Spoil[], choose: (series: string, ms: number) => boolean): number {
    const chosen = [...this.points.keys()].filter((key) => {
      const { series, timestamp } = splitLine(key.replace(/ (\d+)$/, " f=1 $1"));
      return !series.startsWith("l2i_run") && choose(series, Number(BigInt(timestamp) / 1_000_000n));
    });
    const left = new Map(chosen.map((key) => [key.slice(0, key.lastIndexOf(" ")), key]));
    const before = left.size;
    for (const { which, how } of spoils) {
      if (left.size === 0) break;
      const [series, key] = [...left][which % left.size]!;
      left.delete(series);
      const line = this.points.get(key)!;
      if (how === "lost") this.points.delete(key);
      if (how === "changed") this.points.set(key, line.replace(/count=(\d+)/, "count=1$1"));
      if (how === "doubled") this.points.set(`${key.slice(0, -1)}7`, `${line.slice(0, -1)}7`);
    }
    return before - left.size;
  }

  async *read({ measurement, fields, from, until }: Question): AsyncGenerator<StoredSeries> {
    for (const line of this.points.values()) {
      const parts = splitLine(line);
      const time = BigInt(parts.timestamp);
      const series = seriesParts(parts.series);
      const ms = Number(time / 1_000_000n);
      if (series.measurement !== measurement || ms < from || ms >= until) continue;
      const values = fieldsOf(parts.fields);
      yield { tags: series.tags, points: [{ time, fields: fields.map((name) => values.get(name) ?? null) }] };
    }
  }

  /** What a person who sums over a window gets, by series without the tags in `without`. */
  sums(windowMs: number, without: readonly string[] = []): Sums {
    return sumsOfLines(this.points.values(), windowMs, without);
  }
}

/** Count and sum of bytes by series and window start: `requests,method=GET 1767355200000` → [3, 300]. */
export type Sums = Map<string, [count: number, bytes: number]>;

export function sumsOfLines(lines: Iterable<string>, windowMs: number, without: readonly string[] = []): Sums {
  const sums: Sums = new Map();
  for (const line of lines) {
    if (line.startsWith("l2i_run,")) continue;
    const { series, fields, timestamp } = splitLine(line);
    const kept = series.split(",").filter((part) => !without.includes(part.split("=")[0]!));
    const window = Math.floor(Number(BigInt(timestamp) / 1_000_000n) / windowMs) * windowMs;
    addTo(sums, `${kept.join(",")} ${window}`, field(fields, "count"), field(fields, "bytes_sum"));
  }
  return sums;
}

export function addTo(sums: Sums, key: string, count: number, bytes: number): void {
  const [counts, total] = sums.get(key) ?? [0, 0];
  sums.set(key, [counts + count, total + bytes]);
}

/** For `toEqual`, which then shows the few lines that differ. */
export const sorted = (sums: Sums): string[] =>
  [...sums].map(([key, [count, bytes]]) => `${key}: ${count} lines, ${bytes} bytes`).toSorted();

/** 0 where the field is not there: no line of that series had the value. */
const field = (fields: string, name: string): number =>
  Number(new RegExp(`(?:^|,)${name}=([^,i]+)`).exec(fields)?.[1] ?? 0);
