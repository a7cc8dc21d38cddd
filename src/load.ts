// The main path of one invocation, from the brainfile to the points and back: what is new in the log is counted, the intent
// is saved, the points are written, and only then does the brainfile move on. A crash between any two steps loses nothing.
import { stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Company, InTurn } from "./company.ts";
import { L2iError, reasonOf } from "./errors.ts";
import { firstTime, formatFor, linesOf, windowingOf } from "./counting.ts";
import { Delivery } from "./delivery.ts";
import { fail, hour, NotTriedAgain } from "./failure.ts";
import type { Format } from "./format/format.ts";
import { Jobs } from "./jobs/jobs.ts";
import type { Logger } from "./logger.ts";
import { type Books, type Brain, type BrainState, newBrain } from "./log/brain.ts";
import { DamagedBrainfile } from "./log/brain-json.ts";
import {
  moveAside,
  readBrain,
  readHeader,
  refuseUnwritable,
  refuseWhereDamaged,
  saveBrain,
  saveValidated,
  touchBrain,
} from "./log/brainfile.ts";
import { hasLine, isUntouched, realPath, relation } from "./log/candidates.ts";
import { type Content, fileStat, openContent } from "./log/content.ts";
import type { Place, Plan } from "./log/identity.ts";
import { takeLock } from "./lock.ts";
import { type Counted, type Job, type OpenReading, segmentsOf } from "./log/segments.ts";
import { type Archive, type Survey, survey } from "./log/survey.ts";
import { adopt, leave, type Unverifiable } from "./log/verifiable.ts";
import { ownPoint } from "./own-point.ts";
import { enter, newOutcome, type Outcome } from "./outcome.ts";
import { PointLines } from "./sink/point-lines.ts";
import { NoAnswer, type Sink } from "./sink/sink.ts";
import type { Task } from "./task.ts";
import type { Validated } from "./validated.ts";

/** What a run has besides its task. */
export interface Context {
  /** Milliseconds since 1970. */
  now(): number;
  readonly log: Logger;
  openSink(task: Task): Promise<Sink>;
  /** Addresses where nobody answered in this run, and targets that did not take anything in time; they are not tried again. */
  readonly unreachable: Set<string>;
  /** Points go to the sink (standard output), nothing else is touched. */
  readonly dryRun: boolean;
  /** A person looks on: a failure that lasts is said each time, not hourly. */
  readonly isWatched: boolean;
  /** Invocations of the same log, which run side by side with this one. */
  readonly company?: Company;
  /** Sees each piece that is counted. */
  readonly onPiece?: Job["onPiece"];
}

/** A task that keeps a brainfile. */
export type ResumableTask = Task & {
  readonly brainfile: string;
  /** Noted in the brainfile for the next run. */
  readonly validated?: Validated | null;
};

/** Loads what a log has gained since the last run. Never rejects for an expected failure: the outcome says it. */
export async function load(task: ResumableTask, context: Context): Promise<Outcome> {
  const outcome = newOutcome(task);
  const started = context.now();
  try {
    await refuseUnwritable(task.brainfile);
    const lock = await takeLock(task.brainfile);
    if (!lock) {
      context.log.warn(`${task.name}: skipped, another run holds the brainfile ${task.brainfile}`);
      outcome.outcome = "skipped";
      return outcome;
    }
    try {
      await new Run(task, context, outcome, await context.openSink(task)).go();
    } catch (error) {
      await fail(task, context, outcome, error); // still under the lock
    } finally {
      await lock.release();
    }
  } catch (error) {
    await fail(task, context, outcome, error);
  } finally {
    outcome.durationMs = context.now() - started;
  }
  return outcome;
}

/** One run of one invocation, under its lock. */
class Run {
  readonly #task: ResumableTask;
  readonly #context: Context;
  readonly #outcome: Outcome;
  readonly #started: number;
  readonly #sink: Sink;
  readonly #delivery: Delivery;
  #brain: Brain;
  readonly #formats = new Map<Content, Promise<Format>>();
  /** Something was written to the brainfile in this run. */
  #isSaved = false;
  /** Of segments that are delivered and that the brainfile does not know to be yet. */
  #unsaved: Books[] = [];

