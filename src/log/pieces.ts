// Counts a file piece by piece. Where pieces end depends on the bytes alone, so whoever counts them, the result is the same.
import { setImmediate } from "node:timers/promises";
import type { LineReader } from "../format/lines.ts";
import { countChunk, type Counting, Piece, type PieceCounts } from "../frequencies/piece.ts";
import { tailBefore } from "./candidates.ts";
import { type Chunk, chunksOf } from "./chunks.ts";
import type { Content } from "./content.ts";
import { markerLength } from "./identity.ts";

/** How lines of a format are read, and how each of the pipelines that go together counts them. */
export interface LineCounting {
  /** Name of the format. */
  readonly format: string;
  readonly lines: LineReader;
  /** In the order of the reader's views. */
  readonly countings: readonly Counting[];
}

/** What was counted between the end of the piece before and `end`. */
export interface CountedPiece {
  /** One for each counting. */
  readonly pieces: readonly PieceCounts[];
  /** Byte offset behind it. */
  readonly end: number;
  /** How far the file was read for it; see ByteReader. */
  readonly onDisk: number;
  /** Name of the format of what follows, where the lines said that it is another. */
  readonly inForce?: string | undefined;
  /** The bytes before `end` that a marker covers, at least. */
  readonly tail: Buffer;
  /** Of the last piece only. */
  readonly ending: Ending | null;
}

/** How a file ends. */
export interface Ending {
  /** Bytes behind the last line end: they wait. */
  readonly unfinished: number;
  /** Why a compressed file ended before its end; null where it did not. */
  readonly damage: string | null;
}

/** What is read of a file. */
export type Bytes = Pick<Content, "start" | "once" | "readFrom">;

/** Chunks in a row, before signals and whatever else waits have their turn: reading is synchronous. */
const chunksInARow = 4;

/**
 * Reads from byte `offset`, where a line begins, to the end, or only to the end of the piece that reaches `until`; at least one
 * piece.
 */
export async function* piecesOf(
  content: Bytes,
  offset: number,
  { lines, countings }: LineCounting,
  maxLine: number,
  until = Infinity,
): AsyncGenerator<CountedPiece> {
  let end = offset;
  let tail = await tailBefore(content, offset);
  const begin = (): Piece[] => countings.map((counting) => new Piece(counting));
  const reader = await content.readFrom(offset);
  try {
    let pieces = begin();
    const counted = (ending: Ending | null): CountedPiece => ({
      pieces: pieces.map((piece) => piece.finish()),
      end,
      onDisk: reader.onDisk,
      inForce: lines.inForce,
      tail: Buffer.from(tail),
      ending,
    });
    const chunks = chunksOf(reader, offset, maxLine);
    const room = Buffer.alloc(markerLength);
    let read = 0;
    for await (const chunk of chunks.lines) {
      countChunk(chunk, lines, pieces);
      end = chunk.end;
      tail = chunk.isOverlong ? await tailOfOverlong(tail, chunk, content) : tailBehind(tail, chunk, room);
      if (++read % chunksInARow === 0) await setImmediate();
      if (!chunk.endsPiece && !pieces.some(({ isFull }) => isFull)) continue;
      yield counted(null);
      if (chunk.endsPiece && end >= until) return;
      pieces = begin();
    }
    yield counted({ unfinished: chunks.unfinished(), damage: reader.damage });
  } finally {
    reader.close();
  }
}

/** At least the last bytes that a marker covers, as far as they were seen; of most chunks, those that were copied into `room`. */
function tailBehind(tail: Buffer, { bytes }: Chunk, room: Buffer): Buffer {
  if (bytes.length < markerLength) return Buffer.concat([tail.subarray(-markerLength), bytes]);
  bytes.copy(room, 0, bytes.length - markerLength);
  return room;
}

/** Of such a line the chunk has only the beginning. What is read but once has no place to come back to. */
async function tailOfOverlong(tail: Buffer, { end }: Chunk, content: Bytes): Promise<Buffer> {
  return content.once ? tail : tailBefore(content, end);
}
