// Parameters of queries, whatever strangers write there.
import fc from "fast-check";
import { expect, test } from "vitest";
import { queryOf } from "../../src/derived/query.ts";

test.each<[uri: string | null, parameters: Record<string, string>]>([
  [null, {}],
  ["/a", {}],
  ["/a?", {}],
  ["/a?b=c&d=e", { b: "c", d: "e" }],
  ["http://h/a?b=c", { b: "c" }],
  ["/a?b", { b: "" }],
  ["/a?b=c=d", { b: "c=d" }],
  ["/a?b=1&b=2", { b: "1" }],
  ["/a?&&=x&b=", { b: "" }],
  ["/a?b=c?d", { b: "c?d" }],
  ["/a?b=c#d=e", { b: "c" }],
  ["/a#?b=c", {}],
  ["/a?b+c=d%20e%2B+f", { "b c": "d e+ f" }],
  ["/a?%6e%C3%A9=%E2%82%AC", { né: "€" }],
  ["/a?b=100%&c=%ff+x", { b: "100%", c: "%ff x" }],
  ["/a?b=é", { b: "é" }],
])("%s", (uri, parameters) => {
  const query = queryOf(uri);
  expect({ ...query }).toEqual(parameters);
  expect(Object.getPrototypeOf(query)).toBeNull();
});

test("names of what objects have are plain names", () => {
  const query = queryOf("/?__proto__=a&constructor=b&toString=c&__proto__=d");
  expect(Object.entries(query)).toEqual([
    ["__proto__", "a"],
    ["constructor", "b"],
    ["toString", "c"],
  ]);
  expect(queryOf("/?a=b")["toString"]).toBeUndefined();
});

test("of 64 KiB of parameters the first hundred are read, at once", () => {
  const began = performance.now();
  const query = queryOf(`/?${Array.from({ length: 10_000 }, (_, index) => `p${index}=%41`).join("&")}`);
  expect(Object.keys(query)).toHaveLength(100);
  expect(query["p99"]).toBe("A");
  for (const text of ["&", "=", "%", "%4", "+", "?", "a&", "a=b&", "%f0%9f%90"]) queryOf(`/?${text.repeat(60_000)}`);
  expect(performance.now() - began).toBeLessThan(2_000);
});

test("what URLSearchParams reads of a query that is well written", () => {
  const parameters = fc.array(
    fc.tuple(fc.string({ minLength: 1, unit: "grapheme" }), fc.string({ unit: "grapheme" })),
    {
      maxLength: 20,
    },
  );
  fc.assert(
    fc.property(parameters, (pairs) => {
      const expected = new URLSearchParams(pairs);
      const query = queryOf(`/a?${expected.toString()}`);
      expect(Object.keys(query).toSorted()).toEqual([...new Set(expected.keys())].toSorted());
      for (const name of expected.keys()) expect(query[name]).toBe(expected.get(name));
    }),
  );
});
