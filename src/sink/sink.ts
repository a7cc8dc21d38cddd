// Where points go. The only interface with several forms: a store, a file, standard output.
import { L2iError } from "../errors.ts";
import type { PointLines } from "./point-lines.ts";

/** A point that the store will never take, for a reason that is known. */
export interface Refusal {
  /** The line of line protocol. */
  readonly point: string;
  /** The store's words, control characters escaped. */
  readonly reason: string;
}

export interface Sink {
  /** Where the points go, for messages; never holds a secret. */
  readonly target: string;
  /** Who is asked, where several targets may have the same, such as the databases of a store. */
  readonly address?: string;
  /**
   * Writes lines of line protocol. Resolves when every one of them is stored or refused for good;
   * rejects with an L2iError (`network` or `store`) when any of them is neither, and then all may be sent again;
   * with NoAnswer when nobody answered.
   */
  write(points: PointLines): Promise<readonly Refusal[]>;
}

/** Nobody answers at the address, whatever target is meant. */
export class NoAnswer extends L2iError {
  constructor(message: string) {
    super("network", message);
  }
}
