// The brainfile on disk: read, replaced as a whole, and moved aside where it cannot be understood.
import { constants } from "node:fs";
import { access, type FileHandle, open, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { dirname } from "node:path";
import { L2iError, reasonOf } from "../errors.ts";
import { syncFolder } from "../sync-folder.ts";
import type { Brain, BrainHeader, Failing } from "./brain.ts";
import { brainFrom, brainLines, DamagedBrainfile, headerFrom, withFailing } from "./brain-json.ts";

/** Reads the first line; null where there is no brainfile. Throws where it cannot be understood. */
export async function readHeader(path: string): Promise<BrainHeader | null> {
  const file = await openIfThere(path);
  if (!file) return null;
  try {
    const { mtimeMs } = await file.stat();
    for await (const line of file.readLines({ autoClose: false })) return headerFrom(line, path, mtimeMs);
    return headerFrom("", path, mtimeMs);
  } finally {
    await file.close();
  }
}

/** Reads it all; null where there is no brainfile. Throws where it cannot be understood. */
export async function readBrain(path: string): Promise<Brain | null> {
  const text = await readFile(path, "utf8").catch(orNull);
  return text === null ? null : brainFrom(text, path, (await stat(path)).mtimeMs);
}

/** A brainfile as `read` finds it; null where there is none. Throws where a run would refuse it. */
export async function lookAtBrain<T>(path: string, read: (path: string) => Promise<T | null>): Promise<T | null> {
  try {
    const found = await read(path);
    if (!found) await refuseWhereDamaged(path);
    return found;
  } catch (error) {
    if (!(error instanceof DamagedBrainfile)) throw error;
    throw new L2iError(
      "brainfile",
      `${error.message}; put a good copy in its place, or remove it to begin anew (lines counted before are then counted again)`,
      { cause: error },
    );
  }
}

/** Saves it so that a crash at any moment leaves the old one or the new one, whole. */
export async function saveBrain(path: string, brain: Brain): Promise<void> {
  await replaceFile(path, brainLines(brain));
}

async function replaceFile(path: string, lines: Iterable<string>): Promise<void> {
  const temporary = `${path}.tmp`;
  try {
    await rm(temporary, { force: true });
    const file = await open(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
    try {
      for (const line of lines) await file.appendFile(`${line}\n`); // unlike write(), never a part of it
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (cause) {
    throw new L2iError(
      "brainfile",
      `the brainfile ${path} cannot be saved (${reasonOf(cause)}); nothing is lost: the lines are counted again once it can`,
      { cause },
    );
  }
}

/**
 * Notes in the brainfile that its invocation fails, or (null) no more. All else in it stays as it is to the byte; one of an
 * older loader is left alone, since its mtime tells which files are older than it.
 */
export async function saveFailing(path: string, failing: Failing | null): Promise<void> {
  const text = await readFile(path, "utf8").catch(orNull);
  const lines = text === null ? null : withFailing(text, failing);
  if (lines) await replaceFile(path, lines);
}

/** A quiet run leaves its mark, so that a dead cron can be told from a quiet log. */
export async function touchBrain(path: string, now: number): Promise<void> {
  await utimes(path, now / 1000, now / 1000);
}

/** Moves a brainfile that cannot be understood aside, where it is found until a person decided. */
export async function moveAside(path: string): Promise<void> {
  await rename(path, damagedPath(path));
}

/** Throws where an earlier run moved a damaged brainfile aside and nobody decided yet: going on would count lines twice. */
export async function refuseWhereDamaged(path: string): Promise<void> {
  const aside = damagedPath(path);
  if (
    !(await access(aside).then(
      () => true,
      () => false,
    ))
  )
    return;
  throw new L2iError(
    "brainfile",
    `the brainfile could not be understood and lies at ${aside}; put a good copy at ${path}, or remove the damaged one to begin anew (lines counted before are then counted again)`,
  );
}

/** The folder takes new files, so that saving will not fail after points were written. */
export async function refuseUnwritable(path: string): Promise<void> {
  const folder = dirname(path);
  await access(folder, constants.W_OK | constants.X_OK).catch((cause: NodeJS.ErrnoException) => {
    // Not made here: on a disk that is not mounted, a new folder would make everything be counted again.
    const way =
      cause.code === "ENOENT"
        ? `does not exist; create it (mkdir -p ${folder})`
        : `cannot be written (${cause.code}); let the user that runs l2i write there`;
    throw new L2iError("brainfile", `the folder of the brainfile ${path} ${way}`, { cause });
  });
}

const damagedPath = (path: string): string => `${path}.damaged`;

async function openIfThere(path: string): Promise<FileHandle | null> {
  return open(path, "r").catch(orNull);
}

function orNull(error: NodeJS.ErrnoException): null {
  if (error.code === "ENOENT") return null;
  throw new L2iError("brainfile", `a brainfile cannot be read (${error.message}); give the user of l2i access to it`, {
    cause: error,
  });
}
