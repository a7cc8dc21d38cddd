// Work that calls what somebody wrote: what never ends must not take the program with it.
import { types } from "node:util";
import { createContext, Script } from "node:vm";
import { L2iError } from "./errors.ts";

const limitMs = 5000;

/** Node ends only what a script of its `vm` called. */
const place = createContext({ work: (): void => {} });
const script = new Script("work()");

/** Does the work. Throws L2iError where it takes longer than any should: `what` took 5 s. */
export function limited(what: string, work: () => void): void {
  Object.assign(place, { work });
  try {
    script.runInContext(place, { timeout: limitMs });
  } catch (error) {
    // An error of the script's own context is no Error of ours.
    const isLate = types.isNativeError(error) && Reflect.get(error, "code") === "ERR_SCRIPT_EXECUTION_TIMEOUT";
    if (!isLate) throw error;
    throw new L2iError("usage", `${what} took more than ${limitMs / 1000} s and was stopped; does it end?`, {
      cause: error,
    });
  }
}
