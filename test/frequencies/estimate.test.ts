// Estimates of series, against the number that there are.
import { expect, test } from "vitest";
import { formatOf } from "../../src/format/find-format.ts";
import { estimate, type Sighting } from "../../src/frequencies/estimate.ts";
import { Series } from "../../src/frequencies/series.ts";
import { pathShape } from "../../src/pipeline/path-shape.ts";
import { hasSharedData, sharedLog } from "../format/shared-data.ts";

const minute = 60_000;

/** One line every `ms`, each with the attributes that its number gives. */
function lines(count: number, ms: number, attributes: (index: number) => Record<string, string | number>): Sighting[] {
  const root = new Series();
  return Array.from({ length: count }, (_, index) => ({ time: index * ms, series: root.find(attributes(index)) }));
}

test("few values stay few, however short the sample", () => {
  const sample = lines(500, 1, (index) => ({ status: index % 7 }));
  expect(estimate(sample, minute)).toEqual({ series: 7, growing: null });
});

test("where each line brings its own, there are as many as lines in a window", () => {
  const { series, growing } = estimate(
    lines(500, 20, (index) => ({ status: index % 2, path: `/${index}` })),
    minute,
  );
  expect(series).toBeGreaterThan(2800);
  expect(series).toBeLessThan(3200);
  expect(growing).toMatchObject({ attribute: "path", values: 500 });
});

test("a sample of many windows tells by the fullest of them, also where some lines have odd times", () => {
  const sample = lines(600, 10_000, (index) => ({ path: index < 300 ? index % 6 : 0 }));
  const odd = [sample[0]!, sample[1]!].map((line, index) => ({ ...line, time: index * 1e12 }));
  expect(estimate([...odd, ...sample], minute).series).toBe(6);
  const short = lines(100, 10, (index) => ({ path: index }));
  const withOdd = [...short, { ...short[0]!, time: 1e12 }];
  expect(estimate(withOdd, minute).series).toBeGreaterThan(1000);
});

test("nothing tells nothing", () => expect(estimate([], minute)).toEqual({ series: 0, growing: null }));

test.runIf(hasSharedData)("paths of a real log, by a tenth of an hour and by half of it", () => {
  const log = sharedLog("apache-common/nasa-19950701.log");
  const parser = formatOf("common").parser(["uri"]);
  const root = new Series();
  const all: Sighting[] = [];
  for (let start = 0; start < log.length - 1; start = log.indexOf("\n", start) + 1) {
    const record = parser.parse(log, start);
    if (record) all.push({ time: record.time, series: root.find({ route: pathShape(record.uri) }) });
  }
  const until = (ms: number): Sighting[] => all.filter(({ time }) => time < all[0]!.time + ms);
  const truth = new Set(until(60 * minute).map(({ series }) => series)).size;
  for (const part of [6, 30]) {
    const { series } = estimate(until(part * minute), 60 * minute);
    expect(series).toBeGreaterThan(truth / 2);
    expect(series).toBeLessThan(truth * 2);
  }
});
