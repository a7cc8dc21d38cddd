// Invocations of one log that run side by side, so that the log is read and parsed once for all of them. Each keeps its own
// brainfile and outcome, and decides for itself what is new; those that are about to read the same bytes go through them in step. What
// was counted for one waits for it a little (log/ahead.ts), before its store keeps the others waiting.
import { type Counter, countingOf, FileCounter } from "./counting.ts";
import { readdir } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { formatOf } from "./format/find-format.ts";
import type { Format } from "./format/format.ts";
import { realPath } from "./log/candidates.ts";
import type { Content } from "./log/content.ts";
import { type CountedPiece, type LineCounting, piecesOf } from "./log/pieces.ts";
import type { OpenPieces, OwnPiece } from "./log/segments.ts";
import type { Task } from "./task.ts";

/**
 * How many of a log may run side by side: each of them holds the log and its rotated files open, and some systems let a process
 * have no more than 1,024 files.
 */
export async function mostMembers(log: string): Promise<number> {
  const path = await realPath(log);
  const names = await readdir(dirname(path)).catch(() => []); // what is wrong with it, each of them finds out
  const files = names.filter((name) => name.startsWith(basename(path))).length;
  return Math.max(1, Math.min(16, Math.floor(mostFiles / (files + 1))));
}

const mostFiles = 512;

/** Reads for those who go through the same bytes, from the file that one of them has open. */
interface Stream {
  readonly counting: LineCounting;
  /** Those who may still ask. */
  readonly readers: Set<Member>;
  /** Whose file it is: the shortest one. */
  owner: Member;
  pieces: AsyncGenerator<CountedPiece>;
  /** Byte offset behind the last piece so far. */
  end: number;
  /** That was the last one of the file. */
  isEnded: boolean;
}

interface Member {
  readonly counter: Counter;
  readonly format: Format;
  readonly content: Content;
  readonly offset: number;
  stream: Stream | null;
  /** Which of the stream's pieces are its own. */
  index: number;
}

/** A member that waits: for others to begin with, or for its next piece. */
interface Wait {
  readonly member: Member;
  readonly resolve: (counted: CountedPiece) => void;
  readonly reject: (error: unknown) => void;
}

/** Does what only one of those may do that ask the same address, such as writing to a store that may be out of reach. */
export type InTurn = (deliver: () => Promise<void>) => Promise<void>;

/** Each holds its points in memory. */
const mostSettling = 4;

export class Company {
  readonly #members: readonly Task[];
  /** Those that may yet ask for pieces. */
  #alive: number;
  #waits: Wait[] = [];
  /** How many settle, and who waits for one of them to end. */
  #settling = 0;
  readonly #queue: (() => void)[] = [];
  /** By address, when the last one that settles is through with it. */
  readonly #turns = new Map<string, Promise<unknown>>();

  /** `members`: in the order in which they are to be served. */
  constructor(members: readonly Task[]) {
    this.#members = members;
    this.#alive = members.length;
  }

  /** One of them is done. */
  leave(): void {
    this.#alive--;
    this.#advance();
  }

