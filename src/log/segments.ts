// Reads what the plan says, file after file, and counts it piece by piece into segments: what one write covers.
import {
  addTally,
  emptyTally,
  keptRejects,
  type PieceCounts,
  type Reject,
  sizeOf,
  type Tally,
} from "../frequencies/piece.ts";
import { cover, type Span } from "../frequencies/spans.ts";
import { type Points, Segment, type Windowing, type WindowState } from "../frequencies/windows.ts";
import { isFields } from "../format/w3c-columns.ts";
import { ahead } from "./ahead.ts";
import { isUntouched, placeAt, tailBefore } from "./candidates.ts";
import { type Content, lastLineEnd } from "./content.ts";
import { type CountedBytes, mostFormats, nothingCounted, type Place, type Reading } from "./identity.ts";
import type { CountedPiece, Ending } from "./pieces.ts";

/**
 * A segment ends with the piece that reaches any. 50,000 entries took three quarters of the memory and time of 100,000. A window takes
 * as much as some twenty entries; those that stay open would only be written again with each segment.
 */
const segmentBytes = 32 * 1024 * 1024;
const segmentEntries = 50_000;
const segmentWindows = 2_000;

/** A reading with its file, opened. */
export interface OpenReading extends Reading {
  readonly content: Content;
}

/** A line that was rejected, and the file in which it stands. */
interface FileReject extends Reject {
  readonly file: string;
}

/** What a segment brought, and where things stand once its points are acknowledged. */
export interface Counted {
  readonly points: Points;
  readonly next: WindowState;
  /** Places of the readings, in their order; null: not begun. */
  readonly places: readonly (Place | null)[];
  readonly tally: Tally;
  /** Start of the window of the first line that was counted of what is `newer`; null: none was, or it is from the future. */
  readonly firstWindow: number | null;
  /** Lines of another time than those that are asked for: a part of those ignored. */
  readonly outside: number;
  /** Lines in windows that were closed, or from the future. */
  readonly late: number;
  /** Bytes consumed. */
  readonly bytes: number;
  /** As many as are kept; the tally counts them all. */
  readonly rejects: readonly FileReject[];
  readonly firstFailure: { readonly file: string; readonly offset: number; readonly error: unknown } | null;
  /** See Segment. */
  readonly overflow: string | null;
  readonly variety: number | null;
  /** Compressed files that ended before their end, with the reason. */
  readonly damages: readonly string[];
  /** Files whose last line has no line end: it waits. */
  readonly unfinished: readonly { readonly file: string; readonly bytes: number }[];
  /** Files that were read until now, those of earlier segments included. */
  readonly files: number;
}

/** What counting needs. */
export interface Job {
  readonly windowing: Windowing;
  /** Begins to count a file from byte `offset` on. May look into it, to recognise its format. `last`: the one before the offset. */
  open(content: Content, offset: number, last?: string): Promise<OpenPieces>;
  /** Sees each piece before it is merged, and how far that is. */
  onPiece?(piece: PieceCounts, progress: Progress): void;
}

/** How far reading is. */
export interface Progress {
  /** Base name of the file that is being read. */
  readonly file: string;
  /** Bytes on disk that were read, of all that will be; 0 of 0 where that is not known. */
  readonly done: number;
  readonly total: number;
}

/** Pieces of one pipeline, the last one with the ending. */
export interface OpenPieces {
  /** Name of the format of the lines. */
  readonly format: string;
  readonly pieces: AsyncGenerator<OwnPiece>;
}

export interface OwnPiece extends Omit<CountedPiece, "pieces"> {
  readonly piece: PieceCounts;
}

/** Segment after segment, at least one. Each goes on from the state of the one before: its points are acknowledged before the next one is asked for. */
export async function* segmentsOf(
  readings: readonly OpenReading[],
  state: WindowState,
  job: Job,
): AsyncGenerator<Counted> {
  const places = readings.map(({ place }) => place);
  let current = new Running(state, job.windowing);
  let files = 0;
  let done = 0;
  const total = readings.reduce((sum, reading) => sum + bytesToRead(reading), 0);
  for (const [index, reading] of readings.entries()) {
    const { content, place } = reading;
    if (place && reading.how === "resume" && content.compressed && !hasMore(reading)) {
      places[index] = { ...place, filename: content.name }; // nothing to decompress it for
      continue;
    }
    let offset = await startOf(reading);
    let tail = await tailBefore(content, offset);
    let counted: CountedBytes = reading.how === "resume" && place ? place : nothingCounted;
    if (reading.how !== "end" && hasMore(reading)) {
      files++;
      const { format, pieces } = await job.open(content, offset, formatBefore(counted));
      counted = beginning(counted, offset, format);
      const before = content.compressed ? 0 : offset;
      // A stream may keep a reader waiting, who could not be stopped meanwhile.
      const counting = content.once ? pieces : ahead(pieces);
      for await (const { piece, end, onDisk, inForce, tail: behind, ending } of counting) {
        job.onPiece?.(piece, { file: content.name, done: done + onDisk - before, total });
        current.merge(piece, reading);
        current.bytes += end - offset;
        counted = {
          ...(inForce === undefined ? counted : beginning(counted, end, inForce)),
          countedInto: cover([...counted.countedInto, ...spansOf(piece, job.windowing.windowMs)]),
        };
        [offset, tail] = [end, behind];
        if (ending) current.end(content, ending);
        if (ending || !current.isFull) continue;
        // Not read to its end: whatever stat says next time, there is more. What is still to be begun must not look older.
        const mtime = Math.min(...readings.slice(index).map((each) => each.content.stat.mtime));
        places[index] = { ...placeAt(content, offset, tail, counted), size: -1, mtime };
        yield current.finish(places, files);
        current = new Running(current.next, job.windowing);
      }
    }
    done += bytesToRead(reading);
    places[index] = placeAt(content, offset, tail, counted);
  }
  yield current.finish(places, files);
}

