// `l2i check`: everything that a run needs, and the machine around it, looked at without writing anything. Every finding names
// the way out.
import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { exitCode } from "../../errors.ts";
import type { SealedInvocation } from "../../invocation/invocation.ts";
import { warnOfOpenSecrets } from "../../invocation/secrets.ts";
import { type Brain, newBrain } from "../../log/brain.ts";
import { lookAtBrain, readBrain, refuseUnwritable } from "../../log/brainfile.ts";
import { unreachable } from "../../pipeline/classify.ts";
import type { Task } from "../../task.ts";
import { checkLog } from "./check-log.ts";
import { checkRotation, warnOfCountedTwice, warnOfLeftBrainfiles } from "./check-machine.ts";
import { sinkChecker } from "./check-sink.ts";
import { Looks, printFindings } from "./findings.ts";
import type { CheckFlags } from "../flags.ts";
import { readInvocations, refuseSameSeries, tasksOf, type Writer } from "../invocations.ts";
import { counted } from "../text.ts";

export async function check(path: string, flags: CheckFlags): Promise<number> {
  const invocations = await readInvocations(path);
  const machine = new Machine(invocations);
  const sound: Writer[] = [];
  let code: number = exitCode.ok;
  for (const sealed of invocations) {
    const look = new Looks();
    const task = await checkConfiguration(path, sealed, sound, look, flags);
    if (task && !flags.configOnly) await machine.lookAround(task, look);
    printFindings(sealed.name, look, flags);
    code = Math.max(code, look.exitCode);
  }
  return code;
}

/** Null where it is wrong. `sound`: those before it. With --config-only files of tokens and passwords need not be there. */
async function checkConfiguration(
  path: string,
  sealed: SealedInvocation,
  sound: Writer[],
  look: Looks,
  { configOnly }: CheckFlags,
): Promise<Task | null> {
  return look.at("configuration", async (warn) => {
    const { tasks, warnings } = await tasksOf([configOnly ? { ...sealed, sink: null } : sealed]);
    for (const warning of [...warnings, ...(await warnOfOpenSecrets(path, [sealed]))]) warn(warning);
    const made = tasks[0]!;
    for (const warning of unreachable(made.classify)) warn(warning);
    const writer = { ...made, sink: sealed.sink };
    refuseSameSeries([...sound, writer]);
    sound.push(writer);
    return [made, `pipeline ${made.pipelineName}, measurement ${made.measurementName}`];
  });
}

/** What lies around invocations. What several of them share is looked at, and told, with the first one. */
class Machine {
  readonly #checkSink = sinkChecker();
  readonly #brainfiles: ReadonlySet<string>;
  readonly #logs: ReadonlySet<string>;
  readonly #seen = new Set<string>();

  constructor(invocations: readonly SealedInvocation[]) {
    this.#logs = new Set(invocations.map(({ log }) => log));
    this.#brainfiles = new Set(invocations.map(({ brainfile }) => brainfile!));
  }

  async lookAround(task: Task, look: Looks): Promise<void> {
    const brainfile = task.brainfile!;
    const brain = await look.at("brainfile", async (warn) => {
      const folder = dirname(brainfile);
      if (this.#isFirst("folder", folder)) await warnOfLeftBrainfiles(folder, this.#brainfiles, Date.now(), warn);
      return checkBrainfile(brainfile);
    });
    if (brain) {
      const lastRun = await stat(brainfile).then(
        ({ mtimeMs }) => mtimeMs,
        () => null,
      );
      await look.at("log", async (warn) => [true, await checkLog(task, brain.state, lastRun, warn)]);
    }
    if (this.#isFirst("log", task.log))
      await look.at("rotation", async (warn) => {
        warnOfCountedTwice(task.log, this.#logs, warn);
        return [true, await checkRotation(task.log, warn)];
      });
    await look.at("sink", async () => [true, await this.#checkSink(task.sink!)]);
  }

  #isFirst(kind: "folder" | "log", path: string): boolean {
    const key = `${kind} ${path}`;
    const isFirst = !this.#seen.has(key);
    this.#seen.add(key);
    return isFirst;
  }
}

async function checkBrainfile(path: string): Promise<readonly [Brain, string]> {
  await refuseUnwritable(path);
  const brain = await lookAtBrain(path, readBrain);
  if (!brain) return [newBrain(Date.now()), `${path} will be made by the first run`];
  const { state, pending, lastUpdate } = brain;
  const waiting = pending ? `, ${counted(pending.points.length, "point")} not acknowledged yet` : "";
  return [brain, `${path}, offset ${state.current?.offset ?? 0}, last update ${lastUpdate}${waiting}`];
}
