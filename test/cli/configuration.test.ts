// Wrong configurations: all problems at once, each with its place and the way out, exit 2, and nothing ran.
import { mkdirSync, symlinkSync } from "node:fs";
import { sampled } from "../sampled.ts";
import { expect, test } from "vitest";
import { Desk } from "./desk.ts";
import { jsonLines } from "./program.ts";

test("all problems of a multibrain come at once, with their places", async () => {
  using desk = new Desk().log().write("multibrain.json", {
    defaults: { out: "out.lp" },
    invocations: [
      { pipeline: "requestz", log: "access.log", brainfile: "1.json" },
      { pipeline: "requests", log: "access.log", brainfile: "2.json", windw: "1m" },
      { pipeline: "requests", log: "access.log", brainfile: "2.json", window: "5x" },
      ["errors", "--log", "access.log", "--brainfile", "${NO_SUCH_VARIABLE}"],
    ],
  });
  const before = desk.snapshot();
  const { code, stdout, stderr } = await desk.run();
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr.split("\n")[0]).toMatch(/^l2i: \d+ problems, nothing ran:$/);
  for (const place of [
    'multibrain.json: invocations[0].pipeline: "requestz" is not a pipeline; did you mean "requests"?',
    'multibrain.json: invocations[1].windw: is unknown; did you mean "window"?',
    'multibrain.json: invocations[2].window: "5x" is not a duration; try "5m"',
    "multibrain.json: invocations[2].brainfile: is the same file as that of",
    "multibrain.json: invocations[3].brainfile: the environment has no variable NO_SUCH_VARIABLE",
  ])
    expect(stderr).toContain(`\n  ${place}`);
  expect(desk.snapshot()).toEqual(before);
  expect(await desk.l2i(["check", "multibrain.json"])).toEqual({ code, stdout, stderr });
  const json = await desk.run("--json");
  expect(json).toMatchObject({ code: 2, stdout: "" });
  expect(jsonLines(json.stderr)).toMatchObject([{ level: "error", msg: expect.stringContaining("invocations[3]") }]);
});

test("one file spelt in two ways is one file", async () => {
  using desk = new Desk().log();
  mkdirSync(desk.path("real"));
  symlinkSync("real", desk.path("linked"));
  const problemsOf = async (first: object, second: object): Promise<string> => {
    const requests = { pipeline: "requests", log: "access.log" };
    desk.write("multibrain.json", [
      { ...requests, name: "first", brainfile: "real/1.json", out: "out.lp", ...first },
      { ...requests, name: "second", brainfile: "real/2.json", out: "out.lp", tag: { n: "2" }, ...second },
    ]);
    const before = desk.snapshot();
    const { code, stderr } = await desk.run();
    expect([code, desk.snapshot()]).toEqual([2, before]);
    return stderr;
  };
  expect(await problemsOf({}, { brainfile: "linked/1.json" })).toContain(
    "[1].brainfile: is the same file as that of [0]; each invocation needs a checkpoint of its own",
  );
  expect(await problemsOf({}, { rejects: "linked/1.json" })).toContain(
    "[1].rejects: would be written to the file that [0].brainfile names",
  );
  expect(await problemsOf({ out: "real/o.lp" }, { out: "linked/o.lp", tag: {} })).toContain(
    "[1]: writes the same series as [0]",
  );
  desk.write("real/1.json", "").write("real/o.lp", "");
  expect(await problemsOf({}, { brainfile: "linked/1.json" })).toContain("is the same file as that of");
  expect(await problemsOf({ out: "real/o.lp" }, { out: "linked/o.lp", tag: {} })).toContain("writes the same series");
});

