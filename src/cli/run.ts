// `l2i run`: every invocation of a multibrain in sequence. All of them are made ready before the first one reads a byte.
import { exitCode } from "../errors.ts";
import type { Invocation } from "../invocation/invocation.ts";
import { readSecrets } from "../invocation/secrets.ts";
import { type Context, load } from "../load.ts";
import type { Outcome } from "../outcome.ts";
import { openSink } from "../sink/open.ts";
import { stdoutSink } from "../sink/file.ts";
import { type Task, taskOf } from "../task.ts";
import { readInvocations } from "./invocations.ts";
import { createLogger } from "./logger.ts";
import type { RunFlags } from "./main.ts";
import { printOutcome, sayOutcome } from "./outcome.ts";

export async function run(path: string, flags: RunFlags): Promise<number> {
  const log = createLogger(flags);
  const sealed = await readInvocations(path, flags.only);
  const { invocations, warnings } = await readSecrets(sealed);
  for (const warning of warnings) log.warn(warning);
  const tasks = await Promise.all(invocations.map((invocation) => resumable(invocation)));
  const context: Context = {
    now: Date.now,
    log,
    openSink: async (task) => (flags.dryRun ? stdoutSink(process.stdout) : openSink(task.sink!, task.timeoutMs)),
    unreachable: new Set(),
    dryRun: flags.dryRun ?? false,
  };
  const outcomes: Outcome[] = [];
  for (const task of tasks) {
    const outcome = await load(task, context);
    outcomes.push(outcome);
    if (flags.json) printOutcome(outcome);
    sayOutcome(outcome, log);
  }
  return codeOf(outcomes);
}

/** 1 where an invocation failed or a store refused points. */
export function codeOf(outcomes: readonly Outcome[]): number {
  return outcomes.some(({ outcome, refused }) => outcome === "failed" || refused > 0) ? exitCode.failed : exitCode.ok;
}

/** The schema makes sure of the brainfile; TypeScript wants to see it. */
async function resumable(invocation: Invocation): Promise<Task & { brainfile: string }> {
  const { brainfile } = invocation;
  if (brainfile === null) throw new Error(`${invocation.name} has no brainfile`);
  return { ...(await taskOf(invocation)), brainfile };
}
