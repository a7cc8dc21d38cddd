// What `l2i check` finds where the points should go. A store is sent a comment of line protocol, in the very way in which a
// run sends points: address, names and credentials are tried, and nothing is stored.
import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { L2iError } from "../errors.ts";
import type { SinkTarget } from "../invocation/sink-target.ts";
import { openSink } from "../sink/open.ts";

/** Answers what was found in words; throws L2iError where a run would fail. Asks each store once. */
export function sinkChecker(): (target: SinkTarget) => Promise<string> {
  const known = new Map<string, Promise<string>>();
  return (target) => {
    const key = JSON.stringify(target);
    const found = known.get(key) ?? (target.kind === "file" ? checkFile(target.path) : checkStore(target));
    known.set(key, found);
    return found;
  };
}

async function checkFile(path: string): Promise<string> {
  if (path === "-") return "standard output";
  const stats = await stat(path).catch(() => null);
  if (stats?.isDirectory()) throw new L2iError("store", `${path} is a folder; name a file in it`);
  const written = stats ? path : dirname(path);
  await access(written, constants.W_OK).catch((cause: NodeJS.ErrnoException) => {
    const reason = cause.code === "ENOENT" ? "does not exist; make it" : `cannot be written (${cause.code}); allow it`;
    throw new L2iError("store", `${written} ${reason}, or name another file`, { cause });
  });
  return path;
}

/** Long enough for a store that is busy, short enough for a person who waits. */
const patienceMs = 3000;

async function checkStore(target: SinkTarget): Promise<string> {
  const sink = await openSink(target, patienceMs);
  try {
    await sink.write(["# l2i check"]);
  } catch (error) {
    if (!(error instanceof L2iError)) throw error;
    // Some stores take a request without a point for a mistake, but only once they have let it in.
    if (!/answered 400/.test(error.message))
      throw new L2iError(error.code, error.message.replace(/; gave up after .*$/, ""), { cause: error });
  }
  return `${sink.target} answers`;
}
