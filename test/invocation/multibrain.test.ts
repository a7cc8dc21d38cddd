import { describe, expect, test } from "vitest";
import { readInvocations, readMultibrain } from "../../src/invocation/multibrain.ts";
import { context, entry, refusal, withEnvironment } from "./context.ts";

const problems = (json: unknown): string[] => refusal(() => readInvocations(json, context));
const first = (json: unknown) => readInvocations(json, context)[0]!;

describe("an invocation has everything", () => {
  test("defaults", () => {
    expect(first([entry])).toEqual({
      name: "requests:access.log",
      pipeline: "requests",
      log: "/etc/l2i/access.log",
      logs: ["/etc/l2i/access.log"],
      brainfile: "/etc/l2i/a.json",
      format: "auto",
      field: {},
      schema: null,
      timezone: null,
      windowMs: 60_000,
      latenessMs: 600_000,
      between: null,
      measurement: null,
      tags: { host: "web1", log: "access.log" },
      set: {},
      classify: [],
      zeros: [],
      anonymizeIp: false,
      sink: { kind: "file", path: "-" },
      writes: "totals",
      start: "beginning",
      resume: null,
      rejects: "/etc/l2i/a.json.rejects.jsonl",
      maxSeries: 10_000,
      maxLine: 65_536,
      jobs: null,
      timeoutMs: 30_000,
      edges: "keep",
    });
  });

  test("all that is given", () => {
    const given = {
      pipeline: "./rules.mjs",
      log: "/var/log/x/access.log",
      brainfile: "../brains/x.json",
      name: "shop",
      format: '%h "%r"',
      field: { elapsedS: "took" },
      schema: "../schemas/x.json",
      timezone: "Europe/Berlin",
      window: "5s",
      lateness: "1500ms",
      measurement: "web",
      host: "h",
      tag: { service: "shop", log: "l" },
      set: { a: 1, b: true, c: "d", e: ["f"] },
      classify: [{ when: { status: [404, null] }, set: { type: "probe" } }],
      zeros: [{ status: 500, type: "probe" }],
      anonymizeIp: true,
      writes: "parts",
      out: "out.lp",
      start: "end",
      resume: "start",
      rejects: "x.rejects",
      maxSeries: 7,
      maxLine: 8,
      jobs: 3,
      timeout: "2m",
      edges: "keep",
    };
    expect(first([given])).toEqual({
      name: "shop",
      pipeline: "/etc/l2i/rules.mjs",
      log: "/var/log/x/access.log",
      logs: ["/var/log/x/access.log"],
      brainfile: "/etc/brains/x.json",
      format: '%h "%r"',
      field: { elapsedS: "took" },
      schema: { path: "/etc/schemas/x.json", text: null },
      timezone: "Europe/Berlin",
      windowMs: 5000,
      latenessMs: 1500,
      between: null,
      measurement: "web",
      tags: { host: "h", log: "l", service: "shop" },
      set: { a: 1, b: true, c: "d", e: ["f"] },
      classify: [{ when: { status: [404, null] }, set: { type: "probe" } }],
      zeros: [{ status: 500, type: "probe" }],
      anonymizeIp: true,
      sink: { kind: "file", path: "/etc/l2i/out.lp" },
      writes: "parts",
      start: "end",
      resume: "start",
      rejects: "/etc/l2i/x.rejects",
      maxSeries: 7,
      maxLine: 8,
      jobs: 3,
      timeoutMs: 120_000,
      edges: "keep",
    });
  });

  test("a rule stands in the name as its file is called", () => {
    expect(first([{ ...entry, pipeline: "./rules.mjs" }]).name).toBe("rules:access.log");
  });
});

describe("all forms of a multibrain are the same", () => {
  const words = ["requests", "--log", "access.log", "--brainfile=a.json", "--out", "-"];
  const expected = readInvocations([entry], context);

  test.each([
    [[entry]],
    [[words]],
    [{ invocations: [entry] }],
    [{ $schema: "./multibrain.schema.json", invocations: [words] }],
    [{ defaults: { out: "-" }, invocations: [{ ...entry, out: undefined }] }],
    [{ defaults: { out: "-" }, invocations: [words.slice(0, -2)] }],
  ])("%j", (json) => expect(readMultibrain(JSON.stringify(json), context)).toEqual(expected));

  test("a byte order mark does no harm", () => {
    expect(readMultibrain(`\uFEFF${JSON.stringify([entry])}`, context)).toEqual(expected);
  });

  test("a syntax error has its line and column, and shows nothing of the file", () => {
    expect(refusal(() => readMultibrain('[\n  {"influxToken": "s3cret"\n   "log": "x"}\n]', context))).toEqual([
      'line 3, column 4: this is not JSON: expected "," or "}", but got "\\""',
    ]);
  });
});

