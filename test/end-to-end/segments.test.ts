// A backlog of several segments over several generations: a store that fails between two of them leaves a place in the middle of a
// generation, from which everything that follows must still be found.
import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync, utimesSync } from "node:fs";
import { expect, test } from "vitest";
import { L2iError } from "../../src/errors.ts";
import { apacheTime, Laboratory } from "../laboratory/laboratory.ts";
import { MemoryStore } from "../laboratory/memory-store.ts";
import type { Fate } from "../laboratory/world.ts";

const second = 1000;
const acknowledged: Fate = { arrives: "all", ends: "acknowledged" };

/** Every line is a window of its own, so that a segment is full after some 4,000 lines, those of the lateness included. */
const lines = 10_000;

class Backlog {
  readonly lab = new Laboratory();
  readonly store = new MemoryStore();
  #written = 0;

  constructor() {
    this.lab.sink = this.store;
    this.lab.options = { format: "combined", window: "1s" };
    this.lab.now = Date.parse("2026-01-20T00:00:00Z");
  }

  write(count: number, name = "access.log"): this {
    const start = Date.parse("2026-01-02T12:00:00Z");
    const text = Array.from(
      { length: count },
      () =>
        `10.0.0.1 - - [${apacheTime(start + second * this.#written)}] "GET /${this.#written++} HTTP/1.1" 200 1 "-" "a"\n`,
    );
    this.lab.appendText(text.join(""), name);
    return this;
  }

  /** The mtime of a file, in seconds behind that of another. */
  age(name: string, behind: string, seconds: number): this {
    const time = statSync(this.lab.path(behind)).mtimeMs / second + seconds;
    utimesSync(this.lab.path(name), time, time);
    return this;
  }

  /** The run fails when it is about to intend the second segment: the first one is acknowledged, nothing is intended. */
  async runFailingBehindFirstSegment(): Promise<void> {
    const { lab, store } = this;
    const { now } = lab;
    const writes = store.met.length;
    let asked = 0;
    const clock = {
      get() {
        // Behind the first write the clock is asked when the second intent is saved, then when the acknowledgement alone is.
        if (store.met.length > writes && ++asked === 1) throw new L2iError("brainfile", "no room");
        return now;
      },
    };
    Object.defineProperty(lab, "now", { ...clock, configurable: true });
    const { outcome } = await lab.run();
    assert.deepEqual([outcome, store.met.length], ["failed", writes + 1]);
    Object.defineProperty(lab, "now", { value: now, writable: true });
  }

  async runUntilHealthy(fates: readonly Fate[]): Promise<void> {
    this.store.fates = [...fates];
    for (let run = 0; run <= fates.length; run++) {
      const outcome = await this.lab.run();
      assert.equal(outcome.gap, 0);
      if (outcome.outcome !== "failed") break;
    }
    const sums = [...this.store.sums(second).values()];
    assert.equal(
      sums.reduce((sum, [count]) => sum + count, 0),
      this.#written,
    );
    assert.equal(sums.length, this.#written);
  }
}

test("two rotations, and a store that takes the second segment with difficulty", async () => {
  const backlog = new Backlog();
  using lab = backlog.lab;
  await backlog.write(10).runUntilHealthy([]);
  backlog.write(lines).lab.rename("access.log", "access.log.2");
  backlog.write(lines).lab.rename("access.log", "access.log.1");
  const fates: Fate[] = [
    acknowledged,
    { arrives: "none", ends: "failure" },
    { arrives: "half", ends: "killed" },
    { arrives: "all", ends: "killed" },
  ];
  await backlog.write(10).runUntilHealthy(fates);
  expect(lab.messages.said.some((message) => message.startsWith("warn"))).toBe(false);
});

test("two rotations, the older file has the newer mtime, since it was compressed or still written to", async () => {
  const backlog = new Backlog();
  using lab = backlog.lab;
  await backlog.write(10).runUntilHealthy([]);
  lab.now += second;
  backlog.write(lines);
  lab.rename("access.log", "access.log.2");
  backlog.write(20).lab.rename("access.log", "access.log.1");
  backlog.age("access.log.2", "access.log.1", 60);
  await backlog.write(10).runFailingBehindFirstSegment();
  await backlog.runUntilHealthy([]);
});

test("a file that was rotated without a line has one now, and the run fails before it gets there", async () => {
  const backlog = new Backlog();
  using lab = backlog.lab;
  await backlog.write(10).runUntilHealthy([]);
  lab.rename("access.log", "access.log.2");
  lab.appendText("", "access.log.1");
  await backlog.write(10).runUntilHealthy([]);
  backlog.write(lines, "access.log.2").write(5, "access.log.1");
  await backlog.write(10).runFailingBehindFirstSegment();
  await backlog.runUntilHealthy([]);
});

test("where no line is counted, what was read is remembered all the same, segment by segment", async () => {
  using lab = new Laboratory();
  lab.options = { format: "combined", pipeline: "errors" };
  const agent = "a".repeat(4000);
  const line = `10.0.0.1 - - [${apacheTime(lab.now)}] "GET / HTTP/1.1" 200 1 "-" "${agent}"\n`;
  lab.appendText(line.repeat(17_000)); // two segments
  const brainfile = lab.path("brain.json");
  const { now } = lab;
  const seen = new Set<number>();
  Object.defineProperty(lab, "now", {
    get() {
      if (existsSync(brainfile)) seen.add(JSON.parse(readFileSync(brainfile, "utf8")).offset);
      return now;
    },
  });
  expect(await lab.run()).toMatchObject({ outcome: "loaded", ignored: 17_000 });
  expect([...seen].filter((offset) => offset < line.length * 17_000)).not.toEqual([]);
});
