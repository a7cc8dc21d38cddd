// A load without a brainfile: all of the files given, as one stream in the order of their content, and nothing remembered.
import type { Readable } from "node:stream";
import { firstTime, formatFor, linesOf, windowingOf } from "./counting.ts";
import { Delivery, type Remind } from "./delivery.ts";
import type { Logger } from "./logger.ts";
import { L2iError } from "./errors.ts";
import type { Format, Parser } from "./format/format.ts";
import { newWindowState } from "./frequencies/windows.ts";
import type { WindowPoint } from "./frequencies/window-totals.ts";
import { Jobs } from "./jobs/jobs.ts";
import { candidatesOf, closeAll, hasWholeLine, openFiles } from "./log/candidates.ts";
import type { Content } from "./log/content.ts";
import { type Candidate, plan } from "./log/identity.ts";
import { type Counted, type Job, type OpenReading, segmentsOf } from "./log/segments.ts";
import { enter, newOutcome, type Outcome } from "./outcome.ts";
import type { Sink } from "./sink/sink.ts";
import type { Task } from "./task.ts";

/** What a one-off load has besides its task. */
export interface OnceContext {
  /** Milliseconds since 1970. */
  now(): number;
  readonly log: Logger;
  readonly stdin: Readable;
  /** Null: points go nowhere. */
  readonly sink: Sink | null;
  /** Sees each piece that is counted. */
  readonly onPiece?: Job["onPiece"];
}

/** Loads files once. Never rejects for an expected failure: the outcome says it. */
export async function loadOnce(task: Task, context: OnceContext): Promise<Outcome> {
  const outcome = newOutcome(task);
  const started = context.now();
  try {
    const contents = await openFiles(task.logs, context.stdin);
    try {
      await loadContents(task, context, contents, outcome);
    } finally {
      await closeAll(contents);
    }
  } catch (error) {
    if (!(error instanceof L2iError)) throw error;
    outcome.outcome = "failed";
    outcome.error = error.message;
    context.log.error(`${task.name}: ${error.message}`);
  } finally {
    outcome.durationMs = context.now() - started;
  }
  return outcome;
}

async function loadContents(
  task: Task,
  context: OnceContext,
  contents: readonly Content[],
  outcome: Outcome,
): Promise<void> {
  const { readings, formats } = await readingsOf(task, context.log, contents, outcome);
  const coming = readings.map(({ content }) => ({ content, offset: content.start, format: formats.get(content)! }));
  const jobs = new Jobs(task, context.now(), coming);
  try {
    await countAll(task, context, readings, formats, jobs, outcome);
  } finally {
    await jobs.end();
  }
}

async function countAll(
  task: Task,
  context: OnceContext,
  readings: readonly OpenReading[],
  formats: ReadonlyMap<Content, Format>,
  jobs: Jobs,
  outcome: Outcome,
): Promise<void> {
  const remind: Remind = (level, _kind, message) => context.log[level](message);
  const delivery = new Delivery(task, outcome, context.log, remind, context.sink, false);
  const edges = task.edges === "drop" ? new Edges() : null;
  const job: Job = {
    windowing: windowingOf(task),
    open: async (content, offset) => {
      const format = formats.get(content)!;
      context.log.info(`${task.name}: reads ${content.path}, format ${format.name}`);
      return jobs.open(content, offset, format);
    },
    ...(context.onPiece && { onPiece: context.onPiece }),
  };
  for await (const counted of segmentsOf(readings, newWindowState, job)) {
    await delivery.keepRejects(counted);
    delivery.report(counted);
    const points = edges ? edges.inner(counted.points) : counted.points;
    await delivery.write(linesOf(points, task));
    enter(outcome, counted);
    if (task.between) outcome.outside = (outcome.outside ?? 0) + counted.outside;
    outcome.files = counted.files;
    outcome.offset = counted.places.at(-1)?.offset ?? 0;
    sayUnfinished(task, context.log, counted);
  }
  edges?.say(task, context.log);
}

