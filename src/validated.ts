// The proof that an invocation was found valid, kept in the header of its brainfile: a quiet run that finds the very same
// multibrain, environment, machine and program again need not check them once more, which takes longer than starting Node does.
import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, resolve } from "node:path";
import packageJson from "../package.json" with { type: "json" };
import type { RuleFiles } from "./pipeline/rule-module.ts";
import { withoutComments } from "./invocation/json-comments.ts";
import type { SealedInvocation } from "./invocation/invocation.ts";

/** What a quiet run has to look at, besides the brainfile itself. */
interface Watched {
  /** Absolute path of the live log. */
  readonly log: string;
  /** Absolute path of the file that points go to; null where they go to a store or to standard output. */
  readonly out: string | null;
  /** Absolute path of the file that holds the token or password; null where there is none. */
  readonly secretFile: string | null;
  /** Absolute path of the JSON Schema for the lines; null where there is none. */
  readonly schema: string | null;
  /** Absolute paths of the files that a rule is made of; empty for a built-in pipeline. */
  readonly rule: readonly string[];
}

export interface Validated extends Watched {
  /** SHA-256 of all that the outcome of the check depends on, and of the paths here. */
  readonly proof: string;
}

/**
 * A digest of all that the check of a multibrain depends on: `text`, where it lies, the variables that it may take from the
 * environment, the machine's name, the program. The time of the multibrain's last change is part of it, so that a brainfile
 * alone is not enough to try out passwords.
 */
export function circumstancesOf(path: string, text: string): string {
  const { dev, ino, ctimeNs } = statSync(path, { bigint: true });
  // Parsed and written once more, "$" and "{" stand there as such, also where the file escapes them.
  const strings = JSON.stringify(JSON.parse(withoutComments(text)));
  const named = new Set(Array.from(strings.matchAll(/\$\{([^}]*)\}?/gu), ([, name]) => name));
  const variables = Object.entries(process.env)
    .filter(([name]) => name.startsWith("INFLUX_") || named.has(name))
    .toSorted(([left], [right]) => (left < right ? -1 : 1));
  const file = [resolve(path), String(dev), String(ino), String(ctimeNs)];
  return sha256([packageJson.version, process.version, hostname(), file, variables, text]);
}

/** To be noted once the invocation was found valid; it has to be made before its secrets are read, and its rule added. */
export function validatedOf(circumstances: string, { brainfile, log, sink, schema }: SealedInvocation): Validated {
  const secret = sink?.kind === "influx2" ? sink.token : sink?.kind === "influx1" ? sink.password : null;
  const watched: Watched = {
    log,
    out: sink?.kind === "file" && sink.path !== "-" ? sink.path : null,
    secretFile: typeof secret === "object" && secret !== null ? secret.file : null,
    schema: schema?.path ?? null,
    rule: [],
  };
  return { ...watched, proof: proofOf(circumstances, brainfile, watched) };
}

/** The same with the files of a rule, as they were before they were read. */
export function withRule(validated: Validated, rule: RuleFiles | null): Validated {
  if (!rule) return validated;
  const marks = rule.files.map(({ mark }) => mark);
  return { ...validated, rule: rule.files.map(({ path }) => path), proof: provedBy(validated.proof, marks) };
}

/** What `proof` has to be if nothing changed. */
export function proofOf(circumstances: string, brainfile: string | null, watched: Watched): string {
  const { log, out, secretFile, schema, rule } = watched;
  const marks = [secretFile, schema].map((path) => path !== null && [path, markOf(path)]);
  return provedBy(sha256([circumstances, brainfile, log, out, ...marks]), rule.map(markOf));
}

const provedBy = (proof: string, rule: readonly Mark[]): string => (rule.length === 0 ? proof : sha256([proof, rule]));

/** Changes whenever a file does. */
export type Mark = readonly string[] | null;

/** Changes whenever the content of the file or its permissions do; null where there is no such file, which is never valid. */
export function markOf(path: string): Mark {
  try {
    const { dev, ino, size, ctimeNs } = statSync(path, { bigint: true });
    return [dev, ino, size, ctimeNs].map(String);
  } catch {
    return null;
  }
}

/** The folder in which relative paths of a multibrain begin. */
export const folderOf = (multibrain: string): string => dirname(resolve(multibrain));

const sha256 = (value: unknown): string => createHash("sha256").update(JSON.stringify(value)).digest("hex");
