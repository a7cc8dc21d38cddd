// A replay case: a folder with case.json, its logs, and expected.lp. It is played in a copy of the folder with a clock and a
// host name of its own, so that the same case gives the same points on every machine.
import { appendFile, copyFile, cp, mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import { stat, truncate, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import * as z from "zod/mini";
import { _default as withDefault } from "zod/mini";
import type { Logger } from "./logger.ts";
import { troubleOf } from "./file-trouble.ts";
import { L2iError, reasonOf, systemCode } from "./errors.ts";
import { parseJson } from "./invocation/json-text.ts";
import { readInvocations } from "./invocation/multibrain.ts";
import { readSecrets } from "./invocation/secrets.ts";
import { load } from "./load.ts";
import type { Outcome } from "./outcome.ts";
import { pipelineNames } from "./pipeline/builtin.ts";
import { readRule } from "./pipeline/rule-source.ts";
import { pointKey } from "./sink/line-protocol.ts";
import { openSink } from "./sink/open.ts";
import { type Task, taskOf } from "./task.ts";

/** A name in the case's own folder. */
const file = z.string().check(z.regex(/^(?!\.\.?$)[^/\\\0]+$/, "is not the name of a file in the folder of the case"));
const time = z.iso.datetime("is not a time such as 2026-01-02T03:04:05Z");

/** What a run may be expected to find, besides its points. */
const bookKeys = [
  "lines", "matched", "ignored", "rejected", "failed", "late", "points", "refused", "bytes", "lagBytes", "gap", "files",
] as const satisfies readonly (keyof Outcome)[]; // prettier-ignore
const books = z.partialRecord(
  z.enum(bookKeys),
  z.int("is no whole number").check(z.nonnegative("is below 0")),
  `says what a run is to find, such as {"lines": 12, "gap": 0}; there are ${bookKeys.join(", ")}`,
);

const stepSchema = z.union(
  [
    z.strictObject({ append: file, to: file }),
    z.strictObject({ rotate: file }),
    z.strictObject({ rename: file, to: file }),
    z.strictObject({ copy: file, to: file }),
    z.strictObject({ truncate: file }),
    z.strictObject({ gzip: file }),
    z.strictObject({ delete: file }),
    z.strictObject({ run: z.union([z.literal(true), time]), expect: z.optional(books) }),
  ],
  'is not a step such as {"run": true}, {"append": "more.log", "to": "access.log"}, {"rotate": "access.log"}, {"rename": "access.log", "to": "access.log.1"}, {"copy": …, "to": …}, {"truncate": …}, {"gzip": …} or {"delete": …}; behind "run" may stand "expect", such as {"lines": 12, "gap": 0}',
);

const caseSchema = z.strictObject(
  {
    /** What the case shows, for who reads it. */
    description: z.optional(z.string()),
    /** An entry of a multibrain; brainfile and sink are the case's own. */
    invocation: z.record(
      z.string(),
      z.unknown(),
      'is to be an entry of a multibrain, such as {"pipeline": "requests", "log": "access.log"}',
    ),
    /** The clock of its runs. */
    now: time,
    steps: withDefault(z.array(stepSchema, 'is to be a list, such as [{"run": true}]'), [{ run: true }]),
  },
  'is to be {"invocation": …, "now": …}; "description" and "steps" may stand there, too, and nothing else',
);

type Step = z.infer<typeof stepSchema>;
type Case = z.infer<typeof caseSchema>;

/** What came of a case. */
export interface Played {
  /** The last point of each series and timestamp, sorted, without `l2i_run`. */
  readonly points: readonly string[];
  /** Constant tags, which all points have. */
  readonly tags: Task["tags"];
  readonly windowMs: number;
  /** In words, what runs found that is not what was expected of them. */
  readonly surprises: readonly string[];
}

export async function play(folder: string, log: Logger): Promise<Played> {
  const { invocation, now, steps } = await readCase(folder);
  const stage = await mkdtemp(join(tmpdir(), "l2i-replay-"));
  try {
    await setStage(folder, stage);
    const task = await taskIn(stage, invocation, join(folder, caseFile));
    const surprises: string[] = [];
    for (const [index, step] of steps.entries()) {
      const clock = "run" in step && step.run !== true ? step.run : now;
      const found = await acted(index, step, () => act(step, stage, task, Date.parse(clock), log));
      surprises.push(...surprisesIn(found).map((surprise) => `step ${index + 1}, run: ${surprise}`));
    }
    const points = finalPoints((await textOf(join(stage, outFile))) ?? "");
    return { points, tags: task.tags, windowMs: task.windowMs, surprises };
  } finally {
    await rm(stage, { recursive: true, force: true });
  }
}

/** The points that the case expects; null where nobody said yet. */
export async function expected(folder: string): Promise<string[] | null> {
  const path = join(folder, expectedFile);
  const text = await textOf(path).catch((cause: unknown) => {
    throw new L2iError("usage", `${path} cannot be read: ${troubleOf(cause)}`, { cause });
  });
  return text === null ? null : finalPoints(text);
}

export async function saveExpected(folder: string, points: readonly string[]): Promise<void> {
  await writeFile(join(folder, expectedFile), points.map((point) => `${point}\n`).join(""));
}

/** The case folders at or below a folder. */
export async function casesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
    throw new L2iError(
      "usage",
      `${folder} cannot be read (${cause.code}); name a folder that holds a case.json, or such folders`,
      { cause },
    );
  });
  if (entries.some(({ name }) => name === caseFile)) return [folder];
  const below = await Promise.all(
    entries.filter((entry) => entry.isDirectory()).map(({ name }) => casesIn(join(folder, name))),
  );
  return below.flat().toSorted();
}

