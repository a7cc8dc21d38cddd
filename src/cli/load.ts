// `l2i load`: one invocation by hand. With a brainfile it is what `run` does; without one it reads everything once.
import { Summary } from "../frequencies/summary.ts";
import { invocationFromWords } from "../invocation/load-words.ts";
import { readSecrets } from "../invocation/secrets.ts";
import { load as loadResumed } from "../load.ts";
import { loadOnce } from "../load-once.ts";
import type { Outcome } from "../outcome.ts";
import { stdoutSink } from "../sink/file.ts";
import { openSink } from "../sink/open.ts";
import { type Task, taskOf } from "../task.ts";
import { machine } from "./invocations.ts";
import { createLogger } from "./logger.ts";
import type { LoadFlags } from "./main.ts";
import { printOutcome, sayOutcome } from "./outcome.ts";
import { codeOf } from "./run.ts";
import { summaryTable } from "./summary-table.ts";

export async function load(pipeline: string, logs: readonly string[], flags: LoadFlags): Promise<number> {
  const log = createLogger(flags);
  const sealed = invocationFromWords(pipeline, logs, flags, { ...machine(process.cwd()), cores: 1 });
  const { invocations, warnings } = await readSecrets([sealed]);
  for (const warning of warnings) log.warn(warning);
  const task = await taskOf(invocations[0]!);
  const outcome = await (task.brainfile === null
    ? once(task, flags, log)
    : resumed({ ...task, brainfile: task.brainfile }, flags, log));
  if (flags.json) printOutcome(outcome);
  sayOutcome(outcome, log);
  return codeOf([outcome]);
}

type Log = ReturnType<typeof createLogger>;

async function once(task: Task, flags: LoadFlags, log: Log): Promise<Outcome> {
  const sink = flags.dryRun ? stdoutSink(process.stdout) : task.sink && (await openSink(task.sink, task.timeoutMs));
  const summary = sink ? null : new Summary(task.seriesOf, task.maxSeries);
  const outcome = await loadOnce(task, { now: Date.now, log, stdin: process.stdin, sink, summary });
  if (summary && outcome.outcome !== "failed" && !flags.json)
    process.stdout.write(summaryTable(summary, outcome, task.valueNames));
  return outcome;
}

async function resumed(task: Task & { brainfile: string }, flags: LoadFlags, log: Log): Promise<Outcome> {
  const toStdout = flags.dryRun || !task.sink;
  return loadResumed(task, {
    now: Date.now,
    log,
    openSink: async () => (toStdout ? stdoutSink(process.stdout) : openSink(task.sink!, task.timeoutMs)),
    unreachable: new Set(),
    dryRun: flags.dryRun ?? false,
  });
}