/** What is needed to put opened files in order. */
type Reader = Pick<Task, "name" | "chosenFormat" | "timezone" | "refuseUnfit">;

/** Opened files as one stream, in the order of their content, and how the lines of each read. Says what is left out. */
export async function readingsOf(
  task: Reader,
  log: Logger,
  contents: readonly Content[],
  outcome: Pick<Outcome, "gap">,
): Promise<{ readonly readings: readonly OpenReading[]; readonly formats: ReadonlyMap<Content, Format> }> {
  const withLines: Content[] = [];
  for (const content of contents)
    if (await hasWholeLine(content)) withLines.push(content);
    else sayEmpty(task, log, content, outcome);
  const formats = new Map(
    await Promise.all(
      withLines.map(async (content) => [content, await formatFor(task, content, content.start)] as const),
    ),
  );
  const parserOf = (content: Content): Parser => formats.get(content)!.parser([], task.timezone ?? undefined);
  const readings = await inOrderOfContent(task, log, withLines, parserOf);
  return { readings, formats };
}

/** Oldest first line first; what is there twice, once. */
async function inOrderOfContent(
  task: Reader,
  log: Logger,
  contents: readonly Content[],
  parserOf: (content: Content) => Parser,
): Promise<OpenReading[]> {
  const known = { current: null, previous: [], ignoredUntil: null, waiting: [], lookedAt: 0 };
  const candidates = await candidatesOf(
    contents.map((content) => ({ ...content, content })),
    known,
    "",
    async (content) => firstTime(content, parserOf(content)),
  );
  for (const [index, candidate] of candidates.entries()) sayCopy(task, log, contents[index]!, candidate);
  const decision = plan(known, candidates, { start: "beginning", resume: null, withRotated: true });
  return decision.kind === "read"
    ? decision.readings.map((reading) => ({ ...reading, content: contents[reading.candidate]! }))
    : [];
}

function sayEmpty({ name }: Reader, log: Logger, content: Content, outcome: Pick<Outcome, "gap">): void {
  if (content.damage !== null) outcome.gap++;
  const damage = content.damage === null ? "" : `: it cannot be decompressed (${content.damage})`;
  log.warn(`${name}: ${content.path} has no complete line${damage}`);
}

function sayCopy({ name }: Reader, log: Logger, { path }: Content, { isCopy }: Candidate): void {
  if (isCopy) log.warn(`${name}: ${path} holds the same as another file given; it is counted once`);
}

function sayUnfinished({ name }: Task, log: Logger, { unfinished }: Counted): void {
  for (const { file, bytes } of unfinished)
    log.warn(
      `${name}: the last line of ${file} (${bytes} bytes) has no line end, so it may be cut; it was not counted`,
    );
}

/**
 * The smallest and the largest window of files taken alone hold only a part of their lines, and would replace the true totals
 * in the store. Their points are held back until another window turns out to be smaller or larger.
 */
class Edges {
  #smallest = Infinity;
  #largest = -Infinity;
  #held: WindowPoint[] = [];

  /** Points that surely lie in windows between the edges. */
  inner(points: Iterable<WindowPoint>): WindowPoint[] {
    const waiting = [...this.#held, ...points];
    for (const { window } of waiting) {
      this.#smallest = Math.min(this.#smallest, window);
      this.#largest = Math.max(this.#largest, window);
    }
    const isEdge = ({ window }: WindowPoint): boolean => window === this.#smallest || window === this.#largest;
    this.#held = waiting.filter(isEdge);
    return waiting.filter((entry) => !isEdge(entry));
  }

  say({ name }: Task, log: Logger): void {
    if (this.#held.length === 0) return;
    const windows = [...new Set([this.#smallest, this.#largest])].map((start) => new Date(start).toISOString());
    log.warn(
      `${name}: the windows of ${windows.join(" and ")}, first and last of the files, are left out, since the files may hold only a part of them; --edges keep writes them`,
    );
  }
}
