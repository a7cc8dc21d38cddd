import { describe, expect, test } from "vitest";
import { invocationFromWords } from "../../src/invocation/load-words.ts";
import { context, refusal, withEnvironment } from "./context.ts";

const load = (logs: readonly string[], flags: { readonly [key: string]: unknown } = {}) =>
  invocationFromWords("requests", logs, flags, context);

test("without options: all of the log, nothing saved, a summary", () => {
  expect(load(["access.log"])).toEqual({
    name: "requests:access.log",
    pipeline: "requests",
    log: "/etc/l2i/access.log",
    logs: ["/etc/l2i/access.log"],
    brainfile: null,
    format: "auto",
    field: {},
    schema: null,
    timezone: null,
    windowMs: 60_000,
    latenessMs: 600_000,
    measurement: null,
    tags: { host: "web1", log: "access.log" },
    set: {},
    classify: [],
    zeros: [],
    between: null,
    anonymizeIp: false,
    sink: null,
    writes: "totals",
    start: "beginning",
    resume: null,
    rejects: null,
    maxSeries: 10_000,
    maxLine: 65_536,
    jobs: null,
    timeoutMs: 30_000,
    edges: "keep",
  });
});

test("the environment alone chooses no store", () => {
  const environment = { INFLUX_URL: "http://h:8086", INFLUX_BUCKET: "b" };
  expect(invocationFromWords("requests", ["a"], {}, withEnvironment(environment)).sink).toBeNull();
});

test("options are as in a multibrain, but nothing is put in for ${NAME}", () => {
  const flags = { window: "5m", tag: ["a=${X}"], set: ["b=1", "b=2"], maxSeries: "7", json: true };
  expect(load(["a"], flags)).toMatchObject({
    windowMs: 300_000,
    tags: { a: "${X}" },
    set: { b: ["1", "2"] },
    maxSeries: 7,
  });
});

test.each<[string[], string]>([
  [["/var/log/access.log"], "access.log"],
  [["-"], "stdin"],
  [["access.log.2.gz", "access.log.1", "access.log"], "access.log"],
  [["access.log.1"], "access.log"],
  [["access.log.gz"], "access.log"],
  [["access.log-20240131.gz"], "access.log"],
  [["access.log.2024-01-31"], "access.log"],
  [["access.log-2024-01-31_12.30.zst"], "access.log"],
  [["access_log-1706700000"], "access_log"],
  [["semicomplete-2015.log"], "semicomplete-2015.log"],
  [["access.log.old"], "access.log.old"],
  [[".gz"], ".gz"],
])("the tag log of %j is %s", (logs, name) => expect(load(logs).tags["log"]).toBe(name));

test("a name that would take a backtracking pattern for ever is no trouble", () => {
  const name = `access.log-20240101${"1".repeat(100_000)}x`;
  expect(load([name]).tags["log"]).toBe(name);
});

test.each<[object, string]>([
  [{ influxUrl: "http://h" }, "drop"],
  [{ influxUrl: "http://h", edges: "keep" }, "keep"],
  [{ influxUrl: "http://h", brainfile: "b" }, "keep"],
  [{ influxUrl: "http://h", brainfile: "b", edges: "drop" }, "keep"],
  [{ out: "-" }, "keep"],
  [{ out: "-", edges: "drop" }, "drop"],
  [{ edges: "drop" }, "drop"],
])("edges with %j: %s", (flags, edges) => expect(load(["a"], { ...flags }).edges).toBe(edges));

describe("problems name the option", () => {
  test.each<[string[], object, string[]]>([
    [["a"], { window: "5x" }, ['--window: "5x" is not a duration; try "5m"']],
    [["a"], { maxSeries: "many" }, ['--max-series: "many" is not a whole number from 1 to 10000000']],
    [["a"], { tag: ["a"] }, ['--tag: "a" is not KEY=VALUE; try service=shop']],
    [["a"], { tag: ["time=1"] }, ['--tag time: "time" is a name that InfluxDB keeps for itself; choose another']],
    [["a"], { tag: ["a=1", "a=2"] }, ["--tag a: is given more than once; keep one"]],
    [["a"], { writes: "part" }, ['--writes: "part" is not one of totals, parts; did you mean "parts"?']],
    [
      ["a"],
      { influxBucket: "b" },
      ["--influx-bucket: needs the URL of the store; give --influx-url, or set INFLUX_URL in the environment"],
    ],
    [
      ["a"],
      { influxUrl: "http://h", out: "-" },
      ["--influx-url: cannot stand beside --out: there is one place to write to; keep one of the two"],
    ],
    [
      ["a"],
      { influxToken: "s3cret\n" },
      [
        "--influx-token: the value (not shown) is empty or has characters that an HTTP header cannot hold; copy it again",
      ],
    ],
    [
      ["a"],
      { resume: "start", start: "end" },
      [
        "--start: needs --brainfile, which says how far the log was read",
        "--resume: needs --brainfile, which says how far the log was read",
      ],
    ],
    [
      ["a", "b"],
      { brainfile: "x" },
      [
        "--brainfile: is the checkpoint of one log; name the live log and its rotated files alone, or leave the brainfile out",
      ],
    ],
    [
      ["-"],
      { brainfile: "x" },
      [
        "--brainfile: is the checkpoint of one log; name the live log and its rotated files alone, or leave the brainfile out",
      ],
    ],
    [["a", "b"], { out: "./b" }, ["--out: would be written to the file that <log> names; give it one of its own"]],
    [["a"], { brainfile: "a" }, ["--brainfile: would be written to the file that <log> names; give it one of its own"]],
    [["a", "", "b\n"], {}, ['<log>: "" is not the path of a file', '<log>: "b\\n" is not the path of a file']],
    [
      ["", "-"],
      { window: "5x", out: "o", influxUrl: "x" },
      [
        '<log>: "" is not the path of a file',
        '--window: "5x" is not a duration; try "5m"',
        '--influx-url: "x" is not the URL of a store; it begins with http:// or https://, such as "http://localhost:8086"',
      ].toSorted(),
    ],
  ])("%j %j", (logs, flags, expected) => {
    const lines = refusal(() => load(logs, { ...flags }));
    expect(lines.length > 1 ? lines.toSorted() : lines).toEqual(expected.length > 1 ? expected.toSorted() : expected);
  });

  test.each([
    ["downlods", '<pipeline>: "downlods" is not a pipeline; did you mean "downloads"?'],
    ["", '<pipeline>: "" is empty or has control characters; give plain text'],
    ["a/\n", '<pipeline>: "a/\\n" is empty or has control characters; give plain text'],
  ])("pipeline %j", (pipeline, line) => {
    expect(refusal(() => invocationFromWords(pipeline, ["a"], { out: "a" }, context))).toEqual([
      line,
      "--out: would be written to the file that <log> names; give it one of its own",
    ]);
  });
});
