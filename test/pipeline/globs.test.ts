import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { globMatcher } from "../../src/pipeline/globs.ts";

describe("globMatcher", () => {
  it.each([
    ["abc", "abc", true],
    ["abc", "ABC", true],
    ["abc", "abcd", false],
    ["abc*", "abcd", true],
    ["*abc", "xabc", true],
    ["*abc", "abcx", false],
    ["*abc*", "xxabcxx", true],
    ["a*c", "abc", true],
    ["a*c", "ac", true],
    ["a*c", "abcd", false],
    ["a*a", "a", false],
    ["*a*b*c*", "xaxbxcx", true],
    ["*a*b*c*", "xcxbxax", false],
    ["a*bc*c", "abc", false],
    ["a.c", "abc", false],
    ["a?c", "abc", false],
    ["(a|b)[c]$^{1}\\+/", "(A|B)[C]$^{1}\\+/", true],
    ["*", "", true],
    ["*", "any\nthing", true],
    ["**", "x", true],
    ["", "", true],
    ["", "x", false],
  ])("%j on %j is %j", (glob, text, expected) => expect(globMatcher([glob])(text)).toBe(expected));

  it("matches nothing without globs, and never null", () => {
    expect(globMatcher([])("")).toBe(false);
    expect(globMatcher(["*"])(null)).toBe(false);
  });

  it("agrees with the obvious definition", () => {
    const piece = fc.stringMatching(/^[ab*]{0,6}$/);
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 3 }), fc.stringMatching(/^[ab]{0,8}$/), (globs, text) => {
        const matches = (glob: string): boolean => new RegExp(`^${glob.replaceAll("*", "[^]*")}$`).test(text);
        expect(globMatcher(globs)(text)).toBe(globs.some(matches));
      }),
      { numRuns: 2000 },
    );
  });

  it("takes time linear in the text", () => {
    // Trying every pair of places would take minutes.
    const matches = globMatcher(["*a*a*a*a*a*a*b", "*a*b*c", `*${"a".repeat(50)}b*`]);
    const start = performance.now();
    expect(matches("a".repeat(2_000_000))).toBe(false);
    expect(performance.now() - start).toBeLessThan(3000);
  });
});
