// Counts files for one invocation with several threads. Files are cut where pieces end, the parts are counted in any order, and their
// pieces come out in the order of the files: the same ones that one thread would count.
import { fstatSync } from "node:fs";
import { L2iError } from "../errors.ts";
import { emptyTally, type PieceCounts } from "../frequencies/piece.ts";
import type { OwnPiece } from "../log/segments.ts";
import type { Task } from "../task.ts";
import { type Hand, OwnHand, WorkerHand } from "./hands.ts";
import type { Counted, Parcel } from "./parcel.ts";
import { bytesIn, type Part, partsOf, type Source } from "./source.ts";

/** Bytes to count for which a further thread is worth the 50 ms that it takes to start. */
const bytesPerHand = 16 * 1024 * 1024;

export class Pool {
  readonly #task: Task;
  readonly #now: number;
  readonly #jobs: number;
  readonly #hands: Hand[] = [];
  readonly #sources: Source[] = [];
  /** Bytes in all sources so far. */
  #bytes = 0;
  /** Of the first of the sources. */
  #parts: Generator<Part> | null = null;
  #next: readonly [Source, Part] | null = null;
  /** Given out and not yet taken up, in the order of the files. */
  readonly #parcels: Parcel[] = [];
  /** Why a hand died; null: none did. */
  #death: string | null = null;
  #isEnded = false;
  #wake = (): void => {};

  constructor(task: Task, now: number, jobs: number) {
    this.#task = task;
    this.#now = now;
    this.#jobs = jobs;
  }

  /** Further files to count; their pieces must be asked for in this order. */
  add(sources: readonly Source[]): void {
    this.#sources.push(...sources);
    this.#bytes += sources.reduce((sum, source) => sum + bytesIn(source), 0);
    this.#giveOut();
  }

  /** The pieces of a file, the last one with the ending. */
  async *pieces(source: Source): AsyncGenerator<OwnPiece> {
    let end = source.offset;
    let tail: Buffer | null = null;
    let last: OwnPiece | null = null;
    for await (const { begin, ...piece } of this.#counted(source)) {
      // A line that begins elsewhere than where the last one ended: two threads saw different bytes.
      if (last || begin !== end) throw changed(source);
      ({ tail, end } = piece);
      if (piece.ending) last = piece;
      else yield piece;
    }
    if (tail === null) throw new Error("files are not counted in the order in which they were announced");
    // Behind a last line that reached into the last part there is nothing, unless the file was cut short meanwhile.
    const { size } = source.content.stat;
    if (!last && end < size && fstatSync(source.fd).size >= size) throw changed(source);
    yield last ?? { piece: nothing(), end, onDisk: size, tail, ending: { unfinished: 0, damage: null } };
  }

  /** Whatever is still being counted is of no use any more. */
  async end(): Promise<void> {
    this.#isEnded = true;
    await Promise.all(this.#hands.map((hand) => hand.end()));
  }

  async *#counted(source: Source): AsyncGenerator<Counted> {
    for (;;) {
      if (this.#death !== null) throw dead(source, this.#death);
      this.#giveOut();
      const [parcel = null] = this.#parcels;
      if ((parcel?.source ?? this.#peek()?.[0]) !== source) return;
      const counted = parcel?.take();
      if (counted) yield counted;
      else if (parcel?.isDone) this.#parcels.shift();
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** What is to be given out next; null: all is. */
  #peek(): readonly [Source, Part] | null {
    for (let source; !this.#next && (source = this.#sources[0]);) {
      this.#parts ??= partsOf(source);
      const { value: part } = this.#parts.next();
      if (part) this.#next = [source, part];
      else {
        this.#sources.shift();
        this.#parts = null;
      }
    }
    return this.#next;
  }

  /** Gives out as much as the hands take; behind the end the files are closed. */
  #giveOut(): void {
    if (this.#isEnded) return;
    for (let next; (next = this.#peek());) {
      const hand = this.#handFor(next[0]);
      if (!hand) return;
      this.#parcels.push(hand.count(...next));
      this.#next = null;
    }
  }

  /** The one that has least to do. A compressed file is much: it waits for one that has nothing. */
  #handFor({ content: { compressed } }: Source): Hand | null {
    const most = Math.min(this.#jobs, Math.ceil(this.#bytes / bytesPerHand));
    while (this.#hands.length < most) this.#hands.push(this.#newHand());
    const free = this.#hands.filter(({ parts, mostParts }) => parts < (compressed ? 1 : mostParts));
    return free.toSorted((a, b) => a.parts - b.parts)[0] ?? null;
  }

  #newHand(): Hand {
    const Kind = this.#hands.length === 0 ? OwnHand : WorkerHand;
    return new Kind(this.#task, this.#now, {
      onProgress: () => {
        this.#giveOut();
        this.#wake();
      },
      onDeath: (reason) => {
        if (!this.#isEnded) this.#death ??= reason;
        this.#wake();
      },
    });
  }
}

const nothing = (): PieceCounts => ({
  tally: emptyTally(),
  rejects: [],
  firstFailure: null,
  outside: 0,
  newest: -Infinity,
  newestLine: -Infinity,
  oldestLine: Infinity,
  windows: new Map(),
  future: new Map(),
});

function changed({ content }: Source): L2iError {
  return new L2iError("log", `${content.path} was changed while it was read; nothing of that is counted, try again`);
}

function dead({ content }: Source, reason: string): L2iError {
  return new L2iError(
    "log",
    `a worker thread died while ${content.path} was counted (${reason}); nothing is lost: try again, or with --jobs 1, which does without`,
  );
}
