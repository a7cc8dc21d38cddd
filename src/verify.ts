// Are the numbers right? The logs of one invocation are counted once more, as far as they were counted and still lie there, and
// compared with what the store holds; what differs can be mended. What cannot be known is left out and never judged.
import { L2iError, reasonOf } from "./errors.ts";
import type { Span } from "./frequencies/spans.ts";
import { waitForLock } from "./lock.ts";
import type { Brain, BrainState } from "./log/brain.ts";
import { lookAtBrain, readBrain, refuseUnwritable } from "./log/brainfile.ts";
import { adopt } from "./log/verifiable.ts";
import type { Logger } from "./logger.ts";
import { beside } from "./beside.ts";
import { fileReader } from "./sink/file-reader.ts";
import type { Reader } from "./sink/reader.ts";
import type { Sink } from "./sink/sink.ts";
import type { Task } from "./task.ts";
import type { Difference } from "./verify/compare.ts";
import { comparisons, type Readers } from "./verify/comparison.ts";
import { type Found, withGenerations } from "./verify/generations.ts";
import { judged, type Range, type Reason } from "./verify/judged.ts";
import { Mending } from "./verify/mending.ts";
import { recount, type Recount } from "./verify/recount.ts";

/** What a verification has besides its task. */
export interface VerifyContext extends Range {
  /** Milliseconds since 1970. */
  now(): number;
  readonly log: Logger;
  openReader(task: Task): Promise<Reader>;
  openSink(task: Task): Promise<Sink>;
  /** Milliseconds to wait for a run that is at work. */
  readonly patienceMs: number;
  readonly repair: boolean;
  /** How many differences to tell; the others are counted. */
  readonly told: number;
}

/** What came of it, as --json prints it. */
export interface Verification {
  readonly name: string;
  readonly log: string;
  /** `nothing`: there was nothing that could be compared. */
  outcome: "equal" | "different" | "repaired" | "nothing" | "failed";
  /** Stretches of whole windows that were compared. */
  compared: readonly Stretch[];
  /** Windows there, the series in them, and the lines that the logs hold of them. */
  windows: number;
  series: number;
  lines: number;
  /** How much differs. */
  different: number;
  /** Those of them that are points which the store refused. */
  refused: number;
  /** The first of the differences. */
  differences: readonly Difference[];
  /** What was not compared. */
  leftOut: readonly (Stretch & { readonly why: Reason })[];
  /** Points written to mend what differs. */
  points: number;
  durationMs: number;
  error?: string;
}

/** Times in ISO 8601; null: without a limit. */
export interface Stretch {
  readonly since: string | null;
  readonly until: string | null;
}

type ResumableTask = Task & { readonly brainfile: string };

/** Never rejects for an expected failure: the outcome says it. */
export async function verify(task: ResumableTask, context: VerifyContext): Promise<Verification> {
  const found = newVerification(task);
  const started = context.now();
  try {
    const lock = await waitForLock(task.brainfile, context.patienceMs);
    if (!lock) throw busy(task, context);
    try {
      await new Verifier(task, context, found).go();
    } finally {
      await lock.release();
    }
  } catch (error) {
    if (!(error instanceof L2iError)) throw error;
    found.outcome = "failed";
    found.error = reasonOf(error);
    context.log.error(`${task.name}: ${found.error}`);
  } finally {
    found.durationMs = context.now() - started;
  }
  return found;
}

const newVerification = ({ name, log }: Task): Verification => ({
  name,
  log,
  outcome: "nothing",
  compared: [],
  windows: 0,
  series: 0,
  lines: 0,
  different: 0,
  refused: 0,
  differences: [],
  leftOut: [],
  points: 0,
  durationMs: 0,
});

function busy({ brainfile }: ResumableTask, { patienceMs }: VerifyContext): L2iError {
  return new L2iError(
    "brainfile",
    `a run has held the brainfile ${brainfile} for ${patienceMs / 1000} s; verify again once it is done`,
  );
}

