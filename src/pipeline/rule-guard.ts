// Stands between counting and a rule, which anybody may have written: an answer that is none is a failure of that line, as what
// the rule throws is, and where the rule takes its time, that is noticed.
import { reasonOf } from "../errors.ts";
import type { LogRecord } from "../format/record.ts";
import type { Attributes } from "./pipeline.ts";
import type { Pace } from "./pace.ts";

type Categorize = (record: LogRecord) => unknown;

/** `placeOf`: where in the rule an error comes from, in words. */
export function guarded(
  categorize: Categorize,
  pace: Pace,
  placeOf: (error: unknown) => string,
): (record: LogRecord) => Attributes | null {
  return (record) => {
    let answer: unknown;
    try {
      answer = pace.isDue() ? pace.timed(() => categorize(record)) : categorize(record);
    } catch (error) {
      throw new Error(`${reasonOf(error).split("\n")[0]}${placeOf(error)}`, { cause: error });
    }
    if (answer === null || answer === undefined) return null;
    if (!isHash(answer)) throw notHash(answer);
    return answer;
  };
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