export const caseFile = "case.json";
export const expectedFile = "expected.lp";
const outFile = "l2i-replay.out.lp";
const brainFile = "l2i-replay.brain.json";

async function readCase(folder: string): Promise<Case> {
  const path = join(folder, caseFile);
  try {
    const result = z.safeParse(caseSchema, parseJson(await readFile(path, "utf8")));
    if (result.success) return result.data;
    throw new L2iError("usage", `${path}: ${problems(result.error.issues)}`);
  } catch (cause) {
    if (!(cause instanceof L2iError))
      throw new L2iError("usage", `${path} cannot be read: ${reason(cause)}`, { cause });
    throw cause.message.startsWith(path) ? cause : new L2iError("usage", `${path}: ${cause.message}`, { cause });
  }
}

function problems(issues: readonly z.core.$ZodIssue[]): string {
  return issues.map(({ path, message }) => `${path.join(".") || "the case"}: ${message}`).join("; ");
}

/** All files begin equally old: what `cp` or a checkout made of their times must not decide which one is the newer. */
async function setStage(folder: string, stage: string): Promise<void> {
  await cp(folder, stage, { recursive: true });
  for (const name of await readdir(stage)) await utimes(join(stage, name), 1, 1);
}

type ReplayTask = Task & { readonly brainfile: string };

async function taskIn(stage: string, invocation: Case["invocation"], path: string): Promise<ReplayTask> {
  const entry = { host: "replay", ...invocation, brainfile: brainFile, out: outFile };
  const context = { folder: resolve(stage), hostname: "replay", environment: {}, pipelines: pipelineNames };
  try {
    const { invocations } = await readSecrets(readInvocations([entry], context));
    const [ready] = invocations;
    return { ...(await taskOf(ready!, await readRule(ready!.pipeline))), brainfile: join(stage, brainFile) };
  } catch (cause) {
    if (!(cause instanceof L2iError)) throw cause;
    const message = cause.message.replaceAll(/^\[0\]/gm, "invocation").replaceAll("\n", "; ");
    throw new L2iError("usage", `${path}: ${message}`, { cause });
  }
}

