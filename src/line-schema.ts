// A JSON Schema of the user's own, compiled by ajv into a check of what a JSON line holds. Lines are written by strangers: patterns
// are matched in linear time, and what is said of a line is safe to show.
import { Ajv, type AnySchema, type ErrorObject, type Options } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import { parseJson } from "./invocation/json-text.ts";
import { linearRegex } from "./linear-regex.ts";
import { visible } from "./printable.ts";

/** The check answers what is wrong with a value; null: nothing. Throws an Error that says the place where `text` is no schema. */
export function compileSchema(text: string): (value: unknown) => string | null {
  const schema = parseJson(text);
  refuseForm(schema);
  const ajv = ajvFor(schema);
  if (!ajv.validateSchema(schema)) throw new Error(inWords(ajv.errors));
  const validate = ajv.compile(schema);
  return (value) => {
    try {
      return validate(value) ? null : inWords(validate.errors);
    } catch (error) {
      if (error instanceof RangeError) return "it is nested too deeply"; // for the stack
      throw error;
    }
  };
}

function refuseForm(schema: unknown): asserts schema is AnySchema {
  if (typeof schema === "boolean") return;
  if (typeof schema !== "object" || schema === null || Array.isArray(schema))
    throw new Error("a schema is an object in braces");
  if (JSON.stringify(schema).includes('"$async":true')) throw new Error("$async is not possible here; take it away");
}

const draft7 = "http://json-schema.org/draft-07/schema";
const draft2020 = "https://json-schema.org/draft/2020-12/schema";

/** The newest draft, unless the schema names its own. */
function ajvFor(schema: AnySchema): Ajv | Ajv2020 {
  const { $schema = draft2020 }: { $schema?: unknown } = Object(schema);
  const draft = String($schema).replace(/#$/, "");
  if (draft === draft7) return withLinearKeywords(new Ajv(options));
  if (draft === draft2020) return withLinearKeywords(new Ajv2020(options));
  throw new Error(`$schema is ${JSON.stringify($schema)}; there are "${draft7}#" and "${draft2020}"`);
}

const options: Options = {
  strict: false,
  strictSchema: true, // a misspelt word would check nothing
  validateFormats: false, // they are notes, as 2020-12 has it
  unicodeRegExp: false, // the linear engine knows no other
  code: { regExp: Object.assign((pattern: string) => linearRegex(pattern), { code: "linearRegex" }) },
  logger: false,
};

/** ajv compares each item of a list with each other one. */
function withLinearKeywords<Kind extends Ajv | Ajv2020>(ajv: Kind): Kind {
  ajv.removeKeyword("uniqueItems");
  ajv.addKeyword({ keyword: "uniqueItems", type: "array", schemaType: "boolean", compile: uniqueness });
  return ajv;
}

function uniqueness(isAsked: boolean): (list: readonly unknown[]) => boolean {
  return (list) => !isAsked || new Set(list.map((item) => JSON.stringify(item, inOrder))).size === list.length;
}

/** Objects with the same keys are equal in whatever order these stand. */
function inOrder(_: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Place and reason of the first error. The place is made of the keys of the line. */
function inWords(errors: readonly ErrorObject[] | null | undefined): string {
  const { instancePath = "", message = "is not as it should be", params } = errors?.[0] ?? {};
  const allowed: unknown = params?.["allowedValues"];
  const values = Array.isArray(allowed) ? `: ${cut(allowed.map((value) => JSON.stringify(value)).join(", "))}` : "";
  return visible(`${cut(instancePath) || "the whole"} ${message}${values}`);
}

const longest = 100;

const cut = (path: string): string => (path.length > longest ? `${path.slice(0, longest)}…` : path);