/** A segment while it is being counted. */
class Running {
  bytes = 0;
  readonly damages: string[] = [];
  readonly unfinished: { file: string; bytes: number }[] = [];
  outside = 0;
  next: WindowState;
  readonly #segment: Segment;
  readonly #tally = emptyTally();
  readonly #rejects: FileReject[] = [];
  #rejectsSize = 0;
  #firstFailure: Counted["firstFailure"] = null;
  #firstWindow: number | null = null;

  constructor(state: WindowState, windowing: Windowing) {
    this.next = state;
    this.#segment = new Segment(state, windowing);
  }

  get isFull(): boolean {
    const { entries, done } = this.#segment;
    return this.bytes >= segmentBytes || entries >= segmentEntries || done >= segmentWindows;
  }

  merge(piece: PieceCounts, { content: { name: file }, newer }: OpenReading): void {
    this.#segment.merge(piece);
    addTally(this.#tally, piece.tally);
    this.outside += piece.outside;
    for (const reject of piece.rejects) {
      if (this.#rejectsSize > keptRejects) break;
      this.#rejectsSize += sizeOf(reject);
      this.#rejects.push({ ...reject, file });
    }
    if (newer) this.#firstWindow ??= [...piece.windows.keys()][0] ?? null;
    if (piece.firstFailure) this.#firstFailure ??= { ...piece.firstFailure, file };
  }

  end({ path }: Content, { unfinished, damage }: Ending): void {
    if (unfinished > 0) this.unfinished.push({ file: path, bytes: unfinished });
    if (damage === null) return;
    this.damages.push(`${path} ends early: ${damage}`);
    this.#segment.isTorn = true;
  }

  finish(places: readonly (Place | null)[], files: number): Counted {
    const variety = this.#segment.variety();
    const { points, next } = this.#segment.finish();
    this.next = next;
    return {
      points,
      next,
      places: [...places],
      tally: this.#tally,
      firstWindow: this.#firstWindow,
      outside: this.outside,
      late: this.#segment.late,
      bytes: this.bytes,
      rejects: this.#rejects,
      firstFailure: this.#firstFailure,
      overflow: this.#segment.overflow,
      variety,
      damages: this.damages,
      unfinished: this.unfinished,
      files,
    };
  }
}

async function startOf({ how, place, content }: OpenReading): Promise<number> {
  if (how === "end") return lastLineEnd(content);
  return how === "resume" && place ? place.offset : content.start;
}

/** Counting goes on at `offset`, maybe in another format. */
function beginning(counted: CountedBytes, offset: number, format: string): CountedBytes {
  const { countedAs } = counted;
  if (countedAs.at(-1)?.[1] === format) return counted;
  if (isFields(format) && isFields(countedAs.at(-2)?.[1])) {
    // The lines say by themselves how they went from one to the other: only the first one and the last one are needed.
    return { ...counted, countedAs: [...countedAs.slice(0, -1), [offset, format]] };
  }
  return countedAs.length >= mostFormats ? counted : { ...counted, countedAs: [...countedAs, [offset, format]] };
}

/** Of the line before the place. */
export const formatBefore = ({ countedAs }: CountedBytes): string | undefined => countedAs.at(-1)?.[1];

const spansOf = ({ windows, future }: PieceCounts, windowMs: number): Span[] =>
  [...windows.keys(), ...future.keys()].map((start) => [start, start + windowMs]);

/** Bytes on disk. */
function bytesToRead(reading: OpenReading): number {
  const { how, content, place } = reading;
  if (how === "end" || !hasMore(reading)) return 0;
  return content.stat.size - (how === "resume" && place && !content.compressed ? place.offset : 0);
}

/** A compressed file that did not change since it was read to its end holds nothing new. */
function hasMore({ content, place }: OpenReading): boolean {
  if (!content.compressed) return content.stat.size > (place?.offset ?? 0);
  return !place || !isUntouched(content, place);
}
