// A rule: a pipeline that a user wrote, the default export of a module. The same plain object as a built-in pipeline, except that
// what may be left out may be left out, and that its options are declared by their defaults.
import * as z from "zod/mini";
import { _default as withDefault } from "zod/mini";
import { derivedNames } from "../derived/fields.ts";
import { fieldNames, numberFields } from "../format/record.ts";
import { nearest } from "../invocation/nearest.ts";
import { attributesSchema } from "../invocation/classify-schema.ts";
import { invocationSchema } from "../invocation/schema.ts";
import type { Attributes, RuleOptions, RuleRecord } from "./rule-types.ts";
import { areGrowing, booleanOption, listOption } from "./options.ts";
import type { Pipeline } from "./pipeline.ts";

/** One that is right, for messages. */
const model = 'export default { fields: ["status"], categorize: ({ status }) => (status >= 500 ? { status } : null) };';

/** The pipeline that a module exports, or in words what is wrong with it. `name`: where it has none of its own. */
export function pipelineFrom(exported: unknown, name: string): Pipeline | { readonly problem: string } {
  const result = ruleSchema.safeParse(exported, { reportInput: true });
  if (!result.success) {
    const problems = exported === undefined ? [`has no default export`] : result.error.issues.flatMap(inWords);
    return { problem: `${[...new Set(problems)].join("; ")}; a rule looks like this: ${model}` };
  }
  const { options, optional, values, zeros, fields, categorize } = result.data;
  return {
    name: result.data.name ?? name,
    description: result.data.description ?? "",
    example: result.data.example ?? "",
    fields,
    categorize,
    ...(optional && { optional }),
    ...(values && { values }),
    ...(zeros && { zeros }),
    ...(options && { options: optionsFrom(options) }),
  };
}

type Categorize = (record: RuleRecord, options: unknown) => Attributes | null;

const isFunction = (value: unknown): value is Categorize => typeof value === "function";

const field = z.enum([...fieldNames, ...derivedNames]);
const number = z.enum(numberFields);
const option = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())], {
  error: "is no default of an option; give text, a number, true, false or a list of texts",
});

/** Each bucket is a field of every point. */
const mostBuckets = 100;

const choice = z.strictObject({
  field: number,
  quantiles: z.optional(z.boolean()),
  buckets: z.optional(
    z
      .array(z.number())
      .check(
        z.refine(areGrowing, "are no growing numbers from 0 on; give upper bounds such as [0.1, 1, 10]"),
        z.minLength(1, "are none; give upper bounds, or leave them out"),
        z.maxLength(mostBuckets, `are more than ${mostBuckets}, each of which would be a field of every point`),
      ),
  ),
});

const ruleSchema = z.strictObject({
  name: invocationSchema.shape.measurement,
  description: z.optional(z.string()),
  example: z.optional(z.string()),
  fields: z.array(field),
  optional: z.optional(z.array(field)),
  values: z.optional(z.record(z.string(), z.union([number, choice]))),
  zeros: z.optional(z.array(attributesSchema)),
  options: z.optional(z.record(z.string(), option)),
  categorize: z.custom<Categorize>(isFunction, {
    error: "is no function; give one that answers a record with a hash or null",
  }),
});

/** Names that an object of the rule may have. */
const keysAt = ([first]: readonly PropertyKey[]): readonly string[] =>
  Object.keys((first === "values" ? choice : ruleSchema).shape);

function inWords(issue: z.core.$ZodIssue): string[] {
  if (issue.code === "invalid_union" && issue.path[0] === "values") {
    const own = issue.errors[typeof issue.input === "object" ? 1 : 0]!;
    return own.flatMap((each) => inWords({ ...each, path: [...issue.path, ...each.path] }));
  }
  const place = issue.path
    .map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`))
    .join("")
    .slice(1);
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => `"${key}" is unknown; ${guess(key, keysAt(issue.path))}`);
  if (place === "") return ["the default export is no object"];
  if (issue.code === "invalid_value")
    return [
      `${place}: ${JSON.stringify(issue.input)} is no ${issue.values.includes("time") ? "field" : "numeric field"}; ${guess(String(issue.input), issue.values.map(String))}`,
    ];
  if (issue.code === "invalid_key") return issue.issues.map(({ message }) => `${place} ${message}`);
  if (issue.input === undefined) return [`${place} is missing`];
  return [`${place} ${issue.message === "Invalid input" ? "is of the wrong kind" : issue.message}`];
}

function guess(word: string, known: readonly string[]): string {
  const meant = nearest(word, known);
  return meant === undefined ? `there are ${known.join(", ")}` : `did you mean "${meant}"?`;
}

/** What `--set` may hold: text is made what the default is. */
function optionsFrom(defaults: RuleOptions): z.ZodMiniType {
  return z.strictObject(
    Object.fromEntries(Object.entries(defaults).map(([key, value]) => [key, withDefault(likeDefault(value), value)])),
  );
}

function likeDefault(value: RuleOptions[string]): z.ZodMiniType {
  switch (typeof value) {
    case "string":
      return z.string({ error: "is no text" });
    case "number":
      return numberOption;
    case "boolean":
      return booleanOption;
    default:
      return listOption;
  }
}

const numberOption = z.pipe(
  z.union([z.number(), z.string().check(z.regex(/^-?\d+(?:\.\d+)?$/, "is no number"))], { error: "is no number" }),
  z.transform(Number),
);
