import * as fc from "fast-check";
import { expect, test } from "vitest";
import * as z from "zod/mini";
import { descriptionOf, fallbackOf, optionKeys, schemaOf } from "../../src/invocation/schema.ts";

const isUrl = (text: string): boolean => z.safeParse(schemaOf("influxUrl"), text).success;

// Names that begin with "xn--" are beyond a pattern; reading an invocation refuses them with a message of its own.
const urlLike = fc
  .array(
    fc.constantFrom(
      "a",
      "1",
      "0x",
      "255",
      "256",
      ".",
      ":",
      "::",
      "[",
      "]",
      "/",
      "-",
      "_",
      "u:p@",
      "8086",
      "99999",
      "%",
      "?",
      "#",
      " ",
    ),
    { maxLength: 8 },
  )
  .map((parts) => `http://${parts.join("")}`);

test("what the schema takes for a URL is one", () => {
  const property = fc.property(urlLike, (text) => {
    fc.pre(isUrl(text));
    expect(new URL(text).host).not.toBe("");
  });
  fc.assert(property, { numRuns: 2000 });
});

test("a long text that is nearly right is refused at once", () => {
  const texts = [
    `http://${"a.".repeat(50_000)}!`,
    `http://${"1".repeat(100_000)}!`,
    `http://${"%41".repeat(50_000)}!`,
    `http://[${"1:".repeat(50_000)}`,
  ];
  expect(texts.filter(isUrl)).toEqual([]);
});

test("every option is described in a sentence, and its default is not said twice", () => {
  for (const key of optionKeys) {
    expect(descriptionOf(key)).toMatch(/^[A-Zp].*\.$/u);
    expect(fallbackOf(key) !== "" && descriptionOf(key).includes("(default:")).toBe(false);
  }
});
