// Reads a multibrain from disk, for all commands that take one.
import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, resolve } from "node:path";
import { L2iError } from "../errors.ts";
import type { SealedInvocation } from "../invocation/invocation.ts";
import { readMultibrain } from "../invocation/multibrain.ts";
import { pipelineNames } from "../pipeline/builtin.ts";

/** The invocations of a multibrain; `only`: those of these names. Throws a usage error with all problems. */
export async function readInvocations(path: string, only?: readonly string[]): Promise<SealedInvocation[]> {
  const text = await readFile(path, "utf8").catch((cause) => {
    throw new L2iError(
      "usage",
      `the multibrain ${path} cannot be read (${(cause as NodeJS.ErrnoException).code}); check the path and its permissions`,
      { cause },
    );
  });
  const invocations = readMultibrain(text, machine(dirname(resolve(path))));
  const unknown = only?.find((name) => !invocations.some((invocation) => invocation.name === name));
  if (unknown !== undefined)
    throw new L2iError(
      "usage",
      `--only ${unknown}: ${path} has no invocation of this name; there are ${invocations.map(({ name }) => name).join(", ")}`,
    );
  return only ? invocations.filter(({ name }) => only.includes(name)) : invocations;
}

/** What invocations depend on besides their options. `folder`: where relative paths begin. */
export function machine(folder: string) {
  return { folder, hostname: hostname(), environment: process.env, pipelines: pipelineNames };
}
