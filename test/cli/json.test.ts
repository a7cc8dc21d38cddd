// JSON lines in the whole program: names of one's own, a schema, and what is said where they do not go with the rest.
import { describe, expect, test } from "vitest";
import { Desk } from "./desk.ts";
import { jsonLines } from "./program.ts";

const line = (second: number, rest: object = { code: 200 }): string =>
  `${JSON.stringify({ at: 1_761_480_000 + second, verb: "GET", took: 1.5, ...rest })}\n`;

const format = "json";
const field = { time: "at", method: "verb", status: "code", elapsedS: "took" };

function desk(): Desk {
  return new Desk().write("access.log", line(0) + line(1, { code: "200" }) + line(2, { code: 5000 }));
}

describe("a schema", () => {
  test("makes rejects, with the reason", async () => {
    using here = desk()
      .write("s.json", { properties: { code: { type: "integer", maximum: 599 } } })
      .multibrain({ format, field, schema: "s.json" });
    expect(await here.run()).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(here.counted()).toBe(1);
    expect(jsonLines(here.read("brain.json.rejects.jsonl"))).toEqual([
      expect.objectContaining({ offset: line(0).length, reason: "/code must be integer" }),
      expect.objectContaining({ reason: "/code must be <= 599" }),
    ]);
  });

  test("that changed closes the windows, and is looked at though the log is as it was", async () => {
    using here = desk().write("s.json", "{}").multibrain({ format, field, schema: "s.json" });
    await here.run();
    const before = here.brain();
    here.append("access.log", line(3));
    here.write("s.json", '{"required": ["code"]}');
    await here.run();
    expect(here.brain()["fingerprint"]).not.toBe(before["fingerprint"]);
    expect(here.counted()).toBe(4);
    here.write("s.json", '{"required": 1}');
    const { code, stderr } = await here.run();
    expect(code).toBe(2);
    expect(stderr).toContain(`requests:access.log: the JSON Schema ${here.path("s.json")}: /required must be array`);
  });

  test("is read beside the multibrain, and a missing one is said", async () => {
    using here = desk().multibrain({ format, schema: "none.json" });
    const { code, stdout } = await here.l2i(["check", here.path("multibrain.json")], { cwd: "/" });
    expect(code).toBe(2);
    expect(stdout).toContain(`the JSON Schema ${here.path("none.json")} cannot be read: there is no such file`);
  });
});

test.each([
  [{ schema: "s.json" }, "--schema is for JSON lines, which auto may not find; say --format json, or take it away"],
  [
    { format: "combined", field },
    "--field is for JSON lines, which combined does not have; say --format json, or take it away",
  ],
  [
    { format: "/(?<time>.)/", field, schema: "s.json" },
    "--field and --schema are for JSON lines, which /(?<time>.)/ does not have; say --format json, or take them away",
  ],
  [{ format, field: { Status: "code" } }, '[0].field.Status: is unknown; did you mean "status"?'],
])("%j", async (options, message) => {
  using here = desk().write("s.json", "{}").multibrain(options);
  const { code, stderr } = await here.run();
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});

test("parse takes both, and explains", async () => {
  using here = desk().write("s.json", { properties: { code: { type: "integer" } } });
  const words = [
    "access.log",
    "--format",
    format,
    "--field",
    "time=at",
    "--field",
    "status=code",
    "--schema",
    "s.json",
  ];
  const { code, stdout, stderr } = await here.l2i(["parse", ...words, "--explain"]);
  expect(code).toBe(0);
  expect(jsonLines(stdout).map(({ status }) => status)).toEqual([200, 5000]);
  expect(stderr).toContain("^ expected what the schema asks for: /code must be integer");
  const wrong = await here.l2i(["parse", "access.log", "--format", format, "--field", "statu=code", "--field", "x"]);
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain('--field statu: is unknown; did you mean "status"?');
  expect(wrong.stderr).toContain('--field: "x" is not KEY=VALUE; try status=code');
});
