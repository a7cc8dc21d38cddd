import { expect, test } from "vitest";
import { ago } from "../../src/cli/text.ts";

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
