import * as fc from "fast-check";
import { expect, test } from "vitest";
import { putIn, referencePattern } from "../../src/invocation/environment.ts";

const environment = { A: "1", B_2: "two", EMPTY: "", TRICK: "${A} $& $1", _x: "y" };

test.each([
  ["${A}", "1"],
  ["x${A}y${B_2}z", "x1ytwoz"],
  ["${EMPTY}", ""],
  ["${_x}", "y"],
  ["${TRICK}", "${A} $& $1"],
  ["$A $ {A} }", "$A $ {A} }"],
  ["$${A}", "${A}"],
  ["$$${A}", "$${A}"],
  ["$${A} ${A}", "${A} 1"],
  ['$${remote_addr} - "$request"', '${remote_addr} - "$request"'],
])("%j becomes %j", (text, expected) => expect(putIn(text, environment)).toEqual({ value: expected, problems: [] }));

const malformed = 'has "${" without the name of a variable and "}"; write "$${" for a "${" that stays';

test.each([
  ["${NONE}", 'the environment has no variable NONE; set it, or write "$${" for a "${" that stays'],
  ["${toString}", 'the environment has no variable toString; set it, or write "$${" for a "${" that stays'],
  ["${}", malformed],
  ["${A", malformed],
  ["${a-b}", malformed],
  ["${1}", malformed],
])("%j is a problem", (text, message) =>
  expect(putIn({ x: [text] }, environment).problems).toEqual([{ path: ["x", 0], message }]),
);

test("keys, numbers and the like stay, all else is put in wherever it is", () => {
  const value = { "${A}": ["${A}", 1, null, true, { deep: "${B_2}" }] };
  expect(putIn(value, environment).value).toEqual({ "${A}": ["1", 1, null, true, { deep: "two" }] });
});

test("a text without dollar brace stays as it is, and has no variable for the JSON Schema", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom("$", "{", "}", "A", "a", "-", " ") }).filter((text) => !text.includes("${")),
      (text) => {
        expect(putIn(text, environment)).toEqual({ value: text, problems: [] });
        expect(referencePattern.test(text)).toBe(false);
      },
    ),
  );
});
