// How time and memory grow with what is read: the size of the log, series, windows, invocations.
import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { accessLog, folder, largeLines } from "./logs.ts";
import { measure, type Run } from "./measure.ts";
import { measureQuietRuns } from "./start-up.ts";

export interface Growth {
  readonly title: string;
  /** What grows. */
  readonly unit: string;
  readonly steps: readonly { readonly size: string; readonly runs: readonly Run[] }[];
}

const rounds = 3;
/** Lines of the logs that are made for one measurement. */
const lines = 500_000;

export async function measureGrowth(isLarge: boolean): Promise<Growth[]> {
  return [
    await bySize([500_000, 5_000_000, ...(isLarge ? [largeLines] : [])]),
    await bySeries([10, 100, 1_000, 10_000, 100_000]),
    await byWindows([1, 10, 100, 1_000, 10_000]),
    await byHistory([500, 5_000, 50_000, lines]),
    await byInvocations([1, 2, 5, 10, 20, 50, 100, 200]),
  ];
}

async function bySize(lineCounts: readonly number[]): Promise<Growth> {
  const steps = [];
  for (const count of lineCounts) {
    const log = await accessLog(count);
    steps.push({ size: (log.bytes / 1e9).toFixed(2), runs: await runsOf(["requests", log.path, "--jobs", "1"]) });
  }
  return { title: "Size of the log (requests, one thread)", unit: "GB", steps };
}

/** All in one window. */
async function bySeries(counts: readonly number[]): Promise<Growth> {
  const steps = await stepsOf(counts, (count, path) => [
    ["sizes", path, "--window", "30d", "--max-series", "1000000"],
    (index) => ({ minute: 0, path: `/s${scattered(index, count)}` }),
  ]);
  return { title: `Series in one window (sizes, ${lines.toLocaleString("en")} lines)`, unit: "series", steps };
}

async function byWindows(counts: readonly number[]): Promise<Growth> {
  const steps = await stepsOf(counts, (count, path) => [
    ["requests", path, "--lateness", `${count + 10}m`],
    (index) => ({ minute: scattered(index, count), path: "/" }),
  ]);
  return {
    title: `Open windows (requests, ${lines.toLocaleString("en")} lines without order)`,
    unit: "windows",
    steps,
  };
}

/** Years of a small site: windows that follow each other. */
async function byHistory(counts: readonly number[]): Promise<Growth> {
  const steps = await stepsOf(counts, (count, path) => [
    ["requests", path],
    (index) => ({ minute: Math.floor((index * count) / lines), path: "/" }),
  ]);
  return {
    title: `Windows one after the other (requests, ${lines.toLocaleString("en")} lines in order)`,
    unit: "windows",
    steps,
  };
}

async function byInvocations(counts: readonly number[]): Promise<Growth> {
  const [, ...quiet] = await measureQuietRuns(counts, rounds);
  const steps = quiet.map(({ runs }, index) => ({ size: String(counts[index]), runs }));
  return { title: "Invocations in a run that finds nothing new", unit: "invocations", steps };
}

type Describe = (count: number, path: string) => readonly [words: readonly string[], lineOf: LineOf];
type LineOf = (index: number) => { readonly minute: number; readonly path: string };

async function stepsOf(counts: readonly number[], describe: Describe): Promise<Growth["steps"]> {
  const path = `${folder}/growth.log`;
  const steps = [];
  for (const count of counts) {
    const [words, lineOf] = describe(count, path);
    fill(path, lineOf);
    steps.push({ size: count.toLocaleString("en"), runs: await runsOf(words) });
  }
  rmSync(path);
  return steps;
}

async function runsOf(words: readonly string[]): Promise<Run[]> {
  const command = { words: ["node", "dist/l2i.js", "load", ...words, "--host", "bench", "--out", "-"] };
  const runs = [];
  for (let round = 0; round < rounds; round++) runs.push(await measure(command, `${folder}/output`));
  console.log(`${words.join(" ")}: ${runs.map(({ seconds }) => seconds.toFixed(2)).join(", ")} s`);
  return runs;
}

/** Spread over [0, limit) without order, the same for the same index. */
const scattered = (index: number, limit: number): number => (Math.imul(index ^ 0x9e3779b9, 0x85ebca6b) >>> 0) % limit;

function fill(path: string, lineOf: LineOf): void {
  const file = openSync(path, "w");
  for (let index = 0; index < lines; index += 10_000)
    writeSync(file, Array.from({ length: 10_000 }, (_, more) => textOf(lineOf(index + more))).join(""));
  closeSync(file);
}

function textOf({ minute, path }: ReturnType<LineOf>): string {
  const [, day, month, year, time] = new Date(Date.UTC(2025, 2, 4, 0, minute)).toUTCString().split(" ");
  return `198.18.0.1 - - [${day}/${month}/${year}:${time} +0000] "GET ${path} HTTP/1.1" 200 512 "-" "curl/8.12.1" 1000\n`;
}
