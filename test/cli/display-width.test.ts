// Text takes as many columns as a terminal shows, whole letters at a time.
import { expect, test } from "vitest";
import { displayWidth, fitted, padded, paddedLeft } from "../../src/cli/display-width.ts";
import { countsPerBar, sparkline } from "../../src/cli/load/sparkline.ts";

test.each([
  ["path", 8, "path    "],
  ["/a/long/path", 8, "/a/long…"],
  ["日本語", 6, "日本語"],
  ["日本語の道", 8, "日本語… "],
  ["日本語の道", 7, "日本語…"],
  ["cafe\u0301s", 5, "cafe\u0301s"],
  ["cafe\u0301 noir", 5, "cafe\u0301…"],
  ["👩‍👩‍👧 family", 4, "👩‍👩‍👧 …"],
])("%s in %i columns", (text, columns, shown) => {
  expect(padded(fitted(text, columns), columns)).toBe(shown);
  expect(displayWidth(shown)).toBe(columns);
});

test("numbers stand to the right", () => expect(paddedLeft("17", 5)).toBe("   17"));

test.each<[counts: number[], columns: number, shown: string]>([
  [[8, 4, 0, 1], 8, "█▄ ▁"],
  [[1, 1, 0, 0, 4, 4, 2, 6], 4, "▂ ██"],
  [[1, 1, 1, 1, 1], 2, "█▆"],
  [[0, 1000, 1], 3, " █▁"],
])("%j in %i columns", (counts, columns, shown) =>
  expect(sparkline(counts, countsPerBar(counts.length, columns))).toBe(shown),
);
