// Laws of quantiles: they are as near as promised, whatever the numbers are, and what is added up in any order is the same.
import fc from "fast-check";
import { expect, test } from "vitest";
import { addBins, type Bins, countIn, mostBins, packBins, unpackBins } from "../../src/frequencies/bins.ts";
import { binOf, percentiles, percentilesIn } from "../../src/frequencies/quantiles.ts";

function binsOf(numbers: readonly number[]): Bins {
  const bins: Bins = [];
  for (const number of numbers) countIn(bins, binOf(number), 1);
  return bins;
}

/** The least number than which so many of a hundred are no larger. */
const exact = (numbers: readonly number[]): number[] => {
  const sorted = numbers.toSorted((a, b) => a - b);
  return percentiles.map((percent) => sorted[Math.ceil((percent * sorted.length) / 100) - 1]!);
};

const least = Number.MIN_VALUE * 2 ** 60;
const number = fc.oneof(
  fc.nat(1000),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((each) => each === 0 || Math.abs(each) > least),
  fc.constantFrom(0, -0, 1, 0.1, -1e300, Number.MAX_VALUE, -Number.MAX_VALUE, 2 ** 53, least),
);
const numbers = fc.array(number, { minLength: 1, maxLength: 300 });

test("they are within 1 % of the exact ones: huge, small, negative numbers and zero", () => {
  fc.assert(
    fc.property(numbers, (all) => {
      const told = percentilesIn(binsOf(all), Math.min(...all), Math.max(...all));
      for (const [index, right] of exact(all).entries())
        expect(Math.abs(told[index]! - right)).toBeLessThanOrEqual(0.01 * Math.abs(right));
    }),
  );
});

test("in any order, in any parts, and kept in a brainfile in between, they come to the same", () => {
  fc.assert(
    fc.property(fc.array(numbers, { minLength: 1, maxLength: 5 }), (parts) => {
      const sum: Bins = [];
      for (const part of parts.toReversed())
        addBins(sum, unpackBins(JSON.parse(JSON.stringify(packBins(binsOf(part))))));
      expect(sum).toEqual(binsOf(parts.flat()));
    }),
  );
});

test("beyond what is kept the lowest are one, whatever the order; whole numbers are never so many", () => {
  const many = Array.from({ length: 3 * mostBins }, (_, index) => 1.02 ** (index - mostBins));
  const shuffled = many.toSorted((a, b) => Math.sin(1e6 * a) - Math.sin(1e6 * b));
  const halves: Bins = binsOf(shuffled.slice(0, mostBins));
  addBins(halves, binsOf(shuffled.slice(mostBins)));
  expect(halves).toEqual(binsOf(many));
  expect(halves.length).toBe(2 * mostBins);
  expect(halves.filter((_, index) => index % 2 === 1).reduce((sum, count) => sum + count)).toBe(many.length);
  const [, , p99] = percentilesIn(halves, many[0]!, many.at(-1)!);
  expect(p99! / exact(many)[2]!).toBeCloseTo(1, 2);
  expect(binOf(2 ** 53) - binOf(1) + 2).toBeLessThan(mostBins);
});
