// What it costs that several invocations read the same log: a first run of one, of several of the same pipeline, of all built-in ones.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { folder, type Log } from "./logs.ts";
import { measure, type Run } from "./measure.ts";

export interface Company {
  readonly name: string;
  readonly runs: readonly Run[];
}

const builtIn = ["requests", "latency", "sizes", "errors", "downloads", "uploads", "instances", "crawlers"];

/** In turns; each begins with nothing. The first is one invocation alone. */
export async function measureCompany(log: Log, rounds: number): Promise<Company[]> {
  const same = [1, 2, 4, 8].map((count) => ({
    name: `${count} × requests`,
    pipelines: Array<string>(count).fill("requests"),
  }));
  const others = builtIn.slice(1).map((pipeline) => ({ name: `1 × ${pipeline}`, pipelines: [pipeline] }));
  const all = { name: "the eight built-in ones", pipelines: builtIn };
  const entries = [...same, ...others, all].map((entry) => ({ ...entry, runs: [] as Run[] }));
  for (let round = 0; round < rounds; round++)
    for (const { pipelines, runs } of entries) runs.push(await firstRun(log, pipelines));
  return entries;
}

async function firstRun({ path }: Log, pipelines: readonly string[]): Promise<Run> {
  const parent = resolve(folder, "company");
  const log = resolve(path);
  mkdirSync(parent, { recursive: true });
  const invocations = pipelines.map((pipeline, index) => ({
    name: String(index),
    pipeline,
    log,
    brainfile: join(parent, `${index}.json`),
    out: join(parent, `${index}.lp`),
  }));
  const file = join(parent, "multibrain.json");
  writeFileSync(file, JSON.stringify({ defaults: { host: "bench", start: "beginning" }, invocations }));
  try {
    return await measure({ words: ["node", "dist/l2i.js", "run", file] }, join(parent, "output"));
  } finally {
    rmSync(parent, { recursive: true });
  }
}
