// Reads a rule and the files that it imports.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { L2iError, reasonOf, systemCode } from "../errors.ts";
import { modulePathPattern } from "../invocation/pipeline-name.ts";
import { markOf } from "../validated.ts";
import { type LoadedRule, type RuleFile, runRule } from "./rule-module.ts";

/** The rule that an invocation names by its absolute path; null where it names a built-in pipeline. Throws L2iError "usage". */
export async function readRule(pipeline: string): Promise<LoadedRule | null> {
  if (!modulePathPattern.test(pipeline)) return null;
  const { codeOf } = await import("./rule-code.ts");
  const files: RuleFile[] = [];
  const digest = createHash("sha256");
  const made = runRule(pipeline, (path) => {
    const mark = markOf(path);
    const text = textOf(path, pipeline);
    digest.update(JSON.stringify([basename(path), text]));
    const file = { path, code: codeOf(path, text), mark };
    files.push(file);
    return file;
  });
  return { pipeline: made, files, digest: digest.digest("hex") };
}

function textOf(path: string, rule: string): string {
  if (!/\.(?:js|mjs|ts|json)$/.test(path))
    throw new L2iError(
      "usage",
      `${path} is no module; name a file that ends in .ts, .js or .mjs${path === rule ? "" : ", in imports, too"}`,
    );
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const why = reasons[systemCode(cause) ?? ""] ?? `it cannot be read (${reasonOf(cause)})`;
    throw new L2iError("usage", `${path}: ${why}${path === rule ? "" : `; ${rule} imports it`}`, { cause });
  }
}

const reasons: { readonly [code: string]: string | undefined } = {
  ENOENT: "there is no such file",
  EISDIR: "this is a folder, not a module",
  EACCES: "permission denied; let the user that runs l2i read it",
};
