// A store in memory that fails as it is told: what a log became in it must be right whatever happened on the way.
import fc from "fast-check";
import type { PointLines } from "../../src/sink/point-lines.ts";
import { L2iError } from "../../src/errors.ts";
import { fieldsOf, pointKey, seriesParts, splitLine } from "../../src/sink/line-protocol.ts";
import type { Question, Reader, StoredSeries } from "../../src/sink/reader.ts";
import type { Refusal, Sink } from "../../src/sink/sink.ts";
import { Killed } from "./simulated-disk.ts";
import { type Sums, sumsOfLines } from "./sums.ts";
import type { Fate } from "./world.ts";

/** What goes wrong with a point: it is lost, another, or there twice. */
export interface Spoil {
  readonly which: number;
  readonly how: "lost" | "changed" | "doubled";
}

export class MemoryStore implements Sink, Reader {
  readonly target = "the store in memory";
  readonly source = this.target;
  /** Lines of line protocol by series and timestamp. */
  readonly points = new Map<string, string>();
  /** Of the writes to come; behind the last one all goes well. The loader's own point needs none. */
  fates: Fate[] = [];
  /** Fates of the writes of counts that were tried. */
  readonly met: Fate[] = [];
  /** Called before each of them. */
  onWrite: () => Promise<void> = async () => {};
  readonly #keeps: readonly boolean[];
  #thrown = 0;

  /** `keeps`: dice that say whether a point that is there stays, although another value is written for its series and timestamp. */
  constructor(keeps: readonly boolean[] = [false]) {
    this.#keeps = keeps;
  }

  async write(lines: PointLines): Promise<readonly Refusal[]> {
    const points = [...lines];
    if (points.every((line) => line.startsWith("l2i_run,"))) return [];
    await this.onWrite();
    const fate = this.fates.shift() ?? wellDone;
    this.met.push(fate);
    for (const line of points.slice(0, { none: 0, half: points.length >> 1, all: points.length }[fate.arrives])) {
      const key = pointKey(line);
      const isKept = this.points.has(key) && this.#keeps[this.#thrown++ % this.#keeps.length];
      if (!isKept) this.points.set(key, line);
    }
    if (fate.ends === "failure") throw new L2iError("store", `${this.target} is out of order`);
    if (fate.ends === "killed") throw new Killed();
    return [];
  }

  /** Spoils some of the points that are chosen and count anything, no series twice; answers how many. */
  spoil(spoils: readonly Spoil[], choose: (series: string, ms: number) => boolean): number {
    const counting = [...this.points].flatMap(([key, line]) => (line.includes(" count=0i") ? [] : [key]));
    const chosen = counting.filter((key) => {
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

/** For a store that keeps one or the other of two values. */
export const keeps = fc.array(fc.boolean(), { minLength: 3, maxLength: 7 });

const wellDone: Fate = { arrives: "all", ends: "acknowledged" };
