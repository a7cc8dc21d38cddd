// The brainfile on disk: read, replaced as a whole, and moved aside where it cannot be understood.
import { closeSync, constants, fstatSync, readFileSync, readSync } from "node:fs";
import { access, rename, utimes } from "node:fs/promises";
import { dirname } from "node:path";
import { beside } from "../beside.ts";
import { L2iError, systemCode } from "../errors.ts";
import { troubleOf } from "../file-trouble.ts";
import { openOwn, replaceFile } from "../own-file.ts";
import type { Validated } from "../validated.ts";
import type { Brain, BrainHeader, Failing } from "./brain.ts";
import { brainFrom, brainTexts, DamagedBrainfile, headerFrom, withNote } from "./brain-json.ts";

/** Reads the first line; null where there is no brainfile. Throws where it cannot be understood. */
export async function readHeader(path: string): Promise<BrainHeader | null> {
  return read(path, (file) => headerFrom(firstLine(file), path, fstatSync(file).mtimeMs));
}

function firstLine(file: number): string {
  const buffer = Buffer.alloc(64 * 1024);
  let line = Buffer.alloc(0);
  for (;;) {
    const more = buffer.subarray(0, readSync(file, buffer, 0, buffer.length, line.length));
    const end = more.indexOf(10);
    line = Buffer.concat([line, end < 0 ? more : more.subarray(0, end)]);
    if (end >= 0 || more.length === 0) return line.toString("utf8");
  }
}

/** Reads it all; null where there is no brainfile. Throws where it cannot be understood. */
export async function readBrain(path: string): Promise<Brain | null> {
  return read(path, (file) => brainFrom(readFileSync(file, "utf8"), path, fstatSync(file).mtimeMs));
}

/** A brainfile as `readIt` finds it; null where there is none. Throws where a run would refuse it. */
export async function lookAtBrain<T>(path: string, readIt: (path: string) => Promise<T | null>): Promise<T | null> {
  try {
    const found = await readIt(path);
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
  await save(path, brainTexts(brain));
}

async function save(path: string, texts: Iterable<string | Buffer>): Promise<void> {
  await replaceFile(path, texts).catch((cause) => {
    throw trouble(path, "saved", cause, ". Nothing is lost: the lines are counted again once it can be");
  });
}

/** Notes in the brainfile that its invocation fails, or (null) no more. */
export async function saveFailing(path: string, failing: Failing | null): Promise<void> {
  await saveNote(path, { failing });
}

/** Notes in the brainfile with which configuration its invocation was found valid. */
export async function saveValidated(path: string, validated: Validated): Promise<void> {
  await saveNote(path, { validated });
}

/** All else in it stays as it is to the byte; one of an older loader is left alone, since its mtime tells which files are older than it. */
async function saveNote(path: string, note: Parameters<typeof withNote>[1]): Promise<void> {
  const text = read(path, (file) => readFileSync(file, "utf8"));
  const noted = text === null ? null : withNote(text, note);
  if (noted) await save(path, noted);
}

/** A quiet run leaves its mark, so that a dead cron can be told from a quiet log. */
export async function touchBrain(path: string, now: number): Promise<void> {
  await utimes(path, now / 1000, now / 1000).catch((cause) => {
    throw trouble(path, "marked as looked at", cause);
  });
}

/** Moves a brainfile that cannot be understood aside, where it is found until a person decided. */
export async function moveAside(path: string): Promise<void> {
  const { damaged } = beside(path);
  await rename(path, damaged).catch((cause) => {
    throw trouble(path, `understood, nor moved to ${damaged}`, cause);
  });
}

/** Throws where an earlier run moved a damaged brainfile aside and nobody decided yet: going on would count lines twice. */
export async function refuseWhereDamaged(path: string): Promise<void> {
  const { damaged } = beside(path);
  if (
    !(await access(damaged).then(
      () => true,
      () => false,
    ))
  )
    return;
  throw new L2iError(
    "brainfile",
    `the brainfile could not be understood and lies at ${damaged}; put a good copy at ${path}, or remove the damaged one to begin anew (lines counted before are then counted again)`,
  );
}

/** The folder takes new files, so that saving will not fail after points were written. */
export async function refuseUnwritable(path: string): Promise<void> {
  await refuseMissingFolder(path);
  const folder = dirname(path);
  await access(folder, constants.W_OK | constants.X_OK).catch((cause) => {
    const way = `cannot be written: ${troubleOf(cause)}`;
    throw new L2iError("brainfile", `the folder of the brainfile ${path} ${way}`, { cause });
  });
}

/** It is not made here: on a disk that is not mounted, a new folder would make everything be counted again. */
export async function refuseMissingFolder(path: string): Promise<void> {
  const folder = dirname(path);
  await access(folder).catch((cause) => {
    if (systemCode(cause) !== "ENOENT") return;
    const way = `does not exist; create it (mkdir -p ${folder})`;
    throw new L2iError("brainfile", `the folder of the brainfile ${path} ${way}`, { cause });
  });
}

/** Null where there is no brainfile. */
function read<T>(path: string, use: (file: number) => T): T | null {
  try {
    const file = openOwn(path, constants.O_RDONLY);
    try {
      return use(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (systemCode(error) === "ENOENT") return null;
    throw error instanceof L2iError ? error : trouble(path, "read", error);
  }
}

const trouble = (path: string, action: string, cause: unknown, consolation = ""): L2iError =>
  new L2iError("brainfile", `the brainfile ${path} cannot be ${action}: ${troubleOf(cause)}${consolation}`, { cause });
