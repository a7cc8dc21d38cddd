// The files that the program keeps for itself: for their owner alone, replaced so that a crash leaves the old one or the new
// one whole, and nothing that somebody put in their place (a symbolic link, a pipe) is followed or waited for.
import { constants, type Stats } from "node:fs";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
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

/** Replaces it by the lines (without line ends); it is on the disk when this resolves. What could not be finished is removed. */
export async function replaceFile(path: string, lines: Iterable<string>): Promise<void> {
  const temporary = `${path}.tmp`;
  await rm(temporary, { force: true });
  try {
    const file = await openOwn(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL);
    try {
      for (const text of portions(lines)) await file.appendFile(text); // unlike write(), never a part of it
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

/** As few writes as possible (80,000 windows took seconds with one each), but never all of the text at once. */
function* portions(lines: Iterable<string>): Generator<string> {
  let text = "";
  for (const line of lines) {
    text += `${line}\n`;
    if (text.length < portionLength) continue;
    yield text;
    text = "";
  }
  yield text;
}

const portionLength = 64 * 1024;
