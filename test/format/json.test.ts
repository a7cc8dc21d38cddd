// JSON lines: what stands where, in whatever form, and what strangers and broken disks make of them.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { detectFormat, formatOf } from "../../src/format/find-format.ts";
import type { JsonOptions } from "../../src/format/json.ts";
import { emptyRecord, fieldNames, type LogRecord } from "../../src/format/record.ts";
import { utf8 } from "./line.ts";

const noon = Date.UTC(2025, 9, 26, 12);

function parse(line: string, options: JsonOptions = {}, timezone?: string): LogRecord | null {
  return formatOf("json", options).parser(fieldNames, timezone).parse(`${line}\n`, 0);
}

/** What a line with a time says besides it. */
function said(object: object, field: JsonOptions["field"] = {}): Partial<LogRecord> {
  const record = parse(utf8(JSON.stringify({ time: noon, ...object })), { field })!;
  return Object.fromEntries(Object.entries(record).filter(([name, value]) => name !== "time" && value !== null));
}

describe("names", () => {
  test.each<[object, Partial<LogRecord>]>([
    [
      { remote_addr: "192.0.2.7", status: "404", body_bytes_sent: "12", request_time: "0.005" },
      { clientIp: "192.0.2.7", status: 404, bytes: 12, elapsedUs: 5_000 },
    ],
    [
      { request: "GET /a b HTTP/1.1" },
      { request: "GET /a b HTTP/1.1", method: "GET", uri: "/a b", protocol: "HTTP/1.1" },
    ],
    [{ request: "\x16\x03" }, { request: "\x16\x03" }],
    [
      { request: "GET /a HTTP/1.1", method: "POST" },
      { request: "GET /a HTTP/1.1", method: "POST", uri: "/a", protocol: "HTTP/1.1" },
    ],
    [
      { req: { method: "GET", url: "/é" }, res: { statusCode: 200 }, responseTime: 12 },
      { method: "GET", uri: "/é", status: 200, elapsedUs: 12_000 },
    ],
    [
      { http: { response: { status_code: 200 } }, "http.request.method": "PUT" },
      { status: 200, method: "PUT" },
    ],
    [
      { http: { "response.status_code": 200 }, "http.response": { "body.bytes": 7 } },
      { status: 200, bytes: 7 },
    ],
    [{ user: { name: "ann" }, host: { name: "www1" } }, { user: "ann" }],
    [{ user: ["a", "b"], status: [200] }, { user: "a, b" }],
    [{ status: "-", method: "", uri: null, user: "-", bytes: "" }, {}],
    [{ status: true, bytes: 1e300, port: -1, method: "a b", protocol: "1.1" }, {}],
    [{ status: 200.5, bytes: 9_007_199_254_740_992, port: "0x10" }, {}],
    [
      { status: 2e2, bytes: "1.0", user: 7, vhost: false },
      { status: 200, bytes: 1, user: "7", vhost: "false" },
    ],
    [{ ["__proto__"]: { status: 1 }, constructor: { status: 2 } }, {}],
    [{ status: null, status_code: "x", statusCode: 204 }, { status: 204 }],
  ])("%j", (object, expected) => expect(said(object)).toEqual(expected));

  test.each<[object, JsonOptions["field"], Partial<LogRecord>]>([
    [{ a: { "b.c": { d: 5 } } }, { bytes: "a.b.c.d" }, { bytes: 5 }],
    [{ "a.b": 1, a: { b: 2 } }, { bytes: "a.b" }, { bytes: 1 }],
    [{ "a.b": {}, a: { b: { c: 2 } } }, { bytes: "a.b.c" }, { bytes: 2 }],
    [{ a: [{ b: 3 }, { b: 4 }] }, { bytes: "a.1.b" }, { bytes: 4 }],
    [{ ["__proto__"]: { constructor: 5 } }, { bytes: "__proto__.constructor" }, { bytes: 5 }],
    [{}, { bytes: "__proto__.constructor.length" }, {}],
    [{}, { bytes: "toString.length", status: "constructor" }, {}],
    [{ é: "ü" }, { user: "é" }, { user: "ü" }],
    [{ status: 200, code: "x" }, { status: "code" }, {}],
    [
      { request: "GET / HTTP/1.1", verb: "PUT" },
      { method: "verb" },
      { request: "GET / HTTP/1.1", method: "PUT", uri: "/", protocol: "HTTP/1.1" },
    ],
    [{ took: 2.5, request_time: 1 }, { elapsedS: "took" }, { elapsedUs: 2_500_000 }],
    [{ took: 2.5 }, { elapsedMs: "took" }, { elapsedUs: 2_500 }],
    [{ took: 2.5 }, { elapsedUs: "took" }, { elapsedUs: 3 }],
    [{ took: 2_701 }, { elapsedNs: "took" }, { elapsedUs: 3 }],
    [{ took: "12ms" }, { elapsedS: "took" }, { elapsedUs: 12_000 }],
    [{ took: "1m2.5s" }, { elapsedUs: "took" }, { elapsedUs: 62_500_000 }],
    [{ took: "1.5µs" }, { elapsedUs: "took" }, { elapsedUs: 2 }],
    [{ took: "12 ms" }, { elapsedUs: "took" }, { elapsedUs: 12_000 }],
    [{ took: -1 }, { elapsedUs: "took" }, {}],
    [{ took: "12 parsecs" }, { elapsedUs: "took" }, {}],
    [{ took: 1e300 }, { elapsedS: "took" }, {}],
  ])("%j with %j", (object, field, expected) => expect(said(object, field)).toEqual(expected));

  test("a field of one's own takes the place of the known names", () => {
    expect(parse('{"time":0,"when":1761480000}', { field: { time: "when" } })?.time).toBe(noon);
    expect(parse('{"time":1761480000}', { field: { time: "when" } })).toBe(null);
  });
});

