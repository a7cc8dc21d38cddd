// Line protocol into a file or to standard output: the sink that needs no server. A line counts once it is whole and on
// the disk, so what a crash or a full disk left unfinished is cut off before anything is appended.
import type { Writable } from "node:stream";
import { appendFileSync, constants, fstatSync, ftruncateSync, readSync } from "node:fs";
import { open, stat, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { L2iError, systemCode } from "../errors.ts";
import { troubleOf } from "../file-trouble.ts";
import { waitForLock } from "../lock.ts";
import { syncFolder } from "../sync-folder.ts";
import type { PointLines } from "./point-lines.ts";
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

async function append(path: string, points: PointLines): Promise<void> {
  const file = await openOut(path);
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

/** A pipe is opened for writing alone, so that the end of its reader is noticed; where nobody reads, that is not waited for. */
async function openOut(path: string): Promise<FileHandle> {
  const stats = await stat(path).catch(() => null);
  if (!stats?.isFIFO()) return open(path, "a+");
  const probe = await open(path, constants.O_WRONLY | constants.O_NONBLOCK);
  try {
    return await open(path, "a");
  } finally {
    await probe.close();
  }
}

const patience = 30_000;

async function appendTo(file: FileHandle, points: PointLines, path: string): Promise<void> {
  const stats = fstatSync(file.fd);
  if (!stats.isFile()) {
    // Pipes and devices can neither be cut nor synced, and may keep whoever writes waiting.
    for (const text of points.texts) await file.appendFile(text);
    return;
  }
  cutUnfinishedLine(file.fd, stats.size);
  for (const text of points.texts) appendFileSync(file.fd, text);
  await file.datasync();
  if (stats.size === 0) await syncFolder(dirname(path));
}

/** Cuts what a crash or a full disk left behind the last line end. Answers the size that is left. */
export function cutUnfinishedLine(file: number, size: number): number {
  const end = lastLineEnd(file, size);
  if (end < size) ftruncateSync(file, end);
  return end;
}

/** The offset behind the last line end before `size`, looked for backwards. */
function lastLineEnd(file: number, size: number): number {
  const buffer = Buffer.alloc(Math.min(size, 64 * 1024));
  for (let end = size; end > 0;) {
    const start = Math.max(0, end - buffer.length);
    readSync(file, buffer, 0, end - start, start);
    const index = buffer.subarray(0, end - start).lastIndexOf(0x0a);
    if (index >= 0) return start + index + 1;
    end = start;
  }
  return 0;
}

async function print(stream: Writable, points: PointLines): Promise<void> {
  for (const text of points.texts) {
    await new Promise<void>((resolve, reject) => {
      stream.write(text, (error) => (error ? reject(error) : resolve()));
    });
  }
}

async function explained(target: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    throw new L2iError("store", `cannot write to ${target}: ${troubleOf(error)}`, { cause: error });
  }
}
