// Decides whether worker threads are worth it for what there is to count; what they take is loaded only then.
import { FileCounter } from "../counting.ts";
import type { Format } from "../format/format.ts";
import type { Content } from "../log/content.ts";
import type { OpenPieces } from "../log/segments.ts";
import type { Task } from "../task.ts";
import type { Pool } from "./pool.ts";
import { bytesIn, type Source } from "./source.ts";

/** Bytes of log from which on: a thread takes some 50 ms to start, and more to warm up. */
const worthwhile = 32 * 1024 * 1024;

/** Counts files for a task, with as many threads as it may take. */
export class Jobs {
  readonly #task: Task;
  readonly #now: number;
  readonly #jobs: number;
  readonly #coming: readonly Source[];
  /** Counts in this thread. */
  readonly #own: FileCounter;
  #pool: Promise<Pool> | null = null;

  /** `coming`: what will be opened, in this order; as far as it is known, one file can be counted beside the other. */
  constructor(task: Task, now: number, coming: readonly { content: Content; offset: number; format: Format }[] = []) {
    this.#task = task;
    this.#now = now;
    this.#jobs = task.jobs ?? 1;
    this.#own = new FileCounter({ task, now });
    const sources = coming.flatMap(({ content, offset, format }) => sourceOf(content, offset, format));
    this.#coming = isWorthwhile(sources) ? sources : [];
  }

  async open(content: Content, offset: number, format: Format): Promise<OpenPieces> {
    const source = this.#jobs > 1 ? await this.#sourceFor(content, offset, format) : null;
    if (!source) return this.#own.open(content, offset, format);
    const pool = await (this.#pool ??= this.#begin());
    if (!this.#coming.includes(source)) pool.add([source]);
    return { format: format.name, pieces: pool.pieces(source) };
  }

  /** Ends all threads. Before that no file may be closed. */
  async end(): Promise<void> {
    await (await this.#pool)?.end();
  }

  /** Null where it is to be counted in this thread. */
  async #sourceFor(content: Content, offset: number, format: Format): Promise<Source | null> {
    const expected = this.#coming.find((source) => source.content === content && source.offset === offset);
    if (expected) return expected;
    const sources = sourceOf(content, offset, format);
    return isWorthwhile(sources) ? sources[0]! : null;
  }

  async #begin(): Promise<Pool> {
    const { Pool: Loaded } = await import("./pool.ts");
    const pool = new Loaded(this.#task, this.#now, this.#jobs);
    pool.add(this.#coming);
    return pool;
  }
}

/**
 * Standard input has no descriptor that another thread could read at its place; and how lines read that describe the ones behind them, is
 * not known in the middle.
 */
function sourceOf(content: Content, offset: number, format: Format): Source[] {
  const { fd } = content;
  return fd === null || format.isSelfDescribing ? [] : [{ content, fd, offset, format }];
}

/** A compressed file alone is read in one go, which this thread can do as well. */
function isWorthwhile(sources: readonly Source[]): boolean {
  const bytes = sources.reduce((sum, source) => sum + bytesIn(source), 0);
  return bytes >= worthwhile && (sources.length > 1 || sources.some(({ content }) => !content.compressed));
}