  constructor(task: ResumableTask, context: Context, outcome: Outcome, sink: Sink) {
    this.#task = task;
    this.#context = context;
    this.#outcome = outcome;
    this.#started = context.now();
    this.#sink = sink;
    this.#delivery = new Delivery(task, outcome, context.log, this.#remind.bind(this), sink, context.dryRun);
    this.#brain = newBrain(this.#started);
  }

  async go(): Promise<void> {
    if (await this.#isQuiet()) {
      this.#outcome.outcome = "unchanged";
      return this.#noteValidated();
    }
    const brain = await this.#recall();
    this.#brain = { ...brain, validated: this.#task.validated ?? brain.validated };
    await this.#refuseUnreachable();
    this.#sayNewGoal();
    await this.#besideOthers((inTurn) => this.#sendPending(inTurn));
    await this.#adoptConfiguration();
    try {
      await this.#readLog();
    } catch (error) {
      // What was counted before the failure is stored, and no later run tells of it.
      if (this.#outcome.lines > 0 && !this.#isUnreachable)
        await this.#besideOthers((inTurn) => this.#reportItself(inTurn));
      throw error;
    }
    await this.#clearFailure();
    if (this.#hasNewGoal(brain)) await this.#save({ ...this.#brain, goal: this.#sink.target });
    if (!this.#isSaved) await this.#touch();
    if (this.#outcome.outcome !== "unchanged") await this.#besideOthers((inTurn) => this.#reportItself(inTurn));
  }

  /** The files are as they were left, and what stands before the offset too: one stat each and two small reads. */
  async #isQuiet(): Promise<boolean> {
    if (this.#task.logs.length > 1) return false; // what becomes of each that was named is to be said
    const header = await readHeader(this.#task.brainfile).catch(() => null); // whatever it is, reading it all will tell
    if (!header || header.pendingPoints > 0 || header.failing || header.state.waiting.length > 0) return false;
    if (this.#hasNewGoal(header)) return false;
    this.#brain = { ...this.#brain, validated: header.validated };
    const { current, previous } = header.state;
    const log = await realPath(this.#task.log);
    if (current?.filename !== basename(log)) return false;
    const areAsLeft = await Promise.all([current, ...previous].map((place) => isAsLeft(place, dirname(log))));
    if (areAsLeft.includes(false)) return false;
    const content = await openContent(log);
    try {
      this.#outcome.offset = current.offset;
      this.#outcome.lagBytes = current.size - current.offset;
      return content !== null && (await relation(current, content)) === "same";
    } finally {
      await content?.close();
    }
  }

  /** So that the next run need not find out once more; where it cannot be noted, that run is only longer. */
  async #noteValidated(): Promise<void> {
    const { brainfile, validated } = this.#task;
    if (validated && validated.proof !== this.#brain.validated?.proof && !this.#context.dryRun)
      await saveValidated(brainfile, validated).catch(() => {});
    await this.#touch();
  }

  async #touch(): Promise<void> {
    if (!this.#context.dryRun) await touchBrain(this.#task.brainfile, this.#context.now());
  }

  async #recall(): Promise<Brain> {
    const { brainfile } = this.#task;
    try {
      const brain = await readBrain(brainfile);
      if (!brain) await refuseWhereDamaged(brainfile);
      return brain ?? this.#brain;
    } catch (error) {
      if (!(error instanceof DamagedBrainfile) || this.#context.dryRun) throw error;
      await moveAside(brainfile);
      throw new L2iError(
        "brainfile",
        `${error.message}; it was moved to ${brainfile}.damaged. Put a good copy in its place, or remove the damaged one to begin anew (lines counted before are then counted again)`,
        { cause: error },
      );
    }
  }

  async #refuseUnreachable(): Promise<void> {
    if (this.#isUnreachable)
      throw new NotTriedAgain(
        "network",
        `${this.#sink.target} was out of reach a moment ago and is not tried again in this run; nothing is lost`,
      );
  }

  get #isUnreachable(): boolean {
    return this.#context.unreachable.has(this.#address) || this.#context.unreachable.has(this.#sink.target);
  }

  get #address(): string {
    return this.#sink.address ?? this.#sink.target;
  }

  /** Points that an earlier run counted but never saw acknowledged: the very same ones, no log is read for that. */
  async #sendPending(inTurn: InTurn): Promise<void> {
    const { pending } = this.#brain;
    if (!pending) return;
    this.#context.log.info(`${this.#task.name}: sends ${pending.points.length} points of an earlier run again`);
    await inTurn(() => this.#deliver(pending.points));
    await this.#save({ ...this.#brain, state: pending.next, pending: null });
    enter(this.#outcome, pending.books);
    this.#outcome.gap += pending.books.gap;
    this.#outcome.offset = pending.next.current?.offset ?? 0;
  }

  /** Open windows belong to the configuration that counted them. */
  async #adoptConfiguration(): Promise<void> {
    const { state } = this.#brain;
    const { fingerprint, name } = this.#task;
    if (state.fingerprint === fingerprint) return;
    if (state.open.size > 0) this.#context.log.info(`${name}: the configuration changed; open windows are closed`);
    this.#brain = { ...this.#brain, state: adopt(state, this.#task) };
  }

  #hasNewGoal({ goal }: Pick<Brain, "goal">): boolean {
    return goal !== "" && goal !== this.#sink.target && !this.#context.dryRun;
  }

  /** Nothing was lost, but who looks for it in the new store does not find it. */
  #sayNewGoal(): void {
    const { goal } = this.#brain;
    if (!this.#hasNewGoal(this.#brain)) return;
    this.#context.log.warn(
      `${this.#task.name}: points go to ${this.#sink.target} now, no longer to ${goal}, where what was counted until now is; if that is to be here, too, "l2i verify --repair" writes it from the logs that are still there`,
    );
  }

  async #readLog(): Promise<void> {
    const { log, logs } = this.#task;
    const archive = logs.length > 1 ? this.#archive(logs) : null;
    const count = async ({ readings, decision, damaged, strays, unclear, passedBy }: Survey): Promise<void> => {
      if (decision.gap) this.#warnOfGap(decision.gap, damaged, strays);
      if (unclear.length > 0) this.#warnOfUnclear(unclear);
      if (passedBy.length > 0) this.#warnOfPassedBy(passedBy);
      const jobs = new Jobs(this.#task, this.#started, archive ? await this.#coming(readings) : []);
      try {
        await this.#countAll(readings, decision, jobs);
      } finally {
        await jobs.end();
      }
    };
    await survey(log, this.#brain.state, this.#task, count, archive);
    await this.#measureLag();
  }

  /** Rotated files were named, too. */
  #archive(logs: readonly string[]): Archive {
    return {
      names: new Set(logs.map((path) => basename(path))),
      ageOf: async (content) => {
        if (!hasLine(content)) return null;
        const format = await this.#formatOf(content);
        return firstTime(content, format.parser([], this.#task.timezone ?? undefined));
      },
    };
  }

  /** What will be read from its beginning: one file can be counted beside the other. */
  async #coming(readings: readonly OpenReading[]): Promise<{ content: Content; offset: number; format: Format }[]> {
    const whole = readings.filter(({ how }) => how === "begin");
    return Promise.all(
      whole.map(async ({ content }) => ({ content, offset: content.start, format: await this.#formatOf(content) })),
    );
  }

  /** Of its beginning, recognised once: an archive may have thousands of files. */
  #formatOf(content: Content): Promise<Format> {
    let format = this.#formats.get(content);
    if (!format) this.#formats.set(content, (format = formatFor(this.#task, content, content.start)));
    return format;
  }

  async #countAll(readings: readonly OpenReading[], decision: Plan & { kind: "read" }, jobs: Jobs): Promise<void> {
    const { state } = this.#brain;
    let { gap } = decision;
    // Of what is not read between the last line and the next one, it is not known that it is nothing.
    const isTorn = this.#outcome.gap > 0 || readings.some(({ how }) => how === "end");
    const before = isTorn ? { ...state, newestLine: -Infinity } : state;
    try {
      for await (const counted of segmentsOf(readings, before, this.#job(jobs))) {
        const next: BrainState = {
          ...this.#brain.state,
          ...counted.next,
          ...placesOf(readings, counted, before, decision),
          countsSince: this.#brain.state.countsSince ?? counted.firstWindow,
          unverifiable: this.#unverifiable(counted, decision, gap),
          lookedAt: this.#started,
        };
        gap = null;
        await this.#besideOthers((inTurn) => this.#settle(counted, next, inTurn));
        this.#outcome.files = counted.files;
        this.#outcome.offset = next.current?.offset ?? 0;
      }
    } catch (error) {
      await this.#saveUnsaved().catch((cause) => this.#context.log.warn(`${this.#task.name}: ${reasonOf(cause)}`));
      throw error;
    }
    await this.#saveUnsaved();
    const { bytes, points, refused } = this.#outcome;
    if (bytes + points + refused === 0 && !decision.gap) this.#outcome.outcome = "unchanged";
  }

  /** With what cannot be counted once more since files are gone. In a gap there may be lines that were counted, if an old brainfile was restored. */
  #unverifiable(
    { firstWindow }: Counted,
    { left }: Pick<Plan & { kind: "read" }, "left">,
    gap: Place | null,
  ): Unverifiable {
    const { unverifiable, newest } = this.#brain.state;
    const all = left.reduce((sum, { place, why }) => leave(sum, place.countedInto, why), unverifiable);
    if (!gap || !Number.isFinite(newest)) return all;
    const { windowMs, latenessMs } = this.#task;
    const end = Math.max(newest, firstWindow ?? this.#started) + windowMs + latenessMs;
    return leave(all, [[newest - latenessMs, end]], left.find(({ place }) => place === gap)?.why ?? "gone");
  }

  /**
   * Intent, write, acknowledgement: that is saved with the intent of the next segment, or in the end. A crash in between sends the
   * points once more. Without points there is nothing to intend, but where counting goes on from must not wait for some.
   */
  async #settle(counted: Counted, next: BrainState, inTurn: InTurn): Promise<void> {
    await this.#delivery.keepRejects(counted);
    this.#delivery.report(counted);
    const points = linesOf(counted.points, this.#task);
    const { tally, late, bytes } = counted;
    if (points.length > 0) {
      const { gap } = this.#outcome;
      await this.#save({ ...this.#brain, pending: { points, next, books: { tally, late, bytes, gap } } });
      await inTurn(() => this.#deliver(points));
    }
    // A log that waits for its first line is looked at in full at every run, and mostly there is nothing to remember.
    const isKnown = points.length === 0 && isSame(next, this.#brain.state);
    if (isKnown) return enter(this.#outcome, counted);
    this.#brain = { ...this.#brain, state: next, pending: null };
    this.#unsaved.push({ tally, late, bytes });
    if (points.length === 0) await this.#saveUnsaved();
  }

  async #saveUnsaved(): Promise<void> {
    if (this.#unsaved.length > 0) await this.#save(this.#brain);
  }

  #besideOthers(work: (inTurn: InTurn) => Promise<void>): Promise<void> {
    const { company } = this.#context;
    return company ? company.settle(this.#address, work) : work((deliver) => deliver());
  }

  async #deliver(points: PointLines): Promise<void> {
    await this.#refuseUnreachable(); // company may have found out meanwhile
    try {
      await this.#delivery.write(points);
      if (points.length > 0) this.#brain = { ...this.#brain, goal: this.#sink.target };
    } catch (error) {
      if (error instanceof NoAnswer) this.#context.unreachable.add(this.#address);
      else if (error instanceof L2iError && error.code === "network") this.#context.unreachable.add(this.#sink.target);
      throw error;
    }
  }

  async #save(brain: Brain): Promise<void> {
    this.#brain = { ...brain, lastUpdate: new Date(this.#context.now()).toISOString() };
    if (!this.#context.dryRun) {
      await saveBrain(this.#task.brainfile, this.#brain);
      this.#isSaved = true;
    }
    for (const books of this.#unsaved.splice(0)) enter(this.#outcome, books);
  }

  async #clearFailure(): Promise<void> {
    const { failing } = this.#brain;
    if (!failing) return;
    this.#context.log.info(`${this.#task.name}: works again, after it failed since ${failing.since}`);
    await this.#save({ ...this.#brain, failing: null });
  }

  #job(jobs: Jobs): Job {
    return {
      windowing: windowingOf(this.#task),
      ...(this.#context.onPiece && { onPiece: this.#context.onPiece }),
      open: async (content, offset, last = this.#brain.state.format) => {
        const format = await formatFor(this.#task, content, offset, last);
        this.#brain = { ...this.#brain, state: { ...this.#brain.state, format: format.name } };
        this.#context.log.info(`${this.#task.name}: reads ${content.path} from byte ${offset}, format ${format.name}`);
        const { company } = this.#context;
        if (!company || (this.#task.jobs ?? 1) > 1) return jobs.open(content, offset, format);
        return company.open({ task: this.#task, now: this.#started }, format, content, offset);
      },
    };
  }

  #warnOfGap(gap: Place, damaged: readonly string[], strays: readonly string[]): void {
    const { newest } = this.#brain.state;
    this.#outcome.gap++;
    const last = Number.isFinite(newest)
      ? `the last line counted is of ${new Date(newest).toISOString()}`
      : "no line was counted before";
    const suspects = damaged.length > 0 ? `It may be what cannot be decompressed: ${damaged.join(", ")}. ` : "";
    const others =
      strays.length > 0
        ? `It begins like ${strays.join(" and ")}, which is not called like a rotated log (NAME.N, NAME-DATE or NAME.DATE) and was not read. `
        : "";
    this.#context.log.warn(
      `${this.#task.name}: gap: ${gap.filename}, read up to byte ${gap.offset}, is gone or was cut short; ${last}. ${suspects}${others}Lines written after it may be missing: keep one uncompressed rotation longer than the time between two runs`,
    );
  }

  #warnOfUnclear(unclear: readonly string[]): void {
    this.#outcome.gap++;
    this.#context.log.warn(
      `${this.#task.name}: gap: the clock was set back, and nothing tells whether ${unclear.join(" and ")} came after what was read. Its lines may be missing: "l2i load" counts them by hand`,
    );
  }

  #warnOfPassedBy(paths: readonly string[]): void {
    const { name, brainfile } = this.#task;
    this.#context.log.warn(
      `${name}: ${paths.join(" and ")} was there before the first run with ${brainfile}, which took it as read, and is not counted now; a load without --brainfile counts it`,
    );
  }

  /** Says what lasts the first time, then hourly. */
  #remind(level: "warn" | "error", kind: string, message: string): void {
    const now = this.#context.now();
    const said = this.#brain.warned[kind];
    if (said !== undefined && now - Date.parse(said) < hour) return this.#context.log.info(message);
    this.#context.log[level](message);
    this.#brain = { ...this.#brain, warned: { ...this.#brain.warned, [kind]: new Date(now).toISOString() } };
  }

  async #measureLag(): Promise<void> {
    const log = await realPath(this.#task.log);
    const { size } = await stat(log).catch(() => ({ size: 0 }));
    // While the newest known generation is a rotated one, nothing of the live log was read.
    const offset = this.#brain.state.current?.filename === basename(log) ? this.#outcome.offset : 0;
    this.#outcome.lagBytes = Math.max(0, size - offset);
  }

  /** The loader's own point. The counts are safe already, so its loss is not worth a failure. */
  async #reportItself(inTurn: InTurn): Promise<void> {
    try {
      const point = ownPoint(this.#task, this.#outcome, this.#started, this.#context.now());
      await inTurn(async () => void (await this.#sink.write(PointLines.of([point]))));
    } catch (error) {
      this.#context.log.warn(
        `${this.#task.name}: all is counted and stored, but not the point l2i_run about this run: ${reasonOf(error)}`,
      );
    }
  }
}

const isSame = (next: BrainState, before: BrainState): boolean =>
  isDeepStrictEqual({ ...next, lookedAt: 0 }, { ...before, lookedAt: 0 });

async function isAsLeft(place: Place, folder: string): Promise<boolean> {
  const stats = await stat(join(folder, place.filename)).catch(() => null);
  return stats !== null && isUntouched({ stat: fileStat(stats) }, place);
}

/** Where each generation stands. The newest one that was begun is the current one. */
function placesOf(
  readings: readonly OpenReading[],
  { places }: Counted,
  before: BrainState,
  { kept, ignoredUntil, waiting }: Plan & { kind: "read" },
): Pick<BrainState, "current" | "previous" | "ignoredUntil" | "waiting"> {
  const begun = [...readings.keys()].filter((index) => places[index]);
  const newest = begun.findLast((index) => readings[index]!.newer);
  const previous = begun.filter((index) => index !== newest).map((index) => places[index]!);
  // One whose first line is not read yet still waits for that.
  const unread = readings.filter(({ content }, index) => !places[index] && before.waiting.includes(content.stat.inode));
  return {
    current: newest === undefined ? before.current : places[newest]!,
    previous: [...previous, ...kept],
    ignoredUntil,
    waiting: [...waiting, ...unread.map(({ content }) => content.stat.inode)],
  };
}
