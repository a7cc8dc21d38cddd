// `l2i show`: what there is to choose from.
import * as z from "zod/mini";
import { exitCode } from "../errors.ts";
import { presets } from "../format/presets.ts";
import { multibrainJsonSchema } from "../invocation/json-schema.ts";
import { loadPipeline, pipelineNames } from "../pipeline/builtin.ts";
import type { Pipeline } from "../pipeline/pipeline.ts";

/** What can be shown. */
export type Subject = keyof typeof subjects;

export async function show(what: Subject): Promise<number> {
  process.stdout.write(await subjects[what]());
  return exitCode.ok;
}

const subjects = { pipelines, formats, schema };

async function pipelines(): Promise<string> {
  const all = await Promise.all(pipelineNames.map(loadPipeline));
  return all.map((pipeline) => `${pipeline.name}\n${facts(pipeline).map(line).join("")}`).join("\n");
}

function formats(): string {
  const known = presets.map(
    ({ name, description, logFormat, example }) =>
      `${name}\n${line(["", description])}${verbatim("format", logFormat)}${verbatim("line", example)}`,
  );
  return `${known.join("\n")}
Without --format the first lines of the log tell which of these it is. Any other Apache LogFormat string may be given with
--format, as it stands in httpd.conf.
`;
}

function schema(): string {
  return `${JSON.stringify(multibrainJsonSchema(pipelineNames), null, 2)}\n`;
}

type Fact = readonly [title: string, text: string];

function facts(pipeline: Pipeline): Fact[] {
  const { description, example, fields, optional = [], values = {} } = pipeline;
  const read = [...new Set([...fields, ...Object.values(values)])];
  const options = optionsOf(pipeline);
  return [
    ["", description],
    ["reads", read.map((field) => (optional.includes(field) ? `${field} (if the log has it)` : field)).join(", ")],
    ...(Object.keys(values).length > 0 ? [["adds up", Object.keys(values).join(", ")] as const] : []),
    ...options.map((text, index) => [index === 0 ? "options" : "", text] as const),
    ["example", example],
  ];
}

/** Each option as it would be given, with its default; made from the schema that checks it. */
function optionsOf({ options }: Pipeline): string[] {
  if (!options) return [];
  const { properties = {} } = z.toJSONSchema(options, { io: "input", unrepresentable: "any" });
  return Object.entries(properties).map(([name, property]) => {
    if (typeof property === "boolean") return `--set ${name}=…`;
    const { default: fallback, description } = property;
    return `--set ${name}=${word(fallback)}${description === undefined ? "" : `  ${description}`}`;
  });
}

/** A list as `--set` takes it. */
function word(fallback: z.core.JSONSchema.JSONSchema["default"]): string {
  if (fallback === undefined) return "…";
  if (Array.isArray(fallback)) return fallback.join(",") || "  (none)";
  return typeof fallback === "string" ? fallback : JSON.stringify(fallback);
}

const indent = "  ";
const titleWidth = 9;

function line([title, text]: Fact): string {
  const head = title === "" && !text.startsWith("--set") ? indent : indent + title.padEnd(titleWidth);
  return `${head}${wrapped(text, head.length)}\n`;
}

/** Format strings and lines are there to be copied: they are not broken. */
function verbatim(title: string, text: string): string {
  return `${indent}${title.padEnd(titleWidth)}${text}\n`;
}

const width = 110;

/** Broken behind spaces, and commas of long lists, with the rest under the beginning. */
function wrapped(text: string, start: number): string {
  const lines = [""];
  for (const part of text.split(/(?<=[ ,])/)) {
    if (start + (lines.at(-1) + part).trimEnd().length > width) lines.push("");
    lines.push(lines.pop() + part);
  }
  return lines.map((each) => each.trimEnd()).join(`\n${" ".repeat(start)}`);
}
