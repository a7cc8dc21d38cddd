// Stretches of time: joined where they touch, never narrower than what went in, and never many.
import fc from "fast-check";
import { expect, test } from "vitest";
import { clip, cover, join, overlaps, type Span, without } from "../../src/frequencies/spans.ts";

test.each<[what: string, spans: Span[], bridge: number, joined: Span[]]>([
  ["nothing", [], 0, []],
  [
    "out of order",
    [
      [5, 6],
      [1, 2],
    ],
    0,
    [
      [1, 2],
      [5, 6],
    ],
  ],
  [
    "touching",
    [
      [1, 2],
      [2, 3],
    ],
    0,
    [[1, 3]],
  ],
  [
    "one in another",
    [
      [1, 9],
      [2, 3],
    ],
    0,
    [[1, 9]],
  ],
  [
    "near enough",
    [
      [1, 2],
      [4, 5],
      [8, 9],
    ],
    2,
    [
      [1, 5],
      [8, 9],
    ],
  ],
] as const satisfies [string, Span[], number, Span[]][])("join: %s", (_, spans, bridge, joined) => {
  expect(join(spans, bridge)).toEqual(joined);
});

test.each<[what: string, taken: Span[], left: Span[]]>([
  [
    "nothing",
    [],
    [
      [10, 20],
      [30, 40],
    ],
  ],
  [
    "a hole",
    [[12, 14]],
    [
      [10, 12],
      [14, 20],
      [30, 40],
    ],
  ],
  [
    "over both",
    [[15, 35]],
    [
      [10, 15],
      [35, 40],
    ],
  ],
  [
    "all",
    [
      [0, 15],
      [15, 50],
    ],
    [],
  ],
])("without: %s", (_, taken, left) => {
  expect(
    cover(
      without(
        [
          [10, 20],
          [30, 40],
        ],
        taken,
      ),
    ),
  ).toEqual(left);
});

test("clip and overlaps", () => {
  expect(
    clip(
      [
        [10, 20],
        [30, 40],
      ],
      15,
      30,
    ),
  ).toEqual([[15, 20]]);
  expect([overlaps([[10, 20]], 0, 10), overlaps([[10, 20]], 19, 25), overlaps([[10, 20]], 20, 25)]).toEqual([
    false,
    true,
    false,
  ]);
});

test("however many there are, few come out and nothing is left uncovered", () => {
  const span = fc
    .tuple(fc.nat(1_000_000), fc.integer({ min: 1, max: 10 }))
    .map(([from, length]): Span => [from, from + length]);
  fc.assert(
    fc.property(fc.array(span, { maxLength: 300 }), (spans) => {
      const covered = cover(spans);
      expect(covered.length).toBeLessThanOrEqual(8);
      expect(spans.flatMap((each) => without([each], covered))).toEqual([]);
    }),
  );
});
