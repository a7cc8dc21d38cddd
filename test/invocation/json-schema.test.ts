import { type AnySchema, Ajv2020 } from "ajv/dist/2020.js";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { multibrainJsonSchema } from "../../src/invocation/json-schema.ts";
import { readInvocations } from "../../src/invocation/multibrain.ts";
import { optionKeys } from "../../src/invocation/schema.ts";
import { entriesOf, readValues } from "../../src/invocation/values.ts";
import { context, entry, refusal, withEnvironment } from "./context.ts";
import { hasVariable, mutatedEntry, odd, soundEntry, validEntry } from "./entries.ts";

const schema = multibrainJsonSchema(context.pipelines);
// `strict` refuses a schema with anything in it that ajv does not understand.
const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
const validate = ajv.compile(schema as AnySchema);

const program = (json: unknown): boolean => readValues(json, context).problems.length === 0;

/** Where the JSON Schema and the program differ over a value; variables and lists of words are beyond what they agree upon. */
function difference(json: unknown): string {
  const [bySchema, byProgram] = [validate(json), program(json)];
  return hasVariable(json) || hasWords(json) || bySchema === byProgram
    ? "none"
    : `${JSON.stringify([bySchema, byProgram])}: ${JSON.stringify(json)}`;
}

function hasWords(json: unknown): boolean {
  return entriesOf(json).some(
    ({ entry: each }) => Array.isArray(each) && each.every((word) => typeof word === "string"),
  );
}

describe("for objects without variables, the JSON Schema and the program accept and refuse the same", () => {
  test.each(optionKeys)("every odd value of %s, in an entry and in the defaults", (key) => {
    const jsons = odd.flatMap((value) => [
      [{ ...entry, [key]: value }],
      { defaults: { [key]: value }, invocations: [entry] },
    ]);
    expect(jsons.map(difference).filter((each) => each !== "none")).toEqual([]);
  });

  test.each(optionKeys)("an entry without %s", (key) => {
    const { [key]: _, ...rest }: { readonly [key: string]: unknown } = entry;
    expect(difference([rest])).toBe("none");
  });

  const bare = fc.array(mutatedEntry, { maxLength: 3 });

  test.each<[string, fc.Arbitrary<unknown>, number]>([
    ["entries with wrong values, unknown and missing keys, as a list", bare, 300],
    ["the same in an object", bare.map((invocations) => ({ invocations })), 300],
    [
      "defaults with wrong values and unknown keys",
      mutatedEntry.map((defaults) => ({ defaults, invocations: [entry] })),
      500,
    ],
    ["anything at all", fc.jsonValue(), 200],
    ["anything for defaults", fc.jsonValue().map((defaults) => ({ defaults, invocations: [entry] })), 200],
    ["anything for invocations", fc.jsonValue().map((invocations) => ({ invocations })), 200],
    ["anything for an entry", fc.jsonValue().map((anything) => [anything]), 200],
  ])("%s", (_, jsons, numRuns) => {
    const property = fc.property(jsons, (json) => {
      expect(difference(json)).toBe("none");
    });
    fc.assert(property, { numRuns });
  });

  test.each<[unknown, boolean]>([
    [{ $schema: "./multibrain.schema.json", invocations: [entry] }, true],
    [{ defaults: {}, invocations: [entry] }, true],
    [{ defaults: { window: "5m", tag: { a: "b" } }, invocations: [entry, entry] }, true],
    [[entry, ["requests", "--log", "b.log", "--brainfile", "b.json", "--out", "-"]], true],
    [{ $schema: 1, invocations: [entry] }, false],
    [{ defaults: null, invocations: [entry] }, false],
    [{ defaults: [], invocations: [entry] }, false],
    [{ defaults: { log: "x" }, invocations: [entry] }, false],
    [{ invocations: [entry], more: 1 }, false],
    [{ invocations: [] }, false],
    [{ invocations: {} }, false],
    [{ invocations: entry }, false],
    [{ defaults: {} }, false],
    [[], false],
    [[[]], false],
    [[["requests", 1]], false],
    [entry, false],
    [["requests", "--log", "x"], false],
    [{}, false],
    ["x", false],
    [null, false],
  ])("%j: %s", (json, accepted) => {
    expect(difference(json)).toBe("none");
    expect(validate(json)).toBe(accepted);
  });

  test("valid entries are accepted", () => {
    fc.assert(
      fc.property(validEntry, (valid) => {
        expect([validate([valid]), program([valid])]).toEqual([true, true]);
      }),
    );
  });

  test("valid entries that agree with each other are run", () => {
    fc.assert(
      fc.property(soundEntry, (sound) => {
        expect(validate([sound])).toBe(true);
        expect(refusal(() => readInvocations([sound], context))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  test("what the JSON Schema refuses the program refuses", () => {
    fc.assert(
      fc.property(mutatedEntry, (mutated) => {
        fc.pre(!hasVariable(mutated) && !validate([mutated]));
        expect(refusal(() => readInvocations([mutated], context))).not.toEqual([]);
      }),
    );
  });
});

describe("a string with a variable stands for any string of a certain form", () => {
  const inAll = withEnvironment({ X: "1m" });

  test.each([
    "timezone",
    "window",
    "lateness",
    "timeout",
    "writes",
    "start",
    "resume",
    "edges",
    "influxUrl",
    "influxToken",
    "pipeline",
    "measurement",
    "host",
  ])("%s", (key) => {
    expect(validate([{ ...entry, [key]: "a${X}b" }])).toBe(true);
  });

  test.each<[object, boolean]>([
    [{ tag: { a: "\\${X}" } }, true],
    [{ tag: { "a=${X}": "b" } }, false],
    [{ set: { a: ["${X}"] } }, true],
    [{ maxSeries: "${X}" }, false],
    [{ window: "$X" }, false],
    [{ window: "${}" }, false],
  ])("%j: %s", (more, accepted) => expect(validate([{ ...entry, ...more }])).toBe(accepted));

  test("the program checks what the variable holds", () => {
    expect(readInvocations([{ ...entry, window: "${X}" }], inAll)[0]?.windowMs).toBe(60_000);
    expect(refusal(() => readInvocations([{ ...entry, writes: "${X}" }], inAll))).toEqual([
      '[0].writes: "${X}" is not one of totals, parts',
    ]);
  });
});

test("every option has its description, in one place, and its default", () => {
  const { $defs = {} } = schema;
  expect(schema.$schema).toBe("https://json-schema.org/draft/2020-12/schema");
  for (const key of optionKeys) expect($defs[key]?.description).toMatch(/^\S.*\.$/u);
  const defaults = optionKeys.flatMap((key) => ($defs[key]?.default === undefined ? [] : [[key, $defs[key].default]]));
  expect(Object.fromEntries(defaults)).toEqual({
    format: "auto",
    window: "1m",
    lateness: "10m",
    writes: "totals",
    start: "beginning",
    maxSeries: 10_000,
    maxLine: 65_536,
    timeout: "30s",
  });
});

test("it is the same each time it is made, and plain JSON", () => {
  expect(multibrainJsonSchema(context.pipelines)).toEqual(schema);
  expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
});
