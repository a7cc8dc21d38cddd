// What other parsers' test suites expect of the lines of servers other than httpd. Where ours differs, the reason stands here.
import { describe, expect, test } from "vitest";
import { formatOf } from "../../src/format/find-format.ts";
import { fieldNames, type LogRecord } from "../../src/format/record.ts";
import { type ConformanceCase, conformanceCases, hasSharedData } from "./shared-data.ts";

interface Suite {
  readonly name: string;
  readonly cases: number;
  /** The first one that a line fits is its format. */
  readonly formats: readonly string[];
  /** Other cases of the suite belong to conformance.test.ts. */
  readonly isOne?: (one: ConformanceCase) => boolean;
  /** By number of the case: why ours differs, and what is ours; null: no record. */
  readonly exceptions?: { readonly [number: number]: readonly [reason: string, ours: Partial<LogRecord> | null] };
}

const nginx =
  '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"';
const noRequest =
  "a connection that failed before there was a request has no status, nor anything that could be counted";
const list = "the whole list of addresses is the client, in its order; they take the first public one";
const inMessage = "what stands within the message stays there";
const errorLogs = ["apache_error", "apache_error_2_2"];
const isErrorLog = ({ logformat }: ConformanceCase): boolean => logformat.includes("error log");
const otherServer = "a line of another log";

const suites: readonly Suite[] = [
  {
    name: "beats-nginx-access",
    cases: 7,
    formats: [nginx, `${nginx} "-"`, `"$http_x_forwarded_for" ${nginx}`, `$http_x_forwarded_for ${nginx}`],
    exceptions: {
      0: [list, { clientIp: "10.0.0.2, 10.0.0.1, 127.0.0.1" }],
      2: [list, { clientIp: "10.0.0.2, 10.0.0.1, 85.181.35.98" }],
      4: ["the peer's address is the client, the list another field", { clientIp: "10.2.1.185", xForwardedFor: "10.5.102.222, 199.96.1.1, 204.246.1.1" }],
      5: ["the peer's address is the client, the list another field", { clientIp: "10.2.2.121", xForwardedFor: "2a03:0000:10ff:f00f:0000:0000:0:8000, 10.225.192.17" }],
    },
  },
  {
    name: "crowdsec-nginx",
    cases: 10,
    formats: [nginx, `$host:$server_port ${nginx}`, `$host ${nginx}`, nginx.replace("$remote_user ", "")],
    exceptions: { 8: [otherServer, null], 9: [otherServer, null] },
  },
  {
    name: "fluentd",
    cases: 5,
    formats: [nginx, `${nginx} "$http_x_forwarded_for"`, `${nginx} $http_x_forwarded_for`].map((format) => format.replace("- $remote_user", "$host $remote_user")),
    isOne: ({ logformat }) => logformat.startsWith("$"),
  },
  {
    name: "beats-haproxy",
    cases: 6,
    formats: ["haproxy_http", "haproxy_tcp"],
    exceptions: { 4: ["the default format says of a connection only that it began", null] },
  },
  {
    name: "logstash-haproxy",
    cases: 8,
    formats: ["haproxy_http", "haproxy_tcp"],
    exceptions: { 5: ["a line that is cut off is torn: what is missing, nobody knows", null] },
  },
  {
    name: "crowdsec-haproxy",
    cases: 5,
    formats: ["haproxy_http"],
    exceptions: { 2: [noRequest, null], 3: [noRequest, null] },
  },
  { name: "beats-traefik", cases: 5, formats: ["traefik", "common"] },
  { name: "crowdsec-traefik", cases: 7, formats: ["traefik"] },
  { name: "crowdsec-aws-alb", cases: 14, formats: ["aws_alb"] },
  {
    name: "crowdsec-apache2",
    cases: 2,
    formats: errorLogs,
    isOne: isErrorLog,
    exceptions: { 0: [inMessage, { user: null }], 1: [inMessage, { clientIp: null }] },
  },
  {
    name: "logstash-httpd",
    cases: 8,
    formats: errorLogs,
    isOne: isErrorLog,
    exceptions: { 0: [inMessage, { clientIp: null }] },
  },
  { name: "fluentd", cases: 3, formats: errorLogs, isOne: isErrorLog },
  {
    name: "crowdsec-nginx",
    cases: 1,
    formats: ["nginx_error"],
    isOne: isErrorLog,
    exceptions: { 0: [inMessage, { clientIp: null, method: null, uri: null, protocol: null, vhost: null }] },
  },
  { name: "logstash-squid", cases: 4, formats: ["squid"] },
  {
    name: "beats-iis-access",
    cases: 10,
    formats: ["#Fields:"],
    exceptions: {
      3: ["it has other columns than those announced before it; they guess", null],
      4: ["it has other columns than those announced before it; they guess", null],
      5: ["its addresses were made links by an editor; they take these apart", { clientIp: "[10.100.118.31](http://10.100.118.31)" }],
    },
  },
]; // prettier-ignore

