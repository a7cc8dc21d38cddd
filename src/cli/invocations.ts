// Reads a multibrain from disk and makes its invocations ready, for all commands that take one.
import { readFile, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { L2iError } from "../errors.ts";
import { seriesOf } from "../invocation/conflicts.ts";
import type { SealedInvocation } from "../invocation/invocation.ts";
import { readMultibrain } from "../invocation/multibrain.ts";
import { nearest } from "../invocation/nearest.ts";
import { modulePathPattern } from "../invocation/pipeline-name.ts";
import { readSecrets } from "../invocation/secrets.ts";
import { pipelineNames } from "../pipeline/builtin.ts";
import type { LoadedRule } from "../pipeline/rule-module.ts";
import { type Task, taskOf } from "../task.ts";
import { folderOf } from "../validated.ts";

/** The invocations of a multibrain; `only`: those of these names. Throws a usage error with all problems. */
export async function readInvocations(path: string, only?: readonly string[]): Promise<SealedInvocation[]> {
  return invocationsIn(await readText(path), path, only);
}

/** The same from the text of the multibrain. */
export function invocationsIn(text: string, path: string, only?: readonly string[]): SealedInvocation[] {
  const invocations = inFile(path, () => readMultibrain(text, machine(folderOf(path))));
  if (!only) return invocations;
  refuseUnknown(only, invocations, path);
  return invocations.filter(({ name }) => only.includes(name));
}

/** What invocations depend on besides their options. `folder`: where relative paths begin. */
export function machine(folder: string) {
  return { folder, hostname: hostname(), environment: process.env, pipelines: pipelineNames };
}

/** Makes all of them ready, or throws one usage error with what is wrong with any. */
export async function tasksOf(
  sealed: readonly SealedInvocation[],
): Promise<{ readonly tasks: Task[]; readonly warnings: readonly string[] }> {
  const [secrets, ...made] = await Promise.allSettled([
    readSecrets(sealed),
    ...sealed.map(async (invocation) => {
      await refuseFeedback(invocation);
      return taskOf({ ...invocation, sink: null }, await ruleOf(invocation));
    }),
  ]);
  const problems = [secrets, ...made].flatMap((result) =>
    result.status === "rejected" ? problemOf(result.reason) : [],
  );
  if (problems.length > 0) throw new L2iError("usage", problems.join("\n"));
  const { invocations, warnings } = fulfilled(secrets);
  const tasks = made.map((task, index) => ({ ...fulfilled(task), sink: invocations[index]!.sink }));
  refuseSameSeries(tasks);
  return { tasks, warnings };
}

/** An invocation of which it is known what it writes. */
export interface Writer extends Pick<Task, "name" | "pipeline" | "tags" | "measurementName"> {
  readonly sink: SealedInvocation["sink"];
}

/** Of rules only what they export tells their measurement. */
export function refuseSameSeries(tasks: readonly Writer[]): void {
  const firsts = new Map<string, Writer>();
  for (const task of tasks) {
    const series = seriesOf({ ...task, measurement: task.measurementName });
    const first = series === null ? undefined : firsts.get(series);
    if (first)
      throw new L2iError(
        "usage",
        `${task.name}: writes the same series as ${first.name} (measurement "${task.measurementName}", equal constant tags), so one would erase the counts of the other; give one of them a tag, or another "measurement"`,
      );
    if (series !== null) firsts.set(series, task);
  }
}

/** Null where the pipeline is a built-in one. */
async function ruleOf({ name, pipeline }: SealedInvocation): Promise<LoadedRule | null> {
  if (!modulePathPattern.test(pipeline)) return null;
  const { readRule } = await import("../pipeline/rule-source.ts");
  return readRule(pipeline).catch((cause: unknown) => {
    if (!(cause instanceof L2iError)) throw cause;
    throw new L2iError(cause.code, `${name}: ${cause.message}`, { cause });
  });
}

/** Under another name the log would be fed with the points that are made of it, run after run. */
async function refuseFeedback({ name, logs, sink }: SealedInvocation): Promise<void> {
  if (sink?.kind !== "file") return;
  const identities = await Promise.all([sink.path, ...logs].map((path) => stat(path).catch(() => null)));
  const [out, ...read] = identities.map((stats) => stats?.isFile() && `${stats.dev} ${stats.ino}`);
  if (out && read.includes(out))
    throw new L2iError(
      "usage",
      `${name}: ${sink.path} is the log under another name; name a file of its own for the points`,
    );
}

/** The text of a multibrain. */
export async function readText(path: string): Promise<string> {
  return readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
    throw new L2iError("usage", `${path}: ${unreadable[cause.code ?? ""] ?? `cannot be read (${cause.message})`}`, {
      cause,
    });
  });
}

const unreadable: { readonly [code: string]: string | undefined } = {
  ENOENT: "there is no such file; name the multibrain.json to work with",
  ENOTDIR: "a part of the path is a file, not a folder; name the multibrain.json to work with",
  EISDIR: "this is a folder; name the multibrain.json in it",
  EACCES: "permission denied; let the user that runs l2i read it",
};

/** Problems say where in the file they are; in cron mail of several files it matters which one. */
function inFile<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof L2iError)) throw error;
    throw new L2iError(error.code, error.message.replaceAll(/^/gm, `${path}: `), { cause: error });
  }
}

function refuseUnknown(only: readonly string[], invocations: readonly SealedInvocation[], path: string): void {
  const names = invocations.map(({ name }) => name);
  const problems = only
    .filter((name) => !names.includes(name))
    .map((name) => `--only ${name}: ${path} has no invocation of this name; ${advice(name, names)}`);
  if (problems.length > 0) throw new L2iError("usage", problems.join("\n"));
}

function advice(name: string, names: readonly string[]): string {
  const guess = nearest(name, names);
  return guess === undefined ? `there are ${names.join(", ")}` : `did you mean "${guess}"?`;
}

function problemOf(error: unknown): string {
  if (error instanceof L2iError) return error.message;
  throw error;
}

function fulfilled<T>(result: PromiseSettledResult<T>): T {
  if (result.status === "rejected") throw result.reason;
  return result.value;
}
