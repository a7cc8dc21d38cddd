// What happens to a counted segment besides being remembered: rejects are kept aside, oddities are said, points are written.
import type { Format } from "./format/format.ts";
import { detectFormat, formatOf } from "./format/formats.ts";
import type { Counting } from "./frequencies/piece.ts";
import type { Windowing, WindowPoint } from "./frequencies/windows.ts";
import { type Content, readAt } from "./log/content.ts";
import { headLength } from "./log/identity.ts";
import type { Counted } from "./log/segments.ts";
import { L2iError, reasonOf } from "./errors.ts";
import type { Outcome } from "./outcome.ts";
import { keepAside, keepPointsAside } from "./sink/aside.ts";
import { point } from "./sink/line-protocol.ts";
import type { Sink } from "./sink/sink.ts";
import type { Task } from "./task.ts";

export interface Logger {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

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
    const file = brainfile === null || this.#dryRun ? null : `${brainfile}.refused.lp`;
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
        `${name}: ${path} is full; rejects are counted, but no longer kept. Look at them, then remove the file`,
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

/** The format of the bytes that are about to be read: the chosen one, else recognised from them, from the file, or as last time. */
export async function formatFor(task: Task, content: Content, offset: number, last = ""): Promise<Format> {
  if (task.chosenFormat) return task.chosenFormat;
  const head = content.head.toString("latin1");
  const sample = offset === content.start ? head : (await readAt(content, offset, headLength)).toString("latin1");
  const format = detectFormat(sample) ?? detectFormat(head) ?? (last === "" ? null : formatOf(last));
  if (!format)
    throw new L2iError(
      "log",
      `the format of ${content.path} is not recognised; say --format ("l2i show formats" lists those there are, or give the LogFormat of the server)`,
    );
  task.refuseUnfit(format);
  return format;
}

export function countingOf(task: Task, format: Format, now: number): Counting {
  const { fields, timezone, categorize, valueFields, windowMs, maxLine } = task;
  return {
    parser: format.parser(fields, timezone ?? undefined),
    categorize,
    values: valueFields,
    windowMs,
    now,
    maxLine,
  };
}

export function windowingOf({ windowMs, latenessMs, maxSeries, writes, seriesOf }: Task): Windowing {
  return { windowMs, latenessMs, maxSeries, parts: writes === "parts", seriesOf };
}

/** A total as a line of line protocol. */
export function lineOf({ series, time, total }: WindowPoint, { valueNames }: Task): string {
  const values = valueNames.map((name, index) => ({
    name,
    sum: total.values[3 * index]!,
    min: total.values[3 * index + 1]!,
    max: total.values[3 * index + 2]!,
  }));
  return point(series, total.count, values, nanoseconds(time));
}

/** Milliseconds as the text of nanoseconds, which numbers cannot hold. */
export const nanoseconds = (ms: number): string => (BigInt(Math.round(ms)) * 1_000_000n).toString();
