// Which file is which? A generation of a log is known by what it holds: its first line, its first 64 KiB and the bytes before
// the offset. Names and inodes say nothing. This part is pure: it turns what the files hold into a plan of what to read.

/** Bytes at the beginning of a file that take part in its identity. */
export const headLength = 64 * 1024;
/** Shorter heads, hashed too, so that a file cut short can still be compared. */
export const shorterHeads = [1024, 4 * 1024, 16 * 1024] as const;
/** Bytes before the offset that tell whether what was read is still there. */
export const markerLength = 1024;

/** How far one generation of a log was read, and how to know it again. */
export interface Place {
  /** Base name when it was last seen. */
  readonly filename: string;
  /** SHA-256 (SHA-1 from older loaders) in hex of the first line without its line end, of its first 64 KiB. */
  readonly sha: string;
  /** Bytes of the decompressed content that are consumed. */
  readonly offset: number;
  /** Size on disk (-1: not read to its end), mtime in ms and inode when it was last seen: a hint that nothing changed. */
  readonly size: number;
  readonly mtime: number;
  readonly inode: number;
  /** SHA-256 of the first N bytes by N: the first min(offset, 64 KiB), and 1, 4, 16 KiB as far as they lie before the offset. */
  readonly head: { readonly [length: string]: string };
  /** SHA-256 of the up to 1 KiB before the offset; empty when an older loader wrote the brainfile. */
  readonly marker: string;
}

/**
 * What a candidate file is to a known place: the `same` generation (holds all that was read), the same one cut `shorter`,
 * the same one `edited` before the offset, or `other`.
 */
export type Relation = "same" | "shorter" | "edited" | "other";

/** What is known of a candidate file before anything is decided. */
export interface Candidate {
  readonly name: string;
  /** It bears the log's own name. */
  readonly live: boolean;
  readonly compressed: boolean;
  /** Milliseconds. */
  readonly mtime: number;
  readonly inode: number;
  /** Sorts generations, oldest first: the mtime, or the time of the first line where files are given by hand. */
  readonly age: number;
  /** Its first line has its line end; without one there is nothing to read yet. */
  readonly hasLine: boolean;
  /** What it is to `known.current`, and to each of `known.previous`. */
  readonly toCurrent: Relation;
  readonly toPrevious: readonly Relation[];
  /** Another candidate begins with all of this one's content (and goes before it where both are equal). */
  readonly isCopy: boolean;
}

/** What the brainfile knows of the log's generations. */
export interface Known {
  /** The newest generation that was read. */
  readonly current: Place | null;
  /** Older ones that still lie about: somebody may still write to them. */
  readonly previous: readonly Place[];
  /** Unknown files not newer than this (mtime, ms) were there before the first run and are not ours; null: there was no first run yet. */
  readonly ignoredUntil: number | null;
  /** When this was found out (ms): what was rotated since is newer, also where a wrong clock gave the log an mtime in the future. */
  readonly lookedAt: number;
  /** Inodes of rotated files that had no line yet: there was nothing to know them by, should somebody still write to them. */
  readonly waiting: readonly number[];
}

/** What the person asked for, where the files leave a choice. */
export interface Wishes {
  /** The very first run: from the beginning of the log, or only what comes after its present end. */
  readonly start: "beginning" | "end";
  /** The way out after an edit in place. */
  readonly resume: "start" | "end" | null;
  /** The very first run reads rotated files too (they were named by hand); otherwise they are taken as read. */
  readonly withRotated: boolean;
}

/** One file to read. */
export interface Reading {
  /** Index of the candidate. */
  readonly candidate: number;
  /** `resume` at the place, `begin` at the beginning, or `end`: go behind the last line end and count nothing before it. */
  readonly how: "resume" | "begin" | "end";
  /** The place where it was left; null for a file not seen before. */
  readonly place: Place | null;
  /** Not older than the current generation: the last one of these that was begun is what later runs call current. */
  readonly newer: boolean;
}

export type Plan =
  | {
      readonly kind: "read";
      /** Oldest first. */
      readonly readings: readonly Reading[];
      /** Places that match no file as they should, but must stay known. */
      readonly kept: readonly Place[];
      /** The generation of which lines may be lost, since it is gone or was cut short. */
      readonly gap: Place | null;
      readonly ignoredUntil: number;
      readonly waiting: readonly number[];
    }
  | { readonly kind: "edited"; readonly candidate: number };

