// One window, what the logs say of it and what a store holds: when they differ, and what mends it.
import { expect, test } from "vitest";
import type { Total } from "../../src/frequencies/windows.ts";
import { compareWindow } from "../../src/verify/compare.ts";
import type { WindowHoldings } from "../../src/verify/holdings.ts";
import { openWindows, pointsFor } from "../../src/verify/repair.ts";

const total = (count: number, sum = 0, min = Infinity, max = -Infinity): Total => ({ count, values: [sum, min, max] });

/** Points of each series, at nanosecond 0, 1, … of the window. */
const held = (series: Record<string, Total[]>): WindowHoldings =>
  new Map(
    Object.entries(series).map(([name, points]) => [
      name,
      new Map(points.map((point, index) => [BigInt(index), point])),
    ]),
  );

const isOther = (series: string): boolean => series === "other";

/** `SERIES FIELD LOG STORE`, `?` behind what the store refused. */
function differences(
  log: Record<string, Total>,
  store: Record<string, Total[]>,
  refused: Record<string, Total[]> = {},
): string[] {
  const sides = { window: 0, log: new Map(Object.entries(log)), store: held(store), refused: held(refused) };
  return compareWindow(sides, ["b"], isOther).differences.map(
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
  [0n, total(9, 9, 9, 9)],
  [7n, total(1, 1, 1, 1)],
]);

test.each<[what: string, total: Total | null, lines: string[]]>([
  [
    "a total, and nothing elsewhere",
    total(2, 5, 1, 4),
    ["a count=2i,b_sum=5,b_min=1,b_max=4 0", "a count=0i,b_sum=0,b_min=1,b_max=4 7"],
  ],
  ["without the value", total(2), ["a count=2i,b_sum=0 0", "a count=0i,b_sum=0 7"]],
  ["nothing at all", null, ["a count=0i,b_sum=0 0", "a count=0i,b_sum=0 7"]],
])("mends %s", (_, right, lines) => {
  expect(pointsFor({ window: 0, series: "a", total: right, points }, ["b"])).toEqual(lines);
});

test("a series that is neither in the log nor at the start of the window gets no point there", () => {
  expect(pointsFor({ window: 0, series: "a", total: null, points: new Map([[7n, total(1)]]) }, ["b"])).toEqual([
    "a count=0i,b_sum=0 7",
  ]);
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
  const mended = openWindows({ open, closedBefore: 60, newest: 0, segment: 0 }, [
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
