// What `classify` may hold: rules without code, which add attributes to what a pipeline answers. As everywhere in the schema, only what
// a JSON Schema can say as well.
import * as z from "zod/mini";
import { type AnyField, derivedNames } from "../derived/fields.ts";
import { fieldNames, isNumberField } from "../format/record.ts";

/** One of the values that a condition takes. */
export type Wanted = string | number | boolean | null;

/** What a condition asks for: the value, or one of the list. */
export type Wish = Wanted | readonly Wanted[] | undefined;

/** `when`: what each field must be, of `query` each parameter. `set`: the attributes that are added. */
export interface ClassifyRule {
  readonly when: { readonly [field in Exclude<AnyField, "query">]?: Wish } & {
    readonly query?: { readonly [parameter: string]: Wish } | undefined;
  };
  readonly set: { readonly [name: string]: string | number | boolean };
}

/** Fields that rules may ask for. */
export const whenFields: readonly AnyField[] = [...fieldNames.filter((field) => field !== "time"), ...derivedNames];

/** One or two comparisons, which must both hold; or digits, with `*` for any. */
const numberPattern = /^(?:(?:[<>]=?[0-9]{1,15})(?: [<>]=?[0-9]{1,15})?|[0-9*]{1,15})$/u;

const text = condition(
  z.union([z.string(), z.null()]),
  'is no text to compare with; give text with "*", "/expression/", null or a list of these',
);
const number = condition(
  z.union([z.number(), z.string().check(z.regex(numberPattern, notNumber())), z.null()], notNumber()),
  notNumber(),
);
const boolean = condition(z.union([z.boolean(), z.null()]), "is not true, false, null or a list of these");
const parameterName = z
  .string()
  .check(z.regex(/^(?!(?:__proto__)?$)/u, "is not the name of a parameter that can be asked for"));
const parameters = z.record(parameterName, text);

/** What the condition on a field may be. */
function wishFor(field: AnyField): z.ZodMiniType {
  if (field === "query") return parameters;
  if (field === "bot") return boolean;
  return isNumberField(field) ? number : text;
}

const attributeName = z
  .string()
  .check(
    z.regex(
      new RegExp(
        String.raw`^(?!(?:host|log|time|count|_field|_measurement|__proto__)$)[^\u0000-\u001f\u007f-\u009f\\=]+$`,
        "u",
      ),
      'is not the name of an attribute; choose one that is neither a tag nor a field of every point, without control characters, "\\" and "="',
    ),
  );

/** Names and values of attributes. */
export const attributesSchema = z.record(
  attributeName,
  z.union([z.string(), z.number(), z.boolean()], "is not text, a number, true or false"),
);

export const classifySchema = z
  .array(
    z.strictObject({
      when: z.strictObject(Object.fromEntries(whenFields.map((field) => [field, z.optional(wishFor(field))]))),
      set: attributesSchema,
    }),
  )
  .check(z.minLength(1, "is empty; give rules, or leave it out"));

function condition<Value extends z.ZodMiniType>(value: Value, error: string) {
  return z.union([value, z.array(value).check(z.minLength(1, "is empty; give values, or leave it out"))], error);
}

function notNumber(): string {
  return 'is no number to compare with; give a number, ">=500", ">=400 <500", "4*", null or a list of these';
}
