// Logs of servers that ran for real, each line looked at: how many are records, and why the others are none.
import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { detectFormat, formatOf } from "../../src/format/find-format.ts";
import type { Format } from "../../src/format/format.ts";
import { fieldNames, type LogRecord } from "../../src/format/record.ts";
import { hasSharedData, sharedLog, sharedLogs } from "./shared-data.ts";

interface Counts {
  readonly lines: number;
  readonly records: number;
  /** Directives of self-describing logs among them. */
  readonly empty?: number;
  /** Of the first words of each reject, or of whatever tells it. */
  readonly rejects?: readonly string[];
  /** It is of no format that could be given. */
  readonly foreign?: true;
  /** If it is not one that `auto` finds. */
  readonly format?: string;
}

const csv =
  '%v,%p,%h,%l,%u,%t,%I,%O,%S,%B,%{ms}T,%D,%^FB,%>s,"%H","%m","%U","%q","%{Referer}i","%{User-Agent}i","%{VARNAME}C",%L';
const combined = '%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"';

/** Its README has it so, with names of its own for the last four. */
const thumbnails =
  '$remote_addr [$time_local] "$request" $status $request_length $body_bytes_sent $request_time "$size" $read $resize';

const expected: Readonly<Record<string, Counts>> = {
  // Two are common, one is combined and two have another column; `auto` takes what most lines are, common before combined.
  "apache-combined/beats-apache-test.log": {
    lines: 6,
    records: 2,
    rejects: ["192.168.33.1", "172.17.0.1", "monitoring-server", "127.0.0.1"],
  },
  "apache-combined/beats-apache-ubuntu-2.2.22.log": { lines: 9, records: 9 },
  // A line of an error log.
  "apache-combined/crowdsec-apache-cve-2021-41773.log": { lines: 3, records: 2, rejects: ["[Fri"] },
  "apache-combined/crowdsec-apache-http-probing.log": { lines: 77, records: 77 },
  // Other formats: with virtual host, common, with virtual host and port, two of an error log.
  "apache-combined/crowdsec-apache2-logs.log": {
    lines: 9,
    records: 4,
    rejects: ["www.crowdsec.net", "116.203.1.1", "website.com:443", "[Thu", "[Wed"],
  },
  "apache-combined/crowdsec-apache2-malformed.log": { lines: 11, records: 11 },
  "apache-combined/crowdsec-apache_log4j2_cve-2021-44228.log": { lines: 5, records: 3, empty: 2 },
  "apache-combined/farmfresh-20241007.log": { lines: 118, records: 118 },
  "apache-combined/lnav-400-dash.log": { lines: 1, records: 1 },
  // Without ident and user.
  "apache-combined/lnav-bad.log": { lines: 3, records: 2, rejects: ["192.168.202.254"] },
  "apache-combined/lnav-gpxe.log": { lines: 3, records: 3 },
  // Its user agent is cut off: no quote at the end.
  "apache-combined/semicomplete-2015.log": { lines: 10_000, records: 9_999, rejects: ["46.118.127.106"] },
  "apache-combined/webreadr-combined.log": { lines: 12, records: 12 },
  "apache-common/beats-apache-darwin-2.4.23.log": { lines: 6, records: 6 },
  "apache-common/farmfresh-20241219.log": { lines: 100, records: 100 },
  "apache-common/nasa-19950701.log": { lines: 4_000, records: 4_000 },
  "apache-common/webreadr-common.log": { lines: 2, records: 2 },
  "apache-combined-elapsed/opera-20081212.log": { lines: 6_162, records: 6_162, format: `${combined} %T %v %{user}x` },
  "apache-csv-elapsed/farmfresh-20241210.log": { lines: 1_700, records: 1_700, format: csv },
  "apache-csv-elapsed/farmfresh-20250208.log": { lines: 1_644, records: 1_644, format: csv },
  "apache-csv-elapsed/farmfresh-20250210.log": { lines: 1_824, records: 1_824, format: csv },
  "apache-csv-elapsed/farmfresh-20250214.log": { lines: 1_585, records: 1_585, format: csv },
  "apache-csv-elapsed/farmfresh-20250407.log": { lines: 1_090, records: 1_090, format: csv },
  "apache-csv-elapsed/farmfresh-20250616.log": { lines: 1_022, records: 1_022, format: csv },
  "apache-csv-elapsed/farmfresh-20250617.log": { lines: 1_198, records: 1_198, format: csv },
  "apache-csv-elapsed/farmfresh-20250620.log": { lines: 1_663, records: 1_663, format: csv },
  "apache-csv-elapsed/farmfresh-20250705.log": { lines: 1_038, records: 1_038, format: csv },
  "apache-csv-elapsed/farmfresh-20250809.log": { lines: 1_050, records: 1_050, format: csv },
  "apache-csv-elapsed/farmfresh-20260115.log": { lines: 630, records: 630, format: csv },
  "apache-vhost-combined/farmfresh-20241022.log": { lines: 201, records: 201 },
  "apache-vhost-combined/lnav-jira-elapsed.log": {
    lines: 2,
    records: 2,
    format: `%v:%p ${combined.replace("%l", "%{requestId}e")} %D`,
  },
  "nginx-combined/beats-nginx-access.log": { lines: 12, records: 12 },
  // One has a further column, two a list of addresses before the client's.
  "nginx-combined/beats-nginx-test.log": {
    lines: 7,
    records: 4,
    rejects: ["172.17.0.1", '"10.5.102.222,', "2a03:0000:10ff:f00f:0000:0000:0:8000,"],
  },
  "nginx-combined/crowdsec-nginx-http-path-traversal.log": { lines: 9, records: 9 },
  "nginx-combined/crowdsec-nginx-http-sqli-probing.log": { lines: 16, records: 16 },
  "nginx-combined/crowdsec-nginx-http-w00twoot.log": { lines: 2, records: 2 },
  "nginx-combined/crowdsec-nginx-http-xss-probing.log": { lines: 26, records: 26 },
  // Three begin with the host, one has no user, one is of an error log.
  "nginx-combined/crowdsec-nginx_http-logs.log": {
    lines: 9,
    records: 4,
    rejects: ["www.crowdsec.net", "www.crowdsec11.net", "www.crowdsec11.net:80", "192.168.1.1", "2021/12/01"],
  },
  "nginx-combined/meatlabel-20251222.log": { lines: 205, records: 205 },
  "nginx-combined/meatlabel-20251223.log": { lines: 997, records: 997 },
  "nginx-combined/meatlabel-20251224.log": { lines: 148, records: 148 },
  "nginx-combined/meatlabel-20251225.log": { lines: 586, records: 586 },
  "nginx-combined/meatlabel-20251226.log": { lines: 998, records: 998 },
  "nginx-combined/meatlabel-20251227.log": { lines: 196, records: 196 },
  "nginx-combined/meatlabel-20251228.log": { lines: 466, records: 466 },
  "nginx-combined/meatlabel-20251229.log": { lines: 315, records: 315 },
  "nginx-combined/meatlabel-20251230.log": { lines: 176, records: 176 },
  "nginx-combined/meatlabel-20251231.log": { lines: 259, records: 259 },
  "nginx-combined/saunathinker-20260103.log": { lines: 13, records: 13 },
  "nginx-combined/saunathinker-20260104.log": { lines: 15, records: 15 },
  "nginx-combined/saunathinker-20260105.log": { lines: 13, records: 13 },
  "nginx-combined/saunathinker-20260106.log": { lines: 623, records: 623 },
  "nginx-combined/saunathinker-20260107.log": { lines: 187, records: 187 },
  "nginx-combined/saunathinker-20260108.log": { lines: 12, records: 12 },
  "nginx-custom-elapsed/gonx-20150910.log": { lines: 1_000, records: 1_000, format: thumbnails },
  // The default format, which says of a connection only that it began; HAProxy's manual calls it deprecated.
  "haproxy/beats-haproxy-default.log": { lines: 1, records: 0, rejects: ["Sep"], format: "haproxy_tcp" },
  "haproxy/beats-haproxy-haproxy.log": { lines: 1, records: 1 },
  "haproxy/beats-haproxy-httplog-no-headers.log": { lines: 4, records: 3, empty: 1 },
  "haproxy/beats-haproxy-tcplog.log": { lines: 1, records: 1 },
  // Connections that failed before there was a request.
  "haproxy/crowdsec-haproxy-logs.log": {
    lines: 5,
    records: 2,
    rejects: ["192.168.1.4:50033", "192.168.1.4:50034", "192.168.1.4:50035"],
  },
  "haproxy/crowdsec-haproxy-nextcloud-whitelist.log": { lines: 1, records: 1 },
  // Three say that a proxy started, one is of a TCP connection.
  "haproxy/lnav-haproxy.log": { lines: 17, records: 13, rejects: ["Feb", "Feb", "Feb", "Feb"] },
  "squid/webreadr-squid.log": { lines: 121, records: 121 },
  "aws-s3/webreadr-s3.log": { lines: 6, records: 6 },
  "aws-alb/crowdsec-aws-alb-logs.log": { lines: 14, records: 14 },
  // Of a scanner, with the columns of another server.
  "iis-w3c/beats-iis-test.log": { lines: 17, records: 3, empty: 12, rejects: ["2018-12-31", "2018-12-31"] },
  "iis-w3c/beats-iis-test-iis-7.5.log": { lines: 8, records: 4, empty: 4 },
  "iis-w3c/beats-iis-test-ipv6zone.log": { lines: 5, records: 1, empty: 4 },
  "iis-w3c/lnav-w3c-0.log": { lines: 5, records: 1, empty: 4 },
  // Columns that are padded with spaces, and quoted.
  "iis-w3c/lnav-w3c-1.log": { lines: 7, records: 0, empty: 6, rejects: ["64.103.37.2"] },
  // No date but in the directives, so nobody knows when the lines of the second day were written.
  "iis-w3c/lnav-w3c-2.log": { lines: 0, records: 0, foreign: true },
  // Local time in columns of other names.
  "iis-w3c/lnav-w3c-3.log": { lines: 0, records: 0, foreign: true },
  // Every value is in quotes.
  "iis-w3c/lnav-w3c-4.log": { lines: 6, records: 0, empty: 4, rejects: ['"2017-06-28"', '"2017-06-26"'] },
  // More columns than announced.
  "iis-w3c/lnav-w3c-5.log": { lines: 2, records: 0, empty: 1, rejects: ["2015-01-13"] },
  "iis-w3c/lnav-w3c-6.log": { lines: 5, records: 1, empty: 4 },
  "iis-w3c/lnav-w3c-big.log": { lines: 254, records: 210, empty: 44 },
  // A date without a time.
  "iis-w3c/logparser-ex031118.log": { lines: 0, records: 0, foreign: true },
  "iis-w3c/waikolai-u_ex100815.log": { lines: 56, records: 16, empty: 40 },
  "iis-w3c/webknowit-u_ex160110.log": { lines: 128, records: 28, empty: 100 },
  "iis-w3c/webreadr-iis.log": { lines: 5, records: 1, empty: 4 },
  "iis-w3c/webtrends-ex960101.log": { lines: 6, records: 5, empty: 1 },
  "aws-cloudfront/webreadr-cloudfront.log": { lines: 4, records: 2, empty: 2 },
  // One is of httpd 2.2.
  "apache-error/beats-apache-error-test.log": { lines: 3, records: 2, rejects: ["[Mon"] },
  "apache-error/apache24-default.log": { lines: 9, records: 9 },
  "apache-error/apache24-vhost.log": { lines: 5, records: 5 },
  "apache-error/beats-apache-error-darwin-2.4.23.log": { lines: 2, records: 2 },
  "apache-error/beats-apache-error-ubuntu-2.2.22.log": { lines: 7, records: 7 },
  "apache-error/crowdsec-modsecurity-logs.log": { lines: 13, records: 13 },
  "apache-error/farmfresh-20241114.log": { lines: 11, records: 11 },
  "apache-error/farmfresh-a.log": { lines: 2, records: 2 },
  "apache-error/farmwork-20241007.log": { lines: 24, records: 24 },
  "apache-error/farmwork-20241025.log": { lines: 32, records: 32 },
  "apache-error/farmwork-20241028.log": { lines: 40, records: 40 },
  "nginx-error/beats-nginx-error-error.log": { lines: 2, records: 2 },
  "nginx-error/meatlabel-20251222.log": { lines: 182, records: 182 },
  "nginx-error/meatlabel-20251223.log": { lines: 939, records: 939 },
  "nginx-error/meatlabel-20251224.log": { lines: 132, records: 132 },
  "nginx-error/meatlabel-20251225.log": { lines: 561, records: 561 },
  "nginx-error/meatlabel-20251226.log": { lines: 30, records: 30 },
  "traefik-clf/crowdsec-traefik_clf.log": { lines: 9, records: 7, empty: 2 },
};