describe("defaults", () => {
  const field = { status: "code", time: "at" };
  const defaults = { window: "5m", tag: { a: "1", b: "2" }, set: { x: "1" }, field, host: "h", out: "all.lp" };

  test("are for what an invocation does not set, tags, settings and names in JSON one by one", () => {
    const [plain, own] = readInvocations(
      {
        defaults,
        invocations: [
          { ...entry, out: undefined },
          {
            ...entry,
            name: "n",
            brainfile: "b.json",
            window: "1h",
            tag: { b: "3", c: "4" },
            set: { y: "2" },
            field: { time: "ts" },
          },
        ],
      },
      context,
    );
    expect(plain).toMatchObject({
      windowMs: 300_000,
      tags: { host: "h", log: "access.log", a: "1", b: "2" },
      set: { x: "1" },
      field,
      sink: { path: "/etc/l2i/all.lp" },
    });
    expect(own).toMatchObject({
      windowMs: 3_600_000,
      tags: { host: "h", log: "access.log", a: "1", b: "3", c: "4" },
      set: { x: "1", y: "2" },
      field: { status: "code", time: "ts" },
      sink: { path: "-" },
    });
  });

  test.each(["pipeline", "log", "brainfile", "name"])("%s cannot be one", (key) => {
    expect(problems({ defaults: { [key]: "x" }, invocations: [entry] })).toEqual([
      `defaults.${key}: names one invocation, so it cannot be a default; write it into each invocation`,
    ]);
  });
});

