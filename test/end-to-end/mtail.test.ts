// mtail's own test logs, through the whole program: the same counts as its golden files, the only ones among our peers that go
// from a log to metrics.
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { l2i } from "../cli/program.ts";
import { hasSharedData, metricsCase } from "../format/shared-data.ts";
import { sumsOfLines } from "../laboratory/sums.ts";

interface ParsedLine {
  readonly clientIp: string | null;
  readonly vhost?: string | null;
  readonly method: string | null;
  readonly uri: string | null;
  readonly protocol: string | null;
  readonly status: number | null;
  readonly bytes: number | null;
  readonly elapsedUs?: number | null;
  readonly userAgent: string | null;
}

type Labels = Readonly<Record<string, string>>;

const common = '%h %l %u %t "%r" %>s %b %D "%{Referer}i" "%{User-Agent}i"';
const lighttpd = '%h %V %u %t "%r" %s %b %I %O %T "%{Referer}i" "%{User-Agent}i"';

/** Labels of the golden files as fields of a record. */
const fields: Readonly<Record<string, keyof ParsedLine>> = {
  request_method: "method",
  http_version: "protocol",
  request_status: "status",
  status_code: "status",
  status: "status",
  request_uri: "uri",
  user_agent: "userAgent",
  remote_host: "clientIp",
  proxy_cache: "vhost",
};

const count = (records: readonly ParsedLine[]): number => records.length;
const sum =
  (field: "bytes" | "elapsedUs", unit: number) =>
  (records: readonly ParsedLine[]): number =>
    records.reduce((total, record) => total + (record[field] ?? 0), 0) / unit;

/** The gauges of mtail-apache-common hold the last value; each of its label sets has one line. */
const metricsOf: Readonly<Record<string, (records: readonly ParsedLine[]) => number>> = {
  apache_http_requests_total: count,
  apache_http_bytes_total: sum("bytes", 1),
  apache_http_response_size: sum("bytes", 1),
  apache_http_response_time: sum("elapsedUs", 1),
  request: count,
  requests: count,
  time_taken: sum("elapsedUs", 1_000_000),
  "bytes_out resp_body": sum("bytes", 1),
};

const metricOf = (metric: string, { subtotal }: Labels): ((records: readonly ParsedLine[]) => number) | undefined =>
  metricsOf[subtotal === undefined ? metric : `${metric} ${subtotal}`];

const hasLabels = (record: ParsedLine, labels: Labels): boolean =>
  Object.entries(labels).every(([label, value]) => label === "subtotal" || String(record[fields[label]!]) === value);

describe.runIf(hasSharedData)("mtail's goldens", () => {
  test.each([
    ["mtail-apache-combined", "combined", 5, 3, 0],
    ["mtail-apache-common", common, 3, 9, 0],
    // Left are headers sent and bytes received, which need %O and %I: no fields of ours.
    ["mtail-lighttpd_access", lighttpd, 19, 7, 4],
  ])("%s", async (name, format, lines, checked, left) => {
    const { metrics } = metricsCase(name);
    const log = resolve(`../shared/data/conformance/metrics/${name}.log`);
    const parsed = await l2i(["parse", log, "--format", format]);
    expect([parsed.code, parsed.stderr]).toEqual([0, ""]);
    const records = parsed.stdout
      .trimEnd()
      .split("\n")
      .map((line): ParsedLine => JSON.parse(line));
    expect(records.length).toBe(lines);
    // Their program for lighttpd leaves out the health checks, which have no client.
    const counted = records.filter(({ clientIp }) => clientIp !== null);

    const known = metrics.filter(([metric, labels]) => metricOf(metric, labels));
    expect([known.length, metrics.length - known.length]).toEqual([checked, left]);
    for (const [metric, labels, value] of known) {
      const matching = counted.filter((record) => hasLabels(record, labels));
      expect([metric, labels, metricOf(metric, labels)!(matching)]).toEqual([metric, labels, value]);
    }

    // The windows hold the same, by method and status.
    const loaded = await l2i([
      "load",
      "requests",
      log,
      "--format",
      format,
      "--out",
      "-",
      "--host",
      "h",
      "--tag",
      "log=l",
    ]);
    expect([loaded.code, loaded.stderr]).toEqual([0, ""]);
    for (const [key, [total, bytes]] of sumsOfLines(loaded.stdout.trimEnd().split("\n"), 10 ** 12)) {
      const [, method, status] = /method=(\w+),status=(\d+)/.exec(key)!;
      const matching = records.filter((record) => record.method === method && record.status === Number(status));
      expect([key, total, bytes]).toEqual([key, matching.length, sum("bytes", 1)(matching)]);
    }
  });
});
