// The invocation that the words of `l2i load` describe: the same options and checks as in a multibrain, but a brainfile and a
// place to write to may be missing, and several logs are one stream.
import { dirname, join, resolve } from "node:path";
import { fileConflicts } from "./conflicts.ts";
import { liveName } from "../log/rotated-name.ts";
import { type Context, normalise, schemaFile, type SealedInvocation } from "./invocation.ts";
import { type Layer, layerOf, placed, sinkOf } from "./layers.ts";
import { entryFromFlags, type Flags, numbersFromText } from "./options.ts";
import { pipelineProblems } from "./pipeline-name.ts";
import { flagOf, flagPlace, type Problem, problemsError, problemsOf } from "./problems.ts";
import { type Given, invocationSchema } from "./schema.ts";
import type { OptionProblem } from "./sink-target.ts";

/** What `l2i load` is to do, or one usage error that names every problem. `flags`: commander's `opts()`; what is no option of an invocation is passed over. */
export function invocationFromWords(
  pipeline: string,
  logs: readonly string[],
  flags: Flags,
  context: Context,
): SealedInvocation {
  const { value, problems } = readValues(pipeline, logs, flags, context);
  const own = layerOf(value, [], problems);
  const { sink, problems: sinkProblems } = sinkOf(nothing, own, context, flagOf);
  const paths = logs.map((log) => (log === "-" ? log : resolve(context.folder, log)));
  const surroundings = {
    logs: own.given.brainfile === undefined || logs.length === 1 ? paths : liveFirst(paths),
    logName: logs[0] === "-" ? "stdin" : liveName(logs[0]!),
    sink,
  };
  const complete = invocationSchema.parse({ pipeline: "refused", ...own.given });
  const invocation = normalise(complete, surroundings, context);
  const draft = { path: [], invocation, broken: own.broken };
  const all = [
    ...problems,
    ...sinkProblems,
    ...placed(checkpointProblems(own.given, logs), own),
    ...fileConflicts([draft], flagPlace),
  ];
  if (all.length > 0) throw problemsError(all, flagPlace);
  return invocation;
}

/** How `l2i parse` is to read, or one usage error. */
export function readingFromWords(
  { format, field, schema }: Flags,
  { folder }: Context,
): Pick<SealedInvocation, "format" | "field" | "schema"> {
  const { entry, problems } = entryFromFlags({ format, field, schema });
  const value = { pipeline: "any", ...entry };
  const { data, error } = invocationSchema.safeParse(value);
  const all = [...problems, ...problemsOf(error?.issues ?? [], value, value)];
  if (!data || all.length > 0) throw problemsError(all, flagPlace);
  return { format: data.format, field: data.field ?? {}, schema: schemaFile(data.schema, folder) };
}

const nothing: Layer = { path: [], given: {}, broken: new Set() };

/** The options as an object, and the problems of every single value. */
function readValues(
  pipeline: string,
  logs: readonly string[],
  flags: Flags,
  { pipelines }: Context,
): { readonly value: object; readonly problems: Problem[] } {
  const { entry, problems } = entryFromFlags(flags);
  const value = { ...numbersFromText(entry), pipeline };
  const checked = [value, ...logs.filter((log) => log !== "-").map((log) => ({ pipeline: "any", log }))];
  const found = checked.flatMap((each) => problemsOf(invocationSchema.safeParse(each).error?.issues ?? [], each, each));
  const unknown = found.some(({ path }) => path[0] === "pipeline")
    ? []
    : pipelineProblems(["pipeline"], pipeline, pipeline, pipelines);
  return { value, problems: [...unknown, ...found, ...problems] };
}

/** Of files that belong together: the live log, whether it was named or not, then those that were. */
function liveFirst(paths: readonly string[]): string[] {
  const live = liveOf(paths[0]!);
  return [live, ...paths.filter((path) => path !== live)];
}

const liveOf = (path: string): string => join(dirname(path), liveName(path));

/** A checkpoint belongs to one log that stays where it is; without one there is nothing to start from or to resume. */
function checkpointProblems(given: Partial<Given>, logs: readonly string[]): OptionProblem[] {
  if (given.brainfile === undefined) {
    const useless = (["start", "resume"] as const).filter((key) => given[key] !== undefined);
    return useless.map((key) => ({
      key,
      message: `needs ${flagOf("brainfile")}, which says how far the log was read`,
    }));
  }
  const isOne = new Set(logs.map((log) => liveOf(resolve(log)))).size === 1;
  if (isOne && !logs.includes("-")) return [];
  return [
    {
      key: "brainfile",
      message:
        "is the checkpoint of one log; name the live log and its rotated files alone, or leave the brainfile out",
    },
  ];
}
