// Looks at the log and its rotated files and decides what there is to read: the same for a run as for `check` and `status`.
import { L2iError } from "../errors.ts";
import { candidatesOf, closeAll, openLog } from "./candidates.ts";
import type { Content } from "./content.ts";
import { type Known, type Place, plan, type Plan, type Wishes } from "./identity.ts";

export interface Survey {
  /** All files opened, those too that need no reading. */
  readonly contents: readonly Content[];
  readonly decision: Plan & { readonly kind: "read" };
}

/** Hands what it found to `use`, while the files are open. Throws where it cannot be told what is new. */
export async function survey<T>(
  log: string,
  known: Known,
  wishes: Omit<Wishes, "withRotated">,
  use: (survey: Survey) => Promise<T>,
): Promise<T> {
  const { contents, unreadable } = await openLog(log);
  try {
    if (contents.length === 0) throw unreadable[0] ?? missing(log);
    const decision = plan(known, await candidatesOf(contents, known, log), { ...wishes, withRotated: false });
    if (decision.kind === "edited") throw edited(log, known.current);
    // Lines of an unreadable sibling may come before those of a new file.
    if (unreadable[0] && known.current && decision.readings.some(({ how }) => how === "begin")) throw unreadable[0];
    return await use({ contents, decision });
  } finally {
    await closeAll(contents);
  }
}

function missing(log: string): L2iError {
  return new L2iError("log", `${log} does not exist, and no rotated file of it does; check the path`);
}

function edited(log: string, current: Place | null): L2iError {
  return new L2iError(
    "log",
    `${log} was edited in place before byte ${current?.offset}, up to which it was read; what is new in it cannot be told. Run once with --resume end (go on behind its present end) or --resume start (count all of it again)`,
  );
}
