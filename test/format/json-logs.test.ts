// JSON lines of the collection: what servers and libraries wrote, and what another parser's test suite expects of the same lines.
import { describe, expect, test } from "vitest";
import { detectFormat, formatOf } from "../../src/format/find-format.ts";
import type { JsonOptions } from "../../src/format/json.ts";
import { fieldNames, type LogRecord } from "../../src/format/record.ts";
import { parseLine, utf8 } from "./line.ts";
import { conformanceCases, hasSharedData, sharedLog, sharedLogs } from "./shared-data.ts";

interface Expected {
  /** What `auto` finds; null: that these are no lines about requests that it knows. */
  readonly auto: string | null;
  /** How a person would have them read, with names of their own; null: they cannot be read. */
  readonly field?: JsonOptions["field"] | null;
  readonly records: number;
  /** Lines that are none, and why. */
  readonly rejects?: number;
  readonly why?: string;
  /** Of the records: how many have each of these fields. */
  readonly having?: { readonly [field in keyof LogRecord]?: number };
}

const goTest = { time: "Time", elapsedS: "Elapsed", uri: "Package", method: "Action" };
const everyField = (count: number) => ({ method: count, uri: count, status: count, elapsedUs: count });

const expected: Readonly<Record<string, Expected>> = {
  "caddy-json/crowdsec-caddy-logs.log": {
    auto: "caddy",
    records: 10,
    rejects: 2,
    why: "what a proxy says of its choice, and an empty line",
    having: everyField(10),
  },
  "caddy-json/lnav-caddy-0.log": {
    auto: null,
    field: null,
    records: 0,
    rejects: 39,
    why: "the container runtime put its name before every line",
  },
  "caddy-json/lnav-caddy-1.log": { auto: "caddy", records: 4, having: { ...everyField(4), userAgent: 4, vhost: 4 } },
  "jsonl-events/crowdsec-base-upsun-httplog-logs.log": { auto: null, records: 1 },
  "jsonl-events/gotestsum-go-test-json-misattributed.jsonl": {
    auto: null,
    field: goTest,
    records: 1,
    rejects: 34,
    why: "all but one were written without times",
  },
  "jsonl-events/gotestsum-go-test-json-with-cover.jsonl": {
    auto: null,
    field: goTest,
    records: 233,
    having: { elapsedUs: 49 },
  },
  "jsonl-events/gotestsum-go-test-json-with-parallel-fails.jsonl": { auto: null, field: goTest, records: 89 },
  "jsonl-events/gotestsum-go-test-json.jsonl": { auto: null, field: goTest, records: 329 },
  "jsonl-events/lnav-cloudflare.log": {
    auto: null,
    field: {
      time: "EdgeStartTimestamp",
      clientIp: "ClientIP",
      method: "ClientRequestMethod",
      uri: "ClientRequestURI",
      status: "EdgeResponseStatus",
      bytes: "EdgeResponseBytes",
    },
    records: 15,
    having: { clientIp: 15, method: 15, uri: 15, status: 15, bytes: 15 },
  },
  "jsonl-events/lnav-ecs.log": { auto: null, records: 5 },
  "jsonl-events/lnav-gharchive.jsonl": {
    auto: null,
    field: { time: "created_at", user: "actor.login", method: "type" },
    records: 50,
    having: { user: 50, method: 50 },
  },
  "jsonl-events/lnav-nextcloud-reqid.log": { auto: "json", records: 5, having: { uri: 5, clientIp: 3 } },
  "jsonl-events/lnav-otel-collector.jsonl": {
    auto: null,
    field: { time: "resourceLogs.0.scopeLogs.0.logRecords.0.timeUnixNano" },
    records: 6,
  },
  "jsonl-events/lnav-renovate-bunyan.log": { auto: null, records: 10 },
};

describe.runIf(hasSharedData)("JSON of the collection", () => {
  test("is all looked at", () => {
    expect(["caddy-json", "jsonl-events"].flatMap(sharedLogs).toSorted()).toEqual(Object.keys(expected).toSorted());
  });

  test.each(Object.entries(expected))("%s", (path, { auto, field = {}, records, rejects = 0, having = {} }) => {
    const text = sharedLog(path).replace(/\n?$/, "\n");
    expect(detectFormat(text)?.name ?? null).toBe(auto);
    const parser = formatOf(auto ?? "json", { field: field ?? {} }).parser(fieldNames);
    const parsed = [...text.matchAll(/[^\n]*\n/g)].map(({ index }) => parser.parse(text, index));
    const found = parsed.filter((record) => record !== null);
    expect([found.length, parsed.length - found.length]).toEqual([records, rejects]);
    for (const { time } of found) expect(new Date(time).getUTCFullYear()).toBeGreaterThan(2018);
    const names = fieldNames.filter((name) => having[name] !== undefined);
    expect(Object.fromEntries(names.map((name) => [name, found.filter((one) => one[name] !== null).length]))).toEqual(
      having,
    );
  });
});

/** Their names of our fields. */
const fields = {
  client_ip: "clientIp",
  user: "user",
  method: "method",
  uri: "uri",
  protocol: "protocol",
  status: "status",
  bytes: "bytes",
  user_agent: "userAgent",
  vhost: "vhost",
} as const satisfies Record<string, keyof LogRecord>;

const isField = (name: string): name is keyof typeof fields => Object.hasOwn(fields, name);

describe.runIf(hasSharedData)("crowdsec-caddy", () => {
  const cases = conformanceCases("crowdsec-caddy");

  test("has the cases that are known", () => expect(cases.length).toBe(10));

  test.each(cases.map((one) => [one.source.split("#")[1], one] as const))("%s", (_, { line, expect: theirs }) => {
    const record = parseLine("caddy", utf8(line));
    const pairs = Object.entries(theirs).flatMap(([name, value]) => (isField(name) ? [[fields[name], value]] : []));
    expect(record).toMatchObject(Object.fromEntries(pairs));
    expect(record!.time / 1000).toBeCloseTo(Number(theirs["epoch_s_approx"]), 3);
    expect(record!.elapsedUs! / 1e6).toBeCloseTo(Number(theirs["elapsed_s_approx"]), 5);
  });
});

// They take the request out of the text of a message, where nginx's line stands behind a name. A line is of one format here, so it
// tells the time alone, and who wants the rest reads it by an expression.
test.runIf(hasSharedData)("crowdsec-nginx, the case that is JSON", () => {
  const [one, ...others] = conformanceCases("crowdsec-nginx").filter(({ line }) => line.startsWith("{"));
  expect(others).toEqual([]);
  const line = utf8(one!.line);
  expect(parseLine("json", line)).toMatchObject({ method: null, uri: null, status: null });
  const format = String.raw`/"message":".* \[(?<time>[^\]]+)\] \\"(?<request>(?:\w|[ \/.-])+)\\" (?<status>\d+) (?<bytes>\d+)/`;
  const { method, uri, status, bytes } = one!.expect;
  expect(parseLine(format, line)).toMatchObject({ method, uri, status, bytes });
});
