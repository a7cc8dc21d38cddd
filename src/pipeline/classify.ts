// Classification without code: rules of a multibrain, compiled once, that add attributes to what a pipeline answers. The first rule
// whose conditions all hold wins; a line that none matches gets nothing.
import type { AnyField, WholeRecord } from "../derived/fields.ts";
import { isNumberField } from "../format/record.ts";
import { type ClassifyRule, type Wanted, whenFields, type Wish } from "../invocation/classify-schema.ts";
import { linearRegex } from "../linear-regex.ts";
import { globMatcher } from "./globs.ts";

type Value = string | number | boolean | null;

/** What a rule adds to the record's attributes; null where none matches. */
export function classifier(rules: readonly ClassifyRule[]): (record: WholeRecord) => ClassifyRule["set"] | null {
  const compiled = rules.map(({ when, set }) => ({ set, tests: conditionsOf(when).map(testOf) }));
  return (record) => {
    for (const { set, tests } of compiled) if (tests.every((test) => test(record))) return set;
    return null;
  };
}

/** The fields that rules read. */
export function fieldsOf(rules: readonly ClassifyRule[]): AnyField[] {
  return [...new Set(rules.flatMap(({ when }) => conditionsOf(when).map(({ field }) => field)))];
}

/** What is wrong with a rule beyond its form, with the place in it. */
export function flawsIn({ when }: ClassifyRule): { readonly path: readonly PropertyKey[]; readonly message: string }[] {
  return conditionsOf(when).flatMap(({ field, path, wanted, isList: hasPlaces }) =>
    wanted.flatMap((value, index) => {
      const message = flawOf(field, value);
      return message === null ? [] : [{ path: ["when", ...path, ...(hasPlaces ? [index] : [])], message }];
    }),
  );
}

/** In words, the rules that no line can reach: each asks for what cannot be, or for what an earlier one takes altogether. */
export function unreachable(rules: readonly ClassifyRule[]): string[] {
  return rules.flatMap((rule, index) => {
    const impossible = conditionsOf(rule.when).find(({ field, wanted }) =>
      wanted.every((value) => isEmpty(field, value)),
    );
    if (impossible) return [`classify[${index}] can never match: nothing is ${JSON.stringify(impossible.wanted[0])}`];
    const earlier = rules.slice(0, index).findIndex((other) => coversRule(other, rule));
    return earlier < 0 ? [] : [`classify[${index}] can never match: classify[${earlier}] matches all that it could`];
  });
}

interface Condition {
  readonly field: AnyField;
  /** The field, of `query` also the parameter. */
  readonly path: readonly string[];
  readonly read: (record: WholeRecord) => Value;
  readonly wanted: readonly Wanted[];
  readonly isList: boolean;
}

function conditionsOf(when: ClassifyRule["when"]): Condition[] {
  return whenFields.flatMap((field) => {
    if (field !== "query") return conditionOf(when[field], { field, path: [field], read: (record) => record[field] });
    return Object.entries(when.query ?? {}).flatMap(([parameter, wish]) =>
      conditionOf(wish, { field, path: [field, parameter], read: ({ query }) => query[parameter] ?? null }),
    );
  });
}

function conditionOf(wish: Wish, of: Pick<Condition, "field" | "path" | "read">): Condition[] {
  if (wish === undefined) return [];
  return [isList(wish) ? { ...of, wanted: wish, isList: true } : { ...of, wanted: [wish], isList: false }];
}

const isList = (wanted: Wanted | readonly Wanted[]): wanted is readonly Wanted[] => Array.isArray(wanted);

function testOf({ field, read, wanted }: Condition): (record: WholeRecord) => boolean {
  const kinds = wanted.map((value) => kindOf(field, value));
  const matches = kinds.map(matcherOf);
  if (matches.length === 1)
    return (
      (only) => (record: WholeRecord) =>
        only(read(record))
    )(matches[0]!);
  return (record) => {
    const value = read(record);
    return matches.some((match) => match(value));
  };
}

