// Which pipelines there are to name: the built-in ones, fields to count by, and modules, which are given by their path.
import { adviceOnBy, isBy, labelOfBy } from "../pipeline/by.ts";
import { nearest } from "./nearest.ts";
import { type Path, type Problem, quote } from "./problems.ts";

/** What looks like the path of a module: it has a slash, or ends like JavaScript or TypeScript. */
export const modulePathPattern: RegExp = /\/|\.(?:js|mjs|ts)$/u;

/** What a pipeline is called where only its name is known: a module by its base name. */
export function pipelineLabel(pipeline: string): string {
  if (modulePathPattern.test(pipeline)) return pipeline.replace(/^.*\//su, "").replace(/\.[^.]*$/u, "");
  return isBy(pipeline) ? labelOfBy(pipeline) : pipeline;
}

/** The problem of a name that no pipeline has. `written` is what stands in the file, before the environment was put in. */
export function pipelineProblems(path: Path, name: string, written: unknown, pipelines: readonly string[]): Problem[] {
  if (modulePathPattern.test(name) || pipelines.includes(name)) return [];
  if (isBy(name)) return unknownFields(path, name, written);
  const guess = nearest(name, pipelines);
  const advice = guess
    ? `did you mean "${guess}"?`
    : `there are ${pipelines.join(", ")}; a rule of your own is given by its path, such as "./checkout.ts"`;
  return [{ path, message: `${quote(written)} is not a pipeline; ${advice}` }];
}

function unknownFields(path: Path, name: string, written: unknown): Problem[] {
  const advice = adviceOnBy(name);
  return advice === null ? [] : [{ path, message: `${quote(written)} names no fields to count by; ${advice}` }];
}
