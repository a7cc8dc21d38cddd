// `l2i load`: one invocation by hand. With a brainfile it is what `run` does; without one it reads everything once.
import { stat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { bytesHeld } from "../../jobs/source.ts";
import { isCompressed } from "../../log/content.ts";
import type { Job } from "../../log/segments.ts";
import type { Logger } from "../../logger.ts";
import { L2iError } from "../../errors.ts";
import type { Span } from "../../frequencies/spans.ts";
import { Summary } from "../../frequencies/summary.ts";
import type { SealedInvocation } from "../../invocation/invocation.ts";
import { invocationFromWords } from "../../invocation/load-words.ts";
import { load as loadResumed } from "../../load.ts";
import { loadOnce } from "../../load-once.ts";
import type { Outcome } from "../../outcome.ts";
import { visible } from "../../printable.ts";
import { pipelineNames } from "../../pipeline/builtin.ts";
import { openSink } from "../../sink/open.ts";
import type { Sink } from "../../sink/sink.ts";
import type { Task } from "../../task.ts";
import type { LoadFlags } from "../flags.ts";
import { machine, tasksOf } from "../invocations.ts";
import { createLogger } from "../logger.ts";
import { codeOf, printOutcome, rejectsWord, sentence } from "../outcome.ts";
import { between } from "../moment.ts";
import { paintFor } from "../paint.ts";
import { dryRunSink, nowhere, refuseMixedOutput } from "../stdout.ts";
import { summaryJson } from "./summary-json.ts";
import { counted } from "../text.ts";

/** `words`: the pipeline and the logs; with --by the logs alone. */
export async function load(words: readonly string[], flags: LoadFlags): Promise<number> {
  const log = await createLogger(flags);
  const [pipeline, logs] = goalsOf(words, flags);
  const sealed = invocationFromWords(pipeline, logs, flags, machine(process.cwd()));
  const span = between(flags);
  refuseUnfit(sealed, span, flags);
  const { tasks, warnings } = await tasksOf([{ ...sealed, between: span }]);
  refuseMixedOutput(tasks, flags);
  for (const warning of warnings) log.warn(warning);
  const task = { ...tasks[0]!, jobs: tasks[0]!.jobs ?? (await jobsFor(logs)) };
  const outcome = await (task.brainfile === null
    ? once(task, flags, log)
    : resumed({ ...task, brainfile: task.brainfile }, flags, log));
  return codeOf([outcome]);
}

function goalsOf([first = "", ...rest]: readonly string[], { by }: LoadFlags): [pipeline: string, logs: string[]] {
  if (by !== undefined && pipelineNames.includes(first))
    throw new L2iError(
      "usage",
      `--by counts by fields, in place of a pipeline; take --by or ${first} away (a log of this name is ./${first})`,
    );
  if (by !== undefined) return [by, [first, ...rest]];
  if (rest.length > 0) return [first, rest];
  if (/[./]/.test(first) && !/\.[cm]?[jt]s$/.test(first))
    throw new L2iError(
      "usage",
      `${first} is no pipeline; say before the logs what to count, such as l2i load requests ${first}, or l2i load --by status ${first} ("l2i show pipelines" lists what there is)`,
    );
  throw new L2iError(
    "usage",
    `name the logs behind the pipeline ${first}, or count by fields with --by ("l2i load --help" tells more)`,
  );
}

/** What would lose lines, or be of no use. */
function refuseUnfit({ brainfile, sink }: SealedInvocation, span: Span | null, { top, dryRun }: LoadFlags): void {
  if (span && brainfile !== null)
    throw new L2iError(
      "usage",
      "--since and --until leave lines out, which behind --brainfile no later run would count; take one or the other away",
    );
  if (top !== undefined && (sink || dryRun))
    throw new L2iError("usage", "--top is for the table, in whose place the points are written; take it away");
}

/** Threads have to warm up: on two cores two of them took 1.26 times as long as one for 410 MB, 0.78 times for 4.1 GB (bench/tried.md). */
const worthwhile = 1024 * 1024 * 1024;

async function jobsFor(logs: readonly string[]): Promise<number> {
  const sizes = await Promise.all(
    logs.map((path) =>
      stat(path).then(
        ({ size }) => bytesHeld(isCompressed(path), size),
        () => 0,
      ),
    ),
  ); // what is missing is said later
  return sizes.reduce((sum, size) => sum + size, 0) < worthwhile ? 1 : availableParallelism();
}

async function once(task: Task, flags: LoadFlags, log: Logger): Promise<Outcome> {
  const { sink, summary } = await goalOf(task, flags);
  const outcome = await watched(task, flags, log, summary, (seen) =>
    loadOnce(task, { now: Date.now, stdin: process.stdin, sink, ...seen }),
  );
  await tell(task, outcome, flags, summary);
  if (outcome.rejected > 0 && task.rejects === null && (flags.json || !summary))
    log.warn(`${task.name}: ${rejectsWord(outcome, task)}`);
  return outcome;
}

async function resumed(task: Task & { brainfile: string }, flags: LoadFlags, log: Logger): Promise<Outcome> {
  const { sink, summary } = await goalOf(task, flags);
  const outcome = await watched(task, flags, log, summary, (seen) =>
    loadResumed(task, {
      now: Date.now,
      openSink: async () => sink ?? nowhere,
      unreachable: new Set(),
      dryRun: flags.dryRun ?? false,
      isWatched: process.stderr.isTTY,
      ...seen,
    }),
  );
  if (!sink) outcome.points = 0;
  if (!sink && outcome.lines > 0) log.warn(storelessWord(task, outcome));
  await tell(task, outcome, flags, summary);
  return outcome;
}

/** Lets the summary see what is counted, and whoever waits at a terminal how far it is. */
async function watched(
  task: Task,
  flags: LoadFlags,
  log: Logger,
  summary: Summary | null,
  work: (seen: { log: Logger; onPiece: NonNullable<Job["onPiece"]> }) => Promise<Outcome>,
): Promise<Outcome> {
  const bar = isWaitedFor(task, flags) ? new (await import("./progress-bar.ts")).ProgressBar() : null;
  try {
    return await work({
      log: bar?.beside(log) ?? log,
      onPiece(piece, progress) {
        summary?.addPiece(piece, progress.file);
        bar?.advance(piece.tally.lines, progress);
      },
    });
  } finally {
    bar?.end();
  }
}

/** Points on the same terminal would be mixed with the bar. */
function isWaitedFor(task: Task, { json, quiet, dryRun }: LoadFlags): boolean {
  const isShown = process.stdout.isTTY && (dryRun || isStdout(task));
  return process.stderr.isTTY && !json && !quiet && !isShown;
}

/** Points go to a sink; where there is none, the person wants to see a summary. */
async function goalOf(
  task: Task,
  { dryRun, json }: LoadFlags,
): Promise<{ readonly sink: Sink | null; readonly summary: Summary | null }> {
  const { sink, timeoutMs, seriesOf } = task;
  if (dryRun) return { sink: dryRunSink(json), summary: null };
  if (sink) return { sink: await openSink(sink, timeoutMs), summary: null };
  return { sink: null, summary: new Summary(seriesOf, task) };
}

/** The table, the outcome, or how it went; nothing where standard output belongs to the points. */
async function tell(task: Task, outcome: Outcome, flags: LoadFlags, summary: Summary | null): Promise<void> {
  const { json, quiet, dryRun, top = usualTop } = flags;
  if (json) return printOutcome(summary ? { ...outcome, ...summaryJson(summary, task, top) } : outcome);
  const said = sentence(outcome, dryRun ? null : task.sink);
  if (said === null) return;
  if (summary && outcome.outcome === "loaded") {
    const { stdout } = process;
    const { summaryTable } = await import("./summary-table.ts"); // 60 ms: it knows the width of all letters there are
    const look = { top, screen: stdout.columns || Infinity, paint: paintFor(stdout), hint: topHint };
    stdout.write(summaryTable(summary, outcome, task, look));
  } else if (!dryRun && !quiet && !isStdout(task)) process.stdout.write(visible(`${said}\n`));
}

const usualTop = 20;
const topHint = (rows: number): string => `--top ${rows} shows all`;

function isStdout({ sink }: Task): boolean {
  return sink?.kind === "file" && sink.path === "-";
}

/** A table is a look, but the brainfile moves on: whoever meant it for a store would miss these lines there. */
function storelessWord({ name, brainfile }: Task, { lines }: Outcome): string {
  return `${name}: ${counted(lines, "line")} reached no store, and behind ${brainfile} no later run sends them to one; give --out or --influx-url, or look with --dry-run or without --brainfile`;
}
