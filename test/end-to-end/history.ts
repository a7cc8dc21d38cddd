// One history: what a web server, its logrotate, a store that fails, a clock that is wrong and a person who changes options do
// between and during runs of the program; and what must come of it. See design.md section 5 and its executable model.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { apacheTime, Laboratory } from "../laboratory.ts";
import type { Verification } from "../../src/verify.ts";
import { addTo, type Fate, MemoryStore, sorted, type Spoil, type Sums } from "./memory-store.ts";
import { type Line, type Naming, WebServer } from "./web-server.ts";

export type Step =
  | { readonly do: "append"; readonly lines: readonly Drawn[]; readonly to: number; readonly isCut: boolean }
  | { readonly do: "rename"; readonly isMade: boolean }
  | { readonly do: "copytruncate"; readonly leavesHole: boolean; readonly runs: boolean }
  | { readonly do: "gzip"; readonly which: number; readonly isStamped: boolean; readonly runs: boolean }
  | { readonly do: "delete"; readonly which: number }
  | { readonly do: "rewrite"; readonly which: number }
  | { readonly do: "unpack"; readonly which: number }
  | { readonly do: "crash"; readonly lines: number }
  | { readonly do: "empty" }
  | { readonly do: "configure"; readonly options: Options }
  | { readonly do: "clock"; readonly ahead: number; readonly skew: number }
  /** `meanwhile`: what happens while the points of the run are on their way. */
  | { readonly do: "run"; readonly fates: readonly Fate[]; readonly meanwhile: readonly Step[] };

type Options = { readonly [key: string]: unknown };

/** A line to be: its time in seconds from the clock, and what it says; null: garbage. */
interface Drawn {
  readonly shift: number;
  readonly method: "GET" | "POST" | null;
  readonly bytes: number;
  /** Characters that make it longer: what is known of a file depends on its first 1, 4, 16 and 64 KiB. */
  readonly padding: number;
}

export interface Setting {
  readonly naming: Naming;
  /** Rotated files lie there before the first run. */
  readonly hadRotated: "none" | "plain" | "compressed";
  /** A store that keeps one or the other of two values (by these dice), and is written to in parts; null: one that overwrites. */
  readonly keepsAny: readonly boolean[] | null;
  /** What is done in the end to points of the store. */
  readonly spoils: readonly Spoil[];
  /** Which of the brainfiles that were copied on the way is put back in the end; null: none. */
  readonly restored: number | null;
}

const drawn: fc.Arbitrary<Drawn> = fc.record({
  shift: fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: -5, max: 0 }) },
    { weight: 3, arbitrary: fc.integer({ min: -3000, max: 0 }) },
    { weight: 1, arbitrary: fc.constantFrom(200, 4000, 90_000, 200_000) },
  ),
  method: fc.constantFrom("GET", "POST", "GET", "POST", "GET", "POST", "GET", null),
  bytes: fc.nat(9),
  padding: fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 0, 900, 3_000, 50_000),
});

const fate: fc.Arbitrary<Fate> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Fate>({ arrives: "all", ends: "acknowledged" }) },
  {
    weight: 2,
    arbitrary: fc.record({
      arrives: fc.constantFrom("none", "half", "all"),
      ends: fc.constantFrom("failure", "killed"),
    }),
  },
);

const options: fc.Arbitrary<Options> = fc.oneof(
  fc.record({ window: fc.constantFrom("1m", "2m", "5m") }),
  fc.record({ tag: fc.constantFrom({ v: "1" }, { v: "2" }) }),
  fc.record({ lateness: fc.constantFrom("1s", "10m", "1h") }),
  fc.record({ writes: fc.constantFrom("totals", "parts") }),
);

const does = <Name extends string>(name: Name) => ({ do: fc.constant(name) });

const append: fc.Arbitrary<Step> = fc.record({
  ...does("append"),
  lines: fc.array(drawn, { minLength: 1, maxLength: 5 }),
  to: fc.constantFrom(0, 0, 0, 0, 1, 1, 2),
  isCut: fc.constantFrom(false, false, false, false, true),
});
const rename: fc.Arbitrary<Step> = fc.record({ ...does("rename"), isMade: fc.boolean() });
const which = fc.nat(2);
const remove: fc.Arbitrary<Step> = fc.record({ ...does("delete"), which });
const empty: fc.Arbitrary<Step> = fc.record(does("empty"));
const copytruncate = (runs: boolean): fc.Arbitrary<Step> =>
  fc.record({ ...does("copytruncate"), leavesHole: fc.boolean(), runs: fc.constant(runs) });
const gzip = (runs: boolean): fc.Arbitrary<Step> =>
  fc.record({ ...does("gzip"), which, isStamped: fc.boolean(), runs: fc.constant(runs) });

