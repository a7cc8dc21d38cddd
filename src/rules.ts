// What a rule may import from "l2i": the types, and the small functions that the built-in pipelines are made of.
import type { AnyField } from "./derived/fields.ts";
import type { Rule, RuleOptions } from "./pipeline/rule-types.ts";

export type { AnyField as FieldName, Query, WholeRecord as LogRecord } from "./derived/fields.ts";
export type { Attributes, Rule as Pipeline } from "./pipeline/rule-types.ts";
export { type Buckets, bucketsOf } from "./pipeline/buckets.ts";
export { globMatcher, type Matcher } from "./pipeline/globs.ts";
export { pathOf, routeOf, segmentOf } from "./pipeline/route.ts";
export { statusClass } from "./pipeline/status.ts";

/** Types a pipeline by its own fields and options: reading a field that it does not name is an error. */
export function definePipeline<const Fields extends AnyField, const Options extends RuleOptions>(
  pipeline: Rule<Fields, Options>,
): Rule<Fields, Options> {
  return pipeline;
}
