// A worker thread in which `l2i check --pipeline` tries a pipeline: one that never ends keeps nobody but this thread.
import { setImmediate } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import type { LogRecord } from "../../format/record.ts";
import type { Sighting } from "../../frequencies/estimate.ts";
import { Series } from "../../frequencies/series.ts";
import type { PlainTask } from "../../jobs/message.ts";
import { type Fault, faultsOf } from "../../pipeline/conformance.ts";
import { rerun } from "../../pipeline/rule-module.ts";
import { safeJson } from "../../printable.ts";
import { type Task, taskOf } from "../../task.ts";
import { seriesAhead } from "./series-ahead.ts";

/** What is to be tried. */
export interface Trial extends PlainTask {
  /** Records of each log. */
  readonly samples: readonly (readonly LogRecord[])[];
  /** One number, in shared memory: how many calls there were so far. */
  readonly calls: Int32Array;
}

/** What came out. */
export interface Verdict {
  readonly faults: readonly Fault[];
  /** What it makes of each sample, in words. */
  readonly answers: readonly string[];
}

void report(workerData);

async function report(trial: Trial): Promise<void> {
  const verdict = await verdictOn(trial);
  await setImmediate(); // what it left running may fail first
  parentPort!.postMessage(verdict, []);
}

async function verdictOn({ invocation, rule, samples, calls }: Trial): Promise<Verdict> {
  const task = await taskOf(invocation, rule && rerun(rule));
  const categorize: Task["categorize"] = (record) => {
    Atomics.add(calls, 0, 1);
    return task.categorize(record);
  };
  const ahead = samples.map((records) => seriesAhead(sightings(records, categorize), task));
  const tooMany = ahead.flatMap(({ warning }): Fault[] => (warning ? [{ level: "warning", detail: warning }] : []));
  return {
    faults: [...faultsOf({ ...task, categorize }, samples.flat(), () => performance.now()), ...tooMany],
    answers: samples.map((records, index) => answersIn(records, categorize) + ahead[index]!.detail),
  };
}

function sightings(records: readonly LogRecord[], categorize: Task["categorize"]): Sighting[] {
  const root = new Series();
  return records.flatMap((record) => {
    try {
      const answer = categorize({ ...record });
      return answer ? [{ time: record.time, series: root.find(answer) }] : [];
    } catch {
      return []; // it is said elsewhere
    }
  });
}

/** How many answers of a sample are shown. */
const shownAnswers = 3;

function answersIn(records: readonly LogRecord[], categorize: Task["categorize"]): string {
  const answers = new Map<string, number>();
  for (const record of records) {
    const answer = answerTo(record, categorize);
    if (answer !== null) answers.set(answer, (answers.get(answer) ?? 0) + 1);
  }
  const matched = [...answers.values()].reduce((sum, count) => sum + count, 0);
  const most = [...answers].toSorted(([, a], [, b]) => b - a).slice(0, shownAnswers);
  const shown = most.length === 0 ? "" : `, most as ${most.map(([answer]) => answer).join(", ")}`;
  return `it counts ${matched}${shown}`;
}

/** Null: it is not the pipeline's, or the rule fails, which is said elsewhere. */
function answerTo(record: LogRecord, categorize: Task["categorize"]): string | null {
  try {
    const answer = categorize({ ...record });
    return answer === null ? null : safeJson(answer);
  } catch {
    return null;
  }
}
