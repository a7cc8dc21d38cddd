// What a run costs in which nothing happens: `l2i run`, as cron calls it each minute, finds nothing new in any log.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Lines } from "./lines.ts";
import { type Command, measure, type Run } from "./measure.ts";

export interface Quiet {
  readonly name: string;
  readonly runs: readonly Run[];
}

/** `node -e 0` for comparison, and `l2i run` with so many invocations, in turns. */
export async function measureQuietRuns(invocations: readonly number[], rounds: number): Promise<Quiet[]> {
  const folder = mkdtempSync(join(tmpdir(), "l2i-bench-"));
  try {
    const output = join(folder, "output");
    const quiet = [];
    for (const count of invocations) {
      const command = { words: ["node", "dist/l2i.js", "run", multibrain(folder, count)] };
      // The first reads the logs, the second has nothing left to do but may still put its books in order.
      await measure(command, output);
      await measure(command, output);
      quiet.push(entry(`l2i run, ${count} invocation${count === 1 ? "" : "s"}`, command));
    }
    const entries = [entry("node -e 0", { words: ["node", "-e", "0"] }), ...quiet];
    for (let round = 0; round < rounds; round++)
      for (const { command, runs } of entries) runs.push(await measure(command, output));
    return entries;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const entry = (name: string, command: Command): { name: string; command: Command; runs: Run[] } => ({
  name,
  command,
  runs: [],
});

/** Logs of a hundred lines, a brainfile and a file of points for each. */
function multibrain(parent: string, count: number): string {
  const folder = join(parent, String(count));
  mkdirSync(folder);
  const lines = new Lines();
  const invocations = Array.from({ length: count }, (_, index) => {
    const path = (suffix: string): string => join(folder, `${index}.${suffix}`);
    writeFileSync(path("log"), Array.from({ length: 100 }, () => lines.next()).join(""));
    return { pipeline: "requests", log: path("log"), brainfile: path("json"), out: path("lp") };
  });
  const file = join(folder, "multibrain.json");
  writeFileSync(file, JSON.stringify({ defaults: { host: "bench" }, invocations }));
  return file;
}
