import * as fc from "fast-check";
import { expect, test } from "vitest";
import { withoutComments } from "../../src/invocation/json-comments.ts";
import { parseJson } from "../../src/invocation/json-text.ts";
import { refusal } from "./context.ts";

const isNotJson = "this is not JSON: expected";

test.each([
  ["", `line 1, column 1: ${isNotJson} a value, but the file ends`],
  ["  \n ", `line 2, column 2: ${isNotJson} a value, but the file ends`],
  ["{", `line 1, column 2: ${isNotJson} a key in double quotes or "}", but the file ends`],
  ["[", `line 1, column 2: ${isNotJson} a value or "]", but the file ends`],
  ["[1, 2,\n]", `line 2, column 1: ${isNotJson} a value, but got "]"`],
  ['{"a": 1,\n}', `line 2, column 1: ${isNotJson} a key in double quotes, but got "}"`],
  ['{"a" 1}', `line 1, column 6: ${isNotJson} ":", but got "1"`],
  ['{"a": }', `line 1, column 7: ${isNotJson} a value, but got "}"`],
  ['[\r\n  {"a": 1}\r\n  {"b": 2}\r\n]', `line 3, column 3: ${isNotJson} "," or "]", but got "{"`],
  ['{"a": [1}', `line 1, column 9: ${isNotJson} "," or "]", but got "}"`],
  ["[1] 2", `line 1, column 5: ${isNotJson} the end of the file, but got "2"`],
  ["[01]", `line 1, column 3: ${isNotJson} "," or "]", but got "1"`],
  ["[tru]", `line 1, column 2: ${isNotJson} a value or "]", but got "t"`],
  ["[NaN]", `line 1, column 2: ${isNotJson} a value or "]", but got "N"`],
  ["{a: 1}", `line 1, column 2: ${isNotJson} a key in double quotes or "}", but got "a"`],
  ["['a']", `line 1, column 2: ${isNotJson} a value or "]", but got "'"`],
  ['["a\nb"]', `line 1, column 2: ${isNotJson} a value or "]", but got "\\""`],
  ['["\\x"]', `line 1, column 2: ${isNotJson} a value or "]", but got "\\""`],
  ["[\n  // why\n]", `line 2, column 3: ${isNotJson} a value or "]", but got "/"; JSON has no comments`],
  ["[😀]", `line 1, column 2: ${isNotJson} a value or "]", but got "😀"`],
  ['{"a": 1,\n "b": 2, "a": 3}', 'line 2, column 10: the key "a" stands twice in this object; keep one'],
  ['{"a": 1, "\\u0061": 3}', 'line 1, column 10: the key "\\u0061" stands twice in this object; keep one'],
])("%j", (text, message) => expect(refusal(() => parseJson(text))).toEqual([message]));

test.each([
  '{"a": {"a": [{"a": 1}, {"a": 2}]}, "b": "a"}',
  "3",
  '"x"',
  "null",
  " [ ] ",
  '{"__proto__": 1}',
  '"\u2028"',
  '"\ud800"',
])("%j is what JSON.parse makes of it", (text) => expect(parseJson(text)).toEqual(JSON.parse(text)));

test("a byte order mark is skipped", () => expect(parseJson('\uFEFF{"a": 1}')).toEqual({ a: 1 }));

test("what is deeply nested or long is no trouble", () => {
  expect(parseJson(`${"[".repeat(100_000)}${"]".repeat(100_000)}`)).toBeInstanceOf(Array);
  expect(parseJson(JSON.stringify(["\\\n".repeat(1_000_000)]))).toEqual(["\\\n".repeat(1_000_000)]);
});

test.each<[text: string, value: unknown]>([
  ['// why\n{"a": 1} // so', { a: 1 }],
  ['{/* one\n two */"a": /**/ 1}/*', { a: 1 }],
  ['["// a", "/* b */", "\\"// c", "\\\\"/**/] // "', ["// a", "/* b */", '"// c', "\\"]],
  ['\uFEFF// first\r\n["http://h"]\r\n', ["http://h"]],
])("comments: %j", (text, value) => expect(parseJson(withoutComments(text))).toEqual(value));

test.each([
  ["[\n  /* a\n b */ x]", `line 3, column 7: ${isNotJson} a value or "]", but got "x"`],
  ['["a // b\n]', `line 1, column 2: ${isNotJson} a value or "]", but got "\\""`],
  ["[1, 2 /* 3]", `line 1, column 12: ${isNotJson} "," or "]", but the file ends`],
  ["[1 / 2]", `line 1, column 4: ${isNotJson} "," or "]", but got "/"`],
])("comments leave flaws in their place: %j", (text, message) =>
  expect(refusal(() => parseJson(withoutComments(text)))).toEqual([message]),
);

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const damaged = fc
  .tuple(
    fc.jsonValue(),
    fc.nat(),
    fc.nat(3),
    fc.constantFrom("", "[", "]", "{", "}", ",", ":", '"', "\\", "1", "-", "e", ".", " ", "\n", "\t", "\u0001"),
  )
  .map(([value, at, length, inserted]) => {
    const text = JSON.stringify(value, null, at % 3);
    const index = at % (text.length + 1);
    return text.slice(0, index) + inserted + text.slice(index + length);
  });

test("accepts what JSON.parse accepts, but for repeated keys", () => {
  fc.assert(
    fc.property(damaged, (text) => {
      const [message] = refusal(() => parseJson(text));
      fc.pre(message?.includes("stands twice") !== true);
      expect(message === undefined).toBe(isJson(text));
    }),
    { numRuns: 1000 },
  );
});
