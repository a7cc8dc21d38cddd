// The files that may hold the log: the live one and its rotated siblings, all opened before anything is decided, and what
// each of them is to the places that the brainfile knows.
import { createHash } from "node:crypto";
import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { L2iError, systemCode } from "../errors.ts";
import { type Content, openContent, openStream, readAt } from "./content.ts";
import {
  type Candidate,
  headLength,
  type Known,
  markerLength,
  type Place,
  type Relation,
  shorterHeads,
} from "./identity.ts";
import { isRotated } from "./rotated-name.ts";

/** What there is of a log. */
export interface OpenedLog {
  readonly contents: readonly Content[];
  /** Why siblings could not be opened: no matter as long as they are not needed. */
  readonly unreadable: readonly L2iError[];
}

/** Opens the log and its rotated siblings in its folder, as one consistent look at a folder that may be rotating right now. */
export async function openLog(path: string): Promise<OpenedLog> {
  for (let attempt = 1; ; attempt++) {
    const before = await look(path);
    const opened = await openAll(
      before.map((found) => found.path),
      path,
    );
    if (attempt === 5 || (await look(path)).map(String).join() === before.map(String).join()) return opened;
    await closeAll(opened.contents);
  }
}

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

/** Compares every opened file with every known place. `live`: the path of the log itself; `ages` order files named by hand. */
export async function candidatesOf(
  contents: readonly Content[],
  known: Pick<Known, "current" | "previous">,
  live: string,
  ages?: readonly number[],
): Promise<Candidate[]> {
  const relations = await Promise.all(
    contents.map(async (content) => ({
      toCurrent: known.current ? await relation(known.current, content) : ("other" as const),
      toPrevious: await Promise.all(known.previous.map((place) => relation(place, content))),
    })),
  );
  return Promise.all(
    contents.map(async (content, index) => ({
      name: content.name,
      live: content.path === live,
      compressed: content.compressed,
      mtime: content.stat.mtime,
      inode: content.stat.inode,
      age: ages?.[index] ?? content.stat.mtime,
      hasLine: hasLine(content),
      ...relations[index]!,
      isCopy: await isCopy(content, contents),
    })),
  );
}

/** SHA-256 of the first line without its line end, of its first 64 KiB. */
function firstLineSha(content: Content): string {
  return sha256(firstLine(content));
}

/** True when the first line is complete, or longer than what is looked at of it. */
export function hasLine({ head }: Content): boolean {
  return head.includes(10) || head.length === headLength;
}

/** The place behind `offset` bytes of the content. `tail` holds at least the last 1 KiB before it, or all there is. */
export function placeAt(content: Content, offset: number, tail: Buffer): Place {
  const read = Math.min(offset - content.start, headLength, content.head.length);
  const lengths = [...shorterHeads.filter((length) => length < read), ...(read > 0 ? [read] : [])];
  return {
    filename: content.name,
    sha: firstLineSha(content),
    offset,
    ...content.stat,
    head: Object.fromEntries(lengths.map((length) => [length, sha256(content.head.subarray(0, length))])),
    marker: sha256(tail.subarray(Math.max(0, tail.length - Math.min(markerLength, offset - content.start)))),
  };
}

/** The bytes before `offset` that a marker covers. */
export function tailBefore(content: Content, offset: number): Promise<Buffer> {
  const length = Math.max(0, Math.min(markerLength, offset - content.start));
  return readAt(content, offset - length, length);
}

async function look(path: string): Promise<{ path: string; toString(): string }[]> {
  const folder = dirname(path);
  const names = await readdir(folder).catch((cause) => {
    throw new L2iError(
      "log",
      `the folder of the log, ${folder}, cannot be read (${systemCode(cause)}); check the path and its permissions`,
      { cause },
    );
  });
  const log = basename(path);
  const files = names.filter((name) => name === log || isRotated(name, log));
  return Promise.all(
    files.toSorted().map(async (name) => {
      const file = join(folder, name);
      const inode = await stat(file).then(
        ({ ino }) => ino,
        () => 0,
      );
      return { path: file, toString: () => `${name} ${inode}` };
    }),
  );
}

async function openAll(paths: readonly string[], live: string): Promise<OpenedLog> {
  const opened = await Promise.all(
    paths.map((path) => openContent(path).catch((error: unknown) => siblingError(error, path === live))),
  );
  const contents = opened.flatMap((content) => (content === null || content instanceof L2iError ? [] : [content]));
  return { contents: distinct(contents), unreadable: opened.filter((error) => error instanceof L2iError) };
}

function siblingError(error: unknown, isLive: boolean): L2iError {
  if (isLive || !(error instanceof L2iError)) throw error;
  return error;
}

/** One file that was renamed while it was being opened, or has two names, is one candidate. */
function distinct(contents: readonly Content[]): Content[] {
  return contents.filter(
    ({ stat: { inode } }, index) => contents.findIndex((other) => other.stat.inode === inode) === index,
  );
}

/** What a file is to a known place. */
export async function relation(place: Place, content: Content): Promise<Relation> {
  if (place.offset === 0 || !hasLine(content) || !hasFirstLine(content, place.sha)) return "other";
  // Nothing on disk changed since the marker was taken: no need to decompress up to the offset once more.
  if (content.compressed && isUntouched(content, place)) return "same";
  if (!(await isLongEnough(content, place.offset))) return isBeginning(content, place) ? "shorter" : "other";
  const read = Math.min(place.offset - content.start, headLength);
  if (place.head[read] !== undefined && place.head[read] !== sha256(content.head.subarray(0, read))) return "other";
  if (place.marker === "") return "same"; // written by an older loader, which knew only the first line
  if (place.head[read] === undefined) return "other"; // the beginning is another: its NULs are
  return place.marker === sha256(await tailBefore(content, place.offset)) ? "same" : "edited";
}

/** Nothing on disk changed since the place was noted, as far as stat tells. */
export const isUntouched = (content: Content, { size, mtime, inode }: Place): boolean =>
  content.stat.size === size && content.stat.mtime === mtime && content.stat.inode === inode;

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

/** Does another file begin with all of this one's content? Of two equal ones the uncompressed, then the earlier listed, is the original. */
async function isCopy(content: Content, contents: readonly Content[]): Promise<boolean> {
  const sha = firstLineSha(content);
  const twins = contents.filter(
    (other) => other !== content && hasLine(other) && firstLineSha(other) === sha && beginsAlike(content, other),
  );
  if (twins.length === 0 || !hasLine(content)) return false;
  const length = await lengthOf(content);
  const whole = placeAt(content, length, await tailBefore(content, length));
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
