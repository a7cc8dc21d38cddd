// What other parsers' test suites expect of the same lines. Where ours differs, the reason stands here.
import { describe, expect, test } from "vitest";
import { formatOf } from "../../src/format/find-format.ts";
import { fieldNames, type LogRecord } from "../../src/format/record.ts";
import { textOf } from "../../src/format/text.ts";
import { parseLine } from "./line.ts";
import { type ConformanceCase, conformanceCases, hasSharedData, metricsCase } from "./shared-data.ts";

/** Their names of our fields. */
const fields = {
  client_ip: "clientIp",
  ident: "ident",
  user: "user",
  vhost: "vhost",
  port: "port",
  method: "method",
  uri: "uri",
  protocol: "protocol",
  status: "status",
  bytes: "bytes",
  referrer: "referrer",
  user_agent: "userAgent",
  elapsed_us: "elapsedUs",
  x_forwarded_for: "xForwardedFor",
  request_line: "request",
  request_line_raw: "request",
} as const satisfies Record<string, keyof LogRecord>;

/** Columns that records have no field for. */
const unread = new Set(["usertrack", "mobileid"]);

/** How their descriptions of a format are written as a LogFormat. */
function logFormat({ logformat, line }: ConformanceCase): string {
  if (logformat === "tab-separated x") {
    return String.raw`%h\t%l\t%u\t%t\t"%r"\t%>s\t%b\t"%{Referer}i"\t"%{User-Agent}i"\t"%v"\t"%{cookie}n"\t"%{mobileid}n"\t%D`;
  }
  const vhost = line.includes('"virtualhost') ? '"%v"' : "%v";
  return logformat.replace("%v (quoted or not)", vhost).replace("<uuid>", "%{UNIQUE_ID}e");
}

/** Suites that leave escapes as they stand in the log. */
const raw = new Set(["fluentd", "crowdsec-apache2"]);

interface Exception {
  readonly reason: string;
  readonly expect: Partial<LogRecord>;
}

const exceptions: Readonly<Record<string, Exception>> = {
  "build_log09:r7": {
    reason: "they take lzh\\x81GET for a method; it is no token of RFC 9110, so there is no method, URI or protocol",
    expect: {
      method: null,
      uri: null,
      protocol: null,
      request: "lzh\x81GET /music/19810/index.html HTTP/1.1",
      status: 200,
    },
  },
  "build_log09:r8": {
    reason:
      'they reject the empty request "", which httpd writes when a client sends nothing before a timeout; it has a status',
    expect: { method: null, uri: null, protocol: null, request: "", status: 200, bytes: null },
  },
};

function exceptionOf({ source }: ConformanceCase): Exception | undefined {
  return exceptions[source.split("#")[1]!.split(" ")[0]!];
}

function expectedOf(suite: string, { expect: theirs }: ConformanceCase): Partial<LogRecord> {
  const pairs = Object.entries(theirs).filter(([key]) => !unread.has(key));
  return Object.fromEntries(
    pairs.map(([key, value]) => {
      if (key === "time") return ["time", Date.parse(String(value))];
      const field = fields[key as keyof typeof fields];
      return [field, typeof value === "string" && raw.has(suite) ? textOf(value) : value];
    }),
  );
}

/** How many cases each suite has, and how many of them are lines of error logs, which are no access logs. */
const suites: [suite: string, cases: number, errorLog: number][] = [
  ["beats-apache-access", 6, 0],
  ["crowdsec-apache2", 20, 2],
  ["logstash-httpd", 11, 8],
  ["perl-apache-log-parser", 38, 0],
  ["fluentd", 7, 3],
  ["telegraf-grok", 8, 0],
];

function isErrorLog({ logformat }: ConformanceCase): boolean {
  return logformat.includes("error log");
}

describe.runIf(hasSharedData)("other parsers", () => {
  describe.each(suites)("%s", (suite, total, errorLog) => {
    const all = conformanceCases(suite).filter(({ logformat }) => !logformat.startsWith("$"));
    const cases = all.filter((one) => !isErrorLog(one));

    test("has the cases that are known", () => {
      expect([all.length, all.length - cases.length]).toEqual([total, errorLog]);
    });

    test.each(cases.map((one) => [one.source.split("#")[1], one] as const))("%s", (_, one) => {
      const record = parseLine(logFormat(one), Buffer.from(one.line).toString("latin1"));
      expect(record).toMatchObject(exceptionOf(one)?.expect ?? expectedOf(suite, one));
    });

    test("lines of error logs are no records", () => {
      for (const { line } of all.filter(isErrorLog)) expect(parseLine("combined", line)).toBe(null);
    });
  });

  test("every exception is needed", () => {
    const used = suites.flatMap(([suite]) => conformanceCases(suite).filter((one) => exceptionOf(one) !== undefined));
    expect(used.length).toBe(Object.keys(exceptions).length);
    for (const one of used) {
      expect(parseLine(logFormat(one), one.line)).not.toMatchObject(expectedOf("perl-apache-log-parser", one));
    }
  });

  describe("mtail's metrics", () => {
    const lighttpd = '%h %V %u %t "%r" %s %b %I %O %T "%{Referer}i" "%{User-Agent}i"';
    const common = '%h %l %u %t "%r" %>s %b %D "%{Referer}i" "%{User-Agent}i"';
    test.each([
      ["mtail-apache-combined", "combined", 5],
      ["mtail-apache-common", common, 3],
      ["mtail-lighttpd_access", lighttpd, 19],
    ])("%s", (name, format, lines) => {
      const { log, metrics } = metricsCase(name);
      const records = recordsOf(format, log);
      expect(records.length).toBe(lines);
      const known = metrics.filter(([metric]) => sums.has(metric));
      expect(known.length).toBeGreaterThan(2);
      for (const [metric, labels, value] of known)
        expect(sums.get(metric)!(records.filter(hasLabels(labels)))).toBe(value);
    });
  });
});

function recordsOf(format: string, log: string): LogRecord[] {
  const parser = formatOf(format).parser(fieldNames);
  return [...log.matchAll(/[^\n]*\n/g)].flatMap(({ index }) => parser.parse(log, index) ?? []);
}

function sumOf(field: "bytes" | "elapsedUs", unit: number): (records: readonly LogRecord[]) => number {
  return (records) => records.reduce((sum, record) => sum + (record[field] ?? 0), 0) / unit;
}

const count = (records: readonly LogRecord[]): number => records.length;
const sums = new Map([
  ["apache_http_requests_total", count],
  ["apache_http_bytes_total", sumOf("bytes", 1)],
  ["apache_http_response_size", sumOf("bytes", 1)],
  ["apache_http_response_time", sumOf("elapsedUs", 1)],
  ["request", count],
  ["requests", count],
  ["time_taken", sumOf("elapsedUs", 1_000_000)],
]);

/** Their program for lighttpd leaves out the health checks, which have no client. */
function hasLabels(labels: Readonly<Record<string, string>>): (record: LogRecord) => boolean {
  const { request_status, status_code = request_status, status = status_code, remote_host, proxy_cache } = labels;
  return (record) =>
    record.clientIp !== null &&
    (status === undefined || record.status === Number(status)) &&
    (remote_host === undefined || record.clientIp === remote_host) &&
    (proxy_cache === undefined || record.vhost === proxy_cache);
}
