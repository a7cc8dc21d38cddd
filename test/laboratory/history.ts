// One history: what a web server, its logrotate, a store that fails, a clock that is wrong and a person who changes options do
// between and during runs of the program; and what must come of it. See design.md section 5 and its executable model.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import fc from "fast-check";
import type { Brain, BrainState } from "../../src/log/brain.ts";
import type { Place } from "../../src/log/identity.ts";
import type { Verification } from "../../src/verify.ts";
import { apacheTime } from "./laboratory.ts";
import type { Spoil } from "./memory-store.ts";
import { randomOf } from "./seed.ts";
import type { Death } from "./simulated-disk.ts";
import { addTo, sorted, type Sums } from "./sums.ts";
import { type Generation, type Line, type Naming, WebServer } from "./web-server.ts";
import type { Fate, Options, Ran, VerifyOrder, World } from "./world.ts";

export type Step =
  /** `isEcho`: a new log begins with the line with which the last one began. */
  | {
      readonly do: "append";
      readonly lines: readonly Drawn[];
      readonly to: number;
      readonly isCut: boolean;
      readonly isEcho: boolean;
    }
  | { readonly do: "rename"; readonly isMade: boolean }
  | { readonly do: "copytruncate"; readonly leavesHole: boolean; readonly runs: boolean }
  | { readonly do: "gzip"; readonly which: number; readonly isStamped: boolean; readonly runs: boolean }
  | { readonly do: "delete"; readonly which: number }
  | { readonly do: "rewrite"; readonly which: number }
  | { readonly do: "unpack"; readonly which: number }
  | { readonly do: "crash"; readonly lines: number }
  | { readonly do: "empty" }
  | { readonly do: "edit" }
  | { readonly do: "configure"; readonly options: Options }
  | { readonly do: "clock"; readonly ahead: number; readonly skew: number; readonly isShared: boolean }
  | RunStep;

interface RunStep {
  readonly do: "run";
  readonly fates: readonly Fate[];
  readonly death: Death | null;
  readonly killAfterMs: number | null;
  /** Seed of the dice of a power failure after it. */
  readonly powerFailure: number | null;
  readonly isTwice: boolean;
  /** What happens while its first points are on their way. */
  readonly meanwhile: readonly Step[];
}

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
  /** The store keeps one or the other of two values at one time, so it is written to in parts. */
  readonly isOverwriting: boolean;
  /** What is done in the end to points of the store. */
  readonly spoils: readonly Spoil[];
  /** Which of the brainfiles that were copied on the way is put back in the end; null: none. */
  readonly restored: number | null;
}

export const settings: fc.Arbitrary<Setting> = fc.record({
  naming: fc.constantFrom("numbers", "dates"),
  hadRotated: fc.constantFrom("none", "plain", "compressed"),
  isOverwriting: fc.boolean(),
  spoils: fc.array(fc.record({ which: fc.nat(99), how: fc.constantFrom("lost", "changed", "doubled") }), {
    maxLength: 3,
  }),
  restored: fc.option(fc.nat(30)),
});

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
      how: fc.nat(99),
    }),
  },
);

/** Another rule to the program, though it counts alike. */
const likeCombined = '%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-agent}i"';

const zeroOf = (method: string) => ({ method, status: 200 });

const changedOptions: fc.Arbitrary<Options> = fc.oneof(
  fc.record({ window: fc.constantFrom("1m", "2m", "5m") }),
  fc.record({ tag: fc.constantFrom({ v: "1" }, { v: "2" }) }),
  fc.record({ lateness: fc.constantFrom("1s", "10m", "1h") }),
  fc.record({ writes: fc.constantFrom("totals", "parts") }),
  fc.record({ format: fc.constantFrom("combined", likeCombined) }),
  fc.record({ zeros: fc.constantFrom(["PATCH"], ["GET", "POST"]).map((methods) => methods.map(zeroOf)) }),
);

const does = <Name extends string>(name: Name) => ({ do: fc.constant(name) });

