// Which store or file an invocation writes to. An option chooses it; the environment alone never does, it only completes the
// choice, so that a program run in a shell with INFLUX_URL set does not write there by accident.
import { resolve } from "node:path";
import type { Environment } from "./environment.ts";
import * as z from "zod/mini";
import { type Given, type OptionKey, schemaOf } from "./schema.ts";

/** A secret that is still in its file; `readSecrets` fetches it. */
export interface SecretFile {
  readonly file: string;
}

interface FileTarget {
  readonly kind: "file";
  /** Absolute; "-" is standard output. */
  readonly path: string;
}

/** `/api/v2/write`: InfluxDB 2 and 3, VictoriaMetrics, which needs neither organisation nor bucket. */
interface Influx2Target<Secret = string> {
  readonly kind: "influx2";
  /** Without a slash at its end, without credentials. */
  readonly url: string;
  readonly org: string | null;
  readonly bucket: string | null;
  readonly token: Secret | null;
}

/** `/write` of InfluxDB 1, basic authentication. */
interface Influx1Target<Secret = string> {
  readonly kind: "influx1";
  /** Without a slash at its end, without credentials. */
  readonly url: string;
  readonly database: string;
  readonly retentionPolicy: string | null;
  readonly username: string | null;
  readonly password: Secret | null;
}

export type SinkTarget<Secret = string> = FileTarget | Influx2Target<Secret> | Influx1Target<Secret>;

/** A target whose secret may still be in its file. */
export type SealedTarget = SinkTarget<string | SecretFile>;

/** A problem of one option, or of the environment variable that stands in for it. */
export interface OptionProblem {
  readonly key: string;
  readonly message: string;
}

/** How a message spells an option: `influxUrl` in a file, `--influx-url` on the command line. */
export type Spelling = (key: OptionKey) => string;

const influx2Keys = [
  "influxOrg",
  "influxBucket",
  "influxToken",
  "influxTokenFile",
] as const satisfies readonly OptionKey[];
const influx1Keys = [
  "influxDatabase",
  "influxRetentionPolicy",
  "influxUsername",
  "influxPassword",
  "influxPasswordFile",
] as const satisfies readonly OptionKey[];
const influxKeys = ["influxUrl", ...influx2Keys, ...influx1Keys] as const;

export const sinkKeys: readonly OptionKey[] = ["out", ...influxKeys];

/** Options that exclude each other: none on the left may stand beside one on the right. */
const rivals: readonly (readonly [readonly OptionKey[], readonly OptionKey[], string])[] = [
  [["out"], influxKeys, "there is one place to write to; keep one of the two"],
  [influx2Keys, influx1Keys, "the one belongs to InfluxDB 2 and 3, the other to InfluxDB 1; keep those of your store"],
  [["influxToken"], ["influxTokenFile"], "there is one token; keep one of the two"],
  [["influxPassword"], ["influxPasswordFile"], "there is one password; keep one of the two"],
];

/** Options given together that exclude each other. */
export function rivalProblems(given: Partial<Given>, spell: Spelling): OptionProblem[] {
  return rivals.flatMap(([left, right, reason]) => {
    const [one, other] = [firstGiven(given, left), firstGiven(given, right)];
    return one && other ? [{ key: other, message: `cannot stand beside ${spell(one)}: ${reason}` }] : [];
  });
}

/** Options that may not stand beside those given. */
export function rivalsOf(given: Partial<Given>): readonly OptionKey[] {
  return rivals.flatMap(([left, right]) => [
    ...(firstGiven(given, left) ? right : []),
    ...(firstGiven(given, right) ? left : []),
  ]);
}

export interface SinkChoice {
  /** Null where no option chooses one, or where there are problems. */
  readonly sink: SealedTarget | null;
  readonly problems: readonly OptionProblem[];
}

/** Where to write, from options that do not exclude each other. */
export function chooseSink(
  given: Partial<Given>,
  environment: Environment,
  folder: string,
  spell: Spelling,
): SinkChoice {
  if (given.out !== undefined)
    return { sink: { kind: "file", path: given.out === "-" ? "-" : resolve(folder, given.out) }, problems: [] };
  if (!firstGiven(given, influxKeys)) return { sink: null, problems: [] };
  const { completed, problems } = complete(given, environment);
  const store: Store = {
    given: completed,
    urlKey: given.influxUrl === undefined ? "INFLUX_URL" : "influxUrl",
    folder,
    spell,
  };
  if (problems.length > 0) return { sink: null, problems };
  return firstGiven(given, influx1Keys) ? chooseInflux1(store) : chooseInflux2(store);
}

/** Which option a variable of the environment completes. */
const variables = [
  ["influxUrl", "INFLUX_URL"],
  ["influxOrg", "INFLUX_ORG"],
  ["influxBucket", "INFLUX_BUCKET"],
  ["influxToken", "INFLUX_TOKEN"],
] as const satisfies readonly (readonly [OptionKey, string])[];

interface Completed {
  readonly completed: Partial<Given>;
  readonly problems: readonly OptionProblem[];
}

