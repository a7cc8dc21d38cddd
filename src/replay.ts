// A replay case: a folder with case.json, its logs, and expected.lp. It is played in a copy of the folder with a clock and a
// host name of its own, so that the same case gives the same points on every machine.
import {
  cp,
  copyFile,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  truncate,
  writeFile,
  appendFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import * as z from "zod/mini";
import { L2iError } from "./errors.ts";
import type { Logger } from "./delivery.ts";
import { readInvocations } from "./invocation/multibrain.ts";
import { readSecrets } from "./invocation/secrets.ts";
import { load } from "./load.ts";
import { pipelineNames } from "./pipeline/builtin.ts";
import { fileSink } from "./sink/file.ts";
import { pointKey } from "./sink/line-protocol.ts";
import { taskOf } from "./task.ts";

/** A name in the case's own folder. */
const file = z.string().check(z.regex(/^(?!\.\.?$)[^/\\]+$/, "is not the name of a file in the folder of the case"));
const time = z.iso.datetime("is not a time such as 2026-01-02T03:04:05Z");

const stepSchema = z.union([
  z.strictObject({ append: file, to: file }),
  z.strictObject({ rename: file, to: file }),
  z.strictObject({ copy: file, to: file }),
  z.strictObject({ truncate: file }),
  z.strictObject({ gzip: file }),
  z.strictObject({ delete: file }),
  z.strictObject({ run: z.union([z.literal(true), time]) }),
]);

const caseSchema = z.strictObject({
  /** An entry of a multibrain; brainfile and sink are the case's own. */
  invocation: z.record(z.string(), z.unknown()),
  /** The clock of its runs. */
  now: time,
  steps: z._default(z.array(stepSchema), [{ run: true }]),
});

type Step = z.infer<typeof stepSchema>;
type Case = z.infer<typeof caseSchema>;

/** Plays a case and answers its final points: the last one of each series and timestamp, sorted, without `l2i_run`. */
export async function play(folder: string, log: Logger): Promise<string[]> {
  const { invocation, now, steps } = await readCase(folder);
  const stage = await mkdtemp(join(tmpdir(), "l2i-replay-"));
  try {
    await cp(folder, stage, { recursive: true });
    for (const step of steps) await act(step, stage, { invocation, now, log });
    return finalPoints(await readFile(join(stage, outFile), "utf8").catch(() => ""));
  } finally {
    await rm(stage, { recursive: true, force: true });
  }
}

/** The points that the case expects. */
export async function expected(folder: string): Promise<string[]> {
  return finalPoints(await readFile(join(folder, expectedFile), "utf8").catch(() => ""));
}

export async function saveExpected(folder: string, points: readonly string[]): Promise<void> {
  await writeFile(join(folder, expectedFile), points.map((point) => `${point}\n`).join(""));
}

/** The case folders at or below a folder. */
export async function casesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause) => {
    throw new L2iError(
      "usage",
      `${folder} cannot be read (${(cause as NodeJS.ErrnoException).code}); name a folder that holds a case.json, or such folders`,
      { cause },
    );
  });
  if (entries.some(({ name }) => name === caseFile)) return [folder];
  const below = await Promise.all(
    entries.filter((entry) => entry.isDirectory()).map(({ name }) => casesIn(join(folder, name))),
  );
  return below.flat().toSorted();
}

const caseFile = "case.json";
const expectedFile = "expected.lp";
const outFile = ".l2i-replay.lp";

async function readCase(folder: string): Promise<Case> {
  const path = join(folder, caseFile);
  try {
    const result = z.safeParse(caseSchema, JSON.parse(await readFile(path, "utf8")));
    if (result.success) return result.data;
    throw new L2iError("usage", `${path}: ${z.prettifyError(result.error).replaceAll(/\s*\n\s*/g, " ")}`);
  } catch (cause) {
    if (cause instanceof L2iError) throw cause;
    throw new L2iError("usage", `${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

interface Stage {
  readonly invocation: Case["invocation"];
  readonly now: string;
  readonly log: Logger;
}

async function act(step: Step, stage: string, context: Stage): Promise<void> {
  const at = (name: string): string => join(stage, name);
  if ("append" in step) await appendFile(at(step.to), await readFile(at(step.append)));
  else if ("rename" in step) await rename(at(step.rename), at(step.to));
  else if ("copy" in step) await copyFile(at(step.copy), at(step.to));
  else if ("truncate" in step) await truncate(at(step.truncate));
  else if ("gzip" in step) {
    await writeFile(`${at(step.gzip)}.gz`, await promisify(gzip)(await readFile(at(step.gzip))));
    await rm(at(step.gzip));
  } else if ("delete" in step) await rm(at(step.delete));
  else await run(stage, context, Date.parse(step.run === true ? context.now : step.run));
}

async function run(stage: string, { invocation, log }: Stage, now: number): Promise<void> {
  const entry = { host: "replay", ...invocation, brainfile: "brain.json", out: outFile };
  const sealed = readInvocations([entry], {
    folder: resolve(stage),
    hostname: "replay",
    environment: {},
    pipelines: pipelineNames,
  });
  const { invocations } = await readSecrets(sealed);
  const task = await taskOf(invocations[0]!);
  const brainfile = join(stage, "brain.json");
  const outcome = await load(
    { ...task, brainfile },
    {
      now: () => now,
      log,
      openSink: async () => fileSink(join(stage, outFile)),
      unreachable: new Set(),
      dryRun: false,
    },
  );
  if (outcome.outcome === "failed") throw new L2iError("log", outcome.error ?? "the run failed");
}

function finalPoints(text: string): string[] {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("l2i_run,"));
  return [...new Map(lines.map((line) => [pointKey(line), line])).values()].toSorted();
}
