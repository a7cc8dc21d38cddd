// The invocation that the words of `l2i load` describe: the same options and checks as in a multibrain, but a brainfile and a
// place to write to may be missing, and several logs are one stream.
import * as z from "zod/mini";
import { resolve } from "node:path";
import { fileConflicts } from "./conflicts.ts";
import { type Context, liveName, normalise, type SealedInvocation } from "./invocation.ts";
import { entryFromFlags, type Flags, numbersFromText } from "./options.ts";
import { pipelineProblems } from "./pipeline-name.ts";
import { flagOf, flagPlace, type Problem, problemsError, problemsOf } from "./problems.ts";
import { type Complete, type Given, invocationSchema, schemaOf } from "./schema.ts";
import { chooseSink, type OptionProblem, rivalProblems } from "./sink-target.ts";

/** `flags`: commander's `opts()`, of which only options of an invocation are read. `cores`: how many workers a load has unless told. */
export function invocationFromWords(
  pipeline: string,
  logs: readonly string[],
  flags: Flags,
  context: Context & { readonly cores: number },
): SealedInvocation {
  const { entry, problems } = entryFromFlags(flags);
  const value = { ...numbersFromText(entry), pipeline };
  const result = invocationSchema.safeParse(value);
  const single = [
    ...pipelineProblems(["pipeline"], pipeline, pipeline, context.pipelines),
    ...logs.flatMap(logProblems),
    ...problems,
    ...(result.success ? [] : problemsOf(result.error.issues, value, value)),
  ];
  if (!result.success || single.length > 0) throw problemsError(single, flagPlace);
  return assemble({ ...entry, pipeline }, result.data, logs, context);
}

function assemble(
  given: Given,
  complete: Complete,
  logs: readonly string[],
  context: Context & { readonly cores: number },
): SealedInvocation {
  const rivals = rivalProblems(given, flagOf);
  const choice =
    rivals.length > 0 ? { sink: null, problems: [] } : chooseSink(given, context.environment, context.folder, flagOf);
  const surroundings = {
    logs: logs.map((log) => (log === "-" ? log : resolve(context.folder, log))),
    logName: logs[0] === "-" ? "stdin" : liveName(logs[0]!),
    sink: choice.sink,
    usualJobs: context.cores,
  };
  const invocation = normalise(complete, surroundings, context);
  const problems = [
    ...[...rivals, ...choice.problems, ...checkpointProblems(given, logs)].map(({ key, message }) => ({
      path: [key],
      message,
    })),
    ...fileConflicts([{ path: [], invocation, broken: new Set() }], flagPlace),
  ];
  if (problems.length > 0) throw problemsError(problems, flagPlace);
  return invocation;
}

function logProblems(log: string): Problem[] {
  if (log === "-") return [];
  const result = z.safeParse(schemaOf("log"), log);
  return result.success
    ? []
    : problemsOf(result.error.issues, log, log).map(({ message }) => ({ path: ["log"], message }));
}

/** A checkpoint belongs to one log that stays where it is; without one there is nothing to start from or to resume. */
function checkpointProblems(given: Given, logs: readonly string[]): OptionProblem[] {
  if (given.brainfile === undefined) {
    return (["start", "resume"] as const)
      .filter((key) => given[key] !== undefined)
      .map((key) => ({ key, message: `needs ${flagOf("brainfile")}, which says how far the log was read` }));
  }
  if (logs.length === 1 && logs[0] !== "-") return [];
  return [
    { key: "brainfile", message: "is the checkpoint of one log; name the live log alone, or leave the brainfile out" },
  ];
}
