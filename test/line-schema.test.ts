// A user's JSON Schema: what it lets through, what is said of a line that does not meet it, and of one that is none.
import { describe, expect, test } from "vitest";
import { compileSchema } from "../src/line-schema.ts";

const draft7 = "http://json-schema.org/draft-07/schema#";
const draft2020 = "https://json-schema.org/draft/2020-12/schema";

const check = (schema: unknown, value: unknown): string | null => compileSchema(JSON.stringify(schema))(value);

describe("lines", () => {
  const schema = {
    required: ["status"],
    properties: { status: { type: "integer", maximum: 599 }, request: { properties: { uri: { type: "string" } } } },
    patternProperties: { "^x_": { type: "string", pattern: "^(?:a+)+$" } },
    propertyNames: { maxLength: 200 },
  };
  test.each<[unknown, string | null]>([
    [{ status: 200, request: { uri: "/" }, x_a: "aa" }, null],
    [{ status: 1e3 }, "/status must be <= 599"],
    [{ status: "200" }, "/status must be integer"],
    [{ status: 200, request: { uri: 5 } }, "/request/uri must be string"],
    [{}, "the whole must have required property 'status'"],
    [{ status: 200, x_b: "b" }, '/x_b must match pattern "^(?:a+)+$"'],
    [{ status: 200, "x_\u001b[2J\n/~": 1 }, String.raw`/x_\x1b[2J` + "\n~1~0 must be string"],
    [{ status: 200, [`x_${"y".repeat(190)}`]: 1 }, `/x_${"y".repeat(97)}… must be string`],
    [{ status: 200, ["__proto__"]: 1, constructor: 2 }, null],
  ])("%j", (value, expected) => expect(check(schema, value)).toBe(expected));

  test("each draft has its own words", () => {
    const pair = [1, "a"];
    expect(check({ $schema: draft7, items: [{}, { type: "number" }] }, pair)).toBe("/1 must be number");
    expect(check({ $schema: draft2020, prefixItems: [{}, { type: "number" }] }, pair)).toBe("/1 must be number");
    expect(check({ prefixItems: [{}, { type: "number" }] }, pair)).toBe("/1 must be number");
    expect(check(true, pair)).toBe(null);
    expect(check(false, pair)).toBe("the whole boolean schema is false");
  });

  test("formats are notes", () => expect(check({ format: "date-time" }, "noon")).toBe(null));

  test("a line may be nested as deep as it likes", () => {
    const nested = { $defs: { list: { type: "array", items: { $ref: "#/$defs/list" } } }, $ref: "#/$defs/list" };
    const deep: unknown = JSON.parse("[".repeat(30_000) + "]".repeat(30_000));
    expect(check(nested, deep)).toBe("it is nested too deeply");
    expect(check(nested, [[[]]])).toBe(null);
  });

  test.each<[unknown[], boolean]>([
    [[1, "1", { a: 1, b: [2] }, { a: 1, b: [3] }, [1], null, true], true],
    [[1, 1.0], false],
    [
      [
        { a: 1, b: [2] },
        { b: [2], a: 1 },
      ],
      false,
    ],
    [Array.from({ length: 20_000 }, (_, index) => ({ index })), true],
  ])("items that differ %#", (list, areUnique) => {
    const began = performance.now();
    const reason = areUnique ? null : 'the whole must pass "uniqueItems" keyword validation';
    for (const $schema of [draft7, draft2020]) expect(check({ $schema, uniqueItems: true }, list)).toBe(reason);
    expect(check({ uniqueItems: false }, list)).toBe(null);
    expect(performance.now() - began).toBeLessThan(2_000); // pair by pair it would be ten times that
  });

  test("a pattern takes no time over a long text", () => {
    const isSound = compileSchema('{"pattern": "^(?:a+)+$"}');
    const began = performance.now();
    expect(isSound(`${"a".repeat(60_000)}!`)).not.toBe(null);
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});

test.each<[string, string]>([
  ["", "line 1, column 1: this is not JSON: expected a value, but the file ends"],
  ['{\n  "type": "object",\n}', 'line 3, column 1: this is not JSON: expected a key in double quotes, but got "}"'],
  ["[]", "a schema is an object in braces"],
  ["null", "a schema is an object in braces"],
  [
    '{"type": "nmber"}',
    '/type must be equal to one of the allowed values: "array", "boolean", "integer", "null", "number", "object", "string"',
  ],
  ['{"properties": {"a": {"minimum": "1"}}}', "/properties/a/minimum must be number"],
  ['{"propertys": {}}', 'strict mode: unknown keyword: "propertys"'],
  ['{"$ref": "#/$defs/a"}', "can't resolve reference #/$defs/a from id #"],
  ['{"$ref": "https://example.com/a.json"}', "can't resolve reference https://example.com/a.json from id #"],
  [
    '{"$schema": "http://json-schema.org/draft-04/schema#"}',
    `$schema is "http://json-schema.org/draft-04/schema#"; there are "${draft7}" and "${draft2020}"`,
  ],
  ['{"a": 1, "$defs": {"b": {"$async": true}}}', "$async is not possible here; take it away"],
  [
    '{"pattern": "(?=a)"}',
    "(?= at character 1 looks around, which cannot be done in linear time; match what stands there, or leave it out",
  ],
])("%s is no schema", (text, reason) => {
  expect(() => compileSchema(text)).toThrow(expect.objectContaining({ message: reason }));
});