describe.runIf(hasSharedData)("logs of the collection", () => {
  const table: string[] = [];
  afterAll(() => console.log(["lines records rejects empty log", ...table].join("\n")));

  test("are all looked at", () => {
    const kinds = [...new Set(Object.keys(expected).map((path) => path.split("/")[0]!))];
    expect(kinds.flatMap(sharedLogs).toSorted()).toEqual(Object.keys(expected).toSorted());
  });

  test.each(Object.entries(expected))("%s", (path, counts) => {
    const log = sharedLog(path);
    const text = log.endsWith("\n") ? log : `${log}\n`;
    const format = detectFormat(text);
    expect(format === null).toBe(counts.format !== undefined || counts.foreign === true);
    if (counts.foreign) return;
    const { records, rejects, empty } = readAll(format ?? formatOf(counts.format!), text);
    const numbers = [records.length + rejects.length + empty, records.length, rejects.length, empty];
    table.push([...numbers, path].join(" "));
    expect(numbers).toEqual([counts.lines, counts.records, counts.rejects?.length ?? 0, counts.empty ?? 0]);
    expect(rejects.map((line) => line.split(" ")[0])).toEqual(counts.rejects ?? []);
  });
});

function readAll(format: Format, text: string): { records: LogRecord[]; rejects: string[]; empty: number } {
  const parser = format.parser(fieldNames, format.zoneless ? "UTC" : undefined);
  const [records, rejects] = [new Array<LogRecord>(), new Array<string>()];
  let empty = 0;
  for (let start = 0, end: number; start < text.length; start = end) {
    end = text.indexOf("\n", start) + 1;
    const record = parser.parse(text, start);
    if (record !== null) {
      expect(parser.end).toBe(end);
      records.push(record);
    } else if (/^\r?\n$/.test(text.slice(start, end)) || (format.isSelfDescribing && text[start] === "#")) empty++;
    else rejects.push(text.slice(start, end));
  }
  return { records, rejects, empty };
}

