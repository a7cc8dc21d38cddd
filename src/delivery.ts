// What happens to a counted segment besides being remembered: rejects are kept aside, oddities are said, points are written.
import { beside } from "./beside.ts";
import { anonymousText } from "./derived/network.ts";
import { L2iError, reasonOf } from "./errors.ts";
import { troubleOf } from "./file-trouble.ts";
import type { Counted } from "./log/segments.ts";
import type { Logger } from "./logger.ts";
import type { Outcome } from "./outcome.ts";
import { slowness } from "./pipeline/pace.ts";
import { safeJson } from "./printable.ts";
import { keepAside, keepPointsAside } from "./sink/aside.ts";
import type { PointLines } from "./sink/point-lines.ts";
import type { Refusal, Sink } from "./sink/sink.ts";
import type { Task } from "./task.ts";

/** Says what may last over many runs; of one kind, it need not be said at each of them. */
export type Remind = (level: "warn" | "error", kind: string, message: string) => void;

export class Delivery {
  readonly #task: Task;
  readonly #outcome: Outcome;
  readonly #log: Logger;
  readonly #remind: Remind;
  /** Null: points go nowhere. */
  readonly #sink: Sink | null;
  /** Nothing is kept aside. */
  readonly #dryRun: boolean;

  constructor(task: Task, outcome: Outcome, log: Logger, remind: Remind, sink: Sink | null, dryRun: boolean) {
    this.#task = task;
    this.#outcome = outcome;
    this.#log = log;
    this.#remind = remind;
    this.#sink = sink;
    this.#dryRun = dryRun;
  }

  /** Writes points; those refused for good are kept aside and said. */
  async write(points: PointLines): Promise<void> {
    if (!this.#sink || points.length === 0) return;
    const refusals = await this.#sink.write(points);
    if (refusals.length > 0) {
      const where = await this.#keepRefused(refusals);
      const count = `${refusals.length} of ${points.length} points`;
      this.#say("error", "refused", `${this.#sink.target} refused ${count} for good: ${refusals[0]!.reason}; ${where}`);
    }
    this.#outcome.points += points.length - refusals.length;
    this.#outcome.refused += refusals.length;
  }

  /** Answers where they are. No store has them: where they cannot be kept, they must be sent again. */
  async #keepRefused(refusals: readonly Refusal[]): Promise<string> {
    const { brainfile } = this.#task;
    if (brainfile === null || this.#dryRun) return `the first is ${refusals[0]!.point}`;
    const file = beside(brainfile).refused;
    const points = refusals.map(({ point }) => point);
    const kept = await keepPointsAside(file, points).catch((cause) => {
      const trouble = `cannot keep refused points in ${file}: ${troubleOf(cause)}`;
      throw new L2iError("store", `${trouble}. Nothing is lost: they are sent again once it can be`, { cause });
    });
    if (kept === points.length) return `they are kept in ${file}`;
    return `${kept} of them are kept in ${file}, which is full. Look at them, then remove the file`;
  }

  /** What keeps rejects from being kept is no reason to count nothing: it is said, and they are in the books. */
  async keepRejects({ rejects, tally }: Counted): Promise<void> {
    const { rejects: path } = this.#task;
    if (path === null || this.#dryRun || rejects.length === 0) return;
    try {
      if ((await keepAside(path, linesOf(rejects, this.#task))) < tally.rejected)
        this.#say(
          "warn",
          "rejects",
          `${path} holds as many rejects as are kept; further ones are only counted. Look at them, then remove the file`,
        );
    } catch (error) {
      this.#say(
        "warn",
        "rejects",
        `rejects are counted, but not kept, since ${path} cannot be written: ${troubleOf(error)}`,
      );
    }
  }

  /** Says what a person should know of a segment. Damaged files are gaps. */
  report({ tally, firstFailure, overflow, variety, damages, rejects, places }: Counted): void {
    const { name, pipelineName, maxSeries, format } = this.#task;
    this.#outcome.gap += damages.length;
    for (const damage of damages) this.#log.warn(`${name}: ${damage}; what it held behind that is lost`);
    if (overflow !== null) {
      this.#say(
        "warn",
        "series",
        `the pipeline ${pipelineName} makes more than ${maxSeries} series in one window, most by the attribute "${overflow}"; what is too much is counted as _other (--max-series sets the limit)`,
      );
    }
    if (variety !== null && overflow === null && this.#sink) {
      this.#say(
        "warn",
        "variety",
        `the pipeline ${pipelineName} made ${variety} different series in the windows that are open, where one may have ${maxSeries} (--max-series); each of them stays in the store. If strangers choose what is in them, their number has no end: narrow the pipeline (--set), or take another`,
      );
    }
    if (firstFailure) {
      const { file, offset, error } = firstFailure;
      this.#say(
        "warn",
        "rule",
        `the pipeline ${pipelineName} failed on ${tally.failed} lines, first on the one at byte ${offset} of ${file}: ${reasonOf(error)}`,
      );
    }
    const slow = slowness(this.#task.pace.take());
    if (slow !== null)
      this.#say("warn", "slow", `the pipeline ${pipelineName} ${slow}; look for what it does anew for each line`);
    if (tally.rejected > 10 && tally.rejected > tally.lines / 2) {
      const { file, offset } = rejects[0]!;
      const { countedAs = [] } = places.find((place) => place?.filename === file) ?? {};
      const used = countedAs.findLast(([from]) => from <= offset)?.[1] ?? format;
      this.#say(
        "warn",
        "format",
        `${tally.rejected} of ${tally.lines} lines do not match the format ${used}${used === format ? "" : ` (${format})`}, first the one at byte ${offset} of ${file}; check --format`,
      );
    }
  }

  #say(level: "warn" | "error", kind: string, message: string): void {
    this.#remind(level, kind, `${this.#task.name}: ${message}`);
  }
}

/** Made one by one, as they are taken: escaped, a flood of control characters is six times as long. */
function* linesOf(rejects: Counted["rejects"], { chosenFormat, anonymizeIp }: Task): Generator<string> {
  const kept = anonymizeIp ? anonymousText : (text: string) => text;
  for (const reject of rejects) {
    const refusal = reject.reason === "format" ? chosenFormat?.refusal?.(reject.line) : null;
    yield safeJson({ ...reject, line: kept(reject.line), ...(refusal && { reason: kept(refusal) }) });
  }
}