/** Decides what to read, from what the brainfile knows and what the candidate files are to it. */
export function plan(known: Known, candidates: readonly Candidate[], wishes: Wishes): Plan {
  if (known.ignoredUntil === null) return firstPlan(candidates, wishes);
  const live = candidates.findIndex((candidate) => candidate.live);
  const liveIs = candidates[live]?.toCurrent ?? "other";
  if (liveIs === "edited" && !wishes.resume) return { kind: "edited", candidate: live };

  const found = best(candidates, (candidate) => candidate.toCurrent === "same");
  const isCut = found < 0 && liveIs === "shorter";
  const older: Reading[] = [];
  for (const [index, place] of known.previous.entries()) {
    const candidate = best(candidates, ({ toPrevious }) => toPrevious[index] === "same");
    const isTaken = candidate === found || older.some((reading) => reading.candidate === candidate);
    if (candidate >= 0 && !isTaken) older.push({ candidate, how: "resume", place, newer: false });
  }
  const fresh = unseen(known, candidates, found);
  const newer: Omit<Reading, "newer">[] = [];
  if (found >= 0) newer.push({ candidate: found, how: "resume", place: known.current });
  if (isCut) newer.push({ candidate: live, how: "end", place: known.current });
  else if (liveIs === "edited") {
    newer.push({ candidate: live, how: wishes.resume === "end" ? "end" : "begin", place: null });
  } else if (candidates[found]?.live) {
    // Nothing was rotated: strange siblings are rewritten or unpacked ones, taken as read, or had no line until now.
    for (const candidate of strangers(known, candidates))
      older.push({ candidate, how: "end", place: null, newer: false });
    for (const candidate of fresh) older.push({ candidate, how: "begin", place: null, newer: false });
  } else for (const candidate of fresh) newer.push({ candidate, how: "begin", place: null });

  const isMatched = found >= 0 || isCut || liveIs === "edited" || known.current === null;
  // A sibling holds less than was read of the current generation: a copy made before the last run. Nothing of it is missing.
  const isCopied = candidates.some((candidate) => !candidate.live && candidate.toCurrent === "shorter");
  return {
    kind: "read",
    readings: [...older, ...newer.map((reading) => ({ ...reading, newer: true }))],
    kept: [
      ...known.previous.filter((_, index) => isDamaged(candidates, ({ toPrevious }) => toPrevious[index]!)),
      ...(known.current && newer.length > 0 && !isMatched && isCopied ? [known.current] : []),
    ],
    gap: isCut || (!isMatched && !isCopied && newer.length > 0) ? known.current : null,
    ignoredUntil: known.ignoredUntil,
    waiting: waitingOf(candidates),
  };
}

/** The first run reads the live log; rotated files that are there already are taken as read, so that only what they gain counts. */
function firstPlan(candidates: readonly Candidate[], wishes: Wishes): Plan {
  const begin = wishes.start === "end" ? "end" : "begin";
  const ordered = inOrder(
    candidates,
    ({ hasLine, isCopy, live, compressed }) => hasLine && !isCopy && (live || wishes.withRotated || !compressed),
  );
  const readings = ordered.map((candidate): Reading => {
    const isOurs = candidates[candidate]!.live || wishes.withRotated;
    return { candidate, how: isOurs ? begin : "end", place: null, newer: isOurs };
  });
  const ignored = candidates.filter((_, index) => !ordered.includes(index) && candidates[index]!.hasLine);
  return {
    kind: "read",
    readings,
    kept: [],
    gap: null,
    waiting: waitingOf(candidates),
    ignoredUntil: Math.max(0, ...ignored.map(({ mtime }) => mtime)),
  };
}

const waitingOf = (candidates: readonly Candidate[]): number[] =>
  candidates.filter(({ live, hasLine }) => !live && !hasLine).map(({ inode }) => inode);

/** Files that are no known generation, and cannot be new ones. */
function strangers(known: Known, candidates: readonly Candidate[]): number[] {
  return inOrder(candidates, (candidate) => {
    const isWaited = known.waiting.includes(candidate.inode);
    return isStranger(candidate) && isRecent(known, candidate) && candidate.hasLine && !isWaited;
  });
}

const isRecent = ({ ignoredUntil, current, lookedAt }: Known, { mtime }: Candidate): boolean =>
  mtime > ignoredUntil! && mtime >= Math.min(current?.mtime ?? 0, lookedAt);

const isStranger = ({ toCurrent, toPrevious }: Candidate): boolean =>
  toCurrent === "other" && toPrevious.every((relation) => relation === "other");

/** Files that are no known generation, but newer than the known ones: rotated since, or the new live log. Oldest first. */
function unseen(known: Known, candidates: readonly Candidate[], found: number): number[] {
  return inOrder(candidates, (candidate) => {
    // A live log that begins like a generation which was rotated away whole is a new one all the same.
    const isNewLive = candidate.live && candidate.toCurrent === "shorter" && found >= 0;
    const isRotated = !candidates[found]?.live || known.waiting.includes(candidate.inode);
    const isNew = candidate.live || (isRotated && isRecent(known, candidate));
    return (isStranger(candidate) || isNewLive) && isNew && candidate.hasLine && !candidate.isCopy;
  });
}

/** Indexes of the candidates that `choose` takes, oldest first, the live log last. */
function inOrder(candidates: readonly Candidate[], choose: (candidate: Candidate) => boolean): number[] {
  return [...candidates.keys()]
    .filter((index) => choose(candidates[index]!))
    .toSorted((left, right) => {
      const a = candidates[left]!;
      const b = candidates[right]!;
      return Number(a.live) - Number(b.live) || a.age - b.age || (a.name < b.name ? -1 : 1);
    });
}

/** Of several files that hold the same: the live log, else an uncompressed one, else the newest. -1 where there is none. */
function best(candidates: readonly Candidate[], choose: (candidate: Candidate) => boolean): number {
  const rank = ({ live, compressed }: Candidate): number => (live ? 2 : compressed ? 0 : 1);
  return [...candidates.keys()]
    .filter((index) => choose(candidates[index]!))
    .reduce((winner, index) => {
      if (winner < 0) return index;
      const a = candidates[winner]!;
      const b = candidates[index]!;
      return (rank(b) - rank(a) || b.mtime - a.mtime) > 0 ? index : winner;
    }, -1);
}

/** No file holds the place whole, but one holds a part of it. */
function isDamaged(candidates: readonly Candidate[], relation: (candidate: Candidate) => Relation): boolean {
  const relations = candidates.map(relation);
  return !relations.includes("same") && relations.some((is) => is !== "other");
}
