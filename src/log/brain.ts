// What one invocation remembers between runs, as the program works with it.
import type { Tally } from "../frequencies/piece.ts";
import { newWindowState, type WindowState } from "../frequencies/windows.ts";
import type { Place } from "./identity.ts";
import type { PointLines } from "../sink/point-lines.ts";
import type { Validated } from "../validated.ts";
import { nothingUnverifiable, type Unverifiable } from "./verifiable.ts";

/** All that counting goes on from. Every segment makes a new one; it takes over the totals of the open windows. */
export interface BrainState extends WindowState {
  readonly current: Place | null;
  readonly previous: readonly Place[];
  /** This, `waiting` and `lookedAt`: see Known in identity.ts. */
  readonly ignoredUntil: number | null;
  readonly waiting: readonly number[];
  readonly lookedAt: number;
  /** What the open windows were counted with; see task.ts. Empty in a brainfile of an older loader. */
  readonly fingerprint: string;
  /** Length of the open windows, ms. */
  readonly windowMs: number;
  /** Start of the window of the very first line that was counted, ms; null: none was. Older windows may hold what others counted. */
  readonly countsSince: number | null;
  readonly unverifiable: Unverifiable;
  /** The format that `auto` recognised last; empty when none was. */
  readonly format: string;
}

/** A failure that lasts: said the first time, then hourly. */
export interface Failing {
  /** ISO 8601. */
  readonly since: string;
  /** When it was last said to a person. */
  readonly said: string;
  /** See ErrorCode. */
  readonly code: string;
  readonly message: string;
}

export interface Pending {
  readonly points: PointLines;
  readonly next: BrainState;
  /** What the segment adds to the outcome of the run that sees its points acknowledged. */
  readonly books: PendingBooks;
}

/** What a segment adds to the books. */
export interface Books {
  readonly tally: Readonly<Tally>;
  readonly late: number;
  readonly bytes: number;
}

/** Books that no run has reported yet. */
interface PendingBooks extends Books {
  /** Gaps that the run found. */
  readonly gap: number;
}

export interface Brain {
  /** What is acknowledged. While points are pending its windows are not kept: the next state replaces them. */
  readonly state: BrainState;
  /** Points that may or may not have reached the store, and the state that holds once they have. */
  readonly pending: Pending | null;
  readonly failing: Failing | null;
  /** When (ISO 8601) each kind of warning was last said, so that a lasting one is said hourly and not at every run. */
  readonly warned: { readonly [kind: string]: string };
  /** The configuration with which a run last found this invocation valid; null: none did, or an older loader. */
  readonly validated: Validated | null;
  /** Where points were acknowledged last, as messages name it; empty: nowhere yet, or an older program does not tell. */
  readonly goal: string;
  /** ISO 8601; when the state last changed. */
  readonly lastUpdate: string;
}

/** The header alone: what `status` and a quiet run need. */
export interface BrainHeader {
  readonly state: Omit<BrainState, "open">;
  readonly pendingPoints: number;
  readonly failing: Failing | null;
  readonly warned: Brain["warned"];
  readonly validated: Brain["validated"];
  readonly goal: string;
  readonly lastUpdate: string;
}

/** What is known before the first run. */
export function newBrain(now: number): Brain {
  const state: BrainState = {
    ...newWindowState,
    current: null,
    previous: [],
    ignoredUntil: null,
    waiting: [],
    lookedAt: now,
    fingerprint: "",
    windowMs: 1,
    countsSince: null,
    unverifiable: nothingUnverifiable,
    format: "",
  };
  const lastUpdate = new Date(now).toISOString();
  return { state, pending: null, failing: null, warned: {}, validated: null, goal: "", lastUpdate };
}
