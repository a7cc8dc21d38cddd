// Which file is which? A generation of a log is known by what it holds: its first line, its first 64 KiB and the bytes before
// the offset. Names, mtimes and inodes only help where there is no content to compare: mtimes tell which unknown files are new and
// in which order they are read, names do where a clock was set back, and a file without a line is known by its inode until it has one.
// This part is pure: it turns what the files hold into a plan of what to read.

import type { Span } from "../frequencies/spans.ts";
import { isRotatedLater } from "./rotated-name.ts";

/** Bytes at the beginning of a file that take part in its identity. */
export const headLength = 64 * 1024;
/** Shorter heads, hashed too, so that a file cut short can still be compared. */
export const shorterHeads = [1024, 4 * 1024, 16 * 1024] as const;
/** Bytes before the offset that tell whether what was read is still there. */
export const markerLength = 1024;

/** What of a generation was counted, so that `verify` can count the very same once more. */
export interface CountedBytes {
  /** The format of the bytes from each offset on. They were counted from the first one up to the place's offset; none: nothing was. */
  readonly countedAs: readonly (readonly [offset: number, format: string])[];
  /** The windows that they were counted into, and maybe some more. */
  readonly countedInto: readonly Span[];
}

/** Beyond it changes of the format are not kept, so that a log of mixed formats cannot blow up the brainfile. */
export const mostFormats = 50;

/** Of a file that was taken as read. */
export const nothingCounted: CountedBytes = { countedAs: [], countedInto: [] };

/** How far one generation of a log was read, and how to know it again. */
export interface Place extends CountedBytes {
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
 * the same one `edited` before the offset, `alike` (it begins with the same line and goes on otherwise), or `other`.
 */
export type Relation = "same" | "shorter" | "edited" | "alike" | "other";

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
      /** Candidates that may be new ones: the clock was set back, and their names do not tell either. They are not read. */
      readonly unclear: readonly number[];
      /** Places that are known no more, and what became of their lines. */
      readonly left: readonly { readonly place: Place; readonly why: "gone" | "cut" }[];
      readonly ignoredUntil: number;
      readonly waiting: readonly number[];
    }
  | { readonly kind: "edited"; readonly candidate: number };

/** Decides what to read, from what the brainfile knows and what the candidate files are to it. */
export function plan(known: Known, found: readonly Candidate[], wishes: Wishes): Plan {
  const { ignoredUntil } = known;
  return ignoredUntil === null
    ? firstPlan(found, wishes)
    : nextPlan({ ...known, ignoredUntil }, whatIsAlike(toldApart(known, found)), wishes);
}

/** There was a first run. */
type KnownBefore = Known & { readonly ignoredUntil: number };

/** Logs that begin with the same line are taken for one another as long as that is all there is to compare; here they no longer are. */
function toldApart({ current, previous }: Known, candidates: readonly Candidate[]): Candidate[] {
  const all = candidates.map(({ toCurrent, toPrevious }) => [toCurrent, ...toPrevious]);
  const offsets = [current, ...previous].map((place) => place?.offset ?? 0);
  /** How far the generation was read that the file holds; of several the one that was read furthest. */
  const furthest = all.map((relations) => Math.max(0, ...offsets.filter((_, place) => relations[place] === "same")));
  /** By place, looked for once, since there may be as many places as files: how little is known of what the files are that hold it. */
  const least = offsets.map((_, place) => Math.min(...furthest.filter((_far, index) => all[index]![place] === "same")));
  return candidates.map((candidate, index) => {
    const relations = all[index]!;
    const isKnown = relations.includes("same");
    const [toCurrent = "other", ...toPrevious] = relations.map((is, place) => {
      const justBeginsAlike =
        is === "shorter"
          ? isKnown || (least[place]! < Infinity && !candidate.isCopy)
          : is === "same" && furthest[index]! > offsets[place]! && least[place]! <= offsets[place]!;
      return justBeginsAlike ? "other" : is;
    });
    return { ...candidate, toCurrent, toPrevious };
  });
}

