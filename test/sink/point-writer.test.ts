import * as fc from "fast-check";
import { expect, test } from "vitest";
import { nanoseconds, point, seriesKey } from "../../src/sink/line-protocol.ts";
import { pointLines } from "../../src/sink/point-writer.ts";

const fields = ["bytes_sum", "a b,c=d", "größe"];
const number = fc.oneof(
  fc.nat(),
  fc.constantFrom(0, -0, 9, 10, 99, 2 ** 31 - 1, 2 ** 31, 2 ** 53, 1e21, 0.1, -1.5, 1e-7, NaN, Infinity, -Infinity),
  fc.double(),
);
const time = fc.oneof(fc.nat(), fc.constantFrom(0, 1, 999_999, 1_000_000, 1_740_000_000_000), fc.nat(4e12));
const onePoint = fc.record({
  series: fc.oneof(
    fc.constantFrom("m,a=b", "m,a=c"),
    fc.string({ unit: "binary" }).map((tag) => seriesKey("m", [["t", tag]])),
  ),
  count: fc.oneof(fc.nat(), fc.constant(2 ** 40)),
  numbers: fc.array(number, { maxLength: fields.length }),
  time,
});

test("many points are what they are one by one", () => {
  fc.assert(
    fc.property(fc.array(onePoint, { maxLength: 30 }), fc.integer({ min: 1, max: 60 }), (points, times) => {
      const all = Array.from({ length: times }, () => points).flat();
      const lines = pointLines(fields, (writer) => {
        for (const { series, count, numbers, time: at } of all) {
          writer.begin(series, count);
          for (const [field, each] of numbers.entries()) writer.add(field, each);
          writer.end(at);
        }
      });
      const named = (numbers: readonly number[]) => numbers.map((each, field) => [fields[field]!, each] as const);
      expect([...lines]).toEqual(
        all.map(({ series, count, numbers, time: at }) => point(series, count, named(numbers), nanoseconds(at))),
      );
      expect(lines.length).toBe(all.length);
    }),
  );
});

test("a series longer than the buffer is written whole", () => {
  const series = `m${",t=x".repeat(200_000)}`;
  const lines = pointLines([], (writer) => {
    writer.begin(series, 1);
    writer.end(5);
  });
  expect([...lines]).toEqual([`${series} count=1i 5000000`]);
});
