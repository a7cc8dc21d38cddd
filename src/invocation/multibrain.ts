// Reads a multibrain: the text that lists the invocations of a run. Each value is checked by the schema first, then how values
// and invocations go together; whatever is wrong is reported at once.
import { basename, resolve } from "node:path";
import { conflictsOf, type Draft } from "./conflicts.ts";
import { putIn } from "./environment.ts";
import { type Context, normalise, type SealedInvocation } from "./invocation.ts";
import { parseJson } from "./json-text.ts";
import { entryFromWords, numbersFromText } from "./options.ts";
import { pipelineProblems } from "./pipeline-name.ts";
import { jsonPlace, type Path, type Problem, problemsError, problemsOf, valueAt } from "./problems.ts";
import { type Given, invocationSchema, isOptionKey, multibrainSchema } from "./schema.ts";
import { chooseSink, type OptionProblem, rivalProblems, rivalsOf, type SealedTarget, sinkKeys } from "./sink-target.ts";

/** The invocations that the text of a multibrain lists, or one usage error that names every problem and its place. */
export function readMultibrain(text: string, context: Context): SealedInvocation[] {
  return readInvocations(parseJson(text), context);
}

/** The same from the parsed text. */
export function readInvocations(json: unknown, context: Context): SealedInvocation[] {
  const { value, problems } = readValues(json, context);
  const layers = layersOf(value, problems);
  const drafts = layers.entries.map((entry) => draft(entry, layers.defaults, context));
  const made = drafts.flatMap((each) => each.made);
  const all = [
    ...problems,
    ...placed(rivalProblems(layers.defaults.given, spell), layers.defaults),
    ...drafts.flatMap((each) => each.problems),
    ...conflictsOf(made, jsonPlace),
  ];
  if (all.length > 0) throw problemsError(all.toSorted(byEntry), jsonPlace);
  return made.map(({ invocation }) => invocation);
}

interface Read {
  readonly value: unknown;
  readonly problems: readonly Problem[];
}

/** Word lists made objects, variables put in, every single value checked. */
function readValues(json: unknown, { environment, pipelines }: Context): Read {
  const written = expandWords(json);
  const filled = putIn(written.value, environment);
  const value = mapEntries(filled.value, (entry, path) =>
    isObject(entry) && Array.isArray(valueAt(json, path)) ? numbersFromText(entry) : entry,
  );
  const result = multibrainSchema.safeParse(value);
  const found = result.success ? [] : problemsOf(result.error.issues, value, written.value);
  const isConsequence = ({ path }: Problem) =>
    valueAt(value, path) === undefined && written.problems.some((problem) => isWithin(path, problem.path));
  const unknown = entriesOf(value).flatMap(({ path }) =>
    unknownPipeline([...path, "pipeline"], value, written.value, pipelines),
  );
  return {
    value,
    problems: [
      ...written.problems,
      ...filled.problems,
      ...reservedKeys(value),
      ...found.filter((problem) => !isConsequence(problem)),
      ...unknown,
    ],
  };
}

function unknownPipeline(path: Path, value: unknown, written: unknown, pipelines: readonly string[]): Problem[] {
  const name = valueAt(value, path);
  const isName = invocationSchema.shape.pipeline.safeParse(name).success;
  return isName ? pipelineProblems(path, String(name), valueAt(written, path), pipelines) : [];
}

function expandWords(json: unknown): Read {
  const problems: Problem[] = [];
  const value = mapEntries(json, (entry, path) => {
    if (!isWordList(entry)) return entry;
    const expanded = entryFromWords(entry);
    problems.push(...expanded.problems.map((problem) => ({ ...problem, path: [...path, ...problem.path] })));
    return expanded.entry;
  });
  return { value, problems };
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
  ]);
  const reserved = maps.filter((path) => Object.hasOwn(Object(valueAt(value, path)), "__proto__"));
  return reserved.map((path) => ({
    path: [...path, "__proto__"],
    message: "is not a name that can be used; choose another",
  }));
}

/** Options given in one place, those left out that were refused. */
interface Layer {
  readonly path: Path;
  readonly given: Partial<Given>;
  readonly broken: ReadonlySet<string>;
}

function layersOf(
  value: unknown,
  problems: readonly Problem[],
): { readonly defaults: Layer; readonly entries: readonly Layer[] } {
  return {
    defaults: layerOf(isObject(value) ? value["defaults"] : undefined, ["defaults"], problems),
    entries: entriesOf(value).map(({ path, entry }) => layerOf(entry, path, problems)),
  };
}

