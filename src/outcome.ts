// What came of one invocation: the object that --json prints, the books that must balance, and the fields of the loader's
// own point.
import { addTally, emptyTally, type Tally } from "./frequencies/piece.ts";
import type { Books } from "./log/brain.ts";
import type { Task } from "./task.ts";

export interface Outcome extends Tally {
  readonly name: string;
  readonly pipeline: string;
  readonly log: string;
  outcome: "loaded" | "unchanged" | "skipped" | "failed";
  /** Ignored lines of another time than those asked for; absent where none were asked for. */
  outside?: number;
  /** Matched lines whose window was closed already, or lies in the future. */
  late: number;
  /** Points that the store took. */
  points: number;
  /** Points that the store will never take; they are kept aside. */
  refused: number;
  /** Bytes of log consumed. */
  bytes: number;
  /** Bytes of the live log that are not consumed: an unfinished last line, or what came while this ran. */
  lagBytes: number;
  /** Generations of the log whose lines may be lost: gone, cut short, or damaged. */
  gap: number;
  /** Files that were read. */
  files: number;
  /** Offset in the newest file. */
  offset: number;
  durationMs: number;
  error?: string;
}

export function newOutcome({ name, pipelineName, log }: Pick<Task, "name" | "pipelineName" | "log">): Outcome {
  return {
    name,
    pipeline: pipelineName,
    log,
    outcome: "loaded",
    ...emptyTally(),
    late: 0,
    points: 0,
    refused: 0,
    bytes: 0,
    lagBytes: 0,
    gap: 0,
    files: 0,
    offset: 0,
    durationMs: 0,
  };
}

/** Enters a segment whose points are acknowledged. */
export function enter(outcome: Outcome, { tally, late, bytes }: Books): void {
  addTally(outcome, tally);
  outcome.late += late;
  outcome.bytes += bytes;
}
