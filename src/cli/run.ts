// `l2i run`: every invocation of a multibrain in sequence, neighbours that read the same log side by side. All of them are made ready
// before the first one reads a byte.
import { warnOfOpenSecrets } from "../invocation/secrets.ts";
import { Company, mostMembers } from "../company.ts";
import { type Context, load, type ResumableTask } from "../load.ts";
import type { Outcome } from "../outcome.ts";
import { openSink } from "../sink/open.ts";
import type { Task } from "../task.ts";
import { circumstancesOf, validatedOf, withRule } from "../validated.ts";
import type { RunFlags } from "./flags.ts";
import { invocationsIn, readText, tasksOf } from "./invocations.ts";
import { createLogger } from "./logger.ts";
import { codeOf, printOutcome, sentence } from "./outcome.ts";
import { dryRunSink, refuseMixedOutput } from "./stdout.ts";

export async function run(path: string, flags: RunFlags): Promise<number> {
  const log = await createLogger(flags);
  const text = await readText(path);
  const invocations = invocationsIn(text, path, flags.only);
  const circumstances = circumstancesOf(path, text);
  const validated = invocations.map((invocation) => validatedOf(circumstances, invocation));
  const { tasks, warnings: about } = await tasksOf(invocations);
  refuseMixedOutput(tasks, flags);
  const warnings = [...about, ...(await warnOfOpenSecrets(path, invocations))];
  for (const warning of warnings) log.warn(warning);
  const context: Context = {
    now: Date.now,
    log,
    openSink: flags.dryRun ? onlyLook(flags) : async (task) => openSink(task.sink!, task.timeoutMs),
    unreachable: new Set(),
    dryRun: flags.dryRun ?? false,
    isWatched: process.stderr.isTTY,
  };
  // What is worth a warning is said at every run, so that none may pass over it.
  const notes = validated.map((note, index) => (warnings.length === 0 ? withRule(note, tasks[index]!.rule) : null));
  const runs = tasks.map((task, index) => ({ ...resumable(task, flags), validated: notes[index]! }));
  const outcomes: Outcome[] = [];
  // Points that are only shown are shown invocation by invocation.
  for (const together of flags.dryRun ? runs.map((each) => [each]) : await companiesOf(runs)) {
    for (const [index, outcome] of (await loadTogether(together, context)).entries()) {
      outcomes.push(outcome);
      if (flags.json) printOutcome(outcome);
      const said = sentence(outcome, flags.dryRun ? null : together[index]!.sink);
      if (said !== null) log.info(said);
    }
  }
  return codeOf(outcomes);
}

/** Neighbours that read the same log: the order of the multibrain is kept. */
async function companiesOf(runs: readonly ResumableTask[]): Promise<ResumableTask[][]> {
  const companies: ResumableTask[][] = [];
  for (const each of runs) {
    const last = companies.at(-1);
    if (last && last[0]!.log === each.log && last.length < (await mostMembers(each.log))) last.push(each);
    else companies.push([each]);
  }
  return companies;
}

async function loadTogether(runs: readonly ResumableTask[], context: Context): Promise<Outcome[]> {
  if (runs.length === 1) return [await load(runs[0]!, context)];
  const company = new Company(runs);
  return Promise.all(runs.map((each) => load(each, { ...context, company }).finally(() => company.leave())));
}

function onlyLook({ json }: RunFlags): Context["openSink"] {
  const sink = dryRunSink(json);
  return async () => sink;
}

/** The schema makes sure of the brainfile; TypeScript wants to see it. */
function resumable(task: Task, { resume }: RunFlags): Task & { brainfile: string } {
  const { brainfile, name } = task;
  if (brainfile === null) throw new Error(`${name} has no brainfile`);
  return { ...task, brainfile, resume: resume ?? task.resume };
}
