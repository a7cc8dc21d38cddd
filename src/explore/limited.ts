// Work that calls functions which somebody tries: one that never ends must not take the session with it.
import { types } from "node:util";
import { createContext, Script } from "node:vm";
import { L2iError } from "../errors.ts";

const limitMs = 5000;

/** Node ends only what a script of its `vm` called. */
const place = createContext({ work: (): void => {} });
const script = new Script("work()");

/** Does the work on a chunk of lines. Throws L2iError where it takes longer than any should. */
export function limited(work: () => void): void {
  Object.assign(place, { work });
  try {
    script.runInContext(place, { timeout: limitMs });
  } catch (error) {
    // An error of the script's own context is no Error of ours.
    const isLate = types.isNativeError(error) && Reflect.get(error, "code") === "ERR_SCRIPT_EXECUTION_TIMEOUT";
    if (!isLate) throw error;
    const text = `stopped: some 64 KiB of lines took the function more than ${limitMs / 1000} s; does it end?`;
    throw new L2iError("usage", text, { cause: error });
  }
}
