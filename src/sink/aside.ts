// Files beside the brainfile that keep what could not be counted or stored, for a person to look at. They are bounded: a
// flood of garbage must not fill the disk on which the brainfile has to be saved.
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { L2iError, reasonOf } from "../errors.ts";
import { pointKey } from "./line-protocol.ts";

/** Bytes at which a file takes no more. */
const asideLimit = 10 * 1024 * 1024;

/**
 * Appends lines (without line ends) as long as the file is below its limit. Answers false once it is full: what did not fit
 * is not kept, only counted by the caller. Never follows a symbolic link; a new file is for its owner only (0600).
 */
export async function keepAside(path: string, lines: readonly string[]): Promise<boolean> {
  if (lines.length === 0) return true;
  return withFile(path, async (file) => {
    const { size } = await file.stat();
    const { text, isWhole } = fitting(lines, asideLimit - size);
    if (text !== "") await file.appendFile(text);
    return isWhole;
  });
}

/** The same for points of line protocol, with one line per series and timestamp: the last one. */
export async function keepPointsAside(path: string, points: readonly string[]): Promise<boolean> {
  if (points.length === 0) return true;
  return withFile(path, async (file) => {
    const before = (await file.readFile("utf8")).split("\n").filter((line) => line !== "");
    const latest = new Map([...before, ...points].map((point) => [pointKey(point), point]));
    const { text, isWhole } = fitting([...latest.values()], asideLimit);
    await file.truncate();
    await file.appendFile(text);
    return isWhole;
  });
}

/** Where the points lie that a store refused for good. */
export const refusedPath = (brainfile: string): string => `${brainfile}.refused.lp`;

async function withFile<T>(path: string, use: (file: FileHandle) => Promise<T>): Promise<T> {
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW;
  try {
    const file = await open(path, flags, 0o600);
    try {
      return await use(file);
    } finally {
      await file.close();
    }
  } catch (cause) {
    const reason = reasonOf(cause);
    throw new L2iError("store", `cannot keep lines aside in ${path} (${reason}); make room, or name another file`, {
      cause,
    });
  }
}

function fitting(lines: readonly string[], room: number): { text: string; isWhole: boolean } {
  let text = "";
  let left = room;
  for (const line of lines) {
    left -= Buffer.byteLength(line) + 1;
    if (left < 0) return { text, isWhole: false };
    text += `${line}\n`;
  }
  return { text, isWhole: true };
}
