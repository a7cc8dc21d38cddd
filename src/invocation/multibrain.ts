// Reads a multibrain: the text that lists the invocations of a run. Each value is checked by the schema first, then how values
// and invocations go together; whatever is wrong is reported at once.
import { basename, resolve } from "node:path";
import { conflictsOf, type Draft } from "./conflicts.ts";
import { type Context, normalise, type SealedInvocation } from "./invocation.ts";
import { isObject, type Layer, layerOf, merge, placed, type PlacedSink, sinkOf } from "./layers.ts";
import { flawsIn } from "../pipeline/classify.ts";
import { withoutComments } from "./json-comments.ts";
import { parseJson } from "./json-text.ts";
import { jsonPlace, type Path, type Problem, problemsError } from "./problems.ts";
import { invocationSchema } from "./schema.ts";
import { rivalProblems } from "./sink-target.ts";
import { entriesOf, readValues } from "./values.ts";

/** The invocations that the text of a multibrain, JSON with comments, lists, or one usage error that names every problem and its place. */
export function readMultibrain(text: string, context: Context): SealedInvocation[] {
  return readInvocations(parseJson(withoutComments(text)), context);
}

/** The same from the parsed text. */
export function readInvocations(json: unknown, context: Context): SealedInvocation[] {
  const { value, problems } = readValues(json, context);
  const defaults = layerOf(isObject(value) ? value["defaults"] : undefined, ["defaults"], problems);
  const drafts = entriesOf(value).map(({ path, entry }) => draft(layerOf(entry, path, problems), defaults, context));
  const made = drafts.flatMap((each) => each.made);
  const all = [
    ...problems,
    ...placed(rivalProblems(defaults.given, spell), defaults),
    ...drafts.flatMap((each) => each.problems),
    ...classifyProblems(defaults),
    ...conflictsOf(made, jsonPlace),
  ];
  if (all.length > 0) throw problemsError(all.toSorted(byEntry), jsonPlace);
  return made.map(({ invocation }) => invocation);
}

/** One invocation, as far as it can be put together; `made` is empty where what identifies it is missing. */
function draft(
  own: Layer,
  defaults: Layer,
  context: Context,
): { readonly made: readonly Draft[]; readonly problems: readonly Problem[] } {
  const { pipeline, log, brainfile } = own.given;
  const { sink, problems } = requiredSink(defaults, own, context);
  if (pipeline === undefined || log === undefined || brainfile === undefined) return { made: [], problems };
  const complete = invocationSchema.parse({ ...merge(defaults, own), pipeline });
  const found = [...problems, ...classifyProblems(own)];
  const surroundings = { logs: [resolve(context.folder, log)], logName: basename(log), sink };
  const invocation = normalise(complete, surroundings, context);
  const taken = takenNames(invocation).map((path) => ({
    path: [...(own.given.classify ? own : defaults).path, ...path],
    message: nameTaken,
  }));
  return {
    made: [{ path: own.path, invocation, broken: new Set([...own.broken, ...defaults.broken]) }],
    problems: [...found, ...taken],
  };
}

const nameTaken = "is a tag of every point; choose another name";

/** What the schema cannot tell of rules. */
function classifyProblems({ given, path }: Layer): Problem[] {
  return (given.classify ?? []).flatMap((rule, index) =>
    flawsIn(rule).map((flaw) => ({ path: [...path, "classify", index, ...flaw.path], message: flaw.message })),
  );
}

/** Places of attributes that have the name of a constant tag. */
function takenNames({ classify, tags }: SealedInvocation): Path[] {
  return classify.flatMap(({ set }, index) =>
    Object.keys(set)
      .filter((name) => Object.hasOwn(tags, name))
      .map((name) => ["classify", index, "set", name]),
  );
}

function requiredSink(defaults: Layer, own: Layer, context: Context): PlacedSink {
  const choice = sinkOf(defaults, own, context, spell);
  return choice.isNone ? { ...choice, problems: [{ path: own.path, message: noSink }] } : choice;
}

const noSink = 'has no place to write to; give "influxUrl" for a store, or "out" for a file ("-" for standard output)';

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
