// The starter multibrain that `l2i init` writes: JSON with comments, for a person to go on from. Pure.
import { basename } from "node:path";
import type { SeenLog } from "./recognise.ts";

/** The pipelines to begin with, where they fit: what everybody asks first of a web server. */
const starters: readonly string[] = ["requests", "latency"];

/** Those of a log, of which the starter makes invocations. */
export function startersOf({ pipelines }: SeenLog): readonly string[] {
  return starters.filter((name) => pipelines.includes(name));
}

export interface Surroundings {
  /** Where the multibrain will lie. */
  readonly path: string;
  /** Folder of brainfiles and points. */
  readonly state: string;
  /** Path of the JSON Schema of multibrains; null where there is no file of it. */
  readonly schema: string | null;
  /** The machine's, for times that carry none. */
  readonly timezone: string;
}

/** `logs`: each has a starter. */
export function starterMultibrain(logs: readonly SeenLog[], surroundings: Surroundings): string {
  const { path, state, schema } = surroundings;
  const labels = labelsOf(logs.map((log) => log.path));
  const brainfiles = new Set<string>();
  const blocks = logs.map((log, index) => block(log, labels[index]!, brainfiles, surroundings));
  return `// What l2i counts on this machine; "l2i init" began it. In each entry of the list a pipeline counts the lines of a log:
// "l2i show pipelines" tells which there are, "l2i show formats" how lines may read. After a change: l2i check ${shown(path)}
{
${schema === null ? "" : `  "$schema": ${text(schema)},\n`}  "defaults": {
    // The first run begins at the end of each log, not with what is in it already:
    // "start": "end",

    // Where points go, one of these four. Choose before the first run: what was counted until then is where it went.
    // InfluxDB 2 and 3 (the token in a file for the user of l2i alone), InfluxDB 1, VictoriaMetrics:
    // "influxUrl": "http://localhost:8086", "influxOrg": "web", "influxBucket": "web", "influxTokenFile": "token"
    // "influxUrl": "http://localhost:8086", "influxDatabase": "web"
    // "influxUrl": "http://localhost:8428", "writes": "parts"
    // A file, as line protocol: that needs no server, but the file grows as long as nobody takes it away.
    "out": ${text(`${state}/points.lp`)}
  },
  "invocations": [
${blocks.join(",\n\n")}
  ]
}
`;
}

/** The invocations of a log. */
function block(log: SeenLog, label: string, brainfiles: Set<string>, { state, timezone }: Surroundings): string {
  const others = log.pipelines.filter((name) => !starters.includes(name));
  const { name: format, zoneless } = log.format!;
  const entries = startersOf(log).map((pipeline) => {
    const brainfile = `${state}/${unused(`${pipeline}-${label.replaceAll("/", "-")}`, brainfiles)}.json`;
    return indented({
      ...(label !== basename(log.path) && { name: `${pipeline}:${label}`, tag: { log: label } }),
      pipeline,
      log: log.path,
      format,
      ...(zoneless && { timezone }),
      brainfile,
    });
  });
  return `${zoneless ? zoneComment : ""}${alsoComment(others)}${entries.join(",\n")}`;
}

const zoneComment = "    // Its times carry no zone: that of this machine is taken.\n";

const alsoComment = (others: readonly string[]): string =>
  others.length === 0 ? "" : `    // This log could feed, too: ${others.join(", ")}\n`;

/** As JSON in a multibrain, in which `${` would begin a variable of the environment. */
const text = (value: unknown): string => JSON.stringify(value, null, 2).replaceAll("${", () => "$${");

const indented = (entry: object): string => text(entry).replaceAll(/^/gm, "    ");

/** A path in a comment, which ends with its line. */
const shown = (path: string): string => path.replaceAll(/\s/g, " ");

/** The end of each path that tells it from the others: its base name, with as many of its folders as that takes. */
function labelsOf(paths: readonly string[]): string[] {
  return paths.map((path) => {
    const parts = path.split("/");
    for (let count = 1; count < parts.length; count++) {
      const label = parts.slice(-count).join("/");
      if (paths.filter((other) => other.endsWith(`/${label}`)).length === 1) return label;
    }
    return path;
  });
}

/** `a-b` may stand for a/b and for a-b. */
function unused(name: string, names: Set<string>): string {
  let free = name;
  for (let number = 2; names.has(free); number++) free = `${name}-${number}`;
  names.add(free);
  return free;
}