  /** Does the work beside that of a few others: a disk takes its time to sync, whoever asks it. They begin in their order. */
  async settle(address: string, work: (inTurn: InTurn) => Promise<void>): Promise<void> {
    if (this.#settling < mostSettling) this.#settling++;
    else await new Promise<void>((resolve) => this.#queue.push(resolve));
    const before = this.#turns.get(address);
    let end!: () => void; // at once
    this.#turns.set(address, Promise.all([before, new Promise<void>((resolve) => (end = resolve))]));
    try {
      await work(async (deliver) => {
        await before;
        await deliver().finally(end);
      });
    } finally {
      end();
      const next = this.#queue.shift();
      if (next) next();
      else this.#settling--;
    }
  }

  open(counter: Counter, format: Format, content: Content, offset: number): OpenPieces {
    return { format: format.name, pieces: this.#pieces(counter, format, content, offset) };
  }

  async *#pieces(counter: Counter, format: Format, content: Content, offset: number): AsyncGenerator<OwnPiece> {
    const member: Member = { counter, format, content, offset, stream: null, index: 0 };
    try {
      for (;;) {
        const { pieces, ending, ...rest } = await this.#next(member);
        // Another one may have opened the file a moment earlier, when it was shorter.
        const isAll = member.stream!.owner.content.stat.size >= content.stat.size;
        yield { ...rest, piece: pieces[member.index]!, ending: isAll ? ending : null };
        if (!ending) continue;
        const { end, inForce } = rest;
        const formatBehind = inForce === undefined ? format : formatOf(inForce);
        if (!isAll) yield* new FileCounter(counter).open(content, end, formatBehind).pieces;
        return;
      }
    } finally {
      await leave(member);
    }
  }

  #next(member: Member): Promise<CountedPiece> {
    return new Promise((resolve, reject) => {
      this.#waits.push({ member, resolve, reject });
      this.#advance();
    });
  }

  /** Once everybody waits, those who go together begin, or get their next piece. */
  #advance(): void {
    if (this.#waits.length < this.#alive) return;
    // In their order, whoever opened the file first: so the first one is also the first to write.
    const rank = ({ member }: Wait): number => this.#members.indexOf(member.counter.task);
    const waits = this.#waits.toSorted((a, b) => rank(a) - rank(b));
    this.#waits = [];
    const beginners = waits.map(({ member }) => member).filter(({ stream }) => !stream);
    for (const together of grouped(beginners, startOf)) begin(together);
    for (const together of grouped(waits, ({ member }) => member.stream)) void read(together);
  }
}

/** What members must have in common to begin together. */
function startOf({ counter: { task }, format, content, offset }: Member): string {
  const { size, mtime, inode } = content.stat;
  const { timezone, maxLine, field, schema } = task;
  // What is compressed has no size to compare by: it must be the very same.
  return JSON.stringify([
    content.path,
    inode,
    content.compressed && [size, mtime],
    offset,
    format.name,
    timezone,
    maxLine,
    field,
    schema?.text,
  ]);
}

function begin(members: readonly Member[]): void {
  const owner = shortest(members);
  const counting = countingOf(
    members.map(({ counter }) => counter),
    owner.format,
  );
  const { offset } = owner;
  const stream: Stream = {
    counting,
    readers: new Set(members),
    owner,
    pieces: piecesFor(owner, offset, counting),
    end: offset,
    isEnded: false,
  };
  for (const [index, member] of members.entries()) Object.assign(member, { stream, index });
}

const shortest = (members: readonly Member[]): Member =>
  members.reduce((a, b) => (b.content.stat.size < a.content.stat.size ? b : a));

const piecesFor = ({ content, counter }: Member, offset: number, counting: LineCounting) =>
  piecesOf(content, offset, counting, counter.task.maxLine);

/** Whoever fails closes its file next: where the others read from it, they go on with one of theirs. */
async function leave(member: Member): Promise<void> {
  const { stream } = member;
  if (!stream?.readers.delete(member)) return;
  const isLast = stream.readers.size === 0;
  if (!isLast && (stream.isEnded || stream.owner !== member)) return;
  await stream.pieces.return(undefined); // at rest: it goes on only when all wait
  if (isLast) return;
  stream.owner = shortest([...stream.readers]);
  stream.pieces = piecesFor(stream.owner, stream.end, stream.counting);
}

async function read(waits: readonly Wait[]): Promise<void> {
  const stream = waits[0]!.member.stream!;
  try {
    const { value } = await stream.pieces.next();
    stream.end = value.end;
    stream.isEnded = value.ending !== null;
    for (const { resolve } of waits) resolve(value);
  } catch (error) {
    for (const { reject } of waits) reject(error);
  }
}

function grouped<Item>(items: readonly Item[], keyOf: (item: Item) => unknown): Item[][] {
  const groups = new Map<unknown, Item[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return [...groups.values()];
}