const append: fc.Arbitrary<Step> = fc.record({
  ...does("append"),
  lines: fc.array(drawn, { minLength: 1, maxLength: 5 }),
  to: fc.constantFrom(0, 0, 0, 0, 1, 1, 2),
  isCut: fc.constantFrom(false, false, false, false, true),
  isEcho: fc.boolean(),
});
const rename: fc.Arbitrary<Step> = fc.record({ ...does("rename"), isMade: fc.boolean() });
const which = fc.nat(2);
const remove: fc.Arbitrary<Step> = fc.record({ ...does("delete"), which });
const empty: fc.Arbitrary<Step> = fc.record(does("empty"));
const edit: fc.Arbitrary<Step> = fc.record(does("edit"));
const copytruncate = (runs: boolean): fc.Arbitrary<Step> =>
  fc.record({ ...does("copytruncate"), leavesHole: fc.boolean(), runs: fc.constant(runs) });
const gzip = (runs: boolean): fc.Arbitrary<Step> =>
  fc.record({ ...does("gzip"), which, isStamped: fc.boolean(), runs: fc.constant(runs) });

const changes = fc.array(fc.oneof(append, append, rename, copytruncate(false), gzip(false), remove, empty), {
  minLength: 1,
  maxLength: 3,
});

/** In one run of four. */
const rarely = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary });

