// Forms that an option of a pipeline may take: `--set` always hands text, a multibrain numbers and lists as well.
import * as z from "zod/mini";

/** A list of texts: `a,b` or `["a", "b"]`. The second form takes texts that hold a comma. */
export const listOption = z.pipe(
  z.union([z.string(), z.array(z.string())], { error: "is not a list; give texts, separated by commas" }),
  z.transform((value): readonly string[] => (typeof value === "string" ? value.split(",") : value).filter(Boolean)),
);

export const booleanOption = z.pipe(
  z.union([z.boolean(), z.enum(["true", "false"])], { error: "is neither true nor false" }),
  z.transform((value) => value === true || value === "true"),
);

/** Whether the values get quantiles; where a pipeline has a bucket of one as an attribute, they take its place. */
export const quantilesOption = z.prefault(booleanOption, false);

/** Upper bounds of buckets: `1,10,100`, `["1", "10", "100"]` or a single number. */
export const boundsOption = z.pipe(
  z.union([z.number(), z.string(), z.array(z.union([z.number(), z.string()]))]),
  z.transform((value, context): readonly number[] => {
    const items = typeof value === "string" ? value.split(",") : [value].flat();
    const bounds = items.map((item) => (item === "" ? Number.NaN : Number(item)));
    if (areGrowing(bounds)) return bounds;
    context.issues.push({ code: "custom", input: value, message: 'is no list of growing numbers; try "1,10,100"' });
    return z.NEVER;
  }),
);

export function areGrowing(numbers: readonly number[]): boolean {
  return numbers.every((number, index) => number > (numbers[index - 1] ?? -1) && number < Infinity);
}
