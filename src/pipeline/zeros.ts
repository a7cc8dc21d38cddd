// Answers of a pipeline of which a 0 is written to windows that have none: those that the pipeline names, or a multibrain in their place.
// One that is no whole answer would be a series of its own, which stays 0 whatever happens, and nobody would be woken.
import { L2iError } from "../errors.ts";
import type { AttributeEntry } from "../frequencies/series.ts";
import type { Invocation } from "../invocation/invocation.ts";
import { answersIn, type Subject } from "./conformance.ts";
import type { Category, Pipeline } from "./pipeline.ts";

/** Throws a usage error for what the pipeline does not answer with, as far as trying tells. `categorize`: with classification. */
export function zerosOf(
  { name, zeros = [] }: Pipeline,
  invocation: Invocation,
  categorize: Subject["categorize"],
): AttributeEntry[][] {
  const all = invocation.zeros.length > 0 ? invocation.zeros : zeros;
  if (all.length === 0) return [];
  const answered = answersIn(categorize);
  const isAnswer = (category: Category): boolean =>
    answered.some((names) => names.every((each) => Object.hasOwn(category, each))) &&
    !Object.keys(category).some((each) => Object.hasOwn(invocation.tags, each));
  const [wrong] = answered.length > 0 ? all.filter((category) => !isAnswer(category)) : [];
  if (!wrong) return all.map((category) => Object.entries(category));
  const names = answered.toSorted((a, b) => b.length - a.length)[0]!;
  throw new L2iError(
    "usage",
    `zeros: ${JSON.stringify(wrong)} is nothing that the pipeline ${name} answers with; give ${names.join(", ")}, each with a value`,
  );
}
