// A store in memory that fails as it is told: what a log became in it must be right whatever happened on the way.
import fc from "fast-check";
import { L2iError } from "../../src/errors.ts";
import { pointKey } from "../../src/sink/line-protocol.ts";
import type { Refusal, Sink } from "../../src/sink/sink.ts";
import { Killed } from "./simulated-disk.ts";
import { type Sums, sumsOfLines } from "./sums.ts";
import type { Fate } from "./world.ts";

export class MemoryStore implements Sink {
  readonly target = "the store in memory";
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

  async write(points: readonly string[]): Promise<readonly Refusal[]> {
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

  /** What a person who sums over a window gets, by series without the tags in `without`. */
  sums(windowMs: number, without: readonly string[] = []): Sums {
    return sumsOfLines(this.points.values(), windowMs, without);
  }
}

/** For a store that keeps one or the other of two values. */
export const keeps = fc.array(fc.boolean(), { minLength: 3, maxLength: 7 });

const wellDone: Fate = { arrives: "all", ends: "acknowledged" };