describe("one httpd that wrote several logs at once", () => {
  const formats = JSON.parse(readFileSync("fixtures/formats.json", "utf8")) as Record<string, string>;
  const names = ["common", "combined", "combined-elapsed", "vhost-combined", "custom"];
  const contents = new Map(
    names.map((name) => {
      const path = `apache-${name}.log`;
      return [name, readAll(formatOf(formats[path]!), readFileSync(`fixtures/logs/${path}`, "latin1"))];
    }),
  );

  test("writes nothing but records", () => {
    for (const { rejects, empty } of contents.values()) expect([rejects, empty]).toEqual([[], 0]);
  });

  /** Of the request, apart from its method, URI and protocol: httpd's own columns for these are not what was sent. */
  const shared = ["user", "status", "referrer", "userAgent"] as const;
  const ofRequest = [...shared, "clientIp", "time", "request", "method", "uri", "protocol"] as const;

  function only(fields: readonly (keyof LogRecord)[], name: string): Partial<LogRecord>[] {
    return contents
      .get(name)!
      .records.map((record) => Object.fromEntries(fields.map((field) => [field, record[field]])));
  }

  test("tells the same in each", () => {
    expect(only(ofRequest, "vhost-combined")).toEqual(only(ofRequest, "combined"));
    expect(only([...ofRequest, "bytes"], "combined-elapsed")).toEqual(only([...ofRequest, "bytes"], "combined"));
    const narrow = ofRequest.filter((field) => field !== "referrer" && field !== "userAgent");
    expect(only([...narrow, "bytes"], "common")).toEqual(only([...narrow, "bytes"], "combined"));
    expect(only([...shared, "elapsedUs"], "custom")).toEqual(only([...shared, "elapsedUs"], "combined-elapsed"));
    expect(only(["vhost"], "custom")).toEqual(only(["vhost"], "vhost-combined"));
  });

  test("has the same time in another form, with microseconds", () => {
    const seconds = contents.get("custom")!.records.map(({ time }) => Math.floor(time / 1000) * 1000);
    expect(seconds).toEqual(contents.get("combined")!.records.map(({ time }) => time));
    const fractions = contents.get("custom")!.records.filter(({ time }) => !Number.isInteger(time));
    expect(fractions.length).toBeGreaterThan(100);
  });
});
