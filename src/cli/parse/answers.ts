// What pipelines answer for a line, for who wants to know where it is counted, or why it is not.
import { reasonOf } from "../../errors.ts";
import type { Format } from "../../format/format.ts";
import { RecordView } from "../../format/parser-reader.ts";
import type { LogRecord } from "../../format/record.ts";
import { invocationFromWords } from "../../invocation/load-words.ts";
import { pipelineNames } from "../../pipeline/builtin.ts";
import { safeJson, visible } from "../../printable.ts";
import type { Task } from "../../task.ts";
import type { ParseFlags } from "../flags.ts";
import { machine, tasksOf } from "../invocations.ts";

export class Answers {
  readonly #tasks: readonly Task[];

  constructor(tasks: readonly Task[]) {
    this.#tasks = tasks;
  }

  /** One line for each pipeline, as it may be shown. */
  to(record: LogRecord, format: Format): string {
    const width = Math.max(...this.#tasks.map(({ pipelineName }) => pipelineName.length));
    return this.#tasks
      .map((task) => `  ${task.pipelineName.padEnd(width)}  ${visible(answerOf(task, record, format))}\n`)
      .join("");
  }
}

/** Of the pipeline that is named, else of all that are built in. */
export async function answersBy({ pipeline, set, timezone }: ParseFlags): Promise<Answers> {
  const sealed = (pipeline === undefined ? pipelineNames : [pipeline]).map((name) =>
    invocationFromWords(name, ["-"], { set, timezone }, machine(process.cwd())),
  );
  const { tasks } = await tasksOf(sealed);
  return new Answers(tasks);
}

function answerOf(task: Task, record: LogRecord, format: Format): string {
  const lacking = task.lackingIn(format);
  if (lacking !== null) return `needs ${lacking}, which the format ${format.name} does not have`;
  const own = new RecordView([record], { fields: task.fields, values: [] }, false).record(0);
  try {
    const answer = task.categorize(own);
    return answer === null ? "not mine" : safeJson(answer);
  } catch (error) {
    return `fails: ${reasonOf(error)}`;
  }
}