describe("times", () => {
  const [halfPast, berlin] = [noon + 30 * 60_000, "Europe/Berlin"];
  test.each<[unknown, number, string?]>([
    ["2025-10-26T12:30:00Z", halfPast],
    ["2025-10-26t12:30:00z", halfPast],
    ["2025/10/26 12:30:00.125Z", halfPast + 125],
    ["2025-10-26 12:30:00 UTC", halfPast],
    ["2025-10-26T14:30:00+02:00", halfPast],
    ["2025-10-26T14:30:00+0200", halfPast],
    ["2025-10-26 07:00:00.000 -0530", halfPast],
    ["2025-10-26T14:30:00+02", halfPast],
    ["2025-10-26 12:30:00.125 +0000 UTC", halfPast + 125],
    ["2025-10-26T12:30:00.123456789Z", halfPast + 123.456789],
    ["2025-10-26T12:30:00,5Z", halfPast + 500],
    ["2025-10-26T12:29:60Z", halfPast],
    ["26/Oct/2025:14:30:00 +0200", halfPast],
    ["[26/Oct/2025:14:30:00 +0200]", halfPast],
    [halfPast / 1000, halfPast],
    [halfPast / 1000 + 0.25, halfPast + 250],
    [halfPast, halfPast],
    [halfPast * 1000 + 500, halfPast + 0.5],
    [halfPast * 1_000_000, halfPast],
    [String(halfPast), halfPast],
    ["1761481800.250", halfPast + 250],
    ["2025-10-26T12:30:00", halfPast, "UTC"],
    ["2025-10-26 13:30:00,5", halfPast + 500, berlin],
    // Both changes of the clock: an hour that there is twice means the first, one that there is not counts as not yet changed.
    ["2025-10-26T02:30:00", Date.UTC(2025, 9, 26, 0, 30), berlin],
    ["2025-10-26T03:00:00", Date.UTC(2025, 9, 26, 2), berlin],
    ["2025-03-30T01:59:59", Date.UTC(2025, 2, 30, 0, 59, 59), berlin],
    ["2025-03-30T03:00:00", Date.UTC(2025, 2, 30, 1), berlin],
    ["1970-01-01T01:00:00+01:00", 0],
    ["1969-12-31T23:00:00-01:00", 0],
  ])("%s", (time, expected, timezone) => {
    expect(parse(JSON.stringify({ time }), {}, timezone)?.time).toBeCloseTo(expected, 3);
  });

  test.each([
    "",
    "-",
    "today",
    "2025-10-26",
    "2025-10-26T12:30:00",
    "2025-10-26T25:00:00Z",
    "2025-02-30T00:00:00Z",
    "26/Okt/2025:14:30:00 +0200",

    null,
    true,
    {},
    [noon],
    -1,
    1e300,
    "-5",
    "1e9",
    "2300-01-01T00:00:00Z",
    "1970-01-01T00:59:59+01:00",
    "2025-10-26T12:30:00+99:00",
  ])("%s is none", (time) => expect(parse(JSON.stringify({ time }))).toBe(null));

  test("the first of the names that has one counts", () => {
    expect(parse(JSON.stringify({ time: "12:00", ts: noon }))?.time).toBe(noon);
  });
});

