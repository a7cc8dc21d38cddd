// What happens to a counted segment besides being remembered: rejects are kept aside, oddities are said, points are written.
import { reasonOf } from "./errors.ts";
import type { Counted } from "./log/segments.ts";
import type { Logger } from "./logger.ts";
import type { Outcome } from "./outcome.ts";
import { keepAside, keepPointsAside, refusedPath } from "./sink/aside.ts";
import type { Sink } from "./sink/sink.ts";
import type { Task } from "./task.ts";

/** Says a warning of a kind that may last over many runs. */
export type Warn = (kind: string, message: string) => void;

export class Delivery {
  readonly #task: Task;
  readonly #outcome: Outcome;
  readonly #log: Logger;
  /** Null: points go nowhere. */
  readonly #sink: Sink | null;
  /** Nothing is kept aside. */
  readonly #dryRun: boolean;

  constructor(task: Task, outcome: Outcome, log: Logger, sink: Sink | null, dryRun: boolean) {
    this.#task = task;
    this.#outcome = outcome;
    this.#log = log;
    this.#sink = sink;
    this.#dryRun = dryRun;
  }

  /** Writes points; those refused for good are kept aside and said. */
  async write(points: readonly string[]): Promise<void> {
    if (!this.#sink || points.length === 0) return;
    const refusals = await this.#sink.write(points);
    this.#outcome.points += points.length - refusals.length;
    this.#outcome.refused += refusals.length;
    if (refusals.length === 0) return;
    const { name, brainfile } = this.#task;
    const file = brainfile === null || this.#dryRun ? null : refusedPath(brainfile);
    if (file)
      await keepPointsAside(
        file,
        refusals.map((refusal) => refusal.point),
      );
    const { point: first, reason } = refusals[0]!;
    this.#log.error(
      `${name}: ${this.#sink.target} refused ${refusals.length} points for good: ${reason}; ${file ? `they are kept in ${file}` : `the first is ${first}`}`,
    );
  }

  async keepRejects({ rejects, tally }: Counted, warn: Warn): Promise<void> {
    const { rejects: path, name } = this.#task;
    if (path === null || this.#dryRun) return;
    const isTaken = await keepAside(
      path,
      rejects.map((reject) => JSON.stringify(reject)),
    );
    if (!isTaken || rejects.length < tally.rejected)
      warn(
        "rejects",
        `${name}: ${path} holds as many rejects as are kept; further ones are only counted. Look at them, then remove the file`,
      );
  }

  /** Says what a person should know of a segment. Damaged files are gaps. */
  report({ tally, firstFailure, overflow, damages, rejects }: Counted, warn: Warn): void {
    const { name, pipelineName, maxSeries, format } = this.#task;
    this.#outcome.gap += damages.length;
    for (const damage of damages) this.#log.warn(`${name}: ${damage}; what it held behind that is lost`);
    if (overflow !== null) {
      warn(
        "series",
        `${name}: the pipeline ${pipelineName} makes more than ${maxSeries} series in one window, most by the attribute "${overflow}"; what is too much is counted as _other (--max-series sets the limit)`,
      );
    }
    if (firstFailure) {
      const { file, offset, error } = firstFailure;
      warn(
        "rule",
        `${name}: the pipeline ${pipelineName} threw on ${tally.failed} lines, first on the one at byte ${offset} of ${file}: ${reasonOf(error)}`,
      );
    }
    if (tally.rejected > 10 && tally.rejected > tally.lines / 2) {
      const { file, offset } = rejects[0]!;
      warn(
        "format",
        `${name}: ${tally.rejected} of ${tally.lines} lines do not match the format ${format}, first the one at byte ${offset} of ${file}; check --format`,
      );
    }
  }
}
