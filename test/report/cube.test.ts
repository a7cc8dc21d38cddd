// What a cube holds is what was counted, however little room there is: bins, codes and names may be joined, sums stay.
import fc from "fast-check";
import { expect, test } from "vitest";
import { Cube } from "../../src/report/cube.ts";
import type { CubeData } from "../../src/report/data.ts";
import { packed, unpacked } from "../../src/report/packed.ts";
import { widths } from "../../src/report/widths.ts";

interface Added {
  readonly name: string;
  readonly time: number;
  readonly code: number;
  readonly count: number;
  readonly bytes: number;
}

const year = 365 * 86_400_000;
const names = [
  "a",
  "b",
  "/",
  "__proto__",
  "constructor",
  "_other",
  "Ä",
  ...Array.from({ length: 40 }, (_, index) => `r${index}`),
];

const added: fc.Arbitrary<Added[]> = fc.array(
  fc.record({
    name: fc.oneof(fc.constantFrom("a", "b"), fc.constantFrom(...names)),
    time: fc.oneof(fc.integer({ min: 0, max: 600_000 }), fc.integer({ min: 0, max: 12 * year })),
    code: fc.integer({ min: 0, max: 999 }),
    count: fc.integer({ min: 1, max: 1000 }),
    bytes: fc.integer({ min: 0, max: 2 ** 40 }),
  }),
  { maxLength: 300 },
);

/** By name (null: the rest), bin and code: count and bytes. */
function cellsIn({
  names: known,
  widthMs,
  cells,
}: CubeData): [name: string | null, bin: number, code: number, ...sums: number[]][] {
  const numbers = [...unpacked(cells)];
  return [...known, null].flatMap((name) => {
    let [bin, code] = [0, 0];
    return Array.from({ length: numbers.shift()! }, () => {
      const [steps = 0, more = 0, count = 0, bytes = 0] = numbers.splice(0, 4);
      code = steps > 0 ? more : code + more;
      bin += steps;
      return [name, bin * widthMs, code, count, bytes];
    });
  });
}

/** Sums by what a key is made of. */
function summed<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => unknown,
  sumsOf: (item: Item) => readonly number[],
) {
  const all: Record<string, number[]> = Object.create(null);
  for (const item of items) {
    const key = JSON.stringify(keyOf(item));
    all[key] = sumsOf(item).map((sum, index) => sum + (all[key]?.[index] ?? 0));
  }
  return all;
}

const roomy = { sums: 2, names: 1000, cells: 100_000, bins: 100_000 };

test.each([
  ["any room", { ...roomy, bins: 1e9 }, 30],
  ["few bins", { ...roomy, bins: 7 }, 30],
  ["few cells", { ...roomy, cells: 25, joins: 2 }, 30],
  ["few names", { ...roomy, names: 6 }, 30],
  ["no room", { sums: 2, names: 3, cells: 4, bins: 2, joins: 1 }, 0],
])("with %s every bin and code has its sums, and a name no more than its own", (_, limits, characters) => {
  fc.assert(
    fc.property(added, (all) => {
      const cube = new Cube(limits);
      for (const { name, time, code, count, bytes } of all) cube.add(name, time, code, [count, bytes]);
      const top = cube.top(5);
      const data = cube.data(top, characters === 30 ? 1e6 : characters);
      const cells = cellsIn(data);
      const binOf = (time: number): number => Math.floor(time / data.widthMs) * data.widthMs;
      expect(
        summed(
          cells,
          ([, bin, code]) => [bin, code],
          ([, , , ...sums]) => sums,
        ),
      ).toEqual(
        summed(
          all,
          ({ time, code }) => [binOf(time), code >> data.joined],
          ({ count, bytes }) => [count, bytes],
        ),
      );
      const told = summed(
        cells,
        ([name]) => name,
        ([, , , count]) => [count!],
      );
      const truth = summed(
        all,
        ({ name }) => name,
        ({ count }) => [count],
      );
      for (const name of top) {
        const [has = 0, had = 0] = [told[JSON.stringify(name)]?.[0], truth[JSON.stringify(name)]?.[0]];
        expect(has).toBeLessThanOrEqual(had);
        expect(has).toBeGreaterThanOrEqual(had - data.lacking);
      }
      if (data.lacking === 0) {
        const most = Object.values(truth)
          .map(([count]) => count!)
          .toSorted((a, b) => b - a);
        expect(top.map((name) => told[JSON.stringify(name)]![0])).toEqual(most.slice(0, 5));
      }
      const bins = new Set(cells.map(([, bin]) => bin)).size;
      expect(bins <= limits.bins + 1 || data.widthMs === widths.at(-1)).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test("numbers of any size come out as they went in", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.nat(100), fc.maxSafeInteger().map(Math.abs))), (numbers) => {
      const text = packed(numbers);
      expect([...unpacked(text)]).toEqual(numbers);
      expect(text).toMatch(/^[\w-]*$/);
    }),
  );
});

test("each width is a multiple of the one before, so that bins can be joined", () => {
  for (const [index, width] of widths.entries()) expect(width % (widths[index - 1] ?? 1)).toBe(0);
});
