// `l2i show`: what there is to choose from.
import { expect, test } from "vitest";
import { pipelineNames } from "../../src/pipeline/builtin.ts";
import { l2i } from "./program.ts";

test("pipelines: each with what it reads, its options at their defaults, and an example to copy", async () => {
  const { code, stdout, stderr } = await l2i(["show", "pipelines"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  for (const name of pipelineNames) {
    expect(stdout).toMatch(new RegExp(`^${name}\\n {2}\\S`, "m"));
    expect(stdout).toMatch(new RegExp(`^ {2}example {2}l2i load ${name} \\S+`, "m"));
  }
  expect(stdout).toMatch(/^downloads\n(?: .*\n)+ {2}option {3}--set prefix=\/downloads\//m);
  expect(stdout).toMatch(/^latency\n(?: .*\n)+ {2}option {3}--set buckets=0\.005,0\.01,/m);
  expect(stdout).toMatch(/^instances\n(?: .*\n)+ {2}option {3}--set instance=1\n/m);
  expect(stdout).toMatch(/^ {2}option {3}--set uris=… {2}\(default: none\)/m);
});

test("formats: each with its format string and a line", async () => {
  const { code, stdout } = await l2i(["show", "formats"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^combined\n {2}.*\n {2}format {3}%h %l %u %t \\"%r\\" %>s %b .*\n {2}line {5}192\./m);
});

test("schema: the JSON Schema of a multibrain", async () => {
  const { code, stdout } = await l2i(["show", "schema"]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "l2i multibrain",
  });
});