/** A variable that excludes a given option is passed over: INFLUX_BUCKET says nothing about InfluxDB 1. */
function complete(given: Partial<Given>, environment: Environment): Completed {
  const excluded = rivalsOf(given);
  const found = variables.flatMap(([key, variable]) => {
    const value = environment[variable] ?? "";
    return value === "" || given[key] !== undefined || excluded.includes(key) ? [] : [{ key, variable, value }];
  });
  return {
    completed: { ...given, ...Object.fromEntries(found.map(({ key, value }) => [key, value])) },
    problems: found.flatMap(({ key, variable, value }) => variableProblem(variable, z.safeParse(schemaOf(key), value))),
  };
}

function variableProblem(variable: string, { error }: z.core.util.SafeParseResult<unknown>): OptionProblem[] {
  return error
    ? [{ key: variable, message: `the value of this environment variable ${error.issues[0]?.message}` }]
    : [];
}

interface Store {
  readonly given: Partial<Given>;
  /** Where the URL was given: the option, or the variable. */
  readonly urlKey: string;
  readonly folder: string;
  readonly spell: Spelling;
}

function chooseInflux2(store: Store): SinkChoice {
  const { given, urlKey, folder, spell } = store;
  const location = locate(store);
  if ("problem" in location) return { sink: null, problems: [location.problem] };
  if (location.username !== null) {
    const message = `has a user in it, which only InfluxDB 1 takes; give ${spell("influxToken")} instead, or ${spell("influxDatabase")} for InfluxDB 1`;
    return { sink: null, problems: [{ key: urlKey, message }] };
  }
  const token = given.influxToken ?? secretFile(given.influxTokenFile, folder);
  return {
    sink: {
      kind: "influx2",
      url: location.url,
      org: given.influxOrg ?? null,
      bucket: given.influxBucket ?? null,
      token,
    },
    problems: [],
  };
}

function chooseInflux1(store: Store): SinkChoice {
  const { given, folder } = store;
  const location = locate(store);
  if ("problem" in location) return { sink: null, problems: [location.problem] };
  const problems = influx1Problems(store, location);
  if (problems.length > 0 || given.influxDatabase === undefined) return { sink: null, problems };
  const sink: SealedTarget = {
    kind: "influx1",
    url: location.url,
    database: given.influxDatabase,
    retentionPolicy: given.influxRetentionPolicy ?? null,
    username: given.influxUsername ?? location.username,
    password: given.influxPassword ?? secretFile(given.influxPasswordFile, folder) ?? location.password,
  };
  return { sink, problems: [] };
}

function influx1Problems({ given, urlKey, spell }: Store, location: Location): OptionProblem[] {
  const [first, password] = [
    firstGiven(given, influx1Keys)!,
    firstGiven(given, ["influxPassword", "influxPasswordFile"]),
  ];
  const isTwice = location.username !== null && (given.influxUsername ?? password) !== undefined;
  return [
    ...(given.influxDatabase === undefined
      ? [{ key: first, message: `belongs to InfluxDB 1, which needs ${spell("influxDatabase")} as well` }]
      : []),
    ...(isTwice
      ? [
          {
            key: urlKey,
            message: `has a user in it, and ${spell(given.influxUsername === undefined ? password! : "influxUsername")} is given; keep one of the two`,
          },
        ]
      : []),
    ...(password && given.influxUsername === undefined && !isTwice
      ? [{ key: password, message: `needs ${spell("influxUsername")} as well` }]
      : []),
  ];
}

interface Location {
  readonly url: string;
  readonly username: string | null;
  readonly password: string | null;
}

function locate({ given, urlKey, spell }: Store): Location | { readonly problem: OptionProblem } {
  if (given.influxUrl === undefined) {
    return {
      problem: {
        key: firstGiven(given, influxKeys)!,
        message: `needs the URL of the store; give ${spell("influxUrl")}, or set INFLUX_URL in the environment`,
      },
    };
  }
  return (
    splitUrl(given.influxUrl) ?? {
      problem: {
        key: urlKey,
        message:
          'the value (not shown) is not the URL of a store; it begins with http:// or https://, such as "http://localhost:8086"',
      },
    }
  );
}

/** Null for the few host names and credentials that the schema's pattern takes and a URL does not, such as "xn--a" and "%FF". */
function splitUrl(text: string): Location | null {
  try {
    const { origin, pathname, username, password } = new URL(text);
    return {
      url: `${origin}${pathname}`.replace(/\/+$/u, ""),
      username: decoded(username),
      password: decoded(password),
    };
  } catch {
    return null;
  }
}

function decoded(text: string): string | null {
  return text === "" ? null : decodeURIComponent(text);
}

function secretFile(path: string | undefined, folder: string): SecretFile | null {
  return path === undefined ? null : { file: resolve(folder, path) };
}

function firstGiven<Key extends OptionKey>(given: Partial<Given>, keys: readonly Key[]): Key | undefined {
  return keys.find((key) => given[key] !== undefined);
}