/**
 * What begins with the line of the current generation and goes on otherwise is another log where the current one lies whole in some
 * file. Else it may be the current one, edited, or with a tail that a power failure took before other lines followed; or a new log that
 * begins with the same line, while the old one is gone. Shorter than what was read or longer, nothing tells these apart: how many bytes
 * were known at 1, 4 and 16 KiB only says where they part. So it counts as edited, and a person decides: a guess would count lines twice,
 * or lose them.
 */
function whatIsAlike(candidates: readonly Candidate[]): readonly Candidate[] {
  const otherwise: Relation = candidates.some(({ toCurrent }) => toCurrent === "same") ? "other" : "edited";
  return candidates.map((candidate) => ({
    ...candidate,
    toCurrent: candidate.toCurrent === "alike" ? otherwise : candidate.toCurrent,
    toPrevious: candidate.toPrevious.map((is) => (is === "alike" ? "other" : is)),
  }));
}

function nextPlan(known: KnownBefore, candidates: readonly Candidate[], wishes: Wishes): Plan {
  const sight = sightOf(candidates);
  const { live, liveIs, found, isCut, isLiveKnown } = sight;
  if (liveIs === "edited" && !wishes.resume) return { kind: "edited", candidate: live };

  const older = watched(known, candidates, found);
  const newer: Omit<Reading, "newer">[] = [];
  if (found >= 0) newer.push({ candidate: found, how: "resume", place: known.current });
  if (isCut) newer.push({ candidate: live, how: "end", place: known.current });
  if (liveIs === "edited") newer.push({ candidate: live, how: wishes.resume === "end" ? "end" : "begin", place: null });

  const fresh = unseen(known, candidates, sight).map((candidate) => ({
    candidate,
    how: "begin" as const,
    place: null,
  }));
  // What waited for its first line was rotated already when the current generation was read; that one is still there.
  const waited = found < 0 ? [] : fresh.filter(({ candidate }) => isWaited(known, candidates[candidate]!));
  if (isLiveKnown) older.push(...strangers(known, candidates), ...fresh);
  else {
    older.push(...waited);
    newer.push(...fresh.filter((reading) => !waited.includes(reading)));
  }

  const isMatched = found >= 0 || isLiveKnown || known.current === null;
  // A sibling holds less than was read of the current generation: a copy made before the last run. Nothing of it is missing.
  const isCopied = candidates.some((candidate) => !candidate.live && candidate.toCurrent === "shorter");
  const isReplaced = !isMatched && newer.length > 0;
  const kept = [
    ...known.previous.filter((_, index) => isDamaged(candidates, ({ toPrevious }) => toPrevious[index]!)),
    ...(isReplaced && isCopied ? [known.current] : []),
  ];
  const goesOn = (place: Place): boolean =>
    kept.includes(place) || [...older, ...newer].some((reading) => reading.place === place && reading.how === "resume");
  // Of an edited log that is counted again from its start, what it holds now is all that counts.
  const isCountedAgain = liveIs === "edited" && wishes.resume === "start";
  const currentLeft = newer.length > 0 && !isCountedAgain && known.current ? [known.current] : [];
  return {
    kind: "read",
    readings: [
      ...older.map((reading) => ({ ...reading, newer: false })),
      ...newer.map((reading) => ({ ...reading, newer: true })),
    ],
    kept,
    gap: isCut || (isReplaced && !isCopied) ? known.current : null,
    unclear: unclear(known, candidates, sight),
    left: [
      ...known.previous.map((place) => ({ place, why: "gone" as const })),
      ...currentLeft.map((place) => ({ place, why: isLiveKnown ? ("cut" as const) : ("gone" as const) })),
    ].filter(({ place }) => !goesOn(place)),
    ignoredUntil: known.ignoredUntil,
    waiting: waitingOf(candidates),
  };
}

/** What there is of the current generation. Indexes of candidates; -1 where there is none. */
interface Sight {
  readonly live: number;
  /** What the live log is to the current place. */
  readonly liveIs: Relation;
  /** The file that holds the current generation whole. */
  readonly found: number;
  /** The live log is the current generation, cut short. */
  readonly isCut: boolean;
  /** The live log is the current generation, in whatever state: nothing was rotated since. */
  readonly isLiveKnown: boolean;
}

