// The collection of real logs and of other parsers' test cases, which lies beside the repository on machines that have it.
import { existsSync, readFileSync, readdirSync } from "node:fs";

const folder = "../shared/data";

/** Whether it is there; tests that need it run only then. */
export const hasSharedData = existsSync(folder);

if (!hasSharedData) console.log(`${folder} is not on this machine: the tests on its logs and cases did not run`);

/** One character a byte. */
export function sharedLog(path: string): string {
  return readFileSync(`${folder}/logs/${path}`, "latin1");
}

export function sharedLogs(kind: string): string[] {
  return readdirSync(`${folder}/logs/${kind}`).map((name) => `${kind}/${name}`);
}

/** A case of another parser's test suite; `expect` has what that suite asserts. */
export interface ConformanceCase {
  readonly source: string;
  readonly logformat: string;
  readonly line: string;
  readonly expect: { readonly [key: string]: string | number | boolean | null };
}

export function conformanceCases(suite: string): ConformanceCase[] {
  if (!hasSharedData) return [];
  const lines = readFileSync(`${folder}/conformance/${suite}.jsonl`, "utf8").trim().split("\n");
  return lines.map((line) => JSON.parse(line) as ConformanceCase);
}

/** A log, and the metrics that another tool makes of it: `counter requests {status=200} 4 …` → ["requests", { status: "200" }, 4]. */
export function metricsCase(name: string): { log: string; metrics: [string, Record<string, string>, number][] } {
  const read = (extension: string) => readFileSync(`${folder}/conformance/metrics/${name}.${extension}`, "latin1");
  const metrics = [...read("golden").matchAll(/^\w+ (\w+) \{(.*)\} (\d+) /gm)].map(
    ([, metric = "", labels = "", value = ""]): [string, Record<string, string>, number] => [
      metric,
      Object.fromEntries(labels.split(",").map((label) => label.split("="))),
      Number(value),
    ],
  );
  return { log: read("log"), metrics };
}