const changes = fc.array(fc.oneof(append, append, rename, copytruncate(false), gzip(false), remove, empty), {
  minLength: 1,
  maxLength: 3,
});

/** Append and run most of all. */
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 16, arbitrary: append },
  {
    weight: 12,
    arbitrary: fc.record({
      ...does("run"),
      fates: fc.array(fate, { maxLength: 2 }),
      meanwhile: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: changes }),
    }),
  },
  { weight: 6, arbitrary: rename },
  { weight: 4, arbitrary: fc.oneof(copytruncate(false), copytruncate(true)) },
  { weight: 4, arbitrary: fc.oneof(gzip(false), gzip(true)) },
  { weight: 2, arbitrary: remove },
  { weight: 1, arbitrary: fc.record({ ...does("rewrite"), which }) },
  { weight: 1, arbitrary: fc.record({ ...does("unpack"), which }) },
  { weight: 1, arbitrary: fc.record({ ...does("crash"), lines: fc.integer({ min: 1, max: 6 }) }) },
  { weight: 1, arbitrary: empty },
  { weight: 4, arbitrary: fc.record({ ...does("configure"), options }) },
  {
    weight: 4,
    arbitrary: fc.record({
      ...does("clock"),
      ahead: fc.integer({ min: 1, max: 1800 }),
      skew: fc.constantFrom(0, 0, -7200, 600, 100_000),
    }),
  },
);

export const steps: fc.Arbitrary<Step[]> = fc.array(anyStep, { minLength: 3, maxLength: 20, size: "max" });

const second = 1000;
const minute = 60 * second;
const now: Drawn = { shift: 0, method: "GET", bytes: 1, padding: 0 };

type Generation = WebServer["generations"][number];

export class History implements Disposable {
  readonly #lab = new Laboratory();
  readonly #server: WebServer;
  readonly #store: MemoryStore;
  readonly #isOverwriting: boolean;
  readonly #spoils: readonly Spoil[];
  readonly #restored: number | null;
  /** Brainfiles from which nothing that was counted since is lost. */
  readonly #copies: string[] = [];
  #options: Options;
  readonly #windows = new Set([minute]);
  /** Seconds that the loader's clock is ahead of the server's. */
  #skew = 0;
  #serial = 0;
  #isRunning = false;
  /** A run left points that are not acknowledged. */
  #isPending = false;
  /** Read as the live log by the last run that read; null where that is not sure. */
  #current: Generation | null = null;
  /** Lines of it were lost before anybody read them: a gap must be said. */
  #isCurrentLost = false;
  /**
   * Rotated without a line when a run last saw them: known by their inode alone. One that gets its first line and is compressed
   * before the next run is unknown, and a file that is rewritten may get the inode of one that is gone.
   */
  readonly #blank = new Set<Generation>();
  /** Something was deleted: a gap may be said. */
  #isDeleted = false;

  constructor({ naming, keepsAny, spoils, restored }: Setting) {
    this.#server = new WebServer(this.#lab.folder, this.#lab.now, naming);
    let dice = 0;
    this.#store = new MemoryStore(keepsAny ? () => keepsAny[dice++ % keepsAny.length]! : undefined);
    this.#isOverwriting = keepsAny === null;
    this.#spoils = spoils;
    this.#restored = restored;
    this.#options = { format: "combined", writes: keepsAny ? "parts" : "totals" };
    this.#lab.sink = this.#store;
  }

