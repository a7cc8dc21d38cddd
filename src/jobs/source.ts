// What there is to count: files, and the parts in which they are counted.
import type { Format } from "../format/format.ts";
import { pieceLength } from "../log/chunks.ts";
import type { Content } from "../log/content.ts";
import { type Bytes, type CountedPiece, type LineCounting, piecesOf } from "../log/pieces.ts";

/** A file to count from byte `offset` on, where a line begins. */
export interface Source {
  readonly content: Content;
  readonly fd: number;
  readonly offset: number;
  /** Of its lines. */
  readonly format: Format;
}

/** What lies between two places where pieces end, at multiples of the piece length. */
export interface Part {
  /** Begins here, */
  readonly from: number;
  /** … where this says that a line begins; otherwise with the first line that begins here or behind it, and before `until`. */
  readonly isLineStart: boolean;
  /** Ends with the piece that reaches it. */
  readonly until: number;
}

/** A piece of a part, which begins where the one before ended. */
export interface PartPiece extends CountedPiece {
  readonly begin: number;
}

/** What compressed logs hold, times their size, at least. */
const compression = 8;

/** Bytes that a file holds, about. */
export const bytesHeld = (compressed: boolean, size: number): number => (compressed ? compression * size : size);

/** Bytes that there are to count, about. */
export const bytesIn = ({ content: { compressed, stat }, offset }: Source): number =>
  bytesHeld(compressed, stat.size) - (compressed ? 0 : offset);

/** A plain file can be read from anywhere; what is compressed, only from its beginning. */
export function* partsOf({ content, offset }: Source): Generator<Part> {
  const size = content.compressed ? Infinity : content.stat.size;
  for (let from = offset; from < size;) {
    const until = content.compressed ? Infinity : from - (from % pieceLength) + pieceLength;
    yield { from, isLineStart: from === offset, until };
    from = until;
  }
}

/** Counts a part: none, one or several pieces. The last one has an ending where the file ends before the part does. */
export async function* piecesOfPart(
  bytes: Bytes,
  part: Part,
  counting: LineCounting,
  maxLine: number,
): AsyncGenerator<PartPiece> {
  let begin = part.isLineStart ? part.from : await firstLine(bytes, part);
  if (begin === null) return;
  for await (const piece of piecesOf(bytes, begin, counting, maxLine, part.until)) {
    yield { ...piece, begin };
    begin = piece.end;
  }
}

/** Where the first line begins in a part; null where none does. */
async function firstLine(bytes: Bytes, { from, until }: Part): Promise<number | null> {
  const buffer = Buffer.alloc(4096);
  const reader = await bytes.readFrom(from - 1);
  for (let at = from - 1; at < until - 1;) {
    const have = await reader.read(buffer, 0, Math.min(buffer.length, until - 1 - at));
    const found = buffer.subarray(0, have).indexOf(10);
    if (found >= 0) return at + found + 1;
    if (have === 0) return null;
    at += have;
  }
  return null;
}