/** Append and run most of all. */
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 16, arbitrary: append },
  {
    weight: 12,
    arbitrary: fc.record({
      ...does("run"),
      fates: fc.array(fate, { maxLength: 2 }),
      death: rarely(fc.record({ change: fc.nat(30), when: fc.constantFrom("before", "within", "after") })),
      killAfterMs: rarely(fc.integer({ min: 20, max: 300 })),
      powerFailure: rarely(fc.nat()),
      isTwice: fc.constantFrom(false, false, false, false, false, false, false, true),
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
  { weight: 1, arbitrary: edit },
  { weight: 4, arbitrary: fc.record({ ...does("configure"), options: changedOptions }) },
  {
    weight: 4,
    arbitrary: fc.record({
      ...does("clock"),
      ahead: fc.integer({ min: 1, max: 1800 }),
      skew: fc.constantFrom(0, 0, -7200, 600, 100_000),
      isShared: fc.boolean(),
    }),
  },
);

/** `L2I_TEST_STEPS` makes long histories. */
export const histories: fc.Arbitrary<Step[]> = fc.array(anyStep, {
  minLength: 3,
  maxLength: Number(process.env["L2I_TEST_STEPS"] ?? 20),
  size: "max",
});

const second = 1000;
const minute = 60 * second;
const now: Drawn = { shift: 0, method: "GET", bytes: 1, padding: 0 };

/** A run without any trouble. */
const healthy: Omit<RunStep, "do"> = {
  fates: [],
  death: null,
  killAfterMs: null,
  powerFailure: null,
  isTwice: false,
  meanwhile: [],
};

/** Begins when the log has one line, and ends when the books were compared. Throws where they differ. */
export async function play(steps: readonly Step[], setting: Setting, world: World): Promise<void> {
  const history = new History(setting, world);
  await history.begin(setting);
  for (const step of steps) await history.take(step);
  await history.end();
  await history.verify(setting);
}

class History {
  readonly #world: World;
  readonly #server: WebServer;
  readonly #isOverwriting: boolean;
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
  /** Files may have older mtimes than those before them. What is new is told by the names then, as long as the known one is there. */
  #isSetBack = false;
  /** Brainfiles from which nothing that was counted since is lost. */
  readonly #copies: Buffer[] = [];

  constructor({ naming, isOverwriting }: Setting, world: World) {
    this.#world = world;
    this.#server = new WebServer(world.folder, Date.parse("2026-01-02T12:00:00Z"), naming, world.files);
    this.#isOverwriting = isOverwriting;
    this.#options = { format: "combined", writes: isOverwriting ? "totals" : "parts" };
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
    for (const rotated of server.rotated) {
      rotated.skipped += rotated.lines.reduce((sum, { text }) => sum + text.length, 0);
      rotated.lines.length = rotated.taken = 0;
    }
  }

  async take(step: Step): Promise<void> {
    const server = this.#server;
    if (this.#isSetBack && ["delete", "empty"].includes(step.do)) return;
    server.clock += second;
    if (["delete", "empty", "crash", "rewrite", "unpack", "configure"].includes(step.do)) this.#copies.length = 0;
    switch (step.do) {
      case "append": {
        const rotated = step.to > 0 ? server.rotated[step.to - 1] : undefined;
        const generation = rotated?.isWritten ? rotated : server.live;
        const echo = step.isEcho ? this.#echo(generation) : [];
        if (echo.length > 0) this.#copies.length = 0; // they may know no more than the common line
        return server.write(generation, [...echo, ...step.lines.map((line) => this.#line(line))], step.isCut);
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
        if (rotated && !this.#isEcho(rotated)) this.#lose(rotated, server.delete(rotated));
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
        if (this.#isEcho(server.live) && server.live.lines.length < step.lines + 2) return; // but a copy would be left
        if (!server.crash(step.lines)) return;
        this.#isDeleted = true;
        return this.#run();
      }
      case "empty":
        if (!this.#isEcho(server.live)) this.#lose(server.live, server.empty());
        return;
      case "edit":
        return this.#edit();
      case "configure":
        return this.#configure(step.options);
      case "clock":
        server.clock += step.ahead * second;
        this.#skew = step.skew;
        if (!this.#isDeleted) this.#share(step.isShared ? step.skew * second : 0);
        return;
      case "run":
        return this.#run(step);
    }
  }

  /** The server's clock is wrong, too. */
  #share(skew: number): void {
    this.#isSetBack ||= skew < this.#server.skew;
    this.#server.skew = skew;
  }

  /** A last line, a last run without any trouble, and the books are compared. */
  async end(): Promise<void> {
    const server = this.#server;
    server.clock += second;
    server.write(server.live, [this.#line(now)]);
    await this.#run();
    const windowMs = this.#windowMs;
    assert.deepEqual(sorted(await this.#world.sums(windowMs, ["v"])), sorted(this.#expected(windowMs)));
    const before = await this.#world.written();
    await this.#run();
    assert.deepEqual(await this.#world.written(), before, "nothing is new, but something was written");
  }

  /** The program finds its numbers right, as they are; wrong ones it finds and mends, and goes on exactly. */
  async verify({ spoils, restored }: Setting): Promise<void> {
    const found = await this.#verify({ since: 0 });
    const isRight = found.different === found.refused && found.outcome !== "failed";
    assert.ok(isRight, `a false alarm: ${JSON.stringify(found)}`);
    if (this.#options["writes"] === "parts" || found.refused > 0) return; // nothing can be mended
    if (found.outcome === "equal") await this.#spoil(spoils, found);
    if (restored !== null && this.#copies.length > 0)
      await this.#restore(this.#copies[restored % this.#copies.length]!);
  }

  /** An old brainfile is put back, and a run counts again what was counted since. What can be judged is mended, and stays exact. */
  async #restore(copy: Buffer): Promise<void> {
    this.#world.files.write(join(this.#world.folder, "brain.json"), copy);
    for (const isMended of [false, true]) {
      this.#server.write(this.#server.live, [this.#line(now)]);
      await this.#run();
      const found = await this.#verify({ repair: !isMended });
      const outcomes = isMended ? ["equal", "nothing"] : ["equal", "repaired", "nothing"];
      assert.ok(outcomes.includes(found.outcome), JSON.stringify(found));
      const { window } = this.#options as { window?: string };
      const length = Number.parseInt(window ?? "1m", 10) * minute;
      const judged = (all: Sums): string[] =>
        sorted(new Map([...all].filter(([key]) => isCompared(found, Number(key.split(" ")[1])))));
      assert.deepEqual(judged(await this.#world.sums(length, ["v"])), judged(this.#expected(length)));
    }
  }

  /** Spoils some of what was compared: that is found, mended, and the next run goes on exactly. */
  async #spoil(spoils: readonly Spoil[], verified: Verification): Promise<void> {
    const { tag } = this.#options as { tag?: { v: string } };
    const spoilt = this.#world.spoil?.(
      spoils,
      (series, ms) => isCompared(verified, ms) && series.includes(tag ? `,v=${tag.v}` : ",status=200"),
    );
    if (!spoilt) return;
    assert.equal((await this.#verify({})).outcome, "different");
    const mended = await this.#verify({ repair: true });
    assert.equal(mended.outcome, "repaired", JSON.stringify(mended));
    this.#server.write(this.#server.live, [this.#line(now)]);
    await this.#run();
    assert.deepEqual(sorted(await this.#world.sums(this.#windowMs, ["v"])), sorted(this.#expected(this.#windowMs)));
    assert.equal((await this.#verify({})).outcome, "equal");
  }

  #verify({ since = null, repair = false }: Partial<VerifyOrder>): Promise<Verification> {
    return this.#world.verify({ options: this.#options, now: this.#server.clock + this.#skew * second, since, repair });
  }

  /** Of windows of several lengths there are only sums that are true of all. */
  get #windowMs(): number {
    return this.#windows.size === 1 ? [...this.#windows][0]! : 10 * minute;
  }

  #line({ shift, method, bytes, padding }: Drawn): Line {
    const time = Math.floor((this.#server.clock + shift * second) / second) * second;
    const serial = ++this.#serial;
    if (method === null) return { time, text: `garbage ${serial}${"x".repeat(padding)}\n`, series: null };
    const text = combinedLine(time, method, 200, bytes, `${serial}${"x".repeat(padding)}`);
    return { time, text, series: { method, status: 200, bytes } };
  }

  /** Only where more of the last log was taken than the two have in common, and all that begin so are there: else nothing could tell. */
  #echo(generation: Generation): Line[] {
    const { generations, live } = this.#server;
    const last = generations.at(-2);
    const [first] = last?.lines ?? [];
    if (generation !== live || live.text !== "" || !last || !first || last.taken < 2) return [];
    const alike = generations.filter((other) => beginsLike(other, last));
    return alike.includes(last) && alike.every(({ name }) => name !== null) ? [first] : [];
  }

  #isEcho(generation: Generation): boolean {
    return this.#server.generations.some((other) => other !== generation && beginsLike(other, generation));
  }

  #configure(changed: Options): void {
    const { window, writes } = changed;
    if (writes !== undefined && !this.#isOverwriting) return;
    this.#options = { ...this.#options, ...changed };
    if (typeof window === "string") this.#windows.add(Number.parseInt(window, 10) * minute);
  }

  /** A run stops at it, and one with the way out goes on behind it. */
  async #edit(): Promise<void> {
    const { live } = this.#server;
    if (this.#isRunning) return;
    this.#server.finishLine(live);
    await this.#run();
    if (!this.#isSettled(live) || live.lines.length === 0 || !this.#server.edit()) return;
    this.#copies.length = 0; // to a brainfile from before, the edit is one of what it knows: rightly refused
    const { outcome } = await this.#order({}, this.#options);
    assert.match(outcome?.error ?? "", /edited in place/);
    await this.#order({}, { ...this.#options, resume: "end" });
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

  #order(step: Partial<RunStep>, options: Options, onWrite = async (): Promise<void> => {}): Promise<Ran> {
    const { fates, death, killAfterMs, powerFailure, isTwice } = { ...healthy, ...step };
    return this.#world.run({
      options,
      now: this.#server.clock + this.#skew * second,
      fates,
      death,
      killAfterMs,
      powerFailure: powerFailure === null ? null : randomOf(powerFailure),
      isTwice,
      onWrite,
    });
  }

  async #run(step: Partial<RunStep> = healthy): Promise<void> {
    const wasPending = this.#isPending;
    const looks = looksOf(await this.#world.brain());
    let isNoted = false;
    let isGapDue = false;
    const ran = await this.#order(step, this.#options, async () => {
      if (!wasPending) isGapDue = this.#noteAll(); // else the log is not read yet
      isNoted = !wasPending;
      this.#isRunning = true;
      for (const change of step.meanwhile ?? []) await this.take(change);
      this.#isRunning = false;
    });
    const { outcome, said, mustFail } = ran;
    const brain = await this.#world.brain();
    this.#isPending = (brain?.pending ?? null) !== null;
    if (!outcome || outcome.outcome === "failed") this.#noteFrom(brain, looks);
    else if (!isNoted) isGapDue = this.#noteAll();
    const isGap = said.some((message) => message.includes(" gap: "));
    assert.ok(!isGap || this.#isDeleted, "a gap is said where there is none");
    if (isGap) this.#isCurrentLost = false;
    if (!outcome) return;
    if (!this.#isPending) this.#copies.push(this.#world.files.read(join(this.#world.folder, "brain.json")));
    assert.ok(isGap || !isGapDue, "a gap is not said");
    assert.equal(outcome.lines, outcome.matched + outcome.ignored + outcome.rejected + outcome.failed);
    const hasLog = this.#server.generations.some(({ name, lines }) => name !== null && lines.length > 0);
    if (hasLog && mustFail !== null) assert.equal(outcome.outcome === "failed", mustFail, outcome.error);
  }

  /** The run reads, or read, all that is complete. Answers whether it must say a gap. */
  #noteAll(): boolean {
    const { generations, live } = this.#server;
    const begun = generations.filter(({ name, lines }) => name !== null && lines.length > 0);
    const known = this.#current;
    const newer = begun.filter((generation) => !known || generations.indexOf(generation) > generations.indexOf(known));
    // At the latest: what looks like a file that was rotated without a line replaces nothing.
    const isGapDue = this.#isCurrentLost && newer.includes(live);
    if (live.lines.length > 0) this.#current = live;
    else if (newer.length > 0) this.#current = null; // whichever has the newest mtime
    this.#noteBlank();
    for (const generation of begun) generation.taken = generation.lines.length;
    return isGapDue;
  }

  #noteBlank(): void {
    for (const generation of this.#server.rotated)
      if (generation.lines.length === 0) this.#blank.add(generation);
      else this.#blank.delete(generation);
  }

  /**
   * The run died or failed: what the brainfile has taken is taken. `looks`: those that it knew before. Whether one is new its time does
   * not tell, since the clock may have been set back.
   */
  #noteFrom(brain: Brain | null, looks: readonly number[]): void {
    for (const { current, previous, lookedAt } of statesOf(brain)) {
      for (const place of [current, ...previous]) {
        const generation = place && this.#generationOf(place);
        if (!generation) continue;
        generation.taken = Math.max(generation.taken, this.#server.linesBefore(generation, place.offset));
        this.#blank.delete(generation);
      }
      if (current) this.#current = this.#generationOf(current) ?? null;
      if (!looks.includes(lookedAt)) this.#noteBlank();
    }
  }

  /** Known by its beginning, as the program knows it. */
  #generationOf({ head }: Place): Generation | undefined {
    const [length, sha] = Object.entries(head).at(-1)!; // integer keys are in ascending order
    return this.#server.generations.find(({ text }) => sha === sha256(text.slice(0, Number(length))));
  }

  #expected(windowMs: number): Sums {
    const sums: Sums = new Map();
    for (const { time, series } of this.#server.generations.flatMap(({ lines, lost }) => [...lines, ...lost])) {
      const window = Math.floor(time / windowMs) * windowMs;
      if (series)
        addTo(sums, `requests,host=test,log=access.log,method=${series.method},status=200 ${window}`, 1, series.bytes);
    }
    return sums;
  }
}

const statesOf = (brain: Brain | null): BrainState[] =>
  [brain?.state, brain?.pending?.next].filter((state) => state !== undefined);

/** When the runs looked at the log that the brainfile tells of. */
const looksOf = (brain: Brain | null): number[] => statesOf(brain).map(({ lookedAt }) => lookedAt);

const isCompared = ({ compared }: Verification, ms: number): boolean =>
  compared.some(({ since, until }) => ms >= Date.parse(since!) && ms < Date.parse(until!));

const beginsLike = ({ text }: Generation, { lines: [first] }: Generation): boolean =>
  first !== undefined && text.startsWith(first.text);

const sha256 = (text: string): string => createHash("sha256").update(text, "latin1").digest("hex");

/** `page` begins with a number, which no other line has: it is the client's, too, so that torn lines are told apart by their beginnings. */
export function combinedLine(time: number, method: string, status: number, bytes: number, page: string): string {
  return `10.0.0.${Number.parseInt(page, 10)} - - [${apacheTime(time)}] "${method} /page/${page} HTTP/1.1" ${status} ${bytes} "-" "test"\n`;
}
