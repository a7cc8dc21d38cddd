// Line protocol into a file or to standard output: the sink that needs no server. A line counts once it is whole and on
// the disk, so what a crash or a full disk left unfinished is cut off before anything is appended.
import type { Writable } from "node:stream";
import { open, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { L2iError } from "../errors.ts";
import { waitForLock } from "../lock.ts";
import { syncFolder } from "../sync-folder.ts";
import type { Sink } from "./sink.ts";

/** Appends to the file at `path`, which is made where it is missing. The points are on the disk when `write` resolves. */
export function fileSink(path: string): Sink {
  return {
    target: path,
    async write(points) {
      if (points.length > 0) await explained(path, () => append(path, points));
      return [];
    },
  };
}

/** Writes to a stream that the caller owns, such as standard output. */
export function stdoutSink(stream: Writable): Sink {
  // A reader that goes away (`| head`) makes the stream emit an error besides failing the write; somebody must listen.
  if (stream.listenerCount("error") === 0) stream.on("error", () => {});
  return {
    target: "standard output",
    async write(points) {
      if (points.length > 0) await explained("standard output", () => print(stream, points));
      return [];
    },
  };
}

async function append(path: string, points: readonly string[]): Promise<void> {
  const file = await open(path, "a+");
  try {
    // Another process may be appending to the same file: what looks like an unfinished line would be its own.
    const lock = await waitForLock(path, patience);
    if (!lock) {
      throw new L2iError(
        "store",
        `another process has been writing to ${path} for ${patience / 1000} s; give each its own file`,
      );
    }
    try {
      await appendTo(file, points, path);
    } finally {
      await lock.release();
    }
  } finally {
    await file.close();
  }
}

const patience = 30_000;
async function appendTo(file: FileHandle, points: readonly string[], path: string): Promise<void> {
  const stats = await file.stat();
  if (stats.isFile()) await cutUnfinishedLine(file, stats.size);
  for (const text of pieces(points)) await file.appendFile(text);
  if (!stats.isFile()) return; // pipes and devices can neither be cut nor synced
  await file.datasync();
  if (stats.size === 0) await syncFolder(dirname(path));
}

async function cutUnfinishedLine(file: FileHandle, size: number): Promise<void> {
  const end = await lastLineEnd(file, size);
  if (end < size) await file.truncate(end);
}

/** The offset behind the last line end before `size`, looked for backwards. */
async function lastLineEnd(file: FileHandle, size: number): Promise<number> {
  const buffer = Buffer.alloc(Math.min(size, 64 * 1024));
  for (let end = size; end > 0;) {
    const start = Math.max(0, end - buffer.length);
    await file.read(buffer, 0, end - start, start);
    const index = buffer.subarray(0, end - start).lastIndexOf(0x0a);
    if (index >= 0) return start + index + 1;
    end = start;
  }
  return 0;
}

const pointsPerPiece = 5000;

/** Text of bounded size each, so that a large segment is not doubled in memory. */
function* pieces(points: readonly string[]): Generator<string> {
  for (let start = 0; start < points.length; start += pointsPerPiece) {
    yield `${points.slice(start, start + pointsPerPiece).join("\n")}\n`;
  }
}

async function print(stream: Writable, points: readonly string[]): Promise<void> {
  for (const text of pieces(points)) {
    await new Promise<void>((resolve, reject) => {
      stream.write(text, (error) => (error ? reject(error) : resolve()));
    });
  }
}

async function explained(target: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new L2iError("store", `cannot write to ${target}: ${reasons[error.code] ?? error.message}`, { cause: error });
  }
}

function isSystemError(error: unknown): error is Error & { code: string } {
  return error instanceof Error && "code" in error && typeof error.code === "string";
}

const reasons: { readonly [code: string]: string | undefined } = {
  ENOENT: "its folder does not exist; make it, or name another path",
  ENOTDIR: "a part of the path is a file, not a folder; name another path",
  EISDIR: "this is a folder; name a file in it",
  EACCES: "permission denied; let the user that runs l2i write there, or name another path",
  EPERM: "operation not permitted; let the user that runs l2i write there, or name another path",
  EROFS: "the file system is read-only; name a path on another one",
  ENOSPC: "no space left on the device; make room, the points are sent again by the next run",
  EDQUOT: "the disk quota is used up; make room, the points are sent again by the next run",
  EPIPE: "its reader closed it before all was written",
  ERR_STREAM_DESTROYED: "its reader closed it before all was written",
};
