import { expect, test } from "vitest";
import { ago, sizeInWords } from "../../src/cli/text.ts";

const minute = 60_000;

test.each<[ms: number, words: string]>([
  [-5, "just now"],
  [minute - 1, "just now"],
  [minute, "1 min ago"],
  [60 * minute - 1, "59 min ago"],
  [60 * minute, "1 h ago"],
  [48 * 60 * minute - 1, "47 h ago"],
  [48 * 60 * minute, "2 days ago"],
])("%i ms are %s", (ms, words) => {
  expect(ago(ms)).toBe(words);
});

test.each<[count: number, words: string]>([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1.0 kB"],
  [1_234_567, "1.2 MB"],
  [5e15, "5000.0 TB"],
])("%i bytes are %s", (count, words) => {
  expect(sizeInWords(count)).toBe(words);
});
