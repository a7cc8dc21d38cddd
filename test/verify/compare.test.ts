// One window, what the logs say of it and what a store holds: when they differ, and what mends it.
import { expect, test } from "vitest";
import { binOf } from "../../src/frequencies/quantiles.ts";
import { distributionsOf, fieldsOf, type Told, type Value } from "../../src/frequencies/values.ts";
import type { Amounts } from "../../src/frequencies/amounts.ts";
import { newWindowState } from "../../src/frequencies/windows.ts";
import { compareWindow } from "../../src/verify/compare.ts";
import type { HeldPoint, WindowHoldings } from "../../src/verify/holdings.ts";
import { openWindows, pointsFor } from "../../src/verify/repair.ts";

const total = (count: number, sum = 0, min = Infinity, max = -Infinity): Amounts => ({
  count,
  values: [sum, min, max],
  bins: [],
});

function toldOf(value: Pick<Value, "name" | "quantiles" | "buckets">): Told {
  const values = [{ ...value, field: "bytes" } as const];
  const distributions = distributionsOf(values);
  return { pointFields: fieldsOf(values, distributions), distributions };
}

const plain = toldOf({ name: "b", quantiles: false, buckets: [] });

/** Points of each series, at nanosecond 0, 1, … of the window. */
const held = (series: Record<string, HeldPoint[]>): WindowHoldings =>
  new Map(
    Object.entries(series).map(([name, points]) => [
      name,
      new Map(points.map((point, index) => [BigInt(index), point])),
    ]),
  );

const heldOf = ({ count, values }: Amounts): HeldPoint => ({ count, numbers: values });

const allHeld = (series: Record<string, Amounts[]>): WindowHoldings =>
  held(Object.fromEntries(Object.entries(series).map(([name, points]) => [name, points.map(heldOf)])));

const isOther = (series: string): boolean => series === "other";

/** `SERIES FIELD LOG STORE`, `?` behind what the store refused. */
function differences(
  log: Record<string, Amounts>,
  store: Record<string, Amounts[]>,
  refused: Record<string, Amounts[]> = {},
): string[] {
  const sides = { window: 0, log: new Map(Object.entries(log)), store: allHeld(store), refused: allHeld(refused) };
  return compareWindow(sides, plain, isOther).differences.map(
    (each) => `${each.series} ${each.field} ${each.log} ${each.store}${each.refused ? "?" : ""}`,
  );
}

test.each<[what: string, ...Parameters<typeof differences>, found: string[]]>([
  ["nothing", {}, {}, {}, []],
  ["the same", { a: total(2, 5, 1, 4) }, { a: [total(2, 5, 1, 4)] }, {}, []],
  ["in two parts", { a: total(3, 9, 1, 4) }, { a: [total(1, 4, 4, 4), total(2, 5, 1, 4)] }, {}, []],
  ["not there", { a: total(2, 5, 1, 4) }, {}, {}, ["a count 2 0"]],
  ["not in the log", {}, { a: [total(2)] }, {}, ["a count 0 2"]],
  ["the sum", { a: total(2, 5, 1, 4) }, { a: [total(2, 6, 1, 4)] }, {}, ["a b_sum 5 6"]],
  ["its last bits", { a: total(2, 0.1 + 0.2, 0, 1) }, { a: [total(2, 0.3, 0, 1)] }, {}, []],
  ["minimum and maximum", { a: total(2, 5, 1, 4) }, { a: [total(2, 5, 0, 5)] }, {}, ["a b_min 1 0", "a b_max 4 5"]],
  ["a value that is missing", { a: total(2, 0, 0, 0) }, { a: [total(2)] }, {}, ["a b_min 0 null", "a b_max 0 null"]],
  ["a sum that must not be", { a: total(2) }, { a: [total(2, 7, 7, 7)] }, {}, ["a b_sum 0 7"]],
  ["what is left over of a value", { a: total(2) }, { a: [total(2, 0, 7, 7)] }, {}, []],
  ["a mended point", { a: total(2, 5, 1, 4) }, { a: [total(2, 5, 1, 4), total(0, 0, -9, 99)] }, {}, []],
  ["nothing, mended", {}, { a: [total(0, 0, 1, 2)] }, {}, []],
  ["refused", { a: total(2) }, {}, { a: [total(2)] }, ["a count 2 0?"]],
  ["an older total there, the newer refused", { a: total(3) }, { a: [total(2)] }, { a: [total(3)] }, ["a count 3 2?"]],
  ["refused, and more is missing", { a: total(3) }, {}, { a: [total(2)] }, ["a count 3 0"]],
  ["beyond the limit", { a: total(1), other: total(2) }, { b: [total(1)], other: [total(2)] }, {}, []],
  ["beyond the limit, and wrong", { a: total(1), other: total(2) }, { a: [total(4)] }, {}, ["null count 3 4"]],
])("%s", (_, log, store, refused, found) => {
  expect(differences(log, store, refused)).toEqual(found);
});

