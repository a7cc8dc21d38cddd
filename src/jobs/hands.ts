// Who counts parts of files: worker threads, and the thread that gives the parts out, so that it is not idle, nor one more than was
// asked for.
import type { Worker } from "node:worker_threads";
import { FileCounter } from "../counting.ts";
import { reasonOf } from "../errors.ts";
import { weightOf } from "../frequencies/piece.ts";
import { placeIn } from "../pipeline/rule-guard.ts";
import { startThread } from "../program-files.ts";
import type { Task } from "../task.ts";
import { type Answer, type Given, mostWaiting, plainly, type Telling, unpackError } from "./message.ts";
import { Unpacker } from "./packing.ts";
import { Parcel } from "./parcel.ts";
import { type Part, piecesOfPart, type Source } from "./source.ts";

export interface Hand {
  /** How many parts it has to count. */
  readonly parts: number;
  /** How many parts of plain files it takes at once. */
  readonly mostParts: number;
  count(source: Source, part: Part): Parcel;
  /** Whatever it counts is of no use any more. */
  end(): Promise<void>;
}

/** What hands tell. */
export interface Listener {
  /** There is a piece, or the hand is done with a part. */
  onProgress(): void;
  onDeath(reason: string): void;
}

/** The thread that gives the parts out. What it has to do besides, such as merging and writing, comes in between. */
export class OwnHand implements Hand {
  readonly mostParts = 1;
  parts = 0;
  readonly #task: Task;
  readonly #counter: FileCounter;
  readonly #listener: Listener;
  #work = Promise.resolve();
  /** Bytes, about, of pieces that wait to be taken up. */
  #waiting = 0;
  #onTaken = (): void => {};
  #isEnded = false;

  constructor(task: Task, now: number, listener: Listener) {
    this.#task = task;
    this.#counter = new FileCounter({ task, now });
    this.#listener = listener;
  }

  count(source: Source, part: Part): Parcel {
    const parcel = new Parcel(source);
    this.parts++;
    this.#work = this.#carryOut(source, part, parcel);
    return parcel;
  }

  async end(): Promise<void> {
    this.#isEnded = true;
    this.#onTaken();
    await this.#work;
  }

  async #carryOut(source: Source, part: Part, parcel: Parcel): Promise<void> {
    await this.#work; // it counts one after the other
    try {
      await this.#count(source, part, parcel);
      parcel.finish(null);
    } catch (error) {
      parcel.finish(error);
    }
    this.parts--;
    this.#listener.onProgress();
  }

  async #count({ content, format }: Source, part: Part, parcel: Parcel): Promise<void> {
    const counted = piecesOfPart(content, part, this.#counter.countingOf(format), this.#task.maxLine);
    for await (const { pieces, ...rest } of counted) {
      const piece = pieces[0]!;
      const weight = weightOf(piece);
      this.#waiting += weight;
      parcel.put(() => {
        this.#waiting -= weight;
        this.#onTaken();
        return { ...rest, piece };
      });
      this.#listener.onProgress();
      while (this.#waiting > mostWaiting && !this.#isEnded)
        await new Promise<void>((resolve) => (this.#onTaken = resolve));
      if (this.#isEnded) return;
    }
  }
}

export class WorkerHand implements Hand {
  readonly #worker: Worker;
  readonly #task: Task;
  readonly #listener: Listener;
  /** By the number of their order. */
  readonly #parcels = new Map<number, Parcel>();
  readonly #unpacker = new Unpacker();
  #orders = 0;
  #hasStarted = false;

  constructor(task: Task, now: number, listener: Listener) {
    this.#task = task;
    this.#listener = listener;
    const rulePaths = task.rule?.files.map(({ path }) => path) ?? [];
    const given: Given = { ...plainly(task), now };
    this.#worker = startThread("worker", given)
      .on("message", (answer: Answer) => this.#hear(answer))
      .on("error", (error) => listener.onDeath(`${reasonOf(error)}${placeIn(error, rulePaths)}`))
      .on("exit", (code) => listener.onDeath(`it ended with code ${code}`));
  }

  get parts(): number {
    return this.#parcels.size;
  }

  /** So many that it need not wait for the main thread; the first ones wait until it has started. */
  get mostParts(): number {
    return this.#hasStarted ? 8 : 2;
  }

  count(source: Source, part: Part): Parcel {
    const { fd, format, content } = source;
    const { path, start, stat } = content;
    const id = this.#orders++;
    this.#tell({ kind: "count", id, fd, path, size: stat.size, start, format: format.name, part });
    const parcel = new Parcel(source);
    this.#parcels.set(id, parcel);
    return parcel;
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #hear(answer: Answer): void {
    this.#hasStarted = true;
    const parcel = this.#parcels.get(answer.id)!;
    if (answer.kind === "piece") {
      const { begin, end, onDisk, tail, ending, counts, seen, weight } = answer;
      const unpack = this.#unpacker.unpack(counts);
      parcel.put(() => {
        this.#tell({ kind: "taken", weight });
        this.#task.pace.add(seen);
        return { begin, end, onDisk, tail: Buffer.from(tail.buffer), ending, piece: unpack() };
      });
    } else {
      this.#parcels.delete(answer.id);
      parcel.finish(answer.kind === "failed" ? unpackError(answer.error) : null);
    }
    this.#listener.onProgress();
  }

  #tell(telling: Telling): void {
    this.#worker.postMessage(telling, []);
  }
}
