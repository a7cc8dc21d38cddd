// Runs the module of a rule. It is CommonJS by now, so that what runs is the very text that was read, whoever runs it: this thread,
// or a worker that gets the text from it.
import { createRequire } from "node:module";
import { basename, dirname, extname, resolve } from "node:path";
import { compileFunction } from "node:vm";
import { L2iError, reasonOf } from "../errors.ts";
import type { Mark } from "../validated.ts";
import { limited } from "../limited.ts";
import { boundBacktracking } from "../linear-regex.ts";
import type { Pipeline } from "./pipeline.ts";
import { pipelineFrom } from "./rule.ts";
import { placeIn } from "./rule-guard.ts";
import { moduleForRules, refuseUnknownImports, ruleConsole, ruleProcess } from "./rule-surroundings.ts";

/** A file of a rule: its module, or one that it imports. */
export interface RuleFile {
  /** Absolute. */
  readonly path: string;
  /** JavaScript, CommonJS. */
  readonly code: string;
  /** How the file was before it was read. */
  readonly mark: Mark;
}

/** Plain data: what a rule was made from, and what it can be made from again. */
export interface RuleFiles {
  /** The module first. */
  readonly files: readonly RuleFile[];
  /** SHA-256 of the files as they were read. */
  readonly digest: string;
}

/** A rule that is ready. */
export interface LoadedRule extends RuleFiles {
  readonly pipeline: Pipeline;
}

/** The same rule once more, without a look at the disk. */
export function rerun(rule: RuleFiles): LoadedRule {
  const files = new Map(rule.files.map((file) => [file.path, file]));
  return { ...rule, pipeline: runRule(rule.files[0]!.path, (path) => files.get(path)!) };
}

/** What the module exports, checked. `fileAt` is asked once for each file, the module first. */
export function runRule(path: string, fileAt: (path: string) => RuleFile): Pipeline {
  boundBacktracking();
  const modules = new Modules(fileAt);
  let exported: unknown;
  limited(`what ${path} does when it is imported`, () => {
    exported = modules.exportsOf(path);
  });
  const isModule = Object(exported)["__esModule"] === true;
  const made = pipelineFrom(isModule ? Object(exported)["default"] : exported, basename(path, extname(path)));
  if ("problem" in made) throw new L2iError("usage", `${path}: ${made.problem}`);
  return made;
}

/** What every module has. */
const names = ["exports", "require", "module", "process", "console"];

class Modules {
  readonly #fileAt: (path: string) => RuleFile;
  /** By path. What is imported in a circle is seen half done, as in Node. */
  readonly #modules = new Map<string, { exports: unknown }>();

  constructor(fileAt: (path: string) => RuleFile) {
    this.#fileAt = fileAt;
  }

  exportsOf(path: string): unknown {
    const known = this.#modules.get(path);
    if (known) return known.exports;
    const module = { exports: {} };
    this.#modules.set(path, module);
    const { code } = this.#fileAt(path);
    try {
      refuseUnknownImports(code);
      // In a block it may have a `process` of its own.
      const run = compileFunction(`"use strict";{${code}\n}`, names, { filename: path });
      run(module.exports, (name: string) => this.#required(name, path), module, ruleProcess, ruleConsole);
    } catch (error) {
      throw error instanceof L2iError ? error : this.#failed(error, path);
    }
    return module.exports;
  }

  #required(name: string, from: string): unknown {
    const own = moduleForRules(name);
    if (own !== undefined) return own;
    if (/^\.{0,2}\//.test(name)) return this.exportsOf(resolve(dirname(from), name));
    return createRequire(from)(name);
  }

  #failed(error: unknown, path: string): L2iError {
    const place = placeIn(error, [...this.#modules.keys()]);
    const what = error instanceof SyntaxError ? "is no JavaScript that can be read" : "threw when it was imported";
    return new L2iError("usage", `${path} ${what}: ${reasonOf(error).split("\n")[0]}${place}${adviceOn(error)}`, {
      cause: error,
    });
  }
}

/** Node tells the place of a syntax error in the stack, too. */
function adviceOn(error: unknown): string {
  if (/\bawait\b/.test(reasonOf(error))) return "; a rule is made at once: nothing in it can be waited for";
  return Object(error).code === "ERR_REQUIRE_ESM" ? "; a package that a rule imports must be CommonJS" : "";
}
