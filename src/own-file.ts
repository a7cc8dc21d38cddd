// The files that the program keeps for itself: for their owner alone, replaced so that a crash leaves the old one or the new
// one whole, and nothing that somebody put in their place (a symbolic link, a pipe) is followed or waited for.
import { constants, type Stats } from "node:fs";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { systemCode } from "./errors.ts";
import { syncFolder } from "./sync-folder.ts";

/** Opens it (0600 where it is made); throws where it is anything but what `isFit` takes. */
export async function openOwn(
  path: string,
  flags: number,
  isFit = (stats: Stats): boolean => stats.isFile(),
): Promise<FileHandle> {
  // O_NONBLOCK: opening a FIFO must not wait for its other end; it is refused afterwards.
  const file = await open(path, flags | constants.O_NOFOLLOW | constants.O_NONBLOCK, 0o600);
  try {
    if (!isFit(await file.stat())) throw new Error("this is no regular file; remove it, or name another path");
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Replaces it by the texts, one behind the other; it is on the disk when this resolves. What could not be finished is removed. */
export async function replaceFile(path: string, texts: Iterable<string | Buffer>): Promise<void> {
  const temporary = `${path}.tmp`;
  const file = await openNew(temporary);
  try {
    try {
      for (const text of texts) await file.appendFile(text); // unlike write(), never a part of it
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }); // on a full disk its room is needed
    throw error;
  }
  await syncFolder(dirname(path));
}

/** What a crash left in its place is removed. */
async function openNew(path: string): Promise<FileHandle> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
  try {
    return await openOwn(path, flags);
  } catch (error) {
    if (systemCode(error) !== "EEXIST") throw error;
    await rm(path, { force: true });
    return openOwn(path, flags);
  }
}
