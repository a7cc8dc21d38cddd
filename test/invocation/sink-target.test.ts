import { describe, expect, test } from "vitest";
import { readInvocations } from "../../src/invocation/multibrain.ts";
import { entry, refusal, withEnvironment } from "./context.ts";

const base = { pipeline: "requests", log: "access.log", brainfile: "a.json" };
const all = { INFLUX_URL: "http://env:8086", INFLUX_ORG: "eo", INFLUX_BUCKET: "eb", INFLUX_TOKEN: "et" };
const url = { INFLUX_URL: "http://env:8086" };

const sinkOf = (given: object, environment: object, defaults: object = {}) =>
  readInvocations({ defaults, invocations: [{ ...base, ...given }] }, withEnvironment({ ...environment }))[0]!.sink;

const problems = (given: object, environment: object, defaults: object = {}): string[] =>
  refusal(() => sinkOf(given, environment, defaults));

const influx2 = { kind: "influx2", url: "http://h:8086", org: null, bucket: null, token: null };
const influx1 = {
  kind: "influx1",
  url: "http://h:8086",
  database: "d",
  retentionPolicy: null,
  username: null,
  password: null,
};

describe("an option chooses where to write, the environment completes it", () => {
  test.each<[string, object, object, object]>([
    ["a file", { out: "o.lp" }, all, { kind: "file", path: "/etc/l2i/o.lp" }],
    ["standard output", { out: "-" }, {}, { kind: "file", path: "-" }],
    ["a URL alone, as for VictoriaMetrics", { influxUrl: "http://h:8086" }, {}, influx2],
    ["a URL with a path", { influxUrl: "http://h:8086/a/b//" }, {}, { ...influx2, url: "http://h:8086/a/b" }],
    ["a URL, completed", { influxUrl: "http://h:8086" }, all, { ...influx2, org: "eo", bucket: "eb", token: "et" }],
    ["a bucket", { influxBucket: "b" }, url, { ...influx2, url: "http://env:8086", bucket: "b" }],
    [
      "a token",
      { influxToken: "t" },
      all,
      { kind: "influx2", url: "http://env:8086", org: "eo", bucket: "eb", token: "t" },
    ],
    [
      "a token in a file, not completed",
      { influxTokenFile: "t" },
      all,
      { kind: "influx2", url: "http://env:8086", org: "eo", bucket: "eb", token: { file: "/etc/l2i/t" } },
    ],
    [
      "all of InfluxDB 2",
      { influxUrl: "http://h:8086", influxOrg: "o", influxBucket: "b", influxToken: "t" },
      all,
      { ...influx2, org: "o", bucket: "b", token: "t" },
    ],
    ["empty variables are none", { influxUrl: "http://h:8086" }, { INFLUX_TOKEN: "", INFLUX_ORG: undefined }, influx2],
    ["a database", { influxDatabase: "d" }, all, { ...influx1, url: "http://env:8086" }],
    [
      "all of InfluxDB 1",
      {
        influxUrl: "http://h:8086",
        influxDatabase: "d",
        influxRetentionPolicy: "r",
        influxUsername: "u",
        influxPassword: "p",
      },
      {},
      { ...influx1, retentionPolicy: "r", username: "u", password: "p" },
    ],
    [
      "a password in a file",
      { influxUrl: "http://h:8086", influxDatabase: "d", influxUsername: "u", influxPasswordFile: "/p" },
      {},
      { ...influx1, username: "u", password: { file: "/p" } },
    ],
    [
      "a user in the URL",
      { influxUrl: "http://u:p%40%C3%A4@h:8086/x", influxDatabase: "d" },
      {},
      { ...influx1, url: "http://h:8086/x", username: "u", password: "p@ä" },
    ],
    ["a user in INFLUX_URL", { influxDatabase: "d" }, { INFLUX_URL: "http://u@h:8086" }, { ...influx1, username: "u" }],
    ["an IPv6 address", { influxUrl: "http://[::1]:8086" }, {}, { ...influx2, url: "http://[::1]:8086" }],
  ])("%s", (_, given, environment, sink) => expect(sinkOf(given, environment)).toEqual(sink));
});