/** Says which step went wrong. */
async function acted(index: number, step: Step, action: () => Promise<Found>): Promise<Found> {
  try {
    return await action();
  } catch (cause) {
    if (!(cause instanceof Error && (cause instanceof L2iError || "code" in cause))) throw cause;
    const why = systemCode(cause) === "ENOENT" ? "there is no such file by then" : reason(cause);
    throw new L2iError("log", `step ${index + 1}, ${JSON.stringify(step)}: ${why}`, { cause });
  }
}

/** Numbers of a run, and what they should be; null: nothing was expected. */
type Found = { readonly wanted: z.infer<typeof books>; readonly outcome: Outcome } | null;

function surprisesIn(found: Found): string[] {
  if (!found) return [];
  const { wanted, outcome } = found;
  return bookKeys
    .filter((key) => wanted[key] !== undefined && wanted[key] !== outcome[key])
    .map((key) => `${key} is ${outcome[key]}, expected ${wanted[key]}`);
}

async function act(step: Step, stage: string, task: ReplayTask, clock: number, log: Logger): Promise<Found> {
  if (!("run" in step)) {
    await change(step, (name) => join(stage, name));
    return null;
  }
  const outcome = await run(task, clock, log);
  return step.expect ? { wanted: step.expect, outcome } : null;
}

/** What happens to the files between two runs. */
async function change(step: Exclude<Step, { run: unknown }>, at: (name: string) => string): Promise<void> {
  if ("append" in step) await appendFile(at(step.to), await readFile(at(step.append)));
  else if ("rotate" in step) await rotate(at(step.rotate));
  else if ("rename" in step) await rename(at(step.rename), at(step.to));
  else if ("copy" in step) await copyFile(at(step.copy), at(step.to));
  else if ("truncate" in step) await truncate(at(step.truncate));
  else if ("gzip" in step) await compress(at(step.gzip));
  else await rm(at(step.delete));
}

/** As logrotate does it with `create`: NAME.N becomes NAME.N+1, compressed or not, NAME becomes NAME.1, and a new one is empty. */
async function rotate(path: string): Promise<void> {
  const name = basename(path);
  const older = (await readdir(dirname(path))).flatMap((sibling) => {
    const [, number, ending] = sibling.startsWith(`${name}.`)
      ? (/^\.(\d+)(\.\w+)?$/.exec(sibling.slice(name.length)) ?? [])
      : [];
    return number === undefined ? [] : [{ number: Number(number), ending: ending ?? "" }];
  });
  for (const { number, ending } of older.toSorted((a, b) => b.number - a.number))
    await rename(`${path}.${number}${ending}`, `${path}.${number + 1}${ending}`);
  await rename(path, `${path}.1`);
  await writeFile(path, "");
}

/** As gzip does it: the time of the file stays. */
async function compress(path: string): Promise<void> {
  const { atimeMs, mtimeMs } = await stat(path);
  await writeFile(`${path}.gz`, await promisify(gzip)(await readFile(path)));
  await utimes(`${path}.gz`, atimeMs / 1000, mtimeMs / 1000);
  await rm(path);
}

async function run(task: ReplayTask, clock: number, log: Logger): Promise<Outcome> {
  const outcome = await load(task, {
    now: () => clock,
    log,
    openSink: async ({ sink, timeoutMs }) => openSink(sink!, timeoutMs),
    unreachable: new Set(),
    dryRun: false,
    isWatched: false,
  });
  if (outcome.outcome === "failed") throw new L2iError("log", outcome.error ?? "the run failed");
  return outcome;
}

function finalPoints(text: string): string[] {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("l2i_run,"));
  return [...new Map(lines.map((line) => [pointKey(line), line])).values()].toSorted();
}

async function textOf(path: string): Promise<string | null> {
  return readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
}

/** Without the paths of the stage, which nobody knows. */
function reason(error: unknown): string {
  return reasonOf(error)
    .replaceAll(/\S+/g, (word) => word.replace(/^.*\/l2i-replay-\w+\/?/, ""))
    .replaceAll("'", "");
}
