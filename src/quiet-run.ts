// Most runs find nothing new. This tells so with as little as starting Node takes: no schema, no store, no sockets, and in one
// breath, since for small files waiting for each takes longer than reading it. Whatever is unusual is left to the whole program,
// which finds out, says it and does it: here, nothing is ever decided but "all is as the last run left it".
import { createHash } from "node:crypto";
import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  realpathSync,
  type Stats,
  statSync,
  utimesSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { putIn } from "./invocation/environment.ts";
import { withoutComments } from "./invocation/json-comments.ts";
import { headLength, markerLength } from "./log/identity.ts";
import { lockAddress, lockWatch } from "./lock-name.ts";
import type { HeaderJson } from "./log/brain-json.ts";
import { circumstancesOf, folderOf, proofOf } from "./validated.ts";

/** Does what `l2i run FILE` has to do where no log has anything new, and answers true; else does nothing and answers false. */
export function quietRun(words: readonly string[]): boolean {
  const [command, path, ...flags] = words;
  if (command !== "run" || path === undefined || path.startsWith("-") || flags.length > 0) return false;
  try {
    const brainfiles = quietBrainfiles(path);
    const now = Date.now() / 1000;
    for (const brainfile of brainfiles ?? []) utimesSync(brainfile, now, now); // a dead cron can be told from a quiet log
    return brainfiles !== null;
  } catch {
    return false;
  }
}

/** The brainfiles of all invocations; null where one of them is not quiet. */
function quietBrainfiles(path: string): string[] | null {
  if (!statSync(path).isFile()) return null; // a pipe can be read but once
  const text = readFileSync(path, "utf8");
  const brainfiles = brainfilesIn(JSON.parse(withoutComments(text)), folderOf(path));
  // As many as there are invocations, each with the proof that it is of this very multibrain: they are all of them, no matter
  // how they were found.
  if (brainfiles.length === 0 || new Set(brainfiles).size < brainfiles.length) return null;
  const circumstances = circumstancesOf(path, text);
  const isHeld = lockWatch();
  const folders = new Map<string, string>();
  for (const brainfile of brainfiles) {
    const folder = dirname(brainfile);
    if (!folders.has(folder)) folders.set(folder, usableFolder(folder));
    if (isHeld(lockAddress(join(folders.get(folder)!, basename(brainfile))))) return null;
    if (!isQuiet(brainfile, circumstances)) return null;
  }
  return brainfiles;
}

/** Its real path; throws where a run could not save a brainfile in it. */
function usableFolder(folder: string): string {
  accessSync(folder, constants.W_OK | constants.X_OK);
  return realpathSync.native(folder);
}

/** What invocations name as their brainfiles, by a look that does not check anything. */
function brainfilesIn(json: unknown, folder: string): string[] {
  const invocations: unknown = Array.isArray(json) ? json : Object(json).invocations;
  if (!Array.isArray(invocations)) return [];
  return invocations.map((invocation: unknown) => {
    const words = Array.isArray(invocation) ? invocation : null;
    const named: unknown = words ? words[words.indexOf("--brainfile") + 1] : Object(invocation).brainfile;
    return resolve(folder, String(putIn(named, process.env).value));
  });
}

function isQuiet(brainfile: string, circumstances: string): boolean {
  const { validated, version, pendingPoints, failing, waiting, previous, ...current } = headerOf(brainfile);
  if (version !== 1 || pendingPoints !== 0 || failing !== null || waiting.length > 0) return false;
  if (!validated || validated.proof !== proofOf(circumstances, brainfile, validated)) return false;
  const log = realpathSync.native(validated.log);
  const { filename, offset } = current;
  if (filename !== basename(log)) return false;
  for (const place of previous) if (!isAsLeft(statSync(join(dirname(log), place.filename)), place)) return false;
  return withFile(log, constants.O_NONBLOCK, (file, stats) => {
    if (validated.out !== null && isSameFile(stats, statSync(validated.out, { throwIfNoEntry: false }))) return false;
    const head = Math.min(offset, headLength);
    const tail = Math.min(offset, markerLength);
    return (
      isAsLeft(stats, current) &&
      offset > 0 &&
      offset <= stats.size &&
      sha256(file, 0, head) === current.head?.[head] &&
      sha256(file, offset - tail, tail) === current.marker
    );
  });
}

/** The first line of a brainfile, which nobody but a run that proved the configuration valid can have written. */
function headerOf(brainfile: string): HeaderJson {
  const line = withFile(brainfile, constants.O_NOFOLLOW | constants.O_NONBLOCK, (file) => {
    const length = readSync(file, buffer, 0, buffer.length, 0);
    return buffer.toString("utf8", 0, buffer.subarray(0, length).indexOf(10)); // one that is longer is no JSON here
  });
  return JSON.parse(line);
}

type Marks = Pick<HeaderJson, "size" | "mtime" | "inode">;

/** Nothing on disk changed since the place was noted, as far as stat tells. */
const isAsLeft = ({ size, mtimeMs, ino }: Stats, place: Marks): boolean =>
  size === place.size && mtimeMs === place.mtime && ino === place.inode;

const isSameFile = (one: Stats, other: Stats | undefined): boolean => one.ino === other?.ino && one.dev === other.dev;

/** Holds what was read last. */
const buffer = Buffer.allocUnsafeSlow(headLength);

/** Of what stands in the file; fewer bytes where it ends before. */
function sha256(file: number, offset: number, length: number): string {
  const bytes = buffer.subarray(0, readSync(file, buffer, 0, length, offset));
  return createHash("sha256").update(bytes).digest("hex");
}

function withFile<T>(path: string, flags: number, use: (file: number, stats: Stats) => T): T {
  const file = openSync(path, constants.O_RDONLY | flags);
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) throw new Error("not a regular file");
    return use(file, stats);
  } finally {
    closeSync(file);
  }
}
