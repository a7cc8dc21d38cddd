// Where the time of a run goes, by the function in which the processor was: what V8 samples each millisecond.
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Command, measure } from "./measure.ts";
import { folder } from "./logs.ts";

export interface Profile {
  readonly milliseconds: number;
  /** Those that took most, with their share of the time. */
  readonly functions: readonly { readonly name: string; readonly share: number }[];
}

/** As far as it is needed of what `--cpu-prof` writes. */
interface Samples {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
  }[];
  readonly samples: readonly number[];
  /** Microseconds. */
  readonly timeDeltas: readonly number[];
}

export async function profileOf(
  { words: [program = "", ...rest], ...command }: Command,
  most: number,
): Promise<Profile> {
  const name = "bench.cpuprofile";
  const words = [program, "--cpu-prof", `--cpu-prof-dir=${folder}`, `--cpu-prof-name=${name}`, ...rest];
  await measure({ ...command, words }, join(folder, "output"));
  const { nodes, samples, timeDeltas }: Samples = JSON.parse(readFileSync(join(folder, name), "utf8"));
  rmSync(join(folder, name));
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const times = new Map<string, number>();
  for (const [index, id] of samples.entries())
    times.set(names.get(id)!, (times.get(names.get(id)!) ?? 0) + timeDeltas[index]!);
  const total = [...times.values()].reduce((sum, time) => sum + time, 0);
  const functions = [...times]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, most)
    .map(([each, time]) => ({ name: each, share: time / total }));
  return { milliseconds: total / 1000, functions };
}

function nameOf({ functionName, url }: Samples["nodes"][number]["callFrame"]): string {
  if (functionName.startsWith("wasm-function")) return "the kernel";
  return `${functionName || "a function without a name"}${url.startsWith("node:") ? ` (${url})` : ""}`;
}
