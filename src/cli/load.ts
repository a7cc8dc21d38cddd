// `l2i load`: one invocation by hand. With a brainfile it is what `run` does; without one it reads everything once.
import { stat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { bytesHeld } from "../jobs/source.ts";
import { isCompressed } from "../log/content.ts";
import type { Logger } from "../logger.ts";
import { Summary } from "../frequencies/summary.ts";
import { invocationFromWords } from "../invocation/load-words.ts";
import { load as loadResumed } from "../load.ts";
import { loadOnce } from "../load-once.ts";
import type { Outcome } from "../outcome.ts";
import { visible } from "../printable.ts";
import { openSink } from "../sink/open.ts";
import type { Sink } from "../sink/sink.ts";
import type { Task } from "../task.ts";
import type { LoadFlags } from "./flags.ts";
import { machine, tasksOf } from "./invocations.ts";
import { createLogger } from "./logger.ts";
import { codeOf, printOutcome, sentence } from "./outcome.ts";
import { dryRunSink, nowhere, refuseMixedOutput } from "./stdout.ts";
import { summaryTable } from "./summary-table.ts";
import { counted } from "./text.ts";

export async function load(pipeline: string, logs: readonly string[], flags: LoadFlags): Promise<number> {
  const log = await createLogger(flags);
  const sealed = invocationFromWords(pipeline, logs, flags, machine(process.cwd()));
  const { tasks, warnings } = await tasksOf([sealed]);
  refuseMixedOutput(tasks, flags);
  for (const warning of warnings) log.warn(warning);
  const task = { ...tasks[0]!, jobs: tasks[0]!.jobs ?? (await jobsFor(logs)) };
  const outcome = await (task.brainfile === null
    ? once(task, flags, log)
    : resumed({ ...task, brainfile: task.brainfile }, flags, log));
  if (flags.json) printOutcome(outcome);
  return codeOf([outcome]);
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
  const outcome = await loadOnce(task, { now: Date.now, log, stdin: process.stdin, sink, summary });
  tell(task, outcome, flags, summary);
  if (outcome.rejected > 0 && task.rejects === null) log.warn(rejectsWord(task, outcome));
  return outcome;
}

async function resumed(task: Task & { brainfile: string }, flags: LoadFlags, log: Logger): Promise<Outcome> {
  const { sink, summary } = await goalOf(task, flags);
  const outcome = await loadResumed(task, {
    now: Date.now,
    log,
    openSink: async () => sink ?? nowhere,
    unreachable: new Set(),
    dryRun: flags.dryRun ?? false,
    ...(summary && { onPiece: summary.add.bind(summary) }),
  });
  if (!sink) outcome.points = 0;
  if (!sink && outcome.lines > 0) log.warn(storelessWord(task, outcome));
  tell(task, outcome, flags, summary);
  return outcome;
}

/** Points go to a sink; where there is none, the person wants to see a summary. */
async function goalOf(
  { sink, timeoutMs, seriesOf, maxSeries }: Task,
  { dryRun, json }: LoadFlags,
): Promise<{ readonly sink: Sink | null; readonly summary: Summary | null }> {
  if (dryRun) return { sink: dryRunSink(json), summary: null };
  if (sink) return { sink: await openSink(sink, timeoutMs), summary: null };
  return { sink: null, summary: new Summary(seriesOf, maxSeries) };
}

/** The table, or how it went; nothing where standard output belongs to the points or to --json. */
function tell(task: Task, outcome: Outcome, { json, quiet, dryRun }: LoadFlags, summary: Summary | null): void {
  const said = sentence(outcome, dryRun ? null : task.sink);
  if (json || said === null) return;
  if (summary && outcome.outcome === "loaded") process.stdout.write(visible(summaryTable(summary, outcome, task)));
  else if (!dryRun && !quiet && !isStdout(task)) process.stdout.write(visible(`${said}\n`));
}

function isStdout({ sink }: Task): boolean {
  return sink?.kind === "file" && sink.path === "-";
}

/** A table is a look, but the brainfile moves on: whoever meant it for a store would miss these lines there. */
function storelessWord({ name, brainfile }: Task, { lines }: Outcome): string {
  return `${name}: ${counted(lines, "line")} reached no store, and behind ${brainfile} no later run sends them to one; give --out or --influx-url, or look with --dry-run or without --brainfile`;
}

function rejectsWord({ name }: Task, { rejected }: Outcome): string {
  const them = rejected === 1 ? "it" : "them";
  return `${name}: ${counted(rejected, "line")} did not match the format; "l2i parse" shows ${them}, --rejects FILE keeps ${them}`;
}