describe("lines", () => {
  const sound = `{"time":${noon},"status":200}`;
  const deep = 20_000;
  test.each([
    ["white space around it", ` \t${sound} `, 200],
    ["CRLF", `${sound}\r`, 200],
    ["a byte order mark", `\xef\xbb\xbf${sound}`, 200],
    ["keys that stand twice: the last one counts", sound.replace("200}", '200,"status":500}'), 500],
    ["nested deeply", `{"a":${"[".repeat(deep)}${"]".repeat(deep)},${sound.slice(1)}`, 200],
    ["a number without end", `{"a":${"9".repeat(60_000)},${sound.slice(1)}`, 200],
    ["64 KiB", `{"a":"${"x".repeat(65_000)}",${sound.slice(1)}`, 200],
  ])("%s", (_, line, status) => expect(parse(line)?.status).toBe(status));

  test.each([
    ["nothing", ""],
    ["text", "what is that"],
    ["garbage behind it", `${sound}x`],
    ["two of them", `${sound}${sound}`],
    ["a list", `[${sound}]`],
    ["a number", "1761480000"],
    ["a comment", `${sound} // fine`],
    ["cut off", sound.slice(0, -1)],
    ["a prefix", `web  | ${sound}`],
    ["a raw control character in a string", `{"a":"\x01",${sound.slice(1)}`],
    ["no time", '{"status":200}'],
  ])("%s is a reject", (_, line) => expect(parse(line)).toBe(null));

  test("bytes that are no UTF-8 are read as Latin-1", () => {
    expect(parse(`{"time":${noon},"user":"${utf8("é")}"}`)?.user).toBe("é");
    expect(parse(`{"time":${noon},"user":"\xe9","uri":"${utf8("é")}"}`)).toMatchObject({ user: "é", uri: "Ã©" });
    expect(parse(`{"time":${noon},"user":"\\u20ac${utf8("€")}\\u00c3\\u00a9"}`)?.user).toBe("€€Ã©");
  });

  test("parsers go from line to line and fill just what is asked for", () => {
    const parser = formatOf("json").parser(["method"]);
    const line = `{"time":${noon},"request":"GET / HTTP/1.1"}\r\n`;
    expect(parser.parse(`x\n${line}`, 2)).toEqual({ ...emptyRecord(noon), method: "GET" });
    expect(parser.end).toBe(2 + line.length);
  });
});

describe("explaining", () => {
  test.each([
    ["what is that", 0, "an object in braces"],
    ["[1]", 0, "an object in braces"],
    ["", 0, "an object in braces"],
    [" \xe9", 1, "an object in braces"],
    ['{"status":200,}', 14, "a key in double quotes"],
    [utf8('{"é":x}'), 6, "a value"],
    ["\xef\xbb\xbf{", 4, 'a key in double quotes or "}"'],
    ['{"a":1,"a":x}', 11, "a value"],
    ['{"status":200}', 14, expect.stringMatching(/^a time that can be read, under time, timestamp, /)],
    [
      '{"time":"2025-10-26 12:00:00"}',
      30,
      expect.stringMatching(/^a time with its zone, under .*; or say --timezone$/),
    ],
  ])("%s", (line, at, expected) => {
    for (const end of ["\n", "\r\n"]) expect(formatOf("json").explain(line + end)).toMatchObject({ at, expected });
  });

  test("what is said so far", () => {
    expect(formatOf("json").explain('{"status":200,"request":"GET / HTTP/1.1"}\n').fields).toEqual({
      status: 200,
      request: "GET / HTTP/1.1",
      method: "GET",
      uri: "/",
      protocol: "HTTP/1.1",
    });
  });

  test("what a preset needs", () => {
    expect(formatOf("traefik_json").explain('{"StartUTC":1}\n')).toMatchObject({
      at: 14,
      expected: "status, under DownstreamStatus, OriginStatus",
    });
  });

  test("what a check finds", () => {
    const format = formatOf("json", { check: () => "/status must be integer" });
    const line = '{"time":1}\n';
    expect(format.parser([]).parse(line, 0)).toBe(null);
    expect(format.refusal?.(line)).toBe("/status must be integer");
    expect(format.refusal?.("x\n")).toBe(null);
    expect(format.explain(line)).toMatchObject({
      at: 10,
      expected: "what the schema asks for: /status must be integer",
    });
  });
});

