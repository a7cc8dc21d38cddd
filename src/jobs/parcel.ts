// The pieces of one part of a file, which wait to be taken up in the order of the file, whoever counted them.
import type { OwnPiece } from "../log/segments.ts";
import type { Source } from "./source.ts";

/** A piece, and where it begins. */
export interface Counted extends OwnPiece {
  readonly begin: number;
}

export class Parcel {
  readonly source: Source;
  /** Unpacked when they are taken up. */
  readonly #waiting: (() => Counted)[] = [];
  #isDone = false;
  #failure: { readonly error: unknown } | null = null;

  constructor(source: Source) {
    this.source = source;
  }

  /** Nothing more comes. */
  get isDone(): boolean {
    return this.#isDone;
  }

  put(counted: () => Counted): void {
    this.#waiting.push(counted);
  }

  /** `error`: what kept the part from being counted to its end; null: nothing did. */
  finish(error: unknown): void {
    this.#isDone = true;
    if (error !== null) this.#failure = { error };
  }

  /** Null where there is nothing (yet). Behind the last piece, throws what kept the rest from being counted. */
  take(): Counted | null {
    const next = this.#waiting.shift();
    if (!next && this.#failure) throw this.#failure.error;
    return next?.() ?? null;
  }
}
