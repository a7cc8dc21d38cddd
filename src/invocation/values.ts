// The values of a multibrain, each for itself: word lists made objects, variables of the environment put in, everything checked
// by the schema. Problems quote what stands in the file.
import { putIn } from "./environment.ts";
import { isObject, isWithin } from "./layers.ts";
import { entryFromWords, numbersFromText } from "./options.ts";
import { pipelineProblems } from "./pipeline-name.ts";
import { type Path, type Problem, problemsOf, valueAt } from "./problems.ts";
import { invocationSchema, multibrainSchema } from "./schema.ts";
import type { Context } from "./invocation.ts";

export interface Values {
  /** Shaped like the file, every entry that can be one an object. */
  readonly value: unknown;
  readonly problems: readonly Problem[];
}

export function readValues(json: unknown, { environment, pipelines }: Context): Values {
  const written = expandWords(json);
  const filled = putIn(written.value, environment);
  const value = mapEntries(filled.value, (entry, path) =>
    isObject(entry) && Array.isArray(valueAt(json, path)) ? numbersFromText(entry) : entry,
  );
  const found = [...schemaProblems(value, written.value), ...unknownPipelines(value, written.value, pipelines)];
  const news = found.filter(({ path }) => !isConsequence(path, value, written.problems, filled.problems));
  return { value, problems: [...written.problems, ...filled.problems, ...reservedKeys(value), ...news] };
}

/** The entries of a multibrain, with their places in it. */
export function entriesOf(value: unknown): { readonly path: Path; readonly entry: unknown }[] {
  const [base, list]: [Path, unknown] = Array.isArray(value)
    ? [[], value]
    : [["invocations"], isObject(value) ? value["invocations"] : undefined];
  return Array.isArray(list) ? list.map((entry: unknown, index) => ({ path: [...base, index], entry })) : [];
}

function expandWords(json: unknown): Values {
  const problems: Problem[] = [];
  const value = mapEntries(json, (entry, path) => {
    if (!isWordList(entry)) return entry;
    const expanded = entryFromWords(entry);
    problems.push(...expanded.problems.map((problem) => ({ ...problem, path: [...path, ...problem.path] })));
    return expanded.entry;
  });
  return { value, problems };
}

function mapEntries(value: unknown, map: (entry: unknown, path: Path) => unknown): unknown {
  const entries = entriesOf(value).map(({ path, entry }) => map(entry, path));
  if (Array.isArray(value)) return entries;
  return isObject(value) && Array.isArray(value["invocations"]) ? { ...value, invocations: entries } : value;
}

function isWordList(entry: unknown): entry is string[] {
  return Array.isArray(entry) && entry.length > 0 && entry.every((word) => typeof word === "string");
}

/** JavaScript takes this key for something else than data, so zod passes over it. */
function reservedKeys(value: unknown): Problem[] {
  const layers = [...(isObject(value) ? [["defaults"]] : []), ...entriesOf(value).map(({ path }) => path)];
  const maps = layers.flatMap((path) => [
    [...path, "tag"],
    [...path, "set"],
    [...path, "field"],
    ...rulesOf(value, path).flatMap((rule) => [
      [...rule, "set"],
      [...rule, "when", "query"],
    ]),
  ]);
  const reserved = maps.filter((path) => Object.hasOwn(Object(valueAt(value, path)), "__proto__"));
  return reserved.map((path) => ({
    path: [...path, "__proto__"],
    message: "is not a name that can be used; choose another",
  }));
}

/** Places of the rules without code. */
function rulesOf(value: unknown, layer: Path): Path[] {
  const rules = valueAt(value, [...layer, "classify"]);
  return Array.isArray(rules) ? rules.map((_, index) => [...layer, "classify", index]) : [];
}

function schemaProblems(value: unknown, written: unknown): Problem[] {
  return problemsOf(multibrainSchema.safeParse(value).error?.issues ?? [], value, written);
}

function unknownPipelines(value: unknown, written: unknown, pipelines: readonly string[]): Problem[] {
  return entriesOf(value).flatMap(({ path: entry }) => {
    const path = [...entry, "pipeline"];
    const name = invocationSchema.shape.pipeline.safeParse(valueAt(value, path));
    return name.success ? pipelineProblems(path, name.data, valueAt(written, path), pipelines) : [];
  });
}

/** What is missing in words that could not be read, or wrong with a variable that is not there, is not worth saying. */
function isConsequence(
  path: Path,
  value: unknown,
  inWords: readonly Problem[],
  inVariables: readonly Problem[],
): boolean {
  const isMissing = valueAt(value, path) === undefined && inWords.some((problem) => isWithin(path, problem.path));
  return isMissing || inVariables.some((problem) => isWithin(path, problem.path));
}
