// `l2i check`: everything that a run needs, looked at without writing anything. Every finding names the way out.
import { exitCode } from "../errors.ts";
import type { SealedInvocation } from "../invocation/invocation.ts";
import { warnOfOpenSecrets } from "../invocation/secrets.ts";
import { type Brain, newBrain } from "../log/brain.ts";
import { lookAtBrain, readBrain, refuseUnwritable } from "../log/brainfile.ts";
import { unreachable } from "../pipeline/classify.ts";
import type { Task } from "../task.ts";
import { checkLog } from "./check-log.ts";
import { sinkChecker } from "./check-sink.ts";
import { Looks, printFindings } from "./findings.ts";
import type { CheckFlags } from "./flags.ts";
import { readInvocations, tasksOf } from "./invocations.ts";
import { counted } from "./text.ts";

export async function check(path: string, flags: CheckFlags): Promise<number> {
  const checkSink = sinkChecker();
  let code: number = exitCode.ok;
  for (const sealed of await readInvocations(path)) {
    const look = new Looks();
    await lookAt(path, sealed, look, checkSink);
    printFindings(sealed.name, look, flags);
    code = Math.max(code, look.exitCode);
  }
  return code;
}

async function lookAt(
  path: string,
  sealed: SealedInvocation,
  look: Looks,
  checkSink: ReturnType<typeof sinkChecker>,
): Promise<void> {
  const task = await look.at("configuration", async (warn) => {
    const { tasks, warnings } = await tasksOf([sealed]);
    for (const warning of [...warnings, ...(await warnOfOpenSecrets(path, [sealed]))]) warn(warning);
    const made = tasks[0]!;
    for (const warning of unreachable(made.classify)) warn(warning);
    return [made, `pipeline ${made.pipelineName}, measurement ${made.measurementName}`];
  });
  if (!task) return;
  const brain = await look.at("brainfile", () => checkBrainfile(task));
  if (brain) await look.at("log", async (warn) => [true, await checkLog(task, brain.state, warn)]);
  await look.at("sink", async () => [true, await checkSink(task.sink!)]);
}

async function checkBrainfile({ brainfile }: Task): Promise<readonly [Brain, string]> {
  const path = brainfile!;
  await refuseUnwritable(path);
  const brain = await lookAtBrain(path, readBrain);
  if (!brain) return [newBrain(Date.now()), `${path} will be made by the first run`];
  const { state, pending, lastUpdate } = brain;
  const waiting = pending ? `, ${counted(pending.points.length, "point")} not acknowledged yet` : "";
  return [brain, `${path}, offset ${state.current?.offset ?? 0}, last update ${lastUpdate}${waiting}`];
}
