// Where a history is played: what runs the program, and where its points go. In one world the program's own parts run in this
// process, in another the built program runs as a process against real servers.
import type { Brain } from "../../src/log/brain.ts";
import type { Outcome } from "../../src/outcome.ts";
import type { Verification } from "../../src/verify.ts";
import type { Spoil } from "./memory-store.ts";
import type { Death } from "./simulated-disk.ts";
import type { Sums } from "./sums.ts";
import type { ServerFiles } from "./web-server.ts";

export type Options = { readonly [key: string]: unknown };

/** What becomes of one write: how much of it arrives, and whether the program is told so, told of a failure, or killed. */
export interface Fate {
  readonly arrives: "none" | "half" | "all";
  readonly ends: "acknowledged" | "failure" | "killed";
  /** Which of the ways to fail it is, where a world has several. */
  readonly how?: number;
}

/** One run of the program. */
export interface Order {
  readonly options: Options;
  /** What its clock shows, ms since 1970. */
  readonly now: number;
  /** Of its writes of counts. */
  readonly fates: readonly Fate[];
  /** Null: it ends by itself. */
  readonly death: Death | null;
  /** Killed so many milliseconds after its start, where it is a process; null: not so. */
  readonly killAfterMs: number | null;
  /** Dice (0 to 1, without 1) of a power failure after its end; null: there is none. */
  readonly powerFailure: (() => number) | null;
  /** Another one starts at the same moment. */
  readonly isTwice: boolean;
  /** Called once, when its first points are on their way. */
  readonly onWrite: () => Promise<void>;
}

/** What came of it. */
export interface Ran {
  /** Null: it was killed before it could say. */
  readonly outcome: Outcome | null;
  /** Messages, as `LEVEL text`. */
  readonly said: readonly string[];
  /** Whether it had to fail; null where that depends on what the world does not know. */
  readonly mustFail: boolean | null;
}

/** One verification by the program. */
export interface VerifyOrder {
  readonly options: Options;
  readonly now: number;
  /** Milliseconds since 1970; null: from where it can be told. */
  readonly since: number | null;
  readonly repair: boolean;
}

export interface World {
  /** Where the log, the brainfile and the rest lie. */
  readonly folder: string;
  readonly files: ServerFiles;
  run(order: Order): Promise<Ran>;
  /** What the program itself says of its numbers. */
  verify(order: VerifyOrder): Promise<Verification>;
  /** Spoils some of the points that are chosen, and answers how many; not every world can. */
  spoil?(spoils: readonly Spoil[], choose: (series: string, ms: number) => boolean): number;
  /** What the brainfile says; null: there is none. */
  brain(): Promise<Brain | null>;
  /** What a person who sums over a window gets, by series without the tags in `without`. */
  sums(windowMs: number, without: readonly string[]): Promise<Sums>;
  /** Changes with everything that is written to the store. */
  written(): Promise<unknown>;
  dispose(): Promise<void>;
}
