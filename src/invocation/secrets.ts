// Fetches tokens and passwords from their files. Apart from the rest, because only a run that writes needs them: whoever looks
// at the status need not be able to read them.
import { readFile, stat } from "node:fs/promises";
import * as z from "zod/mini";
import { L2iError } from "../errors.ts";
import { secretPattern } from "../secret-pattern.ts";
import type { Invocation, SealedInvocation } from "./invocation.ts";
import { schemaOf } from "./schema.ts";
import type { SealedTarget, SecretFile, SinkTarget } from "./sink-target.ts";

export interface Unsealed {
  readonly invocations: Invocation[];
  /** About files that others can read. */
  readonly warnings: readonly string[];
}

/** The same invocations with their secrets. One usage error names every file that gives none. */
export async function readSecrets(invocations: readonly SealedInvocation[]): Promise<Unsealed> {
  const files = new Map(invocations.flatMap(({ sink }) => secretFileOf(sink)));
  const secrets = new Map(
    await Promise.all(Array.from(files, async ([path, kind]) => [path, await readSecret(path, kind)] as const)),
  );
  const problems = [...secrets.values()].flatMap(({ problem }) => problem ?? []);
  if (problems.length > 0) throw new L2iError("usage", problems.join("\n"));
  return {
    invocations: invocations.map((invocation) => ({
      ...invocation,
      sink: invocation.sink && unseal(invocation.sink, secrets),
    })),
    warnings: [...secrets].flatMap(([path, { isPublic }]) => (isPublic ? [openSecret(path)] : [])),
  };
}

const openSecret = (path: string): string =>
  `${path} holds a secret that every user of this machine can read; chmod o-r it`;

/** A warning where everybody can read a multibrain in which a token or password of the invocations is written out. */
export async function warnOfOpenSecrets(path: string, invocations: readonly SealedInvocation[]): Promise<string[]> {
  const { mode } = await stat(path);
  if ((mode & 0o004) === 0) return [];
  const text = await readFile(path, "utf8");
  const secrets = invocations.flatMap(({ sink }) => secretOf(sink) || []);
  const isWritten = secrets.length > 0 && secretPattern(secrets).test(text);
  return isWritten ? [openSecret(path)] : [];
}

/** The secret itself, where it is not in a file. */
function secretOf(sink: SealedTarget | null): string | null {
  const secret = sink?.kind === "influx2" ? sink.token : sink?.kind === "influx1" ? sink.password : null;
  return isFile(secret) ? null : secret;
}

interface Secret {
  readonly text: string;
  readonly isPublic: boolean;
  readonly problem?: string;
}

type SecretKey = "influxToken" | "influxPassword";

function secretFileOf(sink: SealedTarget | null): [path: string, kind: SecretKey][] {
  if (sink?.kind === "influx2" && isFile(sink.token)) return [[sink.token.file, "influxToken"]];
  return sink?.kind === "influx1" && isFile(sink.password) ? [[sink.password.file, "influxPassword"]] : [];
}

async function readSecret(path: string, kind: SecretKey): Promise<Secret> {
  try {
    const stats = await stat(path);
    // A pipe that nobody writes to would be waited for; what a shell makes of `<(command)` is written to already.
    if (stats.isFIFO() && !path.startsWith("/dev/fd/")) return unreadable(path, "it is a pipe");
    const text = (await readFile(path, "utf8")).replace(/\r?\n$/u, "");
    const { error } = z.safeParse(schemaOf(kind), text);
    return {
      text,
      isPublic: (stats.mode & 0o004) !== 0,
      ...(error && { problem: `${path}: the secret in this file ${error.issues[0]?.message}` }),
    };
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    return unreadable(path, String(error.code));
  }
}

const unreadable = (path: string, why: string): Secret => ({
  text: "",
  isPublic: false,
  problem: `${path}: the secret in this file cannot be read (${why}); check the path and its permissions`,
});

function unseal(sink: SealedTarget, secrets: ReadonlyMap<string, Secret>): SinkTarget {
  const open = (secret: string | SecretFile | null): string | null =>
    isFile(secret) ? secrets.get(secret.file)!.text : secret;
  if (sink.kind === "influx2") return { ...sink, token: open(sink.token) };
  return sink.kind === "influx1" ? { ...sink, password: open(sink.password) } : sink;
}

function isFile(secret: string | SecretFile | null): secret is SecretFile {
  return typeof secret === "object" && secret !== null;
}
