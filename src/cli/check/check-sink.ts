// What `l2i check` finds where the points should go. A store is sent a comment of line protocol, in the very way in which a
// run sends points: address, names and credentials are tried, and nothing is stored.
import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { L2iError } from "../../errors.ts";
import type { SinkTarget } from "../../invocation/sink-target.ts";
import { PointLines } from "../../sink/point-lines.ts";
import { openSink } from "../../sink/open.ts";

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
  const file = await stat(path).catch(() => null);
  if (file?.isDirectory()) throw new L2iError("store", `${path} is a folder; name a file in it`);
  await refuseUnwritable(file ? path : await folderOf(path));
  return path;
}

async function folderOf(path: string): Promise<string> {
  const folder = dirname(path);
  const stats = await stat(folder).catch(() => null);
  if (!stats) throw new L2iError("store", `${folder} does not exist; make it, or name another file`);
  if (!stats.isDirectory()) throw new L2iError("store", `${folder} is a file, not a folder; name another file`);
  return folder;
}

async function refuseUnwritable(path: string): Promise<void> {
  await access(path, constants.W_OK).catch((cause: NodeJS.ErrnoException) => {
    throw new L2iError("store", `${path} cannot be written (${cause.code}); allow it, or name another file`, { cause });
  });
}

/** Long enough for a store that is busy, short enough for a person who waits. */
const patienceMs = 3000;

async function checkStore(target: SinkTarget): Promise<string> {
  const sink = await openSink(target, patienceMs);
  try {
    await sink.write(PointLines.of(["# l2i check"]));
  } catch (error) {
    if (!(error instanceof L2iError)) throw error;
    // Some stores take a request without a point for a mistake, but only once they have let it in. VictoriaMetrics says the same of
    // paths that it does not have.
    if (!/answered 400/.test(error.message) || /unsupported path/.test(error.message))
      throw new L2iError(error.code, error.message.split("; gave up within ")[0]!, { cause: error });
  }
  return `${sink.target} answers`;
}
