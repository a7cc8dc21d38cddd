// Who is measured: l2i, and programs that count something of the same log. The programs come from Debian's packages, see
// test/servers/packages.ts; what they are told lies in `peers/`.
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { httpMethods } from "../src/format/request.ts";
import { binary, type Program } from "../test/servers/packages.ts";
import { findJava } from "./java.ts";
import type { Log } from "./logs.ts";
import type { Command } from "./measure.ts";
import { latencyShape, requestsShape, type Shape, type Table, tableOfPoints, tableOfRows } from "./tables.ts";

export interface Entrant {
  readonly name: string;
  readonly version: string;
  /** What it does, in a word or two. */
  readonly task: string;
  /** Standard output goes to `output`; what else is written lies beside it. */
  readonly command: (log: Log, output: string) => Command;
  /** What it counted, where it is the same table as l2i's. */
  readonly table?: (text: string, log: Log) => Table;
}

export type Job = "requests" | "latency";

const shapes: Readonly<Record<Job, Shape>> = { requests: requestsShape, latency: latencyShape };
const methods = [...httpMethods].join(" ");

/** With the commit that was built when the bench began. */
export const l2iVersion = ((): string => {
  const { version }: { version: string } = JSON.parse(readFileSync("package.json", "utf8"));
  try {
    const commit = execFileSync("git", ["describe", "--always", "--dirty"], { encoding: "utf8" }).trim();
    return `${version} (${commit})`;
  } catch {
    return version;
  }
})();

/** The whole job: lines to points, which go to standard output. */
export function l2i(job: Job, options: readonly string[] = [], pipeline: string = job): Entrant {
  return {
    name: ["l2i", ...options].join(" "),
    version: l2iVersion,
    task: `load ${pipeline}`,
    command: ({ path }) => ({
      words: ["node", "dist/l2i.js", "load", pipeline, path, "--host", "bench", "--out", "-", ...options],
    }),
    table: (text) => tableOfPoints(text, shapes[job]),
  };
}

/** The same by a categorizer that a user wrote. */
const byRule = (job: Job): Entrant => ({ ...l2i(job, [], `bench/peers/${job}.mjs`), name: "l2i with a rule" });

/** Two of it at once, each of which reads the whole log. */
export function twice({ name, version, task, command }: Entrant): Entrant {
  return {
    name: `2 × ${name}`,
    version,
    task: `${task}, side by side`,
    command: (log, output) => {
      const { words, ...rest } = command(log, output);
      return { words: ["sh", "-c", '"$@" & "$@" && wait "$!"', "sh", ...words], ...rest };
    },
  };
}

/** The same program, whose threads share one core. */
export function onOneCore(entrant: Entrant): Entrant {
  return {
    ...entrant,
    name: `${entrant.name} on one core`,
    command: (log, output) => {
      const { words, ...rest } = entrant.command(log, output);
      return { words: ["taskset", "--cpu-list", "0", ...words], ...rest };
    },
  };
}

/** l2i with a pipeline of its own, the same on one core, and with a rule. */
export const allL2i = (job: Job): Entrant[] => [l2i(job), onOneCore(l2i(job)), byRule(job)];

/** Bytes are characters: else gawk decodes UTF-8, and mawk never does. */
const bytewise = ({ env }: Program): NodeJS.ProcessEnv => ({ ...env, LC_ALL: "C" });

async function awk(name: "mawk" | "gawk", job: Job): Promise<Entrant> {
  const program = await binary(name, `/usr/bin/${name}`);
  return {
    name,
    version: program.version,
    task: `${job}.awk`,
    command: ({ path }) => ({
      words: [
        program.path,
        "-v",
        `methods=${methods}`,
        "-f",
        "bench/peers/lines.awk",
        "-f",
        `bench/peers/${job}.awk`,
        path,
      ],
      env: bytewise(program),
    }),
    table: (text, { zone }) => tableOfRows(text, shapes[job], zone),
  };
}

async function clojure(): Promise<Entrant> {
  const java = await findJava();
  const { root, version } = await binary("clojure", "/usr/share/java/clojure.jar");
  const jars = readdirSync(join(root, "usr/share/java"))
    .filter((name) => /^(?:clojure|spec\.alpha|core\.specs\.alpha)-[\d.]*\d\.jar$/.test(name))
    .map((name) => join(root, "usr/share/java", name));
  return {
    name: "clojure",
    version: `${version} on ${java.version}`,
    task: "requests.clj",
    command: ({ path }) => ({
      words: [java.path, "-cp", jars.join(":"), "clojure.main", "bench/peers/requests.clj", methods, path],
      env: java.env,
    }),
    table: (text) => tableOfPoints(text, requestsShape),
  };
}

async function mtail(): Promise<Entrant> {
  const { path, version, env } = await binary("mtail", "/usr/bin/mtail");
  const fixed = ["--one_shot", "--one_shot_format=prometheus", "--address=127.0.0.1", "--port=0", "--logtostderr"];
  return {
    name: "mtail",
    version,
    task: "by method and status, no minutes",
    command: (log) => ({ words: [path, ...fixed, "--progs=bench/peers/requests.mtail", `--logs=${log.path}`], env }),
  };
}

async function goaccess(): Promise<Entrant> {
  const { path, version, env } = await binary("goaccess", "/usr/bin/goaccess");
  const format = ['--log-format=%h %^[%d:%t %^] "%r" %s %b "%R" "%u" %D', "--date-format=%d/%b/%Y", "--time-format=%T"];
  return {
    name: "goaccess",
    version,
    task: "its own report, as JSON",
    command: (log, output) => ({
      words: [path, log.path, "--no-global-config", "--no-progress", ...format, "-o", `${output}.json`],
      env,
    }),
  };
}

async function grep(): Promise<Entrant> {
  const program = await binary("grep", "/usr/bin/grep");
  return {
    name: "grep",
    version: program.version,
    task: "-c Googlebot",
    command: ({ path }) => ({ words: [program.path, "-c", "Googlebot", path], env: bytewise(program) }),
  };
}

async function wc(): Promise<Entrant> {
  const { path, version, env } = await binary("coreutils", "/usr/bin/wc");
  return { name: "wc", version, task: "-l", command: (log) => ({ words: [path, "-l", log.path], env }) };
}

/** Everybody but l2i, by name. */
export const peers = {
  mawk: (job: Job) => awk("mawk", job),
  gawk: (job: Job) => awk("gawk", job),
  clojure,
  mtail,
  goaccess,
  grep,
  wc,
};
