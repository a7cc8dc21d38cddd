// What `l2i init` sees in a log: its format, and the built-in pipelines that can count its lines.
import { L2iError } from "../../errors.ts";
import { detectFormat } from "../../format/find-format.ts";
import type { Format } from "../../format/format.ts";
import type { FieldName } from "../../format/record.ts";
import { newBrain } from "../../log/brain.ts";
import { closeAll, contentsOf, hasLine, openLog, realPath } from "../../log/candidates.ts";
import { loadPipeline, pipelineNames } from "../../pipeline/builtin.ts";
import { type Pipeline, valuesOf } from "../../pipeline/pipeline.ts";
import { visible } from "../../printable.ts";
import { baseOf } from "../../derived/fields.ts";

export interface SeenLog {
  readonly path: string;
  /** Null: `trouble` says why it is not known. */
  readonly format: Format | null;
  /** Names of the built-in pipelines that find in its lines all that they count. */
  readonly pipelines: readonly string[];
  readonly trouble: string;
}

export async function recognise(path: string): Promise<SeenLog> {
  if (visible(path) !== path || path.includes("\n"))
    return unknown(path.replaceAll("\n", "?"), "its name has characters that none should have; rename it");
  try {
    const sample = await sampleOf(path);
    if (sample === null) return unknown(path, "holds no line yet, nor does a rotated file of it");
    const format = detectFormat(sample);
    if (!format) return unknown(path, "the format is not recognised");
    const held = fieldsHeld(format, sample);
    const pipelines = await Promise.all(pipelineNames.map(loadPipeline));
    return {
      path,
      format,
      pipelines: pipelines.filter((each) => fits(each, held)).map(({ name }) => name),
      trouble: "",
    };
  } catch (error) {
    if (!(error instanceof L2iError)) throw error;
    return unknown(path, error.message.replace(`${path} `, ""));
  }
}

const unknown = (path: string, trouble: string): SeenLog => ({ path, format: null, pipelines: [], trouble });

/** The first lines, Latin-1: those of the newest rotated file where the log has none, as after a rotation in a quiet night. */
async function sampleOf(path: string): Promise<string | null> {
  const files = await openLog(await realPath(path), newBrain(Date.now()).state, false);
  try {
    const [live, ...rotated] = contentsOf(files);
    const newestFirst = rotated.toSorted((a, b) => b.stat.mtime - a.stat.mtime);
    return [live!, ...newestFirst].find(hasLine)?.head.toString("latin1") ?? null;
  } finally {
    await closeAll(contentsOf(files));
  }
}

/** Fields that some line of the sample tells: a JSON format knows many that its lines never have. */
function fieldsHeld(format: Format, sample: string): ReadonlySet<FieldName> {
  const parser = format.parser(format.fields, format.zoneless ? "UTC" : undefined);
  const held = new Set<FieldName>();
  for (let start = 0, end = 0; (end = sample.indexOf("\n", start)) >= 0; start = end + 1) {
    const record = parser.parse(sample, start);
    for (const field of format.fields) if (record !== null && record[field] !== null) held.add(field);
  }
  return held;
}

function fits(pipeline: Pipeline, held: ReadonlySet<FieldName>): boolean {
  const { fields, optional = [] } = pipeline;
  const needed = [...fields, ...valuesOf(pipeline).map(({ field }) => field)];
  return needed.every((field) => held.has(baseOf(field)) || optional.includes(field));
}