describe("an invocation's own choice replaces that of the defaults", () => {
  const store = { influxUrl: "http://h:8086", influxBucket: "b", influxToken: "t" };

  test.each<[string, object, object, object]>([
    ["another bucket", store, { influxBucket: "c" }, { ...influx2, bucket: "c", token: "t" }],
    ["another token", store, { influxTokenFile: "/t" }, { ...influx2, bucket: "b", token: { file: "/t" } }],
    ["a file", store, { out: "-" }, { kind: "file", path: "-" }],
    ["InfluxDB 1 at the same URL", store, { influxDatabase: "d" }, influx1],
    [
      "InfluxDB 2 at the same URL",
      { influxUrl: "http://h:8086", influxDatabase: "d", influxUsername: "u" },
      { influxBucket: "b" },
      { ...influx2, bucket: "b" },
    ],
    ["a store", { out: "-" }, { influxUrl: "http://h:8086" }, influx2],
  ])("%s", (_, defaults, own, sink) => expect(sinkOf(own, {}, defaults)).toEqual(sink));
});

describe("what does not go together", () => {
  const one = "there is one place to write to; keep one of the two";
  const versions = "the one belongs to InfluxDB 2 and 3, the other to InfluxDB 1; keep those of your store";

  test.each<[string, object, object, string[]]>([
    [
      "nothing",
      {},
      all,
      [
        'invocations[0]: has no place to write to; give "influxUrl" for a store, or "out" for a file ("-" for standard output)',
      ],
    ],
    [
      "a file and a store",
      { out: "-", influxUrl: "http://h" },
      {},
      [`invocations[0].influxUrl: cannot stand beside "out": ${one}`],
    ],
    [
      "a bucket and a database",
      { influxBucket: "b", influxDatabase: "d" },
      url,
      [`invocations[0].influxDatabase: cannot stand beside "influxBucket": ${versions}`],
    ],
    [
      "two tokens",
      { influxBucket: "b", influxToken: "s3cret", influxTokenFile: "f" },
      url,
      ['invocations[0].influxTokenFile: cannot stand beside "influxToken": there is one token; keep one of the two'],
    ],
    [
      "two passwords",
      { influxDatabase: "b", influxUsername: "u", influxPassword: "s3cret", influxPasswordFile: "f" },
      url,
      [
        'invocations[0].influxPasswordFile: cannot stand beside "influxPassword": there is one password; keep one of the two',
      ],
    ],
    [
      "no URL",
      { influxBucket: "b" },
      {},
      [
        'invocations[0].influxBucket: needs the URL of the store; give "influxUrl", or set INFLUX_URL in the environment',
      ],
    ],
    [
      "no URL for InfluxDB 1",
      { influxDatabase: "b" },
      {},
      [
        'invocations[0].influxDatabase: needs the URL of the store; give "influxUrl", or set INFLUX_URL in the environment',
      ],
    ],
    [
      "no database",
      { influxUsername: "u" },
      url,
      ['invocations[0].influxUsername: belongs to InfluxDB 1, which needs "influxDatabase" as well'],
    ],
    [
      "no user",
      { influxDatabase: "d", influxPassword: "s3cret" },
      url,
      ['invocations[0].influxPassword: needs "influxUsername" as well'],
    ],
    [
      "a user in the URL of InfluxDB 2",
      { influxUrl: "http://u:s3cret@h" },
      {},
      [
        'invocations[0].influxUrl: has a user in it, which only InfluxDB 1 takes; give "influxToken" instead, or "influxDatabase" for InfluxDB 1',
      ],
    ],
    [
      "a user in INFLUX_URL for InfluxDB 2",
      { influxBucket: "b" },
      { INFLUX_URL: "http://u:s3cret@h" },
      [
        'INFLUX_URL: has a user in it, which only InfluxDB 1 takes; give "influxToken" instead, or "influxDatabase" for InfluxDB 1',
      ],
    ],
    [
      "two users",
      { influxUrl: "http://u:s3cret@h", influxDatabase: "d", influxUsername: "v" },
      {},
      ['invocations[0].influxUrl: has a user in it, and "influxUsername" is given; keep one of the two'],
    ],
    [
      "a user in the URL and a password",
      { influxUrl: "http://u@h", influxDatabase: "d", influxPassword: "s3cret" },
      {},
      ['invocations[0].influxUrl: has a user in it, and "influxPassword" is given; keep one of the two'],
    ],
    [
      "a URL that is none",
      { influxUrl: "localhost:8086" },
      {},
      [
        'invocations[0].influxUrl: "localhost:8086" is not the URL of a store; it begins with http:// or https://, such as "http://localhost:8086"',
      ],
    ],
    [
      "a URL that is none, with a password",
      { influxUrl: "ftp://u:s3cret@h" },
      {},
      [
        'invocations[0].influxUrl: the value (not shown) is not the URL of a store; it begins with http:// or https://, such as "http://localhost:8086"',
      ],
    ],
    [
      "a URL with a query",
      { influxUrl: "http://h/?p=s3cret" },
      {},
      [
        'invocations[0].influxUrl: the value (not shown) is not the URL of a store; it begins with http:// or https://, such as "http://localhost:8086"',
      ],
    ],
    [
      "a URL whose name is none after all",
      { influxUrl: "http://xn--a" },
      {},
      [
        'invocations[0].influxUrl: the value (not shown) is not the URL of a store; it begins with http:// or https://, such as "http://localhost:8086"',
      ],
    ],
    [
      "a URL whose password is no text",
      { influxUrl: "http://u:%FF@h", influxDatabase: "d" },
      {},
      [
        'invocations[0].influxUrl: the value (not shown) is not the URL of a store; it begins with http:// or https://, such as "http://localhost:8086"',
      ],
    ],
    [
      "a URL in the environment that is none",
      { influxBucket: "b" },
      { INFLUX_URL: "s3cret" },
      [
        'INFLUX_URL: the value of this environment variable is not the URL of a store; it begins with http:// or https://, such as "http://localhost:8086"',
      ],
    ],
    [
      "a token that is none",
      { influxToken: "s3cret\n" },
      url,
      [
        "invocations[0].influxToken: the value (not shown) is empty or has characters that an HTTP header cannot hold; copy it again",
      ],
    ],
    [
      "a token in the environment that is none",
      { influxBucket: "b" },
      { ...url, INFLUX_TOKEN: "s3cret\n" },
      [
        "INFLUX_TOKEN: the value of this environment variable is empty or has characters that an HTTP header cannot hold; copy it again",
      ],
    ],
    [
      "a misspelt option: nothing is said about the sink",
      { influxurl: "http://h" },
      {},
      ['invocations[0].influxurl: is unknown; did you mean "influxUrl"?'],
    ],
    [
      "a refused option: nothing is said about the sink",
      { influxBucket: 5 },
      {},
      ["invocations[0].influxBucket: expected a string, got a number"],
    ],
  ])("%s", (_, given, environment, expected) => {
    const lines = problems(given, environment);
    expect(lines).toEqual(expected);
    expect(lines.join()).not.toContain("s3cret");
  });

  test.each<[string, object, string[]]>([
    [
      "among the defaults",
      { out: "-", influxBucket: "b" },
      [`defaults.influxBucket: cannot stand beside "out": ${one}`],
    ],
    [
      "missing for the defaults",
      { influxBucket: "b" },
      ['defaults.influxBucket: needs the URL of the store; give "influxUrl", or set INFLUX_URL in the environment'],
    ],
  ])("%s", (_, defaults, expected) => expect(problems({}, {}, defaults)).toEqual(expected));

  test("a problem of the defaults is told once, however many invocations there are", () => {
    const invocations = [entry, { ...entry, brainfile: "b", name: "n", tag: { a: "b" } }].map((each) => ({
      ...each,
      out: undefined,
    }));
    expect(
      refusal(() => readInvocations({ defaults: { influxBucket: "b" }, invocations }, withEnvironment({}))),
    ).toHaveLength(1);
  });
});
