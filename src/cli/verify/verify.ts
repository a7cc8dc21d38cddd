// `l2i verify`: are the numbers in the store right? Every invocation of a multibrain in sequence.
import { exitCode, L2iError } from "../../errors.ts";
import { safeJson, visible } from "../../printable.ts";
import { openReader, openSink } from "../../sink/open.ts";
import type { Task } from "../../task.ts";
import { type Verification, verify as verifyOne, type VerifyContext } from "../../verify.ts";
import type { VerifyFlags } from "../flags.ts";
import { readInvocations, tasksOf } from "../invocations.ts";
import { createLogger } from "../logger.ts";
import { report } from "./verify-report.ts";

export async function verify(path: string, flags: VerifyFlags): Promise<number> {
  const { since = -Infinity, until = Infinity, repair = false, verbose } = flags;
  if (since >= until) throw new L2iError("usage", "--since is not before --until; nothing lies between them");
  const log = await createLogger(flags);
  const { tasks, warnings } = await tasksOf(await readInvocations(path, flags.only));
  refuseUnfit(tasks, repair);
  for (const warning of warnings) log.warn(warning);
  const context: VerifyContext = {
    now: Date.now,
    log,
    openReader: (task) => openReader(task.sink!, task.timeoutMs),
    openSink: (task) => openSink(task.sink!, task.timeoutMs),
    patienceMs: 30_000,
    since,
    until,
    repair,
    told: verbose > 0 ? Infinity : 20,
  };
  let code: number = exitCode.ok;
  for (const task of tasks) {
    const found = await verifyOne({ ...task, brainfile: task.brainfile! }, context);
    if (flags.json) process.stdout.write(`${safeJson(asJson(found))}\n`);
    else if (found.outcome !== "failed") process.stdout.write(visible(report(found, task, repair)));
    code = Math.max(code, codeOf(found));
  }
  return code;
}

const codeOf = ({ outcome }: Verification): number =>
  outcome === "different" || outcome === "failed" ? exitCode.failed : exitCode.ok;

/** Times as all of them are in JSON. */
const asJson = (found: Verification): object => ({
  ...found,
  differences: found.differences.map((each) => ({ ...each, window: new Date(each.window).toISOString() })),
});

/** What cannot be read back, or not be mended. */
function refuseUnfit(tasks: readonly Task[], repair: boolean): void {
  const problems = tasks.flatMap(({ name, sink, writes }) => {
    if (sink?.kind === "file" && sink.path === "-")
      return [
        `${name}: what went to standard output (--out -) cannot be read back; name other invocations with --only`,
      ];
    if (repair && writes === "parts")
      return [
        `${name}: --repair writes points anew, which a store that takes "parts" does not overwrite; delete the series there, load the logs anew with "l2i load", and name other invocations with --only`,
      ];
    return [];
  });
  if (problems.length > 0) throw new L2iError("usage", problems.join("\n"));
}