const points = new Map([
  [0n, heldOf(total(9, 9, 9, 9))],
  [7n, heldOf(total(1, 1, 1, 1))],
]);

test.each<[what: string, total: Amounts | null, lines: string[]]>([
  [
    "a total, and nothing elsewhere",
    total(2, 5, 1, 4),
    ["a count=2i,b_sum=5,b_min=1,b_max=4 0", "a count=0i,b_sum=0,b_min=1,b_max=4 7"],
  ],
  ["without the value", total(2), ["a count=2i,b_sum=0 0", "a count=0i,b_sum=0 7"]],
  ["nothing at all", null, ["a count=0i,b_sum=0 0", "a count=0i,b_sum=0 7"]],
])("mends %s", (_, right, lines) => {
  expect(pointsFor({ window: 0, series: "a", total: right, points }, plain)).toEqual(lines);
});

test("a series that is neither in the log nor at the start of the window gets no point there", () => {
  const late = new Map([[7n, heldOf(total(1))]]);
  expect(pointsFor({ window: 0, series: "a", total: null, points: late }, plain)).toEqual(["a count=0i,b_sum=0 7"]);
});

test("open windows take over what is mended; closed ones and the old state stay", () => {
  const open = new Map([
    [
      60,
      new Map([
        ["a", total(1)],
        ["b", total(2)],
      ]),
    ],
  ]);
  const mistake = { points: new Map(), total: null };
  const mended = openWindows({ ...newWindowState, open, closedBefore: 60 }, [
    { ...mistake, window: 0, series: "a", total: total(7) },
    { ...mistake, window: 60, series: "a", total: total(5) },
    { ...mistake, window: 60, series: "b" },
    { ...mistake, window: 120, series: "c", total: total(3) },
  ]);
  expect(mended).toEqual(
    new Map([
      [60, new Map([["a", total(5)]])],
      [120, new Map([["c", total(3)]])],
    ]),
  );
  expect(open.get(60)?.size).toBe(2);
});

const distributed = toldOf({ name: "b", quantiles: true, buckets: [10] });
const spread: Amounts = {
  count: 2,
  values: [25, 5, 20],
  bins: [
    [...binned(5), ...binned(20)],
    [0, 1, 1, 1],
  ],
};
const right = [25, 5, 20, 5.0214, 20, 20, 1, 1];

function binned(number: number): [bin: number, count: number] {
  return [binOf(number), 1];
}

const part = (count: number, numbers: number[]): HeldPoint => ({ count, numbers });

test.each<[what: string, points: HeldPoint[], found: string[]]>([
  ["the same", [part(2, right)], []],
  ["another quantile", [part(2, right.with(4, 7))], ["b_p95 20 7"]],
  ["one that is missing", [part(2, right.with(5, NaN))], ["b_p99 20 null"]],
  ["another bucket", [part(2, right.with(7, 3))], ["b_bucket_+Inf 1 3"]],
  ["buckets of parts add up", [part(1, [5, 5, 5, 5, 5, 5, 1, 0]), part(1, [20, 20, 20, NaN, NaN, NaN, 0, 1])], []],
  ["a mended point beside it", [part(2, right), part(0, right.with(0, 0).with(6, 0).with(7, 0))], []],
])("quantiles and buckets: %s", (_, parts, found) => {
  const sides = { window: 0, log: new Map([["a", spread]]), store: held({ a: parts }), refused: new Map() };
  const verdict = compareWindow(sides, distributed, isOther);
  expect(verdict.differences.map(({ field, log, store }) => `${field} ${log} ${store}`)).toEqual(found);
});

test("quantiles and buckets are mended, those of other times are emptied", () => {
  expect(pointsFor({ window: 0, series: "a", total: spread, points }, distributed)).toEqual([
    "a count=2i,b_sum=25,b_min=5,b_max=20,b_p50=5.0214,b_p95=20,b_p99=20,b_bucket_10=1,b_bucket_+Inf=1 0",
    "a count=0i,b_sum=0,b_min=5,b_max=20,b_p50=5.0214,b_p95=20,b_p99=20,b_bucket_10=0,b_bucket_+Inf=0 7",
  ]);
});
