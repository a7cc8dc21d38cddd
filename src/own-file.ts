// The files that the program keeps for itself: for their owner alone, replaced so that a crash leaves the old one or the new
// one whole, and nothing that somebody put in their place (a symbolic link, a pipe) is followed or waited for. Others get
// their turn only where the disk has to be waited for: all else is done sooner than a turn of theirs takes.
import { appendFileSync, closeSync, constants, fstatSync, fsync, openSync, rmSync, type Stats } from "node:fs";
import { rename } from "node:fs/promises";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { systemCode } from "./errors.ts";
import { syncFolder } from "./sync-folder.ts";

const sync = promisify(fsync);

/** Opens it (0600 where it is made); throws where it is anything but what `isFit` takes. */
export function openOwn(path: string, flags: number, isFit = (stats: Stats): boolean => stats.isFile()): number {
  // O_NONBLOCK: opening a FIFO must not wait for its other end; it is refused afterwards.
  const file = openSync(path, flags | constants.O_NOFOLLOW | constants.O_NONBLOCK, 0o600);
  try {
    if (!isFit(fstatSync(file))) throw new Error("this is no regular file; remove it, or name another path");
    return file;
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

/** Replaces it by the texts, one behind the other; it is on the disk when this resolves. What could not be finished is removed. */
export async function replaceFile(path: string, texts: Iterable<string | Buffer>): Promise<void> {
  const temporary = `${path}.tmp`;
  const file = openNew(temporary);
  try {
    try {
      for (const text of texts) appendFileSync(file, text); // unlike writeSync(), never a part of it
      await sync(file);
    } finally {
      closeSync(file);
    }
    await rename(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true }); // on a full disk its room is needed
    throw error;
  }
  await syncFolder(dirname(path));
}

/** What a crash left in its place is removed. */
function openNew(path: string): number {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
  try {
    return openOwn(path, flags);
  } catch (error) {
    if (systemCode(error) !== "EEXIST") throw error;
    rmSync(path, { force: true });
    return openOwn(path, flags);
  }
}
