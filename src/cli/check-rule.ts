// `l2i check --pipeline`: one pipeline alone, tried on what strangers may send and on the lines of logs.
import { formatFor } from "../counting.ts";
import { exitCode, L2iError } from "../errors.ts";
import type { LogRecord } from "../format/record.ts";
import { invocationFromWords } from "../invocation/load-words.ts";
import { closeAll, openFiles } from "../log/candidates.ts";
import { type Content, readAt } from "../log/content.ts";
import { headLength } from "../log/identity.ts";
import { faultsOf } from "../pipeline/conformance.ts";
import { safeJson } from "../printable.ts";
import type { Task } from "../task.ts";
import { Looks, printFindings } from "./findings.ts";
import type { CheckFlags } from "./flags.ts";
import { machine, tasksOf } from "./invocations.ts";
import { counted } from "./text.ts";

export async function checkRule(pipeline: string, logs: readonly string[], flags: CheckFlags): Promise<number> {
  const sealed = invocationFromWords(pipeline, logs.length === 0 ? ["-"] : logs, flags, machine(process.cwd()));
  const { tasks } = await tasksOf([sealed]);
  const task = tasks[0]!;
  const look = new Looks();
  look.add(
    "configuration",
    "ok",
    `reads ${task.fields.join(", ") || "the time alone"}; measurement ${task.measurementName}`,
  );
  const records: LogRecord[] = [];
  for (const log of logs) records.push(...((await look.at("log", () => sampleOf(log, task))) ?? []));
  for (const { level, detail } of faultsOf(task, records, () => performance.now()))
    look.add("rule", level, `it ${detail}`);
  if (look.exitCode === exitCode.ok)
    look.add("rule", "ok", "answers any record with a flat hash or null, always the same, in good time");
  printFindings(task.pipelineName, look, flags);
  return look.exitCode;
}

/** The records at the beginning of a log, and what the pipeline makes of them. */
async function sampleOf(log: string, task: Task): Promise<readonly [LogRecord[], string]> {
  const contents = await openFiles([log], process.stdin);
  try {
    const [content] = contents;
    if (!content) throw new L2iError("log", `${log} has no complete line`);
    const records = await recordsOf(content, task);
    return [records, `${log}: ${answersIn(records, task)}`];
  } finally {
    await closeAll(contents);
  }
}

async function recordsOf(content: Content, task: Task): Promise<LogRecord[]> {
  const format = await formatFor(task, content, content.start);
  const parser = format.parser(task.fields, task.timezone ?? undefined);
  const head = await readAt(content, content.start, headLength);
  const text = head.toString("latin1", 0, head.lastIndexOf(10) + 1);
  const records: LogRecord[] = [];
  for (let start = 0; start < text.length; start = text.indexOf("\n", start) + 1) {
    const record = parser.parse(text, start);
    if (record) records.push(record);
  }
  return records;
}

/** How many answers of a sample are shown. */
const shownAnswers = 3;

function answersIn(records: readonly LogRecord[], { categorize }: Task): string {
  const answers = new Map<string, number>();
  for (const record of records) {
    const answer = answerTo(record, categorize);
    if (answer !== null) answers.set(answer, (answers.get(answer) ?? 0) + 1);
  }
  const matched = [...answers.values()].reduce((sum, count) => sum + count, 0);
  const most = [...answers].toSorted(([, a], [, b]) => b - a).slice(0, shownAnswers);
  const shown = most.length === 0 ? "" : `, most as ${most.map(([answer]) => answer).join(", ")}`;
  return `of a sample of ${counted(records.length, "line")} it counts ${matched}${shown}`;
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
