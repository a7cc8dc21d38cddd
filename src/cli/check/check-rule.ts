// `l2i check --pipeline`: one pipeline alone, tried on what strangers may send and on the lines of logs.
import { setTimeout } from "node:timers/promises";
import type { Worker } from "node:worker_threads";
import { anonymized } from "../../anonymity.ts";
import { formatFor } from "../../counting.ts";
import { exitCode, L2iError, reasonOf } from "../../errors.ts";
import type { LogRecord } from "../../format/record.ts";
import { invocationFromWords } from "../../invocation/load-words.ts";
import { closeAll, openFiles } from "../../log/candidates.ts";
import { type Content, readAt } from "../../log/content.ts";
import { headLength } from "../../log/identity.ts";
import { plainly } from "../../jobs/message.ts";
import { startThread } from "../../program-files.ts";
import type { Task } from "../../task.ts";
import { Looks, printFindings } from "./findings.ts";
import type { CheckFlags } from "../flags.ts";
import { machine, tasksOf } from "../invocations.ts";
import { counted } from "../text.ts";
import type { Trial, Verdict } from "./trial.ts";

export async function checkRule(pipeline: string, logs: readonly string[], flags: CheckFlags): Promise<number> {
  const sealed = invocationFromWords(pipeline, logs.length === 0 ? ["-"] : logs, flags, machine(process.cwd()));
  const { tasks } = await tasksOf([sealed]);
  const task = tasks[0]!;
  const look = new Looks();
  look.add(
    "configuration",
    "ok",
    `reads ${task.named.join(", ") || "the time alone"}; measurement ${task.measurementName}`,
  );
  const samples = logs.map((log) => sampleOf(log, task));
  const read = (await Promise.allSettled(samples)).map((each) => (each.status === "fulfilled" ? each.value : []));
  const { faults, answers } = await tried(task, read);
  for (const [index, log] of logs.entries())
    await look.at("log", async () => {
      const lines = `of a sample of ${counted((await samples[index]!).length, "line")}`;
      return [null, `${log}: ${lines} ${answers[index] ?? "it is not known what it counts"}`];
    });
  for (const { level, detail } of faults) look.add("rule", level, `it ${detail}`);
  if (look.exitCode === exitCode.ok)
    look.add("rule", "ok", "answers any record with a flat hash or null, always the same, in good time");
  printFindings(task.pipelineName, look, flags);
  return look.exitCode;
}

/** The records at the beginning of a log. */
async function sampleOf(log: string, task: Task): Promise<LogRecord[]> {
  const contents = await openFiles([log], process.stdin);
  try {
    const [content] = contents;
    if (!content) throw new L2iError("log", `${log} has no complete line`);
    return await recordsOf(content, task);
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
    if (record) records.push(task.anonymizeIp ? anonymized(record) : record);
  }
  return records;
}

/** Seconds that a rule may take over one record, before it is taken for one that never ends. */
const patience = 5;

/** In a thread of its own, which can be ended whatever it does. */
async function tried(task: Task, samples: Trial["samples"]): Promise<Verdict> {
  const calls = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const workerData: Trial = { ...plainly(task), samples, calls };
  const worker = startThread("trial", workerData);
  const end = new AbortController();
  try {
    return await Promise.race([verdictOf(worker), stuck(calls, end.signal)]);
  } finally {
    end.abort();
    await worker.terminate();
  }
}

function verdictOf(worker: Worker): Promise<Verdict> {
  return new Promise((resolve) => {
    worker
      .on("message", resolve)
      .on("error", (error) => resolve(failed(`leaves running what fails, ${reasonOf(error)}`)))
      .on("exit", () => resolve(failed("ends the program")));
  });
}

/** Answers once there was no further call for too long. */
async function stuck(calls: Int32Array, signal: AbortSignal): Promise<Verdict> {
  let before = -1;
  for (let seconds = 0; seconds < patience; seconds = calls[0] === before ? seconds + 1 : 0) {
    before = calls[0]!;
    await setTimeout(1000, null, { signal });
  }
  return failed(`takes more than ${patience} s over one line; look for what never ends`);
}

const failed = (detail: string): Verdict => ({ faults: [{ level: "problem", detail }], answers: [] });