function sightOf(candidates: readonly Candidate[]): Sight {
  const live = candidates.findIndex((candidate) => candidate.live);
  const liveIs = candidates[live]?.toCurrent ?? "other";
  const found = best(candidates, (candidate) => candidate.toCurrent === "same");
  const isCut = found < 0 && liveIs === "shorter";
  return { live, liveIs, found, isCut, isLiveKnown: isCut || liveIs === "edited" || (live >= 0 && found === live) };
}

/** Known older generations, wherever they lie now: somebody may have written to them. */
function watched(known: Known, candidates: readonly Candidate[], found: number): Omit<Reading, "newer">[] {
  const taken = new Set([found]);
  return known.previous.flatMap((place, index) => {
    const candidate = best(candidates, ({ toPrevious }) => toPrevious[index] === "same");
    if (candidate < 0 || taken.has(candidate)) return [];
    taken.add(candidate);
    return [{ candidate, how: "resume", place }];
  });
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
    unclear: [],
    left: [],
    waiting: waitingOf(candidates),
    ignoredUntil: Math.max(0, ...ignored.map(({ mtime }) => mtime)),
  };
}

const waitingOf = (candidates: readonly Candidate[]): number[] =>
  candidates.filter(({ live, hasLine }) => !live && !hasLine).map(({ inode }) => inode);

/**
 * Files that are no known generation, and cannot be new ones since nothing was rotated: rewritten or unpacked ones, taken as
 * read so that they are known from now on. However old they look: once the clock is set back, what was passed by as older than the
 * known log looks newer than it. As in the first run, compressed files that were there before it are left alone.
 */
function strangers(known: KnownBefore, candidates: readonly Candidate[]): Omit<Reading, "newer">[] {
  const indexes = inOrder(candidates, (candidate) => {
    const isOther = isStranger(candidate) && !isWaited(known, candidate);
    const isOpen = !candidate.compressed || candidate.mtime > known.ignoredUntil;
    return isOther && isOpen && candidate.hasLine && !candidate.live;
  });
  return indexes.map((candidate) => ({ candidate, how: "end", place: null }));
}

/** Rotated without a line when it was last seen. */
const isWaited = ({ waiting }: Known, { live, inode }: Candidate): boolean => !live && waiting.includes(inode);

const isRecent = ({ ignoredUntil, current, lookedAt }: KnownBefore, { mtime }: Candidate): boolean =>
  mtime > ignoredUntil && mtime >= Math.min(current?.mtime ?? 0, lookedAt);

const isStranger = ({ toCurrent, toPrevious }: Candidate): boolean =>
  toCurrent === "other" && toPrevious.every((relation) => relation === "other");

/** Files that are no known generation, but newer than the known ones: rotated since, or the new live log. Oldest first. */
function unseen(known: KnownBefore, candidates: readonly Candidate[], { found, isLiveKnown }: Sight): number[] {
  return inOrder(candidates, (candidate) => {
    const isLater = isRecent(known, candidate) || isNamedLater(candidates, candidate, found);
    return isUnread(candidate) && (candidate.live || isWaited(known, candidate) || (!isLiveKnown && isLater));
  });
}

/** With a clock that was set back, a newer file has an older mtime than the known one; but it was rotated later. */
const isNamedLater = (candidates: readonly Candidate[], { name }: Candidate, found: number): boolean =>
  found >= 0 && isRotatedLater(name, candidates[found]!.name) === true;

/** The live log is newer than all others. Where its mtime is older than the known one's, the clock was set back. */
function unclear(known: KnownBefore, candidates: readonly Candidate[], { live, found, isLiveKnown }: Sight): number[] {
  const { mtime = Infinity } = candidates[live] ?? {};
  if (isLiveKnown || found < 0 || mtime >= Math.min(known.current?.mtime ?? 0, known.lookedAt)) return [];
  return inOrder(candidates, (candidate) => {
    const isOld = candidate.mtime <= known.ignoredUntil;
    const isRead = isRecent(known, candidate) || isWaited(known, candidate);
    const isTold = isRotatedLater(candidate.name, candidates[found]!.name) !== null;
    return !candidate.live && isUnread(candidate) && !isOld && !isRead && !isTold;
  });
}

/** It is no known generation, and holds lines that no other file holds. */
export const isUnread = (candidate: Candidate): boolean =>
  isStranger(candidate) && candidate.hasLine && !candidate.isCopy;

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
