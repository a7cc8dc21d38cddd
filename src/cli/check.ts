// `l2i check`: everything that a run needs, looked at without writing anything. Every finding names the way out.
import { exitCode, L2iError } from "../errors.ts";
import type { SealedInvocation } from "../invocation/invocation.ts";
import { warnOfOpenSecrets } from "../invocation/secrets.ts";
import { type Brain, newBrain } from "../log/brain.ts";
import { lookAtBrain, readBrain, refuseUnwritable } from "../log/brainfile.ts";
import { safeJson, visible } from "../printable.ts";
import type { Task } from "../task.ts";
import { checkLog } from "./check-log.ts";
import { sinkChecker } from "./check-sink.ts";
import type { CheckFlags } from "./flags.ts";
import { readInvocations, tasksOf } from "./invocations.ts";
import { counted } from "./text.ts";

/** As --json prints it. */
interface Report {
  readonly name: string;
  /** There is no problem; warnings there may be. */
  readonly ok: boolean;
  readonly findings: readonly Finding[];
}

/** One thing that was looked at. */
interface Finding {
  readonly what: "configuration" | "brainfile" | "log" | "sink";
  readonly level: "ok" | "warning" | "problem";
  readonly detail: string;
}

export async function check(path: string, flags: CheckFlags): Promise<number> {
  const checkSink = sinkChecker();
  let code: number = exitCode.ok;
  for (const sealed of await readInvocations(path)) {
    const look = new Looks();
    await lookAt(path, sealed, look, checkSink);
    const report = { name: sealed.name, ok: look.exitCode === exitCode.ok, findings: look.findings };
    process.stdout.write(flags.json ? `${safeJson(report)}\n` : visible(text(report, flags)));
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
    return [made, `pipeline ${made.pipelineName}, measurement ${made.measurementName}`];
  });
  if (!task) return;
  const brain = await look.at("brainfile", () => checkBrainfile(task));
  if (brain) await look.at("log", async (warn) => [true, await checkLog(task, brain.state, warn)]);
  await look.at("sink", async () => [true, await checkSink(task.sink!)]);
}

/** Collects what was found, and how bad it is. */
class Looks {
  readonly findings: Finding[] = [];
  exitCode: number = exitCode.ok;

  /** `action` answers what it found and how to say that; an expected failure is a problem, and the answer null. */
  async at<T>(
    what: Finding["what"],
    action: (warn: (detail: string) => void) => Promise<readonly [T, detail: string]>,
  ): Promise<T | null> {
    const warnings: string[] = [];
    try {
      const [found, detail] = await action((warning) => void warnings.push(warning));
      this.findings.push({ what, level: "ok", detail });
      return found;
    } catch (error) {
      if (!(error instanceof L2iError)) throw error;
      this.findings.push({ what, level: "problem", detail: error.message });
      this.exitCode = Math.max(this.exitCode, error.exitCode);
      return null;
    } finally {
      for (const detail of warnings) this.findings.push({ what, level: "warning", detail });
    }
  }
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

/** -q leaves out what is well. */
function text({ name, findings }: Report, { quiet }: CheckFlags): string {
  const shown = findings.filter(({ level }) => !quiet || level !== "ok");
  const lines = shown.map(({ what, level, detail }) => `  ${marks[level]}  ${what.padEnd(13)}  ${detail}\n`);
  return lines.length === 0 ? "" : `${name}\n${lines.join("")}`;
}

const marks: { readonly [level in Finding["level"]]: string } = {
  ok: "ok     ",
  warning: "warning",
  problem: "PROBLEM",
};
