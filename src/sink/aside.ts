// Files beside the brainfile that keep what could not be counted or stored, for a person to look at. They are bounded: a
// flood of garbage must not fill the disk on which the brainfile has to be saved. What they keep is on the disk when these
// resolve, so that no brainfile counts as kept what a power failure may still take.
import { appendFileSync, closeSync, constants, fdatasync, fstatSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { openOwn, replaceFile } from "../own-file.ts";
import { syncFolder } from "../sync-folder.ts";
import { cutUnfinishedLine } from "./file.ts";
import { pointKey } from "./line-protocol.ts";
import { textsOf } from "./point-lines.ts";

const sync = promisify(fdatasync);

/** Bytes at which a file takes no more. */
const asideLimit = 10 * 1024 * 1024;

/** Appends lines (without line ends) as long as the file is below its limit. Answers how many of them are kept. */
export async function keepAside(path: string, lines: Iterable<string>): Promise<number> {
  // A device, too: /dev/null is how a person says that rejects are not worth keeping.
  const file = openOwn(
    path,
    constants.O_RDWR | constants.O_CREAT | constants.O_APPEND,
    (stats) => stats.isFile() || stats.isCharacterDevice(),
  );
  try {
    const stats = fstatSync(file);
    const size = stats.isFile() ? cutUnfinishedLine(file, stats.size) : 0;
    const kept = fitting(lines, asideLimit - size);
    appendFileSync(file, kept.map((line) => `${line}\n`).join(""));
    if (stats.isFile()) {
      await sync(file);
      if (size === 0) await syncFolder(dirname(path));
    }
    return kept.length;
  } finally {
    closeSync(file);
  }
}

/** Adds points of line protocol, with one line per series and timestamp: the last one. Answers how many of them are kept. */
export async function keepPointsAside(path: string, points: readonly string[]): Promise<number> {
  const latest = new Map([...keptPoints(path), ...points].map((point) => [pointKey(point), point]));
  const kept = fitting([...latest.values()], asideLimit);
  await replaceFile(path, textsOf(kept));
  const keys = new Set(kept.map(pointKey));
  return points.filter((point) => keys.has(pointKey(point))).length;
}

function keptPoints(path: string): string[] {
  const file = openOwn(path, constants.O_RDONLY | constants.O_CREAT);
  try {
    return readFileSync(file, "utf8")
      .split("\n")
      .filter((line) => line !== "");
  } finally {
    closeSync(file);
  }
}

/** As many of the first lines as there is room for, line ends included. */
function fitting(lines: Iterable<string>, room: number): readonly string[] {
  const kept: string[] = [];
  let left = room;
  for (const line of lines) {
    left -= Buffer.byteLength(line) + 1;
    if (left < 0) break;
    kept.push(line);
  }
  return kept;
}
