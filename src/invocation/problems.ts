// What is wrong with a configuration, told to a person: where, what, and the way out. Problems are collected, so that one look
// shows them all, and they quote what stands in the file, never what the environment put there, and no secret.
import type * as z from "zod/mini";
import { L2iError } from "../errors.ts";
import { valueNames } from "../format/values.ts";
import { whenFields } from "./classify-schema.ts";
import { nearest } from "./nearest.ts";
import { identityKeys, isOptionKey, multibrainKeys, optionKeys, secretKeys } from "./schema.ts";

export type Path = readonly PropertyKey[];

export interface Problem {
  readonly path: Path;
  readonly message: string;
}

/** One error that lists every problem on a line of its own, each once. */
export function problemsError(problems: readonly Problem[], place: (path: Path) => string): L2iError {
  const lines = problems.map(({ path, message }) => (path.length === 0 ? message : `${place(path)}: ${message}`));
  return new L2iError("usage", [...new Set(lines)].join("\n"));
}

/** `invocations[3].window`, or `[3].window` in a bare list. */
export function jsonPlace(path: Path): string {
  return path.map(placeStep).join("").replace(/^\./u, "");
}

/** `--influx-url`, `--tag service`; pipeline and log are the words `<pipeline>` and `<log>`. */
export function flagPlace([key, ...rest]: Path): string {
  const name = String(key);
  if (name === "pipeline" || name === "log") return `<${name}>`;
  return isOptionKey(name) ? [flagOf(name), ...rest.map(String)].join(" ") : name;
}

/** `influxUrl` → `--influx-url`. */
export function flagOf(key: string): string {
  return `--${key.replace(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** The problems that the schema found in a value, in words. `written` is that value before the environment was put in. */
export function problemsOf(issues: readonly z.core.$ZodIssue[], value: unknown, written: unknown): Problem[] {
  return issues
    .flatMap((issue) => leaves(issue, value, []))
    .flatMap(({ issue, path }) => explain(issue, path, valueAt(value, path), valueAt(written, path)));
}

export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, key) => Object(inner)[key], value);
}

interface Leaf {
  readonly issue: z.core.$ZodIssue;
  readonly path: Path;
}

/** Of a union, the issues of the alternative that was meant: the one whose own type the value has. */
function leaves(issue: z.core.$ZodIssue, value: unknown, base: Path): Leaf[] {
  const path = [...base, ...issue.path];
  const meant =
    issue.code === "invalid_union" ? issue.errors.find((alternative) => !alternative.some(isOfOtherType)) : undefined;
  if (!meant) return [{ issue, path }];
  return meant.flatMap((inner) => leaves(inner, value, path));
}

function isOfOtherType(issue: z.core.$ZodIssue): boolean {
  return issue.path.length === 0 && (issue.code === "invalid_type" || issue.code === "invalid_union");
}

function explain(issue: z.core.$ZodIssue, path: Path, value: unknown, written: unknown): Problem[] {
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey([...path, key]));
  if (issue.code === "invalid_key") return [{ path, message: `${quote(path.at(-1))} ${issue.issues[0]?.message}` }];
  if (value === undefined) return [{ path, message: missing(path) }];
  if (issue.code === "invalid_type" && issue.message === defaultMessage)
    return [{ path, message: `expected ${kindNames[issue.expected] ?? issue.expected}, got ${kindOf(value)}` }];
  return [{ path, message: `${shown(path, written)} ${issue.message}${suggestion(issue, value)}` }];
}

/** What zod says where the schema has no words of its own. */
const defaultMessage = "Invalid input";

function unknownKey(path: Path): Problem {
  const key = String(path.at(-1));
  if (path[0] === "defaults" && identityKeys.includes(key)) {
    return { path, message: `names one invocation, so it cannot be a default; write it into each invocation` };
  }
  const known = knownKeys(path);
  const guess = nearest(key, known);
  return {
    path,
    message: guess ? `is unknown; did you mean "${guess}"?` : `is unknown; there are ${known.join(", ")}`,
  };
}

function knownKeys(path: Path): readonly string[] {
  const parent = path.at(-2);
  if (path.length === 1) return multibrainKeys;
  if (parent === "field") return valueNames;
  if (!path.includes("classify")) return optionKeys;
  return parent === "when" ? whenFields : ["when", "set"];
}

function missing(path: Path): string {
  const advice: { readonly [key: string]: string } = {
    pipeline: 'name what to count, such as "requests"',
    log: "give the path of the live log",
    when: 'say which lines are meant, such as {"status": 404}; {} means all',
    set: 'say what they are, such as {"type": "probe"}',
    brainfile: 'give the path of its checkpoint, such as "access.brain.json"',
    invocations:
      'give the list, such as [{"pipeline": "requests", "log": "access.log", "brainfile": "access.brain.json"}]',
  };
  return `is missing; ${advice[String(path.at(-1))] ?? "give a value"}`;
}

function suggestion(issue: z.core.$ZodIssue, value: unknown): string {
  if (issue.code !== "invalid_value" || typeof value !== "string") return "";
  const guess = nearest(value, issue.values.map(String));
  return guess ? `; did you mean "${guess}"?` : "";
}

/** Only values of options are quoted, and no secret: a list of words that stands in the wrong place may hold one, too. */
function shown(path: Path, written: unknown): string {
  const key = path.find((step) => typeof step === "string" && isOptionKey(step));
  if (key === undefined || (typeof written === "object" && written !== null)) return kindOf(written);
  return isSecret(key, written) ? "the value (not shown)" : quote(written);
}

function isSecret(key: string, written: unknown): boolean {
  return secretKeys.includes(key) || (key === "influxUrl" && /[@?]/u.test(String(written)));
}

/** As JSON, because that shows control characters; what is long is cut. */
export function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 100 ? `${text.slice(0, 97)}…"` : text;
}

const kindNames: { readonly [expected: string]: string } = {
  string: "a string",
  number: "a number",
  boolean: "a boolean",
  object: "an object",
  record: "an object",
  array: "a list",
};

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return kindNames[typeof value] ?? typeof value;
}

function placeStep(key: PropertyKey): string {
  if (typeof key === "number") return `[${key}]`;
  return /^[\w$]+$/u.test(String(key)) ? `.${String(key)}` : `[${JSON.stringify(key)}]`;
}