function layerOf(value: unknown, path: Path, problems: readonly Problem[]): Layer {
  const broken = new Set(
    problems
      .filter((problem) => isWithin(problem.path, path))
      .map((problem) => String(problem.path[path.length] ?? "")),
  );
  const sound = Object.entries(isObject(value) ? value : {}).filter(([key]) => isOptionKey(key) && !broken.has(key));
  return { path, given: Object.fromEntries(sound), broken };
}

/** One invocation, as far as it can be put together; `made` is empty where what identifies it is missing. */
function draft(
  own: Layer,
  defaults: Layer,
  context: Context,
): { readonly made: readonly Draft[]; readonly problems: readonly Problem[] } {
  const { pipeline, log, brainfile } = own.given;
  const given = merge(defaults.given, own.given);
  const { sink, problems } = sinkOf(given, own, defaults, context);
  if (pipeline === undefined || log === undefined || brainfile === undefined) return { made: [], problems };
  const surroundings = { logs: [resolve(context.folder, log)], logName: basename(log), sink, usualJobs: 1 };
  const invocation = normalise(invocationSchema.parse({ ...given, pipeline }), surroundings, context);
  return { made: [{ path: own.path, invocation, broken: new Set([...own.broken, ...defaults.broken]) }], problems };
}

/** The place to write to; where an option that may choose it was refused, nothing is said about it. */
function sinkOf(
  given: Partial<Given>,
  own: Layer,
  defaults: Layer,
  { environment, folder }: Context,
): { readonly sink: SealedTarget | null; readonly problems: readonly Problem[] } {
  const rivals = rivalProblems(own.given, spell);
  if (rivals.length > 0) return { sink: null, problems: placed(rivals, own) };
  if (
    [own, defaults].some(({ broken }) => Array.from(broken).some(isAboutSink)) ||
    rivalProblems(defaults.given, spell).length > 0
  )
    return { sink: null, problems: [] };
  const { sink, problems } = chooseSink(given, environment, folder, spell);
  if (sink === null && problems.length === 0) return { sink, problems: [{ path: own.path, message: noSink }] };
  return {
    sink,
    problems: problems.map((problem) => ({ path: whereGiven(problem, own, defaults), message: problem.message })),
  };
}

/** An unknown key may be the misspelt one. */
function isAboutSink(key: string): boolean {
  return sinkKeys.some((sinkKey) => sinkKey === key) || !isOptionKey(key);
}

const noSink = 'has no place to write to; give "influxUrl" for a store, or "out" for a file ("-" for standard output)';

/** An invocation's own options win; tags and the pipeline's options are merged one by one. */
function merge(defaults: Partial<Given>, own: Partial<Given>): Partial<Given> {
  const excluded = rivalsOf(own);
  const kept = Object.entries(defaults).filter(([key]) => !excluded.some((rival) => rival === key));
  const merged: Partial<Given> = { ...Object.fromEntries(kept), ...own };
  return {
    ...merged,
    ...(merged.tag && { tag: { ...defaults.tag, ...own.tag } }),
    ...(merged.set && { set: { ...defaults.set, ...own.set } }),
  };
}

function whereGiven({ key }: OptionProblem, own: Layer, defaults: Layer): Path {
  const layer = [own, defaults].find(({ given }) => Object.hasOwn(given, key));
  return layer ? [...layer.path, key] : [key];
}

function placed(problems: readonly OptionProblem[], { path }: Layer): Problem[] {
  return problems.map(({ key, message }) => ({ path: [...path, key], message }));
}

function spell(key: string): string {
  return `"${key}"`;
}

/** In the order of the file, as far as problems belong to an invocation. */
function byEntry(left: Problem, right: Problem): number {
  return entryIndex(left) - entryIndex(right);
}

function entryIndex({ path }: Problem): number {
  const index = path[0] === "invocations" ? path[1] : path[0];
  return typeof index === "number" ? index : -1;
}

function entriesOf(value: unknown): { readonly path: Path; readonly entry: unknown }[] {
  const [base, list]: [Path, unknown] = Array.isArray(value)
    ? [[], value]
    : [["invocations"], isObject(value) ? value["invocations"] : undefined];
  return Array.isArray(list) ? list.map((entry: unknown, index) => ({ path: [...base, index], entry })) : [];
}

function mapEntries(value: unknown, map: (entry: unknown, path: Path) => unknown): unknown {
  const entries = entriesOf(value).map(({ path, entry }) => map(entry, path));
  if (Array.isArray(value)) return entries;
  return isObject(value) && Array.isArray(value["invocations"]) ? { ...value, invocations: entries } : value;
}

function isWithin(path: Path, outer: Path): boolean {
  return outer.every((key, index) => path[index] === key);
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