/** What a value asks for. */
type Kind =
  | { readonly kind: "null" }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "range"; readonly low: number; readonly high: number }
  | { readonly kind: "glob"; readonly glob: string }
  | { readonly kind: "regex"; readonly source: string };

function kindOf(field: AnyField, wanted: Wanted): Kind {
  if (wanted === null) return { kind: "null" };
  if (typeof wanted === "boolean") return { kind: "boolean", value: wanted };
  if (typeof wanted === "number") return { kind: "range", low: wanted, high: wanted };
  if (isNumberField(field)) return /^[<>]/.test(wanted) ? rangeOf(wanted) : { kind: "glob", glob: wanted };
  const expression = /^\/(.+)\/$/s.exec(wanted)?.[1];
  return expression === undefined ? { kind: "glob", glob: wanted } : { kind: "regex", source: expression };
}

/** Numbers in logs are whole, so `>4` is `>=5`. */
function rangeOf(comparisons: string): Kind {
  let [low, high] = [-Infinity, Infinity];
  for (const comparison of comparisons.split(" ")) {
    const bound = Number(comparison.replace(/^[<>]=?/, ""));
    const step = comparison.includes("=") ? 0 : 1;
    if (comparison.startsWith(">")) low = Math.max(low, bound + step);
    else high = Math.min(high, bound - step);
  }
  return { kind: "range", low, high };
}

function matcherOf(kind: Kind): (value: Value) => boolean {
  if (kind.kind === "null") return (value) => value === null;
  if (kind.kind === "boolean") return (value) => value === kind.value;
  if (kind.kind === "range") return (value) => typeof value === "number" && value >= kind.low && value <= kind.high;
  if (kind.kind === "glob") {
    const matches = globMatcher([kind.glob]);
    return (value) => matches(value === null ? null : String(value));
  }
  const regex = linearRegex(kind.source);
  return (value) => typeof value === "string" && regex.test(value);
}

function flawOf(field: AnyField, wanted: Wanted): string | null {
  const kind = kindOf(field, wanted);
  if (kind.kind !== "regex") return null;
  if ((field === "uri" || field === "route") && !/[\\^$|()[\]+?{}]/.test(kind.source))
    return `${JSON.stringify(wanted)} may be a path or an expression; for the path write ${JSON.stringify(`/^${String(wanted)}$/`)}, for all below it ${JSON.stringify(`${String(wanted)}*`)}`;
  try {
    linearRegex(kind.source);
    return null;
  } catch (error) {
    return `${JSON.stringify(wanted)}: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function isEmpty(field: AnyField, wanted: Wanted): boolean {
  const kind = kindOf(field, wanted);
  return kind.kind === "range" && (kind.low > kind.high || kind.high < 0);
}

/** Whether all that the later rule matches, the earlier one does: as far as it can be told simply. */
function coversRule(earlier: ClassifyRule, later: ClassifyRule): boolean {
  const asked = new Map(conditionsOf(later.when).map(({ path, wanted }) => [path.join(), wanted]));
  return conditionsOf(earlier.when).every(({ field, path, wanted }) => {
    const kinds = wanted.map((value) => kindOf(field, value));
    return asked.get(path.join())?.every((value) => kinds.some((kind) => covers(kind, kindOf(field, value)))) ?? false;
  });
}

function covers(wide: Kind, narrow: Kind): boolean {
  if (wide.kind === "range" && narrow.kind === "range") return narrow.low >= wide.low && narrow.high <= wide.high;
  if (wide.kind === "regex") return narrow.kind === "regex" && narrow.source === wide.source;
  if (wide.kind === "boolean") return narrow.kind === "boolean" && narrow.value === wide.value;
  if (wide.kind !== "glob") return wide.kind === "null" && narrow.kind === "null";
  if (wide.glob === "*") return narrow.kind !== "null";
  // A `*` of the narrow one is matched by nothing but a `*` of the wide one.
  if (narrow.kind === "glob") return globMatcher([wide.glob])(narrow.glob);
  return narrow.kind === "range" && narrow.low === narrow.high && globMatcher([wide.glob])(String(narrow.low));
}
