// Mends what a store holds, in the way of a run: points and the state that goes with them are saved first, then written, then
// acknowledged. Whatever ends it in between, the next run sends the points that wait.
import { Delivery, type Remind } from "../delivery.ts";
import { L2iError } from "../errors.ts";
import { emptyTally } from "../frequencies/piece.ts";
import type { Brain } from "../log/brain.ts";
import { saveBrain } from "../log/brainfile.ts";
import type { Logger } from "../logger.ts";
import { newOutcome } from "../outcome.ts";
import { PointLines } from "../sink/point-lines.ts";
import type { Sink } from "../sink/sink.ts";
import type { Task } from "../task.ts";
import { type Mistake, openWindows, pointsFor } from "./repair.ts";

interface Circumstances {
  /** Milliseconds since 1970. */
  now(): number;
  readonly log: Logger;
}

export class Mending {
  readonly #task: Task & { readonly brainfile: string };
  readonly #outcome;
  readonly #delivery: Delivery;
  readonly #context: Circumstances;
  #brain: Brain;

  constructor(task: Task & { readonly brainfile: string }, brain: Brain, sink: Sink, context: Circumstances) {
    this.#task = task;
    this.#outcome = newOutcome(task);
    const remind: Remind = (level, _, message) => context.log[level](message);
    this.#delivery = new Delivery(task, this.#outcome, context.log, remind, sink, false);
    this.#context = context;
    this.#brain = brain;
  }

  /** Points that the store took. */
  get points(): number {
    return this.#outcome.points;
  }

  async mend(mistakes: readonly Mistake[]): Promise<void> {
    const points = PointLines.of(mistakes.flatMap((mistake) => pointsFor(mistake, this.#task)));
    if (points.length === 0) return;
    const next = { ...this.#brain.state, open: openWindows(this.#brain.state, mistakes) };
    await this.#save({ ...this.#brain, pending: { points, next, books: noBooks } });
    try {
      await this.#delivery.write(points);
    } catch (error) {
      if (!(error instanceof L2iError)) throw error;
      throw new L2iError(error.code, `${error.message}; the points that mend it wait for the next run`, {
        cause: error,
      });
    }
    await this.#save({ ...this.#brain, state: next, pending: null });
  }

  async #save(brain: Brain): Promise<void> {
    this.#brain = { ...brain, lastUpdate: new Date(this.#context.now()).toISOString() };
    await saveBrain(this.#task.brainfile, this.#brain);
  }
}

/** No line was counted for it. */
const noBooks = { tally: emptyTally(), late: 0, bytes: 0, gap: 0 };