/** One verification of one invocation, under its lock. */
class Verifier {
  readonly #task: ResumableTask;
  readonly #context: VerifyContext;
  readonly #found: Verification;

  constructor(task: ResumableTask, context: VerifyContext, found: Verification) {
    this.#task = task;
    this.#context = context;
    this.#found = found;
  }

  async go(): Promise<void> {
    const { brainfile, log } = this.#task;
    const brain = await lookAtBrain(brainfile, readBrain);
    if (!brain) return;
    refusePending(brain);
    const state = this.#judgedState(brain.state);
    await withGenerations(log, state, async (found) => {
      const counted = await this.#recount(state, found);
      if (this.#found.windows > 0) await this.#judge(counted, brain);
    });
  }

  /** What was counted by other rules than the present ones cannot be judged by them. */
  #judgedState(state: BrainState): BrainState {
    return state.fingerprint === this.#task.fingerprint ? state : adopt(state, this.#task);
  }

  /** Counts all windows that can be judged, and says which ones these are. */
  async #recount({ countsSince }: BrainState, { generations, unverifiable }: Found): Promise<Recount> {
    const { windowMs, name } = this.#task;
    const found = this.#found;
    const windows = judged(this.#context, countsSince, unverifiable, windowMs);
    found.leftOut = windows.leftOut.map(({ why, span }) => ({ ...stretchOf(span), why }));
    for (const { place, content } of generations)
      this.#context.log.info(`${name}: counts ${content.path} up to byte ${place.offset} once more`);
    const counted = await recount(generations, this.#task, windows.has);
    const spans = windows.of(counted.spans);
    found.compared = spans.map(stretchOf);
    found.windows = spans.reduce((sum, [from, until]) => sum + (until - from) / windowMs, 0);
    found.lines = linesIn(counted);
    return { ...counted, spans };
  }

  async #judge(counted: Recount, brain: Brain): Promise<void> {
    const found = this.#found;
    const readers = {
      store: await this.#context.openReader(this.#task),
      refused: fileReader(beside(this.#task.brainfile).refused),
    };
    const mending = this.#context.repair ? await this.#mending(brain) : null;
    const differing = await this.#compare(counted, readers, mending);
    Object.assign(found, differing, { outcome: differing.different === 0 ? "equal" : "different" });
    if (!mending || differing.different === 0) return;
    found.points = mending.points;
    const left = await this.#compare(counted, readers, null);
    Object.assign(found, left.different === 0 ? { outcome: "repaired" } : left);
  }

  async #mending(brain: Brain): Promise<Mending> {
    await refuseUnwritable(this.#task.brainfile);
    const sink = await this.#context.openSink(this.#task);
    return new Mending(this.#task, brain, sink, this.#context);
  }

  async #compare(counted: Recount, readers: Readers, mending: Mending | null): Promise<Differing> {
    const keys = new Set<string>();
    const differences: Difference[] = [];
    let [different, refused] = [0, 0];
    for await (const slice of comparisons(this.#task, counted, readers)) {
      for (const key of slice.series) keys.add(key);
      different += slice.differences.length;
      refused += slice.differences.filter((each) => each.refused).length;
      differences.push(...slice.differences.slice(0, Math.max(0, this.#context.told - differences.length)));
      await mending?.mend(slice.mistakes);
    }
    return { series: keys.size, different, refused, differences };
  }
}

type Differing = Pick<Verification, "series" | "different" | "refused" | "differences">;

function refusePending({ pending }: Brain): void {
  if (!pending) return;
  throw new L2iError(
    "brainfile",
    `${pending.points.length} points of the last run are not acknowledged by the store yet; "l2i run" sends them, then verify again`,
  );
}

/** A beginning or end that nobody knows is null. */
const stretchOf = ([since, until]: Span): Stretch => ({ since: isoTime(since), until: isoTime(until) });

const isoTime = (ms: number): string | null => (Number.isFinite(ms) ? new Date(ms).toISOString() : null);

function linesIn({ windows }: Recount): number {
  let lines = 0;
  for (const totals of windows.values()) for (const { count } of totals.values()) lines += count;
  return lines;
}
