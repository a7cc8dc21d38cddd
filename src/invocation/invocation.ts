// An invocation as the program works with it: every default applied, units parsed, paths absolute, so that nothing later asks
// whether something was set.
import { resolve } from "node:path";
import { beside } from "../beside.ts";
import type { ValueName } from "../format/values.ts";
import type { Span } from "../frequencies/spans.ts";
import type { ClassifyRule } from "./classify-schema.ts";
import type { Environment } from "./environment.ts";
import { modulePathPattern, pipelineLabel } from "./pipeline-name.ts";
import type { Complete } from "./schema.ts";
import type { SealedTarget, SecretFile, SinkTarget } from "./sink-target.ts";
import { durationMs } from "./units.ts";

/** What an invocation depends on besides its options. */
export interface Context {
  /** Relative paths begin here: the folder of the multibrain, or the working directory. */
  readonly folder: string;
  /** The machine's, for the tag `host`. */
  readonly hostname: string;
  readonly environment: Environment;
  /** Names of the built-in pipelines. */
  readonly pipelines: readonly string[];
}

/** `Secret` is a string where the secrets have been read from their files. */
export interface Invocation<Secret = string> {
  readonly name: string;
  /** The name of a built-in pipeline, or the absolute path of a module. */
  readonly pipeline: string;
  /** Absolute path of the live log; "-" is standard input (`load` only). */
  readonly log: string;
  /** What `load` was told to read, absolute or "-"; in a multibrain the live log alone. */
  readonly logs: readonly string[];
  /** Absolute; null: read all, save nothing. */
  readonly brainfile: string | null;
  readonly format: string;
  /** Names in JSON lines. */
  readonly field: { readonly [name in ValueName]?: string };
  /** Null: JSON lines may hold anything. */
  readonly schema: SchemaFile | null;
  readonly timezone: string | null;
  readonly windowMs: number;
  readonly latenessMs: number;
  /** When what is counted happened; null: whenever. Only a `load` without a brainfile may name a time. */
  readonly between: Span | null;
  /** Null: the pipeline's own. */
  readonly measurement: string | null;
  /** All constant tags; `host` and `log` are always among them. */
  readonly tags: { readonly [name: string]: string };
  /** Options of the pipeline as they were given; its own schema checks them. */
  readonly set: { readonly [name: string]: SettingValue };
  readonly classify: readonly ClassifyRule[];
  /** Answers of which a 0 is written where there is none. */
  readonly zeros: readonly ClassifyRule["set"][];
  /** Null: `load` prints a summary. */
  readonly sink: SinkTarget<Secret> | null;
  readonly writes: "totals" | "parts";
  readonly start: "beginning" | "end";
  readonly resume: "start" | "end" | null;
  /** Absolute; null: rejects are counted, not kept. */
  readonly rejects: string | null;
  /** Client addresses are cut to their networks. */
  readonly anonymizeIp: boolean;
  readonly maxSeries: number;
  readonly maxLine: number;
  /** Null: as many as the command takes by itself. */
  readonly jobs: number | null;
  readonly timeoutMs: number;
  /** What a load without brainfile does with its first and last window. */
  readonly edges: "drop" | "keep";
}

/** A JSON Schema of the user's own. */
export interface SchemaFile {
  /** Absolute. */
  readonly path: string;
  /** What was in it; null: it is yet to be read. */
  readonly text: string | null;
}

type SettingValue = string | number | boolean | readonly string[] | readonly number[];

/** An invocation whose secrets may still be in their files. */
export type SealedInvocation = Invocation<string | SecretFile>;

/** What is known of an invocation besides the options given. */
export interface Surroundings {
  readonly logs: readonly string[];
  /** The live base name of the log, for the tag `log` and the name. */
  readonly logName: string;
  readonly sink: SealedTarget | null;
}

/** Applies the defaults to options that have been checked. */
export function normalise(
  given: Complete,
  { logs, logName, sink }: Surroundings,
  { folder, hostname }: Context,
): SealedInvocation {
  const brainfile = given.brainfile === undefined ? null : resolve(folder, given.brainfile);
  return {
    name: given.name ?? `${pipelineLabel(given.pipeline)}:${logName}`,
    pipeline: modulePathPattern.test(given.pipeline) ? resolve(folder, given.pipeline) : given.pipeline,
    log: logs[0]!,
    logs,
    brainfile,
    format: given.format,
    field: given.field ?? {},
    schema: schemaFile(given.schema, folder),
    timezone: given.timezone ?? null,
    windowMs: durationMs(given.window),
    latenessMs: durationMs(given.lateness),
    between: null,
    measurement: given.measurement ?? null,
    tags: { host: given.host ?? hostname, log: logName, ...given.tag },
    set: given.set ?? {},
    classify: given.classify ?? [],
    zeros: given.zeros ?? [],
    sink,
    writes: given.writes,
    start: given.start,
    resume: given.resume ?? null,
    rejects: given.rejects === undefined ? brainfile && beside(brainfile).rejects : resolve(folder, given.rejects),
    anonymizeIp: given.anonymizeIp ?? false,
    maxSeries: given.maxSeries,
    maxLine: given.maxLine,
    jobs: given.jobs ?? null,
    timeoutMs: durationMs(given.timeout),
    edges: brainfile === null ? (given.edges ?? (isStore(sink) ? "drop" : "keep")) : "keep",
  };
}

export function schemaFile(path: string | undefined, folder: string): SchemaFile | null {
  return path === undefined ? null : { path: resolve(folder, path), text: null };
}

function isStore(sink: SealedTarget | null): boolean {
  return sink !== null && sink.kind !== "file";
}