describe("a problem says what, where and the way out", () => {
  test.each<[object, unknown]>([
    [{ window: "5x" }, '[0].window: "5x" is not a duration; try "5m"'],
    [{ window: 5 }, '[0].window: 5 is not a duration; try "5m"'],
    [
      { window: "999ms" },
      '[0].window: "999ms" is out of range; a window lasts at least "1s", and its number has at most 8 digits',
    ],
    [{ timeout: "10d" }, '[0].timeout: "10d" is out of range; the longest are "9d" and "99h"'],
    [{ windw: "5m" }, '[0].windw: is unknown; did you mean "window"?'],
    [{ "max-series": 5 }, '[0]["max-series"]: is unknown; did you mean "maxSeries"?'],
    [{ "": 5 }, expect.stringContaining('[0][""]: is unknown; there are pipeline, log, ')],
    [{ pipeline: undefined }, '[0].pipeline: is missing; name what to count, such as "requests"'],
    [{ log: undefined }, "[0].log: is missing; give the path of the live log"],
    [
      { brainfile: undefined },
      '[0].brainfile: is missing; give the path of its checkpoint, such as "access.brain.json"',
    ],
    [{ log: 5 }, "[0].log: expected a string, got a number"],
    [{ log: null }, "[0].log: expected a string, got null"],
    [{ log: ["x"] }, "[0].log: expected a string, got a list"],
    [{ log: "-" }, '[0].log: "-" is not the path of a file'],
    [{ pipeline: "downloads " }, '[0].pipeline: "downloads " is not a pipeline; did you mean "downloads"?'],
    [
      { pipeline: "x" },
      '[0].pipeline: "x" is not a pipeline; there are requests, latency, downloads; a rule of your own is given by its path, such as "./checkout.ts"',
    ],
    [
      { timezone: "Europe/Berln" },
      '[0].timezone: "Europe/Berln" is not an IANA time zone such as "Europe/Berlin" or "UTC"; did you mean "Europe/Berlin"?',
    ],
    [{ timezone: "+01:00" }, '[0].timezone: "+01:00" is not an IANA time zone such as "Europe/Berlin" or "UTC"'],
    [{ writes: "part" }, '[0].writes: "part" is not one of totals, parts; did you mean "parts"?'],
    [{ maxSeries: 0 }, "[0].maxSeries: 0 is not a whole number from 1 to 10000000"],
    [{ maxSeries: 1.5 }, "[0].maxSeries: 1.5 is not a whole number from 1 to 10000000"],
    [{ maxSeries: "2" }, '[0].maxSeries: "2" is not a whole number from 1 to 10000000'],
    [{ host: "a\nb" }, '[0].host: "a\\nb" is empty or has control characters or backslashes; give plain text'],
    [{ host: "x\n".repeat(200) }, expect.stringMatching(/^\[0\]\.host: "(?:x\\n)+…/u)],
    [{ measurement: "#x" }, '[0].measurement: "#x" begins with "#", which makes a comment of a point; choose another'],
    [{ tag: "a=b" }, "[0].tag: expected an object, got a string"],
    [{ tag: { time: "x" } }, '[0].tag.time: "time" is a name that InfluxDB keeps for itself; choose another'],
    [
      { tag: { "a=b": "x" } },
      '[0].tag["a=b"]: "a=b" is not the name of a tag; give one without control characters, "\\" and "="',
    ],
    [{ tag: { "my tag": 1 } }, '[0].tag["my tag"]: expected a string, got a number'],
    [{ tag: { a: "" } }, '[0].tag.a: "" is empty or has control characters or backslashes; give plain text'],
    [
      { tag: JSON.parse('{"__proto__": "x"}') as unknown },
      "[0].tag.__proto__: is not a name that can be used; choose another",
    ],
    [
      { set: { a: null } },
      "[0].set.a: null is not a value for an option; give text, a number, true, false or a list of texts or of numbers",
    ],
    [{ set: { a: ["x", 1] } }, "[0].set.a[1]: expected a string, got a number"],
    [
      { host: "${NONE}" },
      '[0].host: the environment has no variable NONE; set it, or write "$${" for a "${" that stays',
    ],
    [
      { window: "${NONE}" },
      '[0].window: the environment has no variable NONE; set it, or write "$${" for a "${" that stays',
    ],
  ])("%j", (more, message) => expect(problems([{ ...entry, ...more }])).toEqual([message]));

  test.each<[unknown, unknown]>([
    [["requests", "--windw", "5m"], '[0]: "--windw" is not an option; did you mean --window?'],
    [["requests", "--windw=s3cret"], '[0]: "--windw" is not an option; did you mean --window?'],
    [["--help"], expect.stringContaining('[0]: "--help" is not an option; there are --log, ')],
    [["requests", "--log"], "[0]: --log needs a value behind it"],
    [
      ["requests", "access.log", "--log=x", "--brainfile=y", "--out=-"],
      "[0]: has 2 words that are no options; only the pipeline is one, and the log follows --log",
    ],
    [["requests", "--log=x", "--brainfile=y", "--out=-", "--tag=a"], '[0].tag: "a" is not KEY=VALUE; try service=shop'],
    [
      ["requests", "--log=x", "--brainfile=y", "--out=-", "--set=a"],
      '[0].set: "a" is not KEY=VALUE; try prefix=/downloads/',
    ],
    [
      ["requests", "--log=x", "--brainfile=y", "--out=-", "--tag=a=1", "--tag=a=2"],
      "[0].tag.a: is given more than once; keep one",
    ],
    [
      ["requests", "--log=x", "--brainfile=y", "--out=-", "--max-series=two"],
      '[0].maxSeries: "two" is not a whole number from 1 to 10000000',
    ],
    [
      ["requests", "--log=x", "--brainfile=y", "--out=-", "--window", "5x"],
      '[0].window: "5x" is not a duration; try "5m"',
    ],
    [["--log=x", "--brainfile=y", "--out=-"], '[0].pipeline: is missing; name what to count, such as "requests"'],
    [[], "[0]: a list without a word in it is no invocation; begin with the pipeline"],
    [["requests", 5], "[0][1]: expected a string, got a number"],
    ["requests", "[0]: a string is neither an object nor a list of command-line words"],
    [null, "[0]: null is neither an object nor a list of command-line words"],
  ])("%j", (words, message) => expect(problems([words])).toEqual([message]));

  test.each<[unknown, string]>([
    ["x", 'a string is not a multibrain; give {"invocations": [...]}, or the list alone'],
    [null, 'null is not a multibrain; give {"invocations": [...]}, or the list alone'],
    [[], "a list without an invocation in it is nothing to run; give at least one"],
    [{ invocations: [] }, "invocations: a list without an invocation in it is nothing to run; give at least one"],
    [{ invocations: {} }, "invocations: expected a list, got an object"],
    [
      {},
      'invocations: is missing; give the list, such as [{"pipeline": "requests", "log": "access.log", "brainfile": "access.brain.json"}]',
    ],
    [{ default: {}, invocations: [entry] }, 'default: is unknown; did you mean "defaults"?'],
    [{ defaults: [], invocations: [entry] }, "defaults: expected an object, got a list"],
    [{ $schema: 1, invocations: [entry] }, "$schema: expected a string, got a number"],
  ])("%j", (json, message) => expect(problems(json)).toEqual([message]));
});

test("all problems are reported at once, in the order of the file", () => {
  expect(
    problems({
      defaults: { timezone: "Mars", influxToken: "s3cret", out: "-" },
      invocations: [
        { ...entry, window: "5x", tag: { time: "a", b: "" }, colour: "red" },
        ["requests", "--log", "b.log", "--brainfile", "b.json", "--window", "5y", "--max-series", "0"],
        { log: "c.log", brainfile: "./a.json" },
        { ...entry, brainfile: "d.json", name: "requests:b.log", influxUrl: "http://h" },
        5,
      ],
    }),
  ).toEqual([
    'defaults.timezone: "Mars" is not an IANA time zone such as "Europe/Berlin" or "UTC"',
    'defaults.influxToken: cannot stand beside "out": there is one place to write to; keep one of the two',
    'invocations[0].window: "5x" is not a duration; try "5m"',
    'invocations[0].tag.time: "time" is a name that InfluxDB keeps for itself; choose another',
    'invocations[0].tag.b: "" is empty or has control characters or backslashes; give plain text',
    expect.stringContaining("invocations[0].colour: is unknown; there are pipeline, log"),
    'invocations[1].window: "5y" is not a duration; try "5m"',
    'invocations[1].maxSeries: "0" is not a whole number from 1 to 10000000',
    'invocations[2].pipeline: is missing; name what to count, such as "requests"',
    'invocations[3].influxUrl: cannot stand beside "out": there is one place to write to; keep one of the two',
    'invocations[3].name: is the same as that of invocations[1]; give one of them another "name"',
    "invocations[4]: a number is neither an object nor a list of command-line words",
  ]);
});

const sameSeries = (measurement: string): string =>
  `[1]: writes the same series as [0] (measurement "${measurement}", equal constant tags), so one would erase the counts of the other; give one of them a tag, such as "tag": {"service": "shop"}`;
const own = (role: string): string => `would be written to the file that ${role} names; give it one of its own`;
const kept = (role: string): string =>
  `would be written to a file that lies beside what ${role} names; give it one of its own`;

describe("what invocations may not share", () => {
  const other = { pipeline: "latency", log: "b.log", brainfile: "b.json", out: "-" };
  test.each<[string, object, object, string[]]>([
    ["nothing", {}, {}, []],
    ["a schema", { schema: "s.json" }, { schema: "s.json" }, []],
    ["the file of a schema", { schema: "s.json" }, { rejects: "./s.json" }, [`[1].rejects: ${own("[0].schema")}`]],
    [
      "the name",
      { name: "n" },
      { name: "n" },
      ['[1].name: is the same as that of [0]; give one of them another "name"'],
    ],
    [
      "a name that is a default",
      {},
      { name: "requests:access.log" },
      ['[1].name: is the same as that of [0]; give one of them another "name"'],
    ],
    [
      "the brainfile",
      {},
      { brainfile: "a.json" },
      ["[1].brainfile: is the same file as that of [0]; each invocation needs a checkpoint of its own"],
    ],
    [
      "the brainfile, written differently",
      {},
      { brainfile: "./x/../a.json" },
      ["[1].brainfile: is the same file as that of [0]; each invocation needs a checkpoint of its own"],
    ],
    [
      "the brainfile, written absolutely",
      {},
      { brainfile: "/etc/l2i//a.json" },
      ["[1].brainfile: is the same file as that of [0]; each invocation needs a checkpoint of its own"],
    ],
    ["the log", {}, { log: "access.log" }, []],
    ["the rejects", { rejects: "r" }, { rejects: "r" }, []],
    ["the output", { out: "o" }, { out: "o" }, []],
    ["output and log", { out: "b.log" }, {}, [`[0].out: ${own("[1].log")}`]],
    ["brainfile and log", {}, { brainfile: "access.log" }, [`[1].brainfile: ${own("[0].log")}`]],
    ["rejects and log", {}, { rejects: "./access.log" }, [`[1].rejects: ${own("[0].log")}`]],
    ["output and brainfile", { out: "a.json" }, {}, [`[0].out: ${own("[0].brainfile")}`]],
    ["output and refused points", { out: "a.json.refused.lp" }, {}, [`[0].out: ${kept("[0].brainfile")}`]],
    ["rejects and a damaged brainfile", {}, { rejects: "a.json.damaged" }, [`[1].rejects: ${kept("[0].brainfile")}`]],
    ["log and next brainfile", {}, { log: "a.json.tmp" }, [`[0].brainfile: ${own("[1].log")}`]],
    ["rejects and output", { out: "r" }, { rejects: "r" }, [`[1].rejects: ${own("[0].out")}`]],
    [
      "pipeline and log name",
      {},
      { pipeline: "requests", log: "other/access.log", name: "n" },
      [sameSeries("requests")],
    ],
    [
      "the same, with different settings",
      { set: { a: "1" } },
      { pipeline: "requests", log: "access.log", name: "n", set: { a: "2" }, window: "5m" },
      [sameSeries("requests")],
    ],
    [
      "the same, by measurement and tag",
      { measurement: "m" },
      { measurement: "m", tag: { log: "access.log" } },
      [sameSeries("m")],
    ],
    [
      "the same, by measurement of the other",
      {},
      { measurement: "requests", log: "x/access.log" },
      [sameSeries("requests")],
    ],
    [
      "the same, but another tag",
      {},
      { pipeline: "requests", log: "x/access.log", name: "n", tag: { service: "shop" } },
      [],
    ],
    ["the same, but another host", {}, { pipeline: "requests", log: "access.log", name: "n", host: "web2" }, []],
    [
      "the same, but another measurement",
      {},
      { pipeline: "requests", log: "access.log", name: "n", measurement: "m" },
      [],
    ],
    ["the same, but another file", {}, { pipeline: "requests", log: "access.log", name: "n", out: "o" }, []],
  ])("%s", (_, left, right, expected) =>
    expect(
      problems([
        { ...entry, ...left },
        { ...other, ...right },
      ]),
    ).toEqual(expected),
  );

  const influx = { out: undefined, influxUrl: "http://h:8086", influxBucket: "b" };

  test.each<[string, object, object, boolean]>([
    ["the same bucket", influx, influx, true],
    ["the same bucket, its URL written differently", influx, { ...influx, influxUrl: "http://H:8086/" }, true],
    ["another bucket", influx, { ...influx, influxBucket: "c" }, false],
    ["another organisation", influx, { ...influx, influxOrg: "o" }, false],
    ["another store", influx, { ...influx, influxUrl: "http://h:8087" }, false],
    ["a store and a file", influx, {}, false],
    [
      "the same database",
      { ...influx, influxBucket: undefined, influxDatabase: "d" },
      { ...influx, influxBucket: undefined, influxDatabase: "d", influxUsername: "u" },
      true,
    ],
    [
      "another retention policy",
      { ...influx, influxBucket: undefined, influxDatabase: "d" },
      { ...influx, influxBucket: undefined, influxDatabase: "d", influxRetentionPolicy: "r" },
      false,
    ],
  ])("%s", (_, left, right, isSame) => {
    const both = [
      { ...entry, ...left },
      { ...other, pipeline: "requests", log: "x/access.log", name: "n", ...right },
    ];
    expect(problems(both)).toEqual(isSame ? [sameSeries("requests")] : []);
  });
});

describe("variables of the environment", () => {
  const environment = { DIR: "/var/log", N: "5", W: "5x", TOKEN: "s3cret", HOST: "a\nb", OUT: "-" };

  test("stand in strings, in words, and in defaults, but not in keys", () => {
    const invocations = readInvocations(
      {
        defaults: { host: "${DIR}", out: "${OUT}" },
        invocations: [
          {
            pipeline: "requests",
            log: "${DIR}/a.log",
            brainfile: "a",
            tag: { a: "x${N}y" },
            set: { b: ["${N}"], "${N}": "$${N}" },
          },
          ["requests", "--log=${DIR}/b.log", "--brainfile", "b", "--max-series", "${N}", "--tag", "a=${N}"],
        ],
      },
      withEnvironment(environment),
    );
    expect(invocations).toMatchObject([
      {
        log: "/var/log/a.log",
        tags: { host: "/var/log", a: "x5y" },
        set: { b: ["5"], "${N}": "${N}" },
        sink: { path: "-" },
      },
      { log: "/var/log/b.log", maxSeries: 5, tags: { a: "5" } },
    ]);
  });

  test("what they hold is never shown, and never taken for an option", () => {
    const words = ["${TOKEN}", "--log", "x", "--brainfile", "b", "--out", "-", "--max-series", "${TOKEN}"];
    const lines = refusal(() =>
      readInvocations([{ ...entry, window: "${W}", host: "${HOST}" }, words], withEnvironment(environment)),
    );
    expect(lines).toEqual([
      '[0].window: "${W}" is not a duration; try "5m"',
      '[0].host: "${HOST}" is empty or has control characters or backslashes; give plain text',
      '[1].maxSeries: "${TOKEN}" is not a whole number from 1 to 10000000',
      expect.stringMatching(/^\[1\]\.pipeline: "\$\{TOKEN\}" is not a pipeline; /u),
    ]);
  });
});
