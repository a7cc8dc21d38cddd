// `l2i show`: what there is to choose from.
import type { Command } from "commander";
import * as z from "zod/mini";
import { exitCode } from "../../errors.ts";
import type { Preset } from "../../format/preset.ts";
import { presets } from "../../format/presets.ts";
import { multibrainJsonSchema } from "../../invocation/json-schema.ts";
import { derivedNames } from "../../derived/fields.ts";
import { countableFields } from "../../pipeline/by.ts";
import { loadPipeline, pipelineNames } from "../../pipeline/builtin.ts";
import { type Pipeline, valuesOf } from "../../pipeline/pipeline.ts";
import { bashCompletion, zshCompletion } from "./completion.ts";
import { manual } from "./manual.ts";
import { type OfferedCommand, offersOf } from "./offers.ts";
import { type Subject, subjects } from "./subjects.ts";

/** `program` is what the manual and completion tell of. */
export async function show(what: Subject, program: Command): Promise<number> {
  process.stdout.write(await texts[what](program));
  return exitCode.ok;
}

const texts: { readonly [subject in Subject]: (program: Command) => string | Promise<string> } = {
  pipelines,
  formats,
  schema,
  man: (program) => manual(program, offered(program)),
  "bash-completion": (program) => bashCompletion(offered(program)),
  "zsh-completion": (program) => zshCompletion(offered(program)),
};

function offered(program: Command): OfferedCommand[] {
  const format = ["auto", ...presets.map(({ name }) => name)];
  return offersOf(program, {
    format,
    pipeline: pipelineNames,
    what: subjects,
    fields: countableFields,
    derived: derivedNames,
  });
}

async function pipelines(): Promise<string> {
  const all = await Promise.all(pipelineNames.map(loadPipeline));
  return `${all.map(pipelineText).join("\n")}
Options stand at their defaults here; several values are separated by commas.
`;
}

function formats(): string {
  const known = presets.map(({ name, description, definition, example }) =>
    [
      `${name}\n`,
      wrapped("", description),
      definitionText(definition),
      ...example.split("\n").map((line) => verbatim("line", line)),
    ].join(""),
  );
  return `${known.join("\n")}
Without --format the first lines of the log tell which of these it is. Any other Apache LogFormat
or nginx log_format may be given with --format, as it stands in the server's configuration. Names
in JSON that are not among these are given by --field behind --format json; any other line is read
by an /expression/ with groups that are named like them.
`;
}

function definitionText(definition: Preset["definition"]): string {
  if (typeof definition === "string") return verbatim("format", definition);
  if (typeof definition === "function") return "";
  const names = Object.entries(definition.names).map(([name, paths]) => `${name} = ${paths.join(", ")}`);
  return names.map((line, index) => wrapped(index === 0 ? "names" : " ", line)).join("");
}

function schema(): string {
  return `${JSON.stringify(multibrainJsonSchema(pipelineNames), null, 2)}\n`;
}

function pipelineText(pipeline: Pipeline): string {
  const { name, description, example } = pipeline;
  const values = valuesOf(pipeline);
  return [
    `${name}\n`,
    wrapped("", description),
    wrapped("reads", reading(pipeline)),
    values.length > 0 ? wrapped("adds up", values.map((each) => each.name).join(", ")) : "",
    ...optionsOf(pipeline).map((option) => wrapped("option", option)),
    verbatim("example", example),
  ].join("");
}

function reading(pipeline: Pipeline): string {
  const { fields, optional = [] } = pipeline;
  const all = [...new Set([...fields, ...valuesOf(pipeline).map(({ field }) => field)])];
  const needed = all.filter((field) => !optional.includes(field)).join(", ");
  const welcome = all.filter((field) => optional.includes(field)).join(", ");
  return welcome === "" ? needed : `${needed}; where the log has it: ${welcome}`;
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
  if (Array.isArray(fallback)) return fallback.join(",") || "…  (default: none)";
  return typeof fallback === "string" ? fallback : JSON.stringify(fallback);
}

/** Format strings, lines and commands are there to be copied: they are not broken. */
function verbatim(title: string, text: string): string {
  return `${head(title)}${text}\n`;
}

const width = 100;

/** Broken behind spaces, and commas of long lists, with the rest under the beginning. */
function wrapped(title: string, text: string): string {
  const start = head(title).length;
  const lines = [""];
  for (const part of text.split(/(?<=[ ,])/)) {
    if (start + (lines.at(-1) + part).trimEnd().length > width) lines.push("");
    lines.push(lines.pop() + part);
  }
  return verbatim(title, lines.map((line) => line.trimEnd()).join(`\n${" ".repeat(start)}`));
}

function head(title: string): string {
  return title === "" ? "  " : `  ${title.padEnd(9)}`;
}