/** Their names of our fields. */
const fields = {
  client_ip: "clientIp", user: "user", vhost: "vhost", method: "method", uri: "uri", protocol: "protocol", status: "status", bytes: "bytes",
  referrer: "referrer", user_agent: "userAgent", elapsed_us: "elapsedUs", x_forwarded_for: "xForwardedFor", request_line: "request", level: "level", message: "message",
} as const satisfies Record<string, keyof LogRecord>; // prettier-ignore

/** What the peer asserts, as far as records have it. */
function expectedOf({ expect: theirs }: ConformanceCase): Partial<LogRecord> {
  const told = Object.entries(fields).flatMap(([key, field]) => (key in theirs ? [[field, theirs[key]]] : []));
  return { ...Object.fromEntries(told), ...timeOf(theirs), ...wholeUrl(theirs), ...pathAndQuery(theirs) };
}

/** W3C logs have them in two columns. */
function pathAndQuery({ uri_path: path, uri_query: query }: ConformanceCase["expect"]): Partial<LogRecord> {
  if (typeof path !== "string") return {};
  return { uri: typeof query === "string" ? `${path}?${query}` : path };
}

function timeOf({ time, epoch_s: seconds }: ConformanceCase["expect"]): Partial<LogRecord> {
  if (typeof time === "string") return { time: Date.parse(time) + microsOf(time) };
  return typeof seconds === "number" ? { time: Math.round(seconds * 1000) } : {};
}

/** `Date.parse` knows milliseconds only. */
function microsOf(time: string): number {
  return Number(/\.\d{3}(\d{3})/.exec(time)?.[1] ?? 0) / 1000;
}

/** Load balancers log whole URLs, which peers take apart; ours is the URI as requested. */
function wholeUrl({ url_host: host }: ConformanceCase["expect"]): Partial<LogRecord> {
  return typeof host === "string" ? { uri: expect.stringContaining(host) as string } : {};
}

/** Peers' W3C cases name the columns in force. */
const formatsOf = (formats: readonly string[], { logformat }: ConformanceCase): readonly string[] =>
  formats.map((format) => (format === "#Fields:" ? logformat.replace("W3C ", "") : format));

function read(formats: readonly string[], line: string): LogRecord | null {
  const text = `${Buffer.from(line).toString("latin1")}\n`;
  for (const format of formats) {
    const record = formatOf(format).parser(fieldNames, "UTC").parse(text, 0);
    if (record) return record;
  }
  return null;
}

describe.runIf(hasSharedData).each(suites)("$name", ({ name, cases, formats, isOne = () => true, exceptions = {} }) => {
  const all = conformanceCases(name).filter(isOne);

  test("has the cases that are known", () => expect(all.length).toBe(cases));

  test.each(all.map((one, number) => [number, one] as const))("%i", (number, one) => {
    const [reason, ours] = exceptions[number] ?? [];
    const record = read(formatsOf(formats, one), one.line);
    if (reason === undefined) expect(record).toMatchObject(expectedOf(one));
    else if (ours === null) expect(record).toBe(null);
    else expect(record).toMatchObject({ ...expectedOf(one), ...ours });
  });
});
