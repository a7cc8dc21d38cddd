// `l2i check`: everything that a run needs, looked at without writing anything. Every finding names the way out.
import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { exitCode, L2iError } from "../errors.ts";
import { formatFor } from "../delivery.ts";
import type { SealedInvocation } from "../invocation/invocation.ts";
import { readSecrets } from "../invocation/secrets.ts";
import type { SinkTarget } from "../invocation/sink-target.ts";
import { readHeader, refuseUnwritable } from "../log/brainfile.ts";
import { openContent } from "../log/content.ts";
import { taskOf, type Task } from "../task.ts";
import { readInvocations } from "./invocations.ts";
import { visible } from "./logger.ts";
import type { CommonFlags } from "./main.ts";

/** One thing that was looked at. */
interface Finding {
  readonly name: string;
  readonly what: string;
  readonly ok: boolean;
  readonly detail: string;
}

export async function check(path: string, flags: CommonFlags): Promise<number> {
  const sealed = await readInvocations(path);
  const findings = (await Promise.all(sealed.map(findingsOf))).flat();
  for (const finding of findings) {
    if (flags.json) process.stdout.write(`${JSON.stringify(finding)}\n`);
    else if (!flags.quiet || !finding.ok)
      process.stdout.write(
        visible(`${finding.ok ? "ok     " : "PROBLEM"} ${finding.name}: ${finding.what}: ${finding.detail}`) + "\n",
      );
  }
  return findings.every(({ ok }) => ok) ? exitCode.ok : exitCode.failed;
}

async function findingsOf(sealed: SealedInvocation): Promise<Finding[]> {
  const look = async (what: string, action: () => Promise<string>): Promise<Finding> => {
    try {
      return { name: sealed.name, what, ok: true, detail: await action() };
    } catch (error) {
      if (!(error instanceof L2iError)) throw error;
      return { name: sealed.name, what, ok: false, detail: error.message };
    }
  };
  let task: Task | null = null;
  const configuration = await look("configuration", async () => {
    const { invocations, warnings } = await readSecrets([sealed]);
    task = await taskOf(invocations[0]!);
    return warnings.join("; ") || `pipeline ${task.pipelineName}, measurement ${task.measurementName}`;
  });
  if (!task) return [configuration];
  const ready: Task = task;
  return [
    configuration,
    await look("log", () => checkLog(ready)),
    await look("brainfile", () => checkBrainfile(ready.brainfile!)),
    await look("sink", () => checkSink(ready.sink!)),
  ];
}

async function checkLog(task: Task): Promise<string> {
  const content = await openContent(task.log);
  if (!content) throw new L2iError("log", `${task.log} does not exist; check the path`);
  try {
    if (content.stat.size === 0) return `${task.log} is empty`;
    const format = await formatFor(task, content, content.start);
    return `${task.log}, ${content.stat.size} bytes, format ${format.name}`;
  } finally {
    await content.close();
  }
}

async function checkBrainfile(path: string): Promise<string> {
  await refuseUnwritable(path);
  const header = await readHeader(path);
  return header
    ? `${path}, offset ${header.state.current?.offset ?? 0}, last update ${header.lastUpdate}`
    : `${path} is made by the first run`;
}

async function checkSink(target: SinkTarget): Promise<string> {
  if (target.kind !== "file") return checkStore(target.url);
  if (target.path === "-") return "standard output";
  const isThere = await stat(target.path).then(
    () => true,
    () => false,
  );
  const writable = isThere ? target.path : dirname(target.path);
  await access(writable, constants.W_OK).catch((cause) => {
    throw new L2iError(
      "store",
      `${writable} cannot be written (${(cause as NodeJS.ErrnoException).code}); make it writable, or name another file`,
      { cause },
    );
  });
  return target.path;
}

/** InfluxDB 1, 2, 3 and VictoriaMetrics all answer /ping; whether the token is taken only a write can tell. */
async function checkStore(url: string): Promise<string> {
  const response = await fetch(`${url}/ping`, { signal: AbortSignal.timeout(5000) }).catch((cause: Error) => {
    const reason = (cause.cause as Error | undefined)?.message ?? cause.message;
    throw new L2iError(
      "network",
      `${url} does not answer (${reason}); check that it runs and that its address is right`,
      { cause },
    );
  });
  if (response.status >= 500)
    throw new L2iError("store", `${url}/ping answers ${response.status}; look at the store's own log`);
  return `${url} answers`;
}
