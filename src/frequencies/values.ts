// The numbers of a pipeline, and what is told of each in points: sum, minimum and maximum always; how it is distributed where the
// pipeline asks for that. Pure.
import type { NumberField } from "../format/record.ts";
import type { Bins } from "./bins.ts";
import type { Values } from "./amounts.ts";
import { binOf, percentiles, percentilesIn } from "./quantiles.ts";

/** A number that is aggregated. */
export interface Value {
  /** In points. */
  readonly name: string;
  readonly field: NumberField;
  readonly quantiles: boolean;
  /** Upper bounds, growing; empty: there are no buckets. */
  readonly buckets: readonly number[];
}

/** One way to tell how a value is distributed: its numbers are counted in bins, from which fields are read. */
export interface Distribution {
  /** Which of the values it is of. */
  readonly value: number;
  readonly binOf: (number: number) => number;
  /** In the order of the fields. */
  readonly read: (bins: Bins, min: number, max: number) => number[];
  readonly fields: readonly Field[];
}

/** A field of a point, besides the count. */
export interface Field {
  readonly name: string;
  /** Which of the values it tells of. */
  readonly value: number;
  /** How those of the parts of a window make that of the whole; null: they do not. */
  readonly combine: ((a: number, b: number) => number) | null;
  /** What it says of no number at all. */
  readonly none: number;
}

/** What points have besides the count, and what some of it is read from. */
export interface Told {
  readonly pointFields: readonly Field[];
  readonly distributions: readonly Distribution[];
}

export function distributionsOf(values: readonly Value[]): Distribution[] {
  return values.flatMap(({ name, quantiles, buckets }, value) => [
    ...(quantiles ? [quantilesOf(name, value)] : []),
    ...(buckets.length > 0 ? [bucketsOf(name, value, buckets)] : []),
  ]);
}

/** In the order in which `numbersOf` answers. */
export function fieldsOf(values: readonly Value[], distributions: readonly Distribution[]): Field[] {
  return [
    ...values.flatMap(({ name }, value): Field[] => [
      { name: `${name}_sum`, value, combine: add, none: 0 },
      { name: `${name}_min`, value, combine: Math.min, none: Infinity },
      { name: `${name}_max`, value, combine: Math.max, none: -Infinity },
    ]),
    ...distributions.flatMap(({ fields }) => fields),
  ];
}

/** What was counted: sum, minimum and maximum of each value, and the bins of each distribution. */
interface Counted {
  readonly values: Values;
  readonly bins: readonly Bins[];
}

export function numbersOf({ values, bins }: Counted, distributions: readonly Distribution[]): number[] {
  const told = distributions.flatMap(({ value, read, fields }, index) =>
    hasNumber(values, value)
      ? read(bins[index]!, values[3 * value + 1]!, values[3 * value + 2]!)
      : fields.map(({ none }) => none),
  );
  return [...values, ...told];
}

/** Whether any line had the value. `from`: index at which the first value stands. */
export const hasNumber = (values: Values, value: number, from = 0): boolean =>
  values[from + 3 * value + 1]! <= values[from + 3 * value + 2]!;

const add = (a: number, b: number): number => a + b;

function quantilesOf(name: string, value: number): Distribution {
  const fields = percentiles.map((percent) => ({
    name: `${name}_p${percent}`,
    value,
    combine: null,
    none: Number.NaN,
  }));
  return { value, binOf, read: percentilesIn, fields };
}

/** Each bucket counts what is its own, as heat maps take it: what is above the bound before, up to its own. */
function bucketsOf(name: string, value: number, bounds: readonly number[]): Distribution {
  return {
    value,
    binOf: (number) => {
      let bucket = 0;
      while (bucket < bounds.length && number > bounds[bucket]!) bucket++;
      return bucket;
    },
    read: (bins) => {
      const counts = Array<number>(bounds.length + 1).fill(0);
      for (let at = 0; at < bins.length; at += 2) counts[bins[at]!] = bins[at + 1]!;
      return counts;
    },
    fields: [...bounds, "+Inf"].map((bound) => ({ name: `${name}_bucket_${bound}`, value, combine: add, none: 0 })),
  };
}
