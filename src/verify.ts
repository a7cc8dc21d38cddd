// Are the numbers right? The logs of one invocation are counted once more, as far as they were counted and still lie there, and
// compared with what the store holds; what differs can be mended. What cannot be known is left out and never judged.
import { L2iError, reasonOf } from "./errors.ts";
import { clip, overlaps, type Span, without } from "./frequencies/spans.ts";
import { waitForLock } from "./lock.ts";
import type { Brain, BrainState } from "./log/brain.ts";
import { lookAtBrain, readBrain, refuseUnwritable } from "./log/brainfile.ts";
import { adopt, type Unverifiable } from "./log/verifiable.ts";
import type { Logger } from "./logger.ts";
import { refusedPath } from "./sink/aside.ts";
import { fileReader } from "./sink/file-reader.ts";
import type { Reader } from "./sink/reader.ts";
import type { Sink } from "./sink/sink.ts";
import type { Task } from "./task.ts";
import type { Difference } from "./verify/compare.ts";
import { comparisons, type Readers } from "./verify/comparison.ts";
import { type Found, withGenerations } from "./verify/generations.ts";
import { Mending } from "./verify/mending.ts";
import { recount, type Recount } from "./verify/recount.ts";

/** What a verification has besides its task. */
export interface VerifyContext {
  /** Milliseconds since 1970. */
  now(): number;
  readonly log: Logger;
  openReader(task: Task): Promise<Reader>;
  openSink(task: Task): Promise<Sink>;
  /** Milliseconds to wait for a run that is at work. */
  readonly patienceMs: number;
  /** Milliseconds since 1970; -Infinity and Infinity: no limit. */
  readonly since: number;
  readonly until: number;
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

/** Why windows are left out: those of Unverifiable, or they are older than the first line that this brainfile counted. */
export type Reason = keyof Unverifiable | "before";

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
  async #recount(state: BrainState, { generations, unverifiable }: Found): Promise<Recount> {
    const { windowMs, name } = this.#task;
    const { since, until, log } = this.#context;
    const reasons = leftOut(state, unverifiable);
    this.#found.leftOut = reasons
      .filter(([why]) => why !== "before" || Number.isFinite(since)) // nobody asked for what was before
      .flatMap(([why, spans]) => clip(spans, since, until).map((span) => ({ ...stretchOf(span), why })));
    const taken = reasons.flatMap(([, spans]) => spans.map((span) => wholeWindows(span, windowMs)));
    const [first, end] = [Math.ceil(since / windowMs) * windowMs, Math.floor(until / windowMs) * windowMs];
    const isWanted = (start: number): boolean =>
      start >= first && start < end && !overlaps(taken, start, start + windowMs);
    for (const { place, content } of generations)
      log.info(`${name}: counts ${content.path} up to byte ${place.offset} once more`);
    const counted = await recount(generations, this.#task, isWanted);
    const judged = clip(without(counted.spans, taken), first, end);
    this.#found.compared = judged.map(stretchOf);
    this.#found.windows = judged.reduce((sum, [from, until_]) => sum + (until_ - from) / windowMs, 0);
    this.#found.lines = linesIn(counted);
    return { ...counted, spans: judged };
  }

  async #judge(counted: Recount, brain: Brain): Promise<void> {
    const found = this.#found;
    const readers = {
      store: await this.#context.openReader(this.#task),
      refused: fileReader(refusedPath(this.#task.brainfile)),
    };
    const mending = this.#context.repair ? await this.#mending(brain) : null;
    await this.#compare(counted, readers, mending);
    found.outcome = found.different === 0 ? "equal" : "different";
    if (!mending || found.different === 0) return;
    const { different, refused, differences } = found;
    found.points = mending.points;
    await this.#compare(counted, readers, null);
    if (found.different === 0) Object.assign(found, { outcome: "repaired", different, refused, differences });
  }

  async #mending(brain: Brain): Promise<Mending> {
    const { openSink, log, now } = this.#context;
    await refuseUnwritable(this.#task.brainfile);
    return new Mending(this.#task, brain, await openSink(this.#task), log, now);
  }

  async #compare(counted: Recount, readers: Readers, mending: Mending | null): Promise<void> {
    const found = this.#found;
    const series = new Set<string>();
    Object.assign(found, { different: 0, refused: 0, differences: [] });
    for await (const slice of comparisons(this.#task, counted, readers)) {
      for (const key of slice.series) series.add(key);
      found.different += slice.differences.length;
      found.refused += slice.differences.filter(({ refused }) => refused).length;
      found.differences = [...found.differences, ...slice.differences].slice(0, this.#context.told);
      await mending?.mend(slice.mistakes);
    }
    found.series = series.size;
  }
}

function refusePending({ pending }: Brain): void {
  if (!pending) return;
  throw new L2iError(
    "brainfile",
    `${pending.points.length} points of the last run are not acknowledged by the store yet; "l2i run" sends them, then verify again`,
  );
}

/** Stretches that cannot be judged, by the reason. */
function leftOut({ countsSince }: BrainState, unverifiable: Unverifiable): [why: Reason, spans: readonly Span[]][] {
  const { gone, cut, configuration } = unverifiable;
  return [
    ["before", [[-Infinity, countsSince ?? Infinity]]],
    ["gone", gone],
    ["cut", cut],
    ["configuration", configuration],
  ];
}

const wholeWindows = ([from, until]: Span, windowMs: number): Span => [
  Math.floor(from / windowMs) * windowMs,
  Math.ceil(until / windowMs) * windowMs,
];

/** A beginning or end that nobody knows is null. */
const stretchOf = ([since, until]: Span): Stretch => ({ since: isoTime(since), until: isoTime(until) });

const isoTime = (ms: number): string | null => (Number.isFinite(ms) ? new Date(ms).toISOString() : null);

function linesIn({ windows }: Recount): number {
  let lines = 0;
  for (const totals of windows.values()) for (const { count } of totals.values()) lines += count;
  return lines;
}
