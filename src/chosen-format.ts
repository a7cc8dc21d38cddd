// The format that an invocation chooses, and what it says about JSON lines: names of its own, and a JSON Schema that they must meet.
// ajv is loaded only where there is a schema.
import { readFile } from "node:fs/promises";
import { L2iError, reasonOf, systemCode } from "./errors.ts";
import { troubleOf } from "./file-trouble.ts";
import type { Format } from "./format/format.ts";
import { formatOf } from "./format/find-format.ts";
import type { Invocation, SchemaFile } from "./invocation/invocation.ts";

export type FormatChoice = Pick<Invocation, "format" | "field" | "schema">;

/** `format` null: `auto`. `schema` has its text. Throws L2iError "usage" where there is no such format, or it does not go with the rest. */
export async function chooseFormat({
  format,
  field,
  schema,
}: FormatChoice): Promise<{ readonly format: Format | null; readonly schema: SchemaFile | null }> {
  const given = [...(Object.keys(field).length > 0 ? ["--field"] : []), ...(schema ? ["--schema"] : [])];
  const chosen = format === "auto" ? null : formatOf(format);
  if (given.length === 0) return { format: chosen, schema: null };
  if (!chosen?.isJson) throw notJson(given, format);
  if (!schema) return { format: formatOf(format, { field }), schema };
  const { path, text } = await withText(schema);
  return { format: formatOf(format, { field, check: await checkBy(path, text) }), schema: { path, text } };
}

/** Times without zone can be read only where the time zone is said. */
export function refuseZoneless({ zoneless, name }: Format, timezone: string | null | undefined): void {
  if (zoneless && !timezone)
    throw new L2iError(
      "usage",
      `the times of the format ${name} carry no zone; say --timezone, such as --timezone Europe/Berlin`,
    );
}

function notJson(given: readonly string[], format: string): L2iError {
  const what = `${given.join(" and ")} ${given.length > 1 ? "are" : "is"} for JSON lines`;
  const which = format === "auto" ? "which auto may not find" : `which ${format} does not have`;
  return new L2iError(
    "usage",
    `${what}, ${which}; say --format json, or take ${given.length > 1 ? "them" : "it"} away`,
  );
}

/** The schema with what is in its file. Throws L2iError "usage" where it cannot be read. */
async function withText({ path, text }: SchemaFile): Promise<{ readonly path: string; readonly text: string }> {
  if (text !== null) return { path, text };
  try {
    return { path, text: await readFile(path, "utf8") };
  } catch (cause) {
    const trouble = systemCode(cause) === "ENOENT" ? "there is no such file; name another one" : troubleOf(cause);
    throw new L2iError("usage", `the JSON Schema ${path} cannot be read: ${trouble}`, { cause });
  }
}

async function checkBy(path: string, text: string): Promise<(value: unknown) => string | null> {
  const { compileSchema } = await import("./line-schema.ts");
  try {
    return compileSchema(text);
  } catch (cause) {
    throw new L2iError("usage", `the JSON Schema ${path}: ${reasonOf(cause)}`, { cause });
  }
}
