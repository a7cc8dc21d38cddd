// The JSON Schema of a multibrain, made from the schema that the program itself checks with, for editors and CI. It describes
// the file as it is written: where a string has to have a certain form, one with a `${NAME}` in it may stand instead.
import * as z from "zod/mini";
import { referencePattern } from "./environment.ts";
import { byPattern } from "../pipeline/by.ts";
import { modulePathPattern } from "./pipeline-name.ts";
import {
  defaultsSchema,
  entrySchema,
  invocationsSchema,
  descriptionOf,
  multibrainSchema,
  optionKeys,
  schemaOf,
  wordsSchema,
} from "./schema.ts";
import { timezoneNames } from "./timezones.ts";

export type JsonSchema = z.core.JSONSchema.JSONSchema;

/** JSON Schema, draft 2020-12. `pipelines`: names of the built-in ones. */
export function multibrainJsonSchema(pipelines: readonly string[]): JsonSchema {
  const { $schema, $defs, ...form } = z.toJSONSchema(multibrainSchema, { metadata: documentation(), io: "input" });
  const definitions = {
    ...$defs,
    pipeline: pipelineOf(pipelines, $defs?.["pipeline"] ?? {}),
    timezone: { ...$defs?.["timezone"], enum: timezoneNames() },
  };
  return {
    $schema: $schema!,
    title: "l2i multibrain",
    description:
      "The invocations that `l2i run` runs in sequence: the list alone, or an object that gives them defaults.",
    ...form,
    $defs: {
      ...Object.fromEntries(Object.entries(definitions).map(([key, value]) => [key, orVariable(value)])),
      variable,
    },
  };
}

/** What has an id here is written once, under its name; descriptions show in editors. */
function documentation(): z.core.$ZodRegistry<Record<string, unknown>> {
  const registry = z.registry<Record<string, unknown>>();
  registry.add(defaultsSchema, {
    id: "defaults",
    description: "Options of every invocation that does not set them itself.",
  });
  registry.add(invocationsSchema, { id: "invocations", description: "What to run, in this order." });
  registry.add(entrySchema, { id: "invocation", description: "One pipeline over one log." });
  registry.add(wordsSchema, {
    id: "words",
    description: "An invocation in command-line words: the pipeline, then options.",
  });
  for (const key of optionKeys) registry.add(schemaOf(key), { id: key, description: descriptionOf(key) });
  return registry;
}

const variable: JsonSchema = {
  description: "Has a ${NAME} in it, which is taken from the environment.",
  type: "string",
  pattern: referencePattern.source,
};

/** The program refuses a name that no pipeline has, so the JSON Schema does. */
function pipelineOf(names: readonly string[], { pattern, ...rest }: JsonSchema): JsonSchema {
  return {
    ...rest,
    anyOf: [
      { enum: [...names] },
      { pattern: byPattern.source },
      { allOf: [{ pattern: pattern! }, { pattern: modulePathPattern.source }] },
    ],
  };
}

/** Lets a string with a variable stand for any string that must have a certain form; keys are never replaced. */
function orVariable({ description, default: fallback, ...form }: JsonSchema): JsonSchema {
  const documented = {
    ...(description !== undefined && { description }),
    ...(fallback !== undefined && { default: fallback }),
  };
  if (form.type === "string" && Object.keys(form).length > 1)
    return { ...documented, anyOf: [form, { $ref: "#/$defs/variable" }] };
  const { additionalProperties: values, properties, items, anyOf } = form;
  return {
    ...documented,
    ...form,
    ...(isSchema(values) && { additionalProperties: orVariable(values) }),
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, orVariableIn(value)])),
    }),
    ...(isSchema(items) && { items: orVariable(items) }),
    ...(anyOf && { anyOf: anyOf.map(orVariable) }),
  };
}

const orVariableIn = (schema: JsonSchema | boolean): JsonSchema | boolean =>
  isSchema(schema) ? orVariable(schema) : schema;

const isSchema = (schema: unknown): schema is JsonSchema =>
  typeof schema === "object" && schema !== null && !Array.isArray(schema);
