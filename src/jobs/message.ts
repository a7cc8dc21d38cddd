// What the main thread and its workers say to each other: plain data.
import { type ErrorCode, L2iError, reasonOf } from "../errors.ts";
import type { Invocation } from "../invocation/invocation.ts";
import type { Seen } from "../pipeline/pace.ts";
import type { RuleFiles } from "../pipeline/rule-module.ts";
import type { Task } from "../task.ts";
import type { PackedCounts } from "./packing.ts";
import type { Part, PartPiece } from "./source.ts";

/** Bytes of pieces that wait to be taken up, before whoever counted them waits for that. Most pieces take some ten KB. */
export const mostWaiting = 8 * 1024 * 1024;

/** A part of a file, for one worker to count. */
export interface Order {
  readonly kind: "count";
  readonly id: number;
  /** Descriptors are good in all threads of a process. */
  readonly fd: number;
  readonly path: string;
  /** Of a plain file: where it ends. */
  readonly size: number;
  /** See Content. */
  readonly start: number;
  /** Name of the format of the lines. */
  readonly format: string;
  readonly part: Part;
}

/** So many bytes of messages were taken up. */
interface Receipt {
  readonly kind: "taken";
  readonly weight: number;
}

/** What a worker is told. */
export type Telling = Order | Receipt;

interface CountedMessage extends Omit<PartPiece, "pieces" | "tail"> {
  readonly kind: "piece";
  readonly id: number;
  readonly tail: Uint8Array<ArrayBuffer>;
  readonly counts: PackedCounts;
  /** Of the rule's pace. */
  readonly seen: Seen;
  /** Bytes that it takes, about. */
  readonly weight: number;
}

/** What a worker answers: pieces of an order, in their order, then that it is done, or why it cannot be. */
export type Answer =
  | CountedMessage
  | { readonly kind: "done"; readonly id: number }
  | { readonly kind: "failed"; readonly id: number; readonly error: PackedError };

/** What another thread makes the same task from. */
export interface PlainTask {
  /** An invocation without its sink: no other thread needs the store and its secrets. */
  readonly invocation: Invocation;
  /** Its rule as the main thread read it: the file may be another one by now. */
  readonly rule: RuleFiles | null;
}

/** What a worker has from its start. */
export interface Given extends PlainTask {
  readonly now: number;
}

export function plainly(task: Task): PlainTask {
  const { chosenFormat: _, distributions: _1, pointFields: _2, lackingIn: _3, ...others } = task;
  const { categorize: _4, seriesOf: _5, refuseUnfit: _6, pace: _7, rule, ...data } = others;
  return { invocation: { ...data, sink: null }, rule };
}

interface PackedError {
  /** Null: a bug. */
  readonly code: ErrorCode | null;
  readonly message: string;
  readonly stack: string | undefined;
}

export function packError(error: unknown): PackedError {
  return {
    code: error instanceof L2iError ? error.code : null,
    message: reasonOf(error),
    stack: error instanceof Error ? error.stack : undefined,
  };
}

export function unpackError({ code, message, stack }: PackedError): Error {
  return code === null ? Object.assign(new Error(message), { stack }) : new L2iError(code, message);
}