describe("recognising", () => {
  const request = `{"time":${noon},"status":200}\n`;
  const caddy = '{"ts":1,"request":{"method":"GET","remote_ip":"192.0.2.7"},"status":200,"size":1,"duration":0.1}\n';
  test.each([
    ["JSON that tells of requests", request, "json"],
    ["JSON that tells of anything else", `{"time":${noon},"msg":"started"}\n`, undefined],
    ["a client with its port", request.replace("}", ',"remote_addr":"192.0.2.7:4123"}'), "json"],
    ["times without zone", '{"time":"2025-10-26 12:00:00","status":200}\n', undefined],
    ["Caddy among other JSON", request.repeat(3) + caddy, "caddy"],
  ])("%s", (_, sample, name) => expect(detectFormat(sample)?.name).toBe(name));
});

const text = fc.string({ unit: "binary", minLength: 1 }).filter((each) => each !== "-");
const number = fc.nat(Number.MAX_SAFE_INTEGER);
const record: fc.Arbitrary<LogRecord> = fc.record({
  ...Object.fromEntries(
    ["clientIp", "ident", "user", "uri", "referrer", "userAgent", "vhost", "xForwardedFor", "request"].map((name) => [
      name,
      fc.option(text),
    ]),
  ),
  time: fc.nat(Date.UTC(2261, 0, 1)).map((ms) => Math.max(ms, 1e11)),
  method: fc.constantFrom("GET", "PROPFIND", "x"),
  protocol: fc.constantFrom("HTTP/1.1", "HTTP/3"),
  status: fc.option(number),
  bytes: fc.option(number),
  port: fc.option(number),
  elapsedUs: fc.option(fc.nat(2 ** 40)),
} as { [name in keyof LogRecord]: fc.Arbitrary<LogRecord[name]> });

const escape = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

const names = Object.fromEntries(fieldNames.map((name) => [name, `r.${name}`]));

test("any record that is written as JSON is read back", () => {
  fc.assert(
    fc.property(record, fc.boolean(), (given, isEscaped) => {
      const json = JSON.stringify({ r: given });
      const line = isEscaped ? json.replaceAll(/[^ -~]/g, escape) : utf8(json);
      // A lone surrogate is no UTF-8: it is written as the replacement character.
      const expected = isEscaped ? given : (JSON.parse(Buffer.from(json).toString()) as { r: LogRecord }).r;
      expect(parse(line, { field: names })).toEqual({ ...emptyRecord(0), ...expected });
    }),
  );
});

test("nothing throws, and explains itself within the line", () => {
  const bytes = fc
    .uint8Array({ maxLength: 200 })
    .map((each) => Buffer.from(each).toString("latin1").replaceAll("\n", ""));
  const hostile = fc.oneof(
    bytes,
    fc.json(),
    fc.tuple(fc.json(), bytes).map(([json, rest]) => `{"time":1,"a":${json}${rest}`),
  );
  const formats = ["json", "caddy", "traefik_json"].map((name) => formatOf(name));
  fc.assert(
    fc.property(hostile, (line) => {
      for (const format of formats) {
        const parsed = format.parser(fieldNames).parse(`${line}\n`, 0);
        if (parsed) continue;
        const { at } = format.explain(`${line}\n`);
        expect(at).toBeGreaterThanOrEqual(0);
        expect(at).toBeLessThanOrEqual(line.length);
      }
    }),
  );
});