  /** The first run. What lies in rotated files before is not for us, but what is added to them afterwards is. */
  async begin({ hadRotated }: Setting): Promise<void> {
    const server = this.#server;
    server.write(server.live, [this.#line(now)]);
    if (hadRotated !== "none") {
      server.clock += second;
      server.rename(false);
      if (hadRotated === "compressed") await server.gzip(server.rotated[0]!, false, async () => {});
      server.write(server.live, [this.#line(now)]);
    }
    await this.#run();
    for (const rotated of server.rotated) rotated.lines.length = rotated.taken = 0;
  }

  async take(step: Step): Promise<void> {
    const server = this.#server;
    server.clock += second;
    if (["delete", "empty", "crash", "rewrite"].includes(step.do)) this.#copies.length = 0;
    switch (step.do) {
      case "append": {
        const rotated = step.to > 0 ? server.rotated[step.to - 1] : undefined;
        const lines = step.lines.map((line) => this.#line(line));
        return server.write(rotated?.isWritten ? rotated : server.live, lines, step.isCut);
      }
      case "rename":
        return server.rename(step.isMade);
      case "copytruncate": {
        const copy = server.copy();
        if (step.runs) await this.#run();
        return server.truncate(copy, step.leavesHole);
      }
      case "gzip": {
        const rotated = server.rotated[step.which];
        if (!rotated || rotated.name!.endsWith(".gz")) return;
        server.finishLine(rotated);
        if (this.#blank.has(rotated) && this.#isRunning) return;
        if (this.#blank.has(rotated)) await this.#run();
        return server.gzip(rotated, step.isStamped, async () => void (step.runs && (await this.#run())));
      }
      case "delete": {
        const rotated = server.rotated[step.which];
        if (rotated) this.#lose(rotated, server.delete(rotated));
        return;
      }
      case "rewrite": {
        const rotated = server.rotated[step.which];
        if (!rotated || !this.#isSettled(rotated) || rotated.name!.endsWith(".gz") || this.#blank.size > 0) return;
        server.rewrite(rotated);
        return this.#notice();
      }
      case "unpack": {
        const rotated = server.rotated[step.which];
        if (!rotated?.name!.endsWith(".gz") || this.#current !== server.live || this.#blank.size > 0) return;
        server.unpack(rotated);
        return this.#notice();
      }
      case "crash": {
        if (this.#isPending || !server.crash(step.lines)) return;
        this.#isDeleted = true;
        return this.#run();
      }
      case "empty":
        return this.#lose(server.live, server.empty());
      case "configure":
        return this.#configure(step.options);
      case "clock":
        server.clock += step.ahead * second;
        this.#skew = step.skew;
        return;
      case "run":
        return this.#run(step.fates, step.meanwhile);
    }
  }

  /** A last line, a last run without any trouble, and the books are compared. */
  async end(): Promise<void> {
    const server = this.#server;
    server.clock += second;
    server.write(server.live, [this.#line(now)]);
    await this.#run();
    const windowMs = this.#windows.size === 1 ? [...this.#windows][0]! : 10 * minute;
    assert.deepEqual(sorted(this.#store.sums(windowMs, ["v"])), sorted(this.#expected(windowMs)));
    const { writes } = this.#store;
    await this.#run();
    assert.equal(this.#store.writes, writes, "nothing is new, but something was written");
    const found = await this.#lab.verify(this.#options, { since: 0 });
    assert.ok(["equal", "nothing"].includes(found.outcome), `a false alarm: ${JSON.stringify(found)}`);
    if (!this.#isOverwriting) return;
    if (found.outcome === "equal") await this.#spoil(found, windowMs);
    if (this.#restored !== null) await this.#restore(this.#restored);
  }

  /** An old brainfile is put back, and a run counts again what was counted since. What can be judged is mended, and stays exact. */
  async #restore(copy: number): Promise<void> {
    writeFileSync(this.#lab.path("brain.json"), this.#copies[copy % this.#copies.length]!);
    for (const isMended of [false, true]) {
      this.#server.write(this.#server.live, [this.#line(now)]);
      await this.#run();
      const found = await this.#lab.verify(this.#options, { repair: !isMended });
      assert.ok(
        (isMended ? ["equal", "nothing"] : ["equal", "repaired", "nothing"]).includes(found.outcome),
        JSON.stringify(found),
      );
      const { window } = this.#options as { window?: string };
      const length = Number.parseInt(window ?? "1m", 10) * minute;
      const judged = (all: Sums): string[] =>
        counts(new Map([...all].filter(([key]) => isCompared(found, Number(key.split(" ")[1])))));
      assert.deepEqual(judged(this.#store.sums(length, ["v"])), judged(this.#expected(length)));
    }
  }

  /** Spoils some of what was compared: that is found, mended, and the next run goes on exactly. */
  async #spoil(verified: Verification, windowMs: number): Promise<void> {
    const { tag } = this.#options as { tag?: { v: string } };
    const spoilt = this.#store.spoil(
      this.#spoils,
      (series, ms) => isCompared(verified, ms) && series.includes(tag ? `,v=${tag.v}` : ",status=200"),
    );
    if (spoilt === 0) return;
    const found = await this.#lab.verify(this.#options);
    assert.equal(found.outcome, "different");
    const mended = await this.#lab.verify(this.#options, { repair: true });
    assert.equal(mended.outcome, "repaired", JSON.stringify(mended));
    this.#server.write(this.#server.live, [this.#line(now)]);
    await this.#run();
    assert.deepEqual(counts(this.#store.sums(windowMs, ["v"])), counts(this.#expected(windowMs)));
    assert.equal((await this.#lab.verify(this.#options)).outcome, "equal");
  }

  [Symbol.dispose](): void {
    this.#lab.dispose();
  }

  #line({ shift, method, bytes, padding }: Drawn): Line {
    const time = Math.floor((this.#server.clock + shift * second) / second) * second;
    const serial = ++this.#serial;
    if (method === null) return { time, text: `garbage ${serial}${"x".repeat(padding)}\n`, series: null };
    const text = combinedLine(time, method, 200, bytes, `${serial}${"x".repeat(padding)}`);
    return { time, text, series: { method, status: 200, bytes } };
  }

  #configure(changed: Options): void {
    const { window, writes } = changed;
    if (writes !== undefined && !this.#isOverwriting) return;
    this.#options = { ...this.#options, ...changed };
    if (typeof window === "string") this.#windows.add(Number.parseInt(window, 10) * minute);
  }

  /** A run while the live log is the known one: it sees that files beside it are not newer. Without it nobody could tell. */
  async #notice(): Promise<void> {
    this.#server.write(this.#server.live, [this.#line(now)]);
    await this.#run();
  }

  /** The loader read all of it, and went on to the live log. */
  #isSettled({ lines, taken, unfinished }: Generation): boolean {
    return this.#current === this.#server.live && taken === lines.length && !unfinished;
  }

  #lose(generation: Generation, isUnread: boolean): void {
    this.#isDeleted = true;
    if (isUnread && generation === this.#current) this.#isCurrentLost = true;
  }

  async #run(fates: readonly Fate[] = [], meanwhile: readonly Step[] = []): Promise<void> {
    const [lab, store, wasPending] = [this.#lab, this.#store, this.#isPending];
    const { writes } = store;
    store.fates = [...fates];
    lab.now = this.#server.clock + this.#skew * second;
    lab.messages.said.length = 0;
    let isRead = false;
    store.onWrite = async () => {
      store.onWrite = async () => {};
      if (!wasPending) this.#noteTaken(); // else the log is not read yet
      isRead = !wasPending;
      this.#isRunning = true;
      for (const step of meanwhile) await this.take(step);
      this.#isRunning = false;
    };
    const outcome = await lab.run(this.#options);
    store.onWrite = async () => {};
    const met = fates.slice(0, store.writes - writes);
    const last = met.at(-1)?.ends ?? "acknowledged";
    const hasLog = this.#server.generations.some(({ name, lines }) => name !== null && lines.length > 0);
    if (hasLog) assert.equal(outcome.outcome === "failed", last !== "acknowledged", `${last}: ${outcome.error}`);
    assert.equal(outcome.lines, outcome.matched + outcome.ignored + outcome.rejected + outcome.failed);
    const isStuck = wasPending && met[0] !== undefined && met[0].ends !== "acknowledged";
    this.#isPending = last !== "acknowledged";
    if (!isStuck && !isRead) this.#noteTaken();
    if (!this.#isPending) this.#copies.push(readFileSync(lab.path("brain.json"), "utf8"));
  }

  /** The run read all that was complete. */
  #noteTaken(): void {
    const { generations, live } = this.#server;
    const isGap = this.#lab.messages.said.some((message) => message.includes(" gap: "));
    const begun = generations.filter(({ name, lines }) => name !== null && lines.length > 0);
    const known = this.#current;
    const newer = begun.filter((generation) => !known || generations.indexOf(generation) > generations.indexOf(known));
    if (!this.#isDeleted) assert.ok(!isGap, "a gap is said where there is none");
    if (this.#isCurrentLost && newer.length > 0) assert.ok(isGap, "a gap is not said");
    if (isGap) this.#isCurrentLost = false;
    if (live.lines.length > 0) this.#current = live;
    else if (newer.length > 0) this.#current = null; // whichever has the newest mtime
    for (const generation of this.#server.rotated)
      if (generation.lines.length === 0) this.#blank.add(generation);
      else this.#blank.delete(generation);
    for (const generation of begun) generation.taken = generation.lines.length;
  }

  #expected(windowMs: number): Sums {
    const sums: Sums = new Map();
    for (const { time, series } of this.#server.generations.flatMap(({ lines }) => lines)) {
      const window = Math.floor(time / windowMs) * windowMs;
      if (series)
        addTo(sums, `requests,host=test,log=access.log,method=${series.method},status=200 ${window}`, 1, series.bytes);
    }
    return sums;
  }
}

const isCompared = ({ compared }: Verification, ms: number): boolean =>
  compared.some(({ since, until }) => ms >= Date.parse(since!) && ms < Date.parse(until!));

/** Without the points of 0 that a repair writes. */
const counts = (sums: Sums): string[] => sorted(new Map([...sums].filter(([, [count]]) => count > 0)));

export function combinedLine(time: number, method: string, status: number, bytes: number, page: string): string {
  return `10.0.0.1 - - [${apacheTime(time)}] "${method} /page/${page} HTTP/1.1" ${status} ${bytes} "-" "test"\n`;
}
