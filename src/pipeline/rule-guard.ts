// Stands between counting and a rule, which anybody may have written: an answer that is none is a failure of that line, as what
// the rule throws is, and where the rule takes its time, that is noticed.
import { reasonOf } from "../errors.ts";
import type { WholeRecord } from "../derived/fields.ts";
import type { Attributes } from "./pipeline.ts";
import type { Pace } from "./pace.ts";

type Categorize = (record: WholeRecord) => unknown;

/** `paths`: of the rule's files. */
export function guarded(
  categorize: Categorize,
  pace: Pace,
  paths: readonly string[],
): (record: WholeRecord) => Attributes | null {
  return (record) => {
    let answer: unknown;
    try {
      answer = pace.isDue() ? pace.timed(() => categorize(record)) : categorize(record);
    } catch (error) {
      throw new Error(`${reasonOf(error).split("\n")[0]}${placeIn(error, paths)}`, { cause: error });
    }
    if (answer === null || answer === undefined) return null;
    if (!isHash(answer)) throw notHash(answer);
    return answer;
  };
}

/** ` (checkout.ts, line 7)`: the innermost place of an error in one of the files; nothing where it is elsewhere. */
export function placeIn(error: unknown, paths: readonly string[]): string {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  const places = paths.flatMap((path) => {
    const index = stack.indexOf(`${path}:`);
    const line = index < 0 ? null : /^\d+/.exec(stack.slice(index + path.length + 1));
    return line ? [{ index, text: ` (${path.slice(path.lastIndexOf("/") + 1)}, line ${line[0]})` }] : [];
  });
  return places.toSorted((a, b) => a.index - b.index)[0]?.text ?? "";
}

/** Its values are looked at where they are new, see Series. */
function isHash(answer: unknown): answer is Attributes {
  const prototype: unknown = Object.getPrototypeOf(answer);
  return prototype === Object.prototype || prototype === null;
}

function notHash(answer: unknown): Error {
  if (answer instanceof Promise) answer.catch(() => {}); // nobody waits for it
  return new TypeError(`it answered with ${kindOf(answer)}, not with a hash such as { status: 404 }, or null`);
}

function kindOf(answer: unknown): string {
  if (answer instanceof Promise) return "a promise (categorize must not be async)";
  if (Array.isArray(answer)) return "a list";
  return typeof answer === "object" ? `an object of the class ${answer?.constructor?.name}` : `a ${typeof answer}`;
}
