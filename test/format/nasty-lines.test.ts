// Lines that no two parsers agree on. Each is a record, with what can be known, unless it is a torn or glued line.
import { expect, test } from "vitest";
import { detectFormat, formatOf } from "../../src/format/find-format.ts";
import { fieldNames, type LogRecord } from "../../src/format/record.ts";
import { utf8 } from "./line.ts";

const time = Date.parse("2000-10-10T20:55:36Z");
const front = "192.0.2.7 - frank [10/Oct/2000:13:55:36 -0700]";
const longPath = `/${"a".repeat(9_000)}`;

/** What the example's request says, unless a case says otherwise. */
const usual: Partial<LogRecord> = {
  clientIp: "192.0.2.7",
  user: "frank",
  time,
  method: "GET",
  uri: "/a",
  protocol: "HTTP/1.1",
  status: 200,
  bytes: 5,
  referrer: null,
  userAgent: "curl/8",
  request: "GET /a HTTP/1.1",
};

function combined(parts: {
  request?: string;
  rest?: string;
  front?: string;
  agent?: string;
  referrer?: string;
}): string {
  return `${parts.front ?? front} "${parts.request ?? "GET /a HTTP/1.1"}" ${parts.rest ?? "200 5"} "${parts.referrer ?? "-"}" "${parts.agent ?? "curl/8"}"`;
}

const noRequest = { method: null, uri: null, protocol: null };

test.each<[name: string, line: string, expected: Partial<LogRecord> | null, format?: string]>([
  ["quote in the user agent", combined({ agent: String.raw`say \"hi\"` }), { userAgent: 'say "hi"' }],
  ["quote in the referrer", combined({ referrer: String.raw`http://e/\"` }), { referrer: 'http://e/"' }],
  ["quote in the path", combined({ request: String.raw`GET /\" HTTP/1.1` }), { uri: '/"', request: 'GET /" HTTP/1.1' }],
  [
    "TLS bytes as request",
    combined({ request: String.raw`\x16\x03\x01\x02\x00`, rest: "400 226" }),
    { ...noRequest, request: "\x16\x03\x01\x02\0", status: 400, bytes: 226 },
  ],
  [
    "TLS bytes with a space",
    combined({ request: String.raw`\x16\x03\x01\x01 \x02`, rest: "400 226" }),
    { ...noRequest, request: "\x16\x03\x01\x01 \x02", status: 400, bytes: 226 },
  ],
  ["empty request", combined({ request: "", rest: "400 226" }), { ...noRequest, request: "", status: 400, bytes: 226 }],
  [
    "408 without request and bytes",
    combined({ request: "-", rest: "408 -" }),
    { ...noRequest, request: null, status: 408, bytes: null },
  ],
  ["no protocol", combined({ request: "GET /a" }), { protocol: null, request: "GET /a" }],
  [
    "spaces in the path",
    combined({ request: "GET /a b c HTTP/1.1" }),
    { uri: "/a b c", request: "GET /a b c HTTP/1.1" },
  ],
  ["user with a space", combined({ front: front.replace("frank", "frank n furter") }), { user: "frank n furter" }],
  ["empty user", combined({ front: front.replace("frank", '""') }), { user: "" }],
  ["status -", combined({ rest: "- 5" }), { status: null }],
  [
    "virtual host in front",
    `www.example.com:443 ${combined({})}`,
    { vhost: "www.example.com", port: 443 },
    "vhost_combined",
  ],
  ["%D at the end", `${combined({})} 18250`, { elapsedUs: 18250 }, "combined_elapsed"],
  ["IPv6", combined({ front: front.replace("192.0.2.7", "2001:db8::7") }), { clientIp: "2001:db8::7" }],
  ["IPv6 in brackets", combined({ front: front.replace("192.0.2.7", "[::1]") }), { clientIp: "[::1]" }],
  ["user in brackets", combined({ front: front.replace("frank", "[frank] [1/") }), { user: "[frank] [1/" }],
  ["host name", combined({ front: front.replace("192.0.2.7", "host.example.com") }), { clientIp: "host.example.com" }],
  [
    "address list",
    combined({ front: front.replace("192.0.2.7", "192.0.2.7, 198.51.100.9") }),
    { clientIp: "192.0.2.7, 198.51.100.9" },
  ],
  ["HTTP/2.0", combined({ request: "GET /a HTTP/2.0" }), { protocol: "HTTP/2.0", request: "GET /a HTTP/2.0" }],
  [
    "long path",
    combined({ request: `GET ${longPath} HTTP/1.1` }),
    { uri: longPath, request: `GET ${longPath} HTTP/1.1` },
  ],
  ["CRLF", `${combined({})}\r`, {}],
  ["UTF-8", combined({ agent: utf8("naïve 日本") }), { userAgent: "naïve 日本" }],
  ["Latin-1", combined({ agent: "na\xefve" }), { userAgent: "naïve" }],
  [
    "time zone +0530",
    combined({ front: front.replace("-0700", "+0530") }),
    { time: Date.parse("2000-10-10T08:25:36Z") },
  ],
  ["cut in the referrer", combined({}).slice(0, combined({}).indexOf('"-"') + 2), null],
  ["two lines glued together", combined({}) + combined({}), null],
  ["empty", "", null],
])("%s", (_, line, expected, name = "combined") => {
  const format = expected === null ? formatOf(name) : detectFormat(`${line}\n`);
  expect(format?.name).toBe(name);
  const record = format?.parser(fieldNames).parse(`${line}\n`, 0);
  if (expected === null) expect(record).toBe(null);
  else expect(record).toMatchObject({ ...usual, ...expected });
});
