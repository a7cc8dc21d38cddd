// The files that may hold the log: the live one and its rotated siblings, all opened before anything is decided, and what
// each of them is to the places that the brainfile knows.
import { createHash } from "node:crypto";
import { readdir, readlink, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import type { Readable } from "node:stream";
import { L2iError, systemCode } from "../errors.ts";
import { type Content, fileStat, isCompressed, lastLineEnd, openContent, openStream, readAt } from "./content.ts";
import {
  type Candidate,
  type CountedBytes,
  headLength,
  type Known,
  markerLength,
  nothingCounted,
  type Place,
  type Relation,
  shorterHeads,
} from "./identity.ts";
import { isRotated } from "./rotated-name.ts";

/** A file that may hold the log. It stays closed where what `stat` says of it is enough. */
export interface LogFile extends Pick<Content, "path" | "name" | "compressed" | "stat"> {
  readonly content: Content | null;
  /** Why it could not be opened: no matter as long as it is not needed. */
  readonly error?: L2iError;
}

/**
 * Opens the log and those of its rotated siblings that may hold something new, as one consistent look at a folder that may be
 * rotating right now. `withRotated`: see Wishes in identity.ts.
 */
export async function openLog(path: string, known: Known, withRotated: boolean): Promise<LogFile[]> {
  for (let attempt = 1; ; attempt++) {
    const before = await look(path);
    const files = await openNeeded(before, path, known, withRotated);
    if (attempt === 5 || identities(await look(path)) === identities(before)) return files;
    await closeAll(contentsOf(files));
  }
}

/** Where the log really lies: its rotated files are beside the file that a symbolic link points to, not beside the link. */
export async function realPath(log: string): Promise<string> {
  try {
    return await realpath(log);
  } catch {
    // The file may be missing for a moment while it is rotated.
    return readlink(log).then(
      (target) => resolve(dirname(log), target),
      () => log,
    );
  }
}

export const contentsOf = (files: readonly LogFile[]): Content[] => files.flatMap(({ content }) => content ?? []);

/** Opens files named by hand; each of them must be there. `-` alone is the stream. */
export async function openFiles(paths: readonly string[], stdin: Readable): Promise<Content[]> {
  if (paths.includes("-") && paths.length > 1) {
    throw new L2iError(
      "usage",
      '"-", standard input, cannot stand beside files, since it can be read but once; give one or the other',
    );
  }
  const contents: Content[] = [];
  for (const path of paths) {
    const content = path === "-" ? await openStream(stdin) : await openContent(path);
    if (!content) {
      await closeAll(contents);
      throw new L2iError("log", `${path} does not exist; name a log file that does`);
    }
    contents.push(content);
  }
  return contents;
}

export async function closeAll(contents: readonly Content[]): Promise<void> {
  await Promise.all(contents.map((content) => content.close()));
}

/** Compares every file with every known place. `live`: the path of the log itself; `ageOf` orders files named by hand. */
export async function candidatesOf(
  files: readonly LogFile[],
  known: Pick<Known, "current" | "previous">,
  live: string,
  ageOf?: AgeOf,
): Promise<Candidate[]> {
  const relations: Relations[] = [];
  // One file after the other, here and below: a comparison may have to decompress it.
  for (const file of files)
    relations.push({
      toCurrent: known.current ? await relationOf(known.current, file) : "other",
      toPrevious: await Promise.all(known.previous.map((place) => relationOf(place, file))),
    });
  const reopened = await Promise.all(wholes(files, relations).map(({ path: closed }) => openContent(closed)));
  const contents = [...contentsOf(files), ...reopened.filter((content) => content !== null)];
  const alike = byFirstLine(contents);
  try {
    const candidates: Candidate[] = [];
    for (const [index, { name, path, compressed, content, stat: file }] of files.entries())
      candidates.push({
        name,
        live: path === live,
        compressed,
        mtime: file.mtime,
        inode: file.inode,
        age: (content && (await ageOf?.(content))) ?? file.mtime,
        hasLine: content === null || (await hasWholeLine(content)),
        ...relations[index]!,
        isCopy: content !== null && hasLine(content) && (await isCopy(content, alike.get(firstLineSha(content))!)),
      });
    return candidates;
  } finally {
    await closeAll(contents.slice(contentsOf(files).length));
  }
}

/** When what a file holds begins, ms since 1970; null: that cannot be told. */
export type AgeOf = (content: Content) => Promise<number | null>;

type Relations = Pick<Candidate, "toCurrent" | "toPrevious">;

/** Closed files that hold a generation whole which an open one may hold a part of: only their bytes tell whether it does. */
function wholes(files: readonly LogFile[], relations: readonly Relations[]): LogFile[] {
  const all = relations.map(({ toCurrent, toPrevious }) => [toCurrent, ...toPrevious]);
  const isPartThere = (place: number): boolean => all.some((is) => is[place] === "shorter");
  return files.filter(
    ({ content }, index) => content === null && all[index]!.some((is, place) => is === "same" && isPartThere(place)),
  );
}

function relationOf(place: Place, file: LogFile): Promise<Relation> {
  if (file.content) return relation(place, file.content);
  return Promise.resolve(isUntouched(file, place) ? "same" : "other");
}

/** SHA-256 of the first line without its line end, of its first 64 KiB. */
function firstLineSha(content: Content): string {
  return sha256(firstLine(content));
}

/** True when the first line is complete, or longer than what is looked at of it. */
export function hasLine({ head }: Content): boolean {
  return head.includes(10) || head.length === headLength;
}

/** True when the first line is complete, however long. What can be read but once is looked at no further. */
export async function hasWholeLine(content: Content): Promise<boolean> {
  if (!hasLine(content) || content.head.includes(10) || content.once) return hasLine(content);
  return (await lastLineEnd(content)) > content.start;
}

/** The place behind `offset` bytes of the content. `tail` holds at least the last 1 KiB before it, or all there is. */
export function placeAt(
  content: Content,
  offset: number,
  tail: Buffer,
  { countedAs, countedInto }: CountedBytes,
): Place {
  const read = Math.min(offset - content.start, headLength, content.head.length);
  const lengths = [...shorterHeads.filter((length) => length < read), ...(read > 0 ? [read] : [])];
  return {
    filename: content.name,
    sha: firstLineSha(content),
    offset,
    ...content.stat,
    head: Object.fromEntries(lengths.map((length) => [length, sha256(content.head.subarray(0, length))])),
    marker: sha256(tail.subarray(Math.max(0, tail.length - Math.min(markerLength, offset - content.start)))),
    countedAs,
    countedInto,
  };
}

/** The bytes before `offset` that a marker covers. */
export function tailBefore(content: Pick<Content, "start" | "readFrom">, offset: number): Promise<Buffer> {
  const length = Math.max(0, Math.min(markerLength, offset - content.start));
  return readAt(content, offset - length, length);
}

async function look(path: string): Promise<LogFile[]> {
  const folder = dirname(path);
  const log = basename(path);
  const names = await readdir(folder).catch((cause) => {
    throw new L2iError(
      "log",
      systemCode(cause) === "ENOENT"
        ? `the folder of the log, ${folder}, does not exist; check the path (in a multibrain it begins at the multibrain's own folder)`
        : `the folder of the log, ${folder}, cannot be read (${systemCode(cause)}); check the path and its permissions`,
      { cause },
    );
  });
  const files: LogFile[] = [];
  for (const name of names.toSorted()) {
    if (name !== log && !isRotated(name, log)) continue;
    const stats = await stat(join(folder, name)).catch(() => null);
    if (stats && (stats.isFile() || name === log))
      files.push({
        path: join(folder, name),
        name,
        compressed: isCompressed(name),
        stat: fileStat(stats),
        content: null,
      });
  }
  return files;
}

const identities = (files: readonly LogFile[]): string => files.map((file) => `${file.name} ${file.stat.inode}`).join();

async function openNeeded(
  found: readonly LogFile[],
  live: string,
  known: Known,
  withRotated: boolean,
): Promise<LogFile[]> {
  const files: LogFile[] = [];
  const isSettled = settledBy(found, known, withRotated);
  let isLiveKnown = false;
  for (const file of found) {
    const isLive = file.path === live; // the first one, since the names of the others begin with its
    const opened: LogFile | null = isSettled(file, isLiveKnown) && !isLive ? file : await openOne(file, isLive);
    if (isLive && opened?.content && known.current)
      isLiveKnown = (await relation(known.current, opened.content)) === "same";
    // One file that was renamed while it was being opened, or has two names, is one candidate.
    if (opened && files.some((other) => other.stat.inode === opened.stat.inode)) await opened.content?.close();
    else if (opened) files.push(opened);
  }
  return files;
}

async function openOne(file: LogFile, isLive: boolean): Promise<LogFile | null> {
  try {
    const content = await openContent(file.path);
    return content && { ...file, stat: content.stat, content };
  } catch (error) {
    if (isLive || !(error instanceof L2iError)) throw error;
    return { ...file, error };
  }
}

/**
 * Which siblings need not be opened: read to their end and untouched since, or compressed and older than all that could be ours. But
 * a clock may have been set back: where the live log is not the known one, mtimes are not relied on.
 */
function settledBy(
  found: readonly LogFile[],
  { current, previous, ignoredUntil }: Known,
  withRotated: boolean,
): (file: LogFile, isLiveKnown: boolean) => boolean {
  if (ignoredUntil === null) return ({ compressed }) => compressed && !withRotated; // the first run takes them as read
  const isResting = (place: Place): boolean => found.some((file) => isUntouched(file, place));
  const sought = [current, ...previous.filter((place) => !isResting(place))].filter((place) => place !== null);
  const isOld = ({ compressed, stat: { mtime } }: LogFile): boolean =>
    compressed && mtime <= ignoredUntil && sought.every((place) => place.mtime > mtime);
  return (file, isLiveKnown) => previous.some((place) => isUntouched(file, place)) || (isLiveKnown && isOld(file));
}

/** What a file is to a known place. */
export async function relation(place: Place, content: Content): Promise<Relation> {
  if (place.offset === 0 || !hasLine(content) || !hasFirstLine(content, place.sha)) return "other";
  // Nothing on disk changed since the marker was taken: no need to decompress up to the offset once more.
  if (content.compressed && isUntouched(content, place)) return "same";
  if (!(await isLongEnough(content, place.offset))) return isBeginning(content, place) ? "shorter" : "alike";
  const read = Math.min(place.offset - content.start, headLength);
  if (place.head[read] !== undefined && place.head[read] !== sha256(content.head.subarray(0, read))) return "alike";
  if (place.marker === "") return "same"; // written by an older loader, which knew only the first line
  if (place.head[read] === undefined) return "other"; // the beginning is another: its NULs are
  return place.marker === sha256(await tailBefore(content, place.offset)) ? "same" : "edited";
}

/** Nothing on disk changed since the place was noted, as far as stat tells. */
export const isUntouched = ({ stat: is }: Pick<Content, "stat">, { size, mtime, inode }: Place): boolean =>
  is.size === size && is.mtime === mtime && is.inode === inode;

async function isLongEnough(content: Content, offset: number): Promise<boolean> {
  if (!content.compressed) return content.stat.size >= offset;
  return (await readAt(content, offset - 1, 1)).length === 1;
}

/** The content is all in the head that was hashed, as far as a shorter file can tell. */
function isBeginning({ head }: Content, place: Place): boolean {
  const comparable = Object.keys(place.head)
    .map(Number)
    .filter((length) => length <= head.length);
  if (comparable.length === 0) return true; // shorter than 1 KiB: the first line, which is the same, must do
  const length = Math.max(...comparable);
  return place.head[length] === sha256(head.subarray(0, length));
}

/** Only what begins with the same line can be a copy. There may be thousands of files: each is not compared with each. */
function byFirstLine(contents: readonly Content[]): Map<string, Content[]> {
  const alike = new Map<string, Content[]>();
  for (const content of contents) {
    if (!hasLine(content)) continue;
    const sha = firstLineSha(content);
    const same = alike.get(sha);
    if (same) same.push(content);
    else alike.set(sha, [content]);
  }
  return alike;
}

/**
 * Does another of those that begin with the same line begin with all of this one's content? Of two equal ones the uncompressed, then the
 * earlier listed, is the original.
 */
async function isCopy(content: Content, contents: readonly Content[]): Promise<boolean> {
  const twins = contents.filter((other) => other !== content && beginsAlike(content, other));
  if (twins.length === 0) return false;
  const length = await lengthOf(content);
  const whole = placeAt(content, length, await tailBefore(content, length), nothingCounted);
  for (const twin of twins) {
    if ((await relation(whole, twin)) !== "same") continue;
    if ((await lengthOf(twin)) > length || isBefore(twin, content, contents)) return true;
  }
  return false;
}

function beginsAlike(left: Content, right: Content): boolean {
  const length = Math.min(left.head.length, right.head.length);
  return left.head.subarray(0, length).equals(right.head.subarray(0, length));
}

const isBefore = (left: Content, right: Content, contents: readonly Content[]): boolean =>
  left.compressed === right.compressed ? contents.indexOf(left) < contents.indexOf(right) : right.compressed;

async function lengthOf(content: Content): Promise<number> {
  if (!content.compressed) return content.stat.size;
  const reader = await content.readFrom(0);
  try {
    const buffer = Buffer.alloc(headLength);
    for (let length = 0; ;) {
      const read = await reader.read(buffer, 0, buffer.length);
      if (read === 0) return length;
      length += read;
    }
  } finally {
    reader.close();
  }
}

function firstLine({ head }: Content): Buffer {
  const end = head.indexOf(10);
  const line = end < 0 ? head : head.subarray(0, end);
  return line.at(-1) === 13 ? line.subarray(0, -1) : line;
}

/** Older loaders wrote SHA-1, with or without the line end. */
function hasFirstLine(content: Content, sha: string): boolean {
  if (sha.length === 64) return sha === firstLineSha(content);
  const end = content.head.indexOf(10) + 1;
  const line = firstLine(content);
  return [line, content.head.subarray(0, end), content.head.subarray(0, Math.max(0, end - 1))].some(
    (bytes) => createHash("sha1").update(bytes).digest("hex") === sha.toLowerCase(),
  );
}

const sha256 = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");