test("what pipelines and secrets find wrong comes at once, too", async () => {
  using desk = new Desk().log().write("multibrain.json", [
    { pipeline: "downloads", log: "access.log", brainfile: "1.json", out: "1.lp", set: { prefix: "files" } },
    { pipeline: "requests", log: "access.log", brainfile: "2.json", out: "2.lp", set: { prefix: "/files/" } },
    { pipeline: "latency", log: "access.log", brainfile: "3.json", out: "3.lp", format: "combined" },
    {
      pipeline: "errors",
      log: "access.log",
      brainfile: "4.json",
      influxUrl: "http://localhost:1",
      influxBucket: "b",
      influxOrg: "o",
      influxTokenFile: "none",
    },
  ]);
  const { code, stderr } = await desk.run();
  expect(code).toBe(2);
  expect(stderr).toContain("l2i: 4 problems, nothing ran:\n");
  for (const problem of [
    'downloads:access.log: --set for the pipeline downloads: prefix: "files" is no path; begin it with "/" (',
    "requests:access.log: the pipeline requests has no options; take --set prefix away",
    "latency:access.log: the pipeline latency needs elapsedUs, which the format combined does not have",
    "none: the secret in this file cannot be read (ENOENT)",
  ])
    expect(stderr).toContain(problem);
  expect(desk.has("2.lp")).toBe(false);
});

test.each<[pipeline: string, set: object, said: string]>([
  ["downloads", { prefx: "/a/" }, '"prefx" is unknown; did you mean "prefix"? ('],
  ["downloads", { folder: "/a/", prefx: "/b/" }, '"folder" is unknown; there are prefix; "prefx" is unknown'],
  ["downloads", { prefix: 5 }, "prefix: 5 is of the wrong kind ("],
  ["latency", { buckets: true }, "buckets: true is of the wrong kind ("],
])("what is wrong with an option of the pipeline %s: %j", async (pipeline, set, said) => {
  using desk = new Desk().log().multibrain({ pipeline, set, format: "combined_elapsed" });
  const { code, stderr } = await desk.run();
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringContaining(`--set for the pipeline ${pipeline}: ${said}`),
  });
});

test("an invocation is named once where only its log shows that the format lacks something", async () => {
  using desk = new Desk().log().multibrain({ pipeline: "latency" });
  const { code, stderr } = await desk.run();
  expect(code).toBe(1);
  expect(stderr).toMatch(
    / ERROR latency:access\.log: the pipeline latency needs elapsedUs, which the format combined /,
  );
});

test.each<[said: string, write: (desk: Desk) => unknown]>(
  sampled<[said: string, write: (desk: Desk) => unknown]>([
    ["multibrain.json: there is no such file; name the multibrain.json to work with", () => {}],
    ["multibrain.json: line 1, column 2: this is not JSON: expected", (desk) => desk.write("multibrain.json", "[x]")],
    [
      "multibrain.json: a list without an invocation in it is nothing to run",
      (desk) => desk.write("multibrain.json", "[]"),
    ],
    ["has no place to write to", (desk) => desk.multibrain({ out: undefined })],
    ["cannot stand beside", (desk) => desk.multibrain({ influxUrl: "http://localhost:8086", influxDatabase: "d" })],
  ]),
)("exit 2: %s", async (said, write) => {
  using desk = new Desk().log(3);
  write(desk);
  for (const command of ["run", "check", "status"]) {
    const { code, stdout, stderr } = await desk.l2i([command, "multibrain.json"]);
    expect({ code, stdout, command }).toEqual({ code: 2, stdout: "", command });
    expect(stderr).toContain(said);
  }
});

test("a sink is never chosen by the environment alone", async () => {
  using desk = new Desk().log(3);
  const { code, stdout } = await desk.l2i(["load", "requests", "access.log"], {
    env: { INFLUX_URL: "http://127.0.0.1:1", INFLUX_ORG: "o", INFLUX_BUCKET: "b", INFLUX_TOKEN: "t" },
  });
  expect(code).toBe(0);
  expect(stdout).toContain("3 lines of 1 file");
});

test("secrets never show", async () => {
  using desk = new Desk().log(3).multibrain({
    out: undefined,
    influxUrl: "http://127.0.0.1:1",
    influxBucket: "b",
    influxOrg: "o",
    influxToken: "s3cret-t0ken",
    timeout: "1s",
  });
  const results = await Promise.all(
    [["run", "-vv"], ["run", "--json"], ["check"], ["check", "--json"], ["status", "--json"]].map((words) =>
      desk.l2i([...words, "multibrain.json"]),
    ),
  );
  for (const { stdout, stderr } of results) expect(stdout + stderr).not.toContain("s3cret");
  expect(desk.read("brain.json")).not.toContain("s3cret");
});
