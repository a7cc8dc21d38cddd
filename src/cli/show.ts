// `l2i show`: what there is to choose from.
import { exitCode } from "../errors.ts";
import { presets } from "../format/presets.ts";
import { multibrainJsonSchema } from "../invocation/json-schema.ts";
import { loadPipeline, pipelineNames } from "../pipeline/builtin.ts";

export async function show(what: string): Promise<number> {
  const text = await (what === "pipelines" ? pipelines() : what === "formats" ? formats() : schema());
  process.stdout.write(text);
  return exitCode.ok;
}

async function pipelines(): Promise<string> {
  const all = await Promise.all(pipelineNames.map(loadPipeline));
  return all
    .map(({ name, description, fields, values, example }) =>
      [
        name,
        `  ${description}`,
        `  reads ${fields.join(", ")}${values ? `; adds up ${Object.keys(values).join(", ")}` : ""}`,
        `  ${example}`,
        "",
      ].join("\n"),
    )
    .join("\n");
}

function formats(): string {
  const known = presets.map(({ name, logFormat, example }) => [name, `  ${logFormat}`, `  ${example}`, ""].join("\n"));
  return `${known.join("\n")}\nAny other Apache LogFormat string may be given with --format as it stands in httpd.conf.\n`;
}

function schema(): string {
  return `${JSON.stringify(multibrainJsonSchema(pipelineNames), null, 2)}\n`;
}
