// Every Apache access log of the collection through the whole program: lines, matched, rejected, and each reject with its reason.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { Desk } from "../cli/desk.ts";
import { hasSharedData, sharedLogs } from "../format/shared-data.ts";
import { sampled } from "../sampled.ts";

const combined = '%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"';
const elapsed = `${combined} %T %v %{user}x`;
const jira = `%v:%p ${combined} %D`;
const csv =
  '%v,%p,%h,%l,%u,%t,%I,%O,%S,%B,%{ms}T,%D,%^FB,%>s,"%H","%m","%U","%q","%{Referer}i","%{User-Agent}i","%{VARNAME}C",%L';

type Row = readonly [path: string, format: string, lines: number, matched: number, rejected: number];

// prettier-ignore
const table: readonly Row[] = [
  // Three formats in one file. auto takes what most lines are, and of equals the shorter: common. Rejected are two combined lines
  // and two with one more column behind the user agent.
  ["apache-combined/beats-apache-test.log",                        "auto",  6,      2,     4],
  ["apache-combined/beats-apache-ubuntu-2.2.22.log",               "auto",  9,      9,     0],
  // The first line belongs to an error log. The others are common, whatever the folder says.
  ["apache-combined/crowdsec-apache-cve-2021-41773.log",           "auto",  3,      2,     1],
  ["apache-combined/crowdsec-apache-http-probing.log",             "auto",  77,     77,    0],
  // Rejected: a virtual host in front, with and without port, a common line, two lines of an error log.
  ["apache-combined/crowdsec-apache2-logs.log",                    "auto",  9,      4,     5],
  // Handshakes of TLS sent to the plain port: requests without a method.
  ["apache-combined/crowdsec-apache2-malformed.log",               "auto",  11,     11,    0],
  // Two empty lines at its end count as nothing.
  ["apache-combined/crowdsec-apache_log4j2_cve-2021-44228.log",    "auto",  3,      3,     0],
  ["apache-combined/farmfresh-20241007.log",                       "auto",  118,    118,   0],
  ["apache-combined/lnav-400-dash.log",                            "auto",  1,      1,     0],
  // The second line lacks ident and user.
  ["apache-combined/lnav-bad.log",                                 "auto",  3,      2,     1],
  ["apache-combined/lnav-gpxe.log",                                "auto",  3,      3,     0],
  // The user agent of one line is cut off in the middle.
  ["apache-combined/semicomplete-2015.log",                        "auto",  10_000, 9_999, 1],
  // The last line has no line end, so it is not counted.
  ["apache-combined/webreadr-combined.log",                        "auto",  11,     11,    0],
  ["apache-common/beats-apache-darwin-2.4.23.log",                 "auto",  6,      6,     0],
  ["apache-common/farmfresh-20241219.log",                         "auto",  100,    100,   0],
  // Host names as clients, requests without a protocol.
  ["apache-common/nasa-19950701.log",                              "auto",  4_000,  4_000, 0],
  // The last line has no line end, so it is not counted.
  ["apache-common/webreadr-common.log",                            "auto",  1,      1,     0],
  ["apache-combined-elapsed/opera-20081212.log",                   elapsed, 6_162,  6_162, 0],
  ["apache-csv-elapsed/farmfresh-20241210.log",                    csv,     1_700,  1_700, 0],
  ["apache-csv-elapsed/farmfresh-20250208.log",                    csv,     1_644,  1_644, 0],
  ["apache-csv-elapsed/farmfresh-20250210.log",                    csv,     1_824,  1_824, 0],
  ["apache-csv-elapsed/farmfresh-20250214.log",                    csv,     1_585,  1_585, 0],
  ["apache-csv-elapsed/farmfresh-20250407.log",                    csv,     1_090,  1_090, 0],
  ["apache-csv-elapsed/farmfresh-20250616.log",                    csv,     1_022,  1_022, 0],
  ["apache-csv-elapsed/farmfresh-20250617.log",                    csv,     1_198,  1_198, 0],
  ["apache-csv-elapsed/farmfresh-20250620.log",                    csv,     1_663,  1_663, 0],
  ["apache-csv-elapsed/farmfresh-20250705.log",                    csv,     1_038,  1_038, 0],
  ["apache-csv-elapsed/farmfresh-20250809.log",                    csv,     1_050,  1_050, 0],
  ["apache-csv-elapsed/farmfresh-20260115.log",                    csv,     630,    630,   0],
  ["apache-vhost-combined/farmfresh-20241022.log",                 "auto",  201,    201,   0],
  ["apache-vhost-combined/lnav-jira-elapsed.log",                  jira,    2,      2,     0],
];

/** First words of the rejects. */
const rejects: Readonly<Record<string, readonly string[]>> = {
  "apache-combined/beats-apache-test.log": ["192.168.33.1", "172.17.0.1", "monitoring-server", "127.0.0.1"],
  "apache-combined/crowdsec-apache-cve-2021-41773.log": ["[Fri"],
  "apache-combined/crowdsec-apache2-logs.log": ["www.crowdsec.net", "116.203.1.1", "website.com:443", "[Thu", "[Wed"],
  "apache-combined/lnav-bad.log": ["192.168.202.254"],
  "apache-combined/semicomplete-2015.log": ["46.118.127.106"],
};

const unfinished = new Set(["apache-combined/webreadr-combined.log", "apache-common/webreadr-common.log"]);

describe.runIf(hasSharedData)("access logs", () => {
  const seen: string[] = [];
  afterAll(() => console.log(["lines matched rejected log", ...seen].join("\n")));

  test("are all in the table", () => {
    const kinds = [...new Set(table.map(([path]) => path.split("/")[0]!))];
    expect(kinds.flatMap(sharedLogs).toSorted()).toEqual(table.map(([path]) => path).toSorted());
  });

  test.each(sampled(table))("%s", async (path, format, lines, matched, rejected) => {
    using desk = new Desk();
    const log = resolve("../shared/data/logs", path);
    const words = [
      "load",
      "requests",
      log,
      "--format",
      format,
      "--rejects",
      "rejects.jsonl",
      "--out",
      "out.lp",
      "--json",
    ];
    const { code, stdout, stderr } = await desk.l2i(words);
    const outcome = JSON.parse(stdout);
    seen.push([outcome.lines, outcome.matched, outcome.rejected, path].join(" "));
    expect(code).toBe(0);
    expect(outcome).toMatchObject({ outcome: "loaded", lines, matched, rejected, ignored: 0, failed: 0, late: 0 });
    expect(desk.counted()).toBe(matched);

    // The rest are empty lines and one without its end; nothing else is passed over.
    const rows = readFileSync(log, "latin1").split("\n");
    const isUnfinished = unfinished.has(path);
    expect(rows.slice(0, -1).filter((row) => row.trim() !== "").length).toBe(lines);
    expect(rows.at(-1) !== "").toBe(isUnfinished);
    expect(stderr.includes("has no line end")).toBe(isUnfinished);

    const kept = desk.has("rejects.jsonl") ? desk.read("rejects.jsonl").trimEnd().split("\n") : [];
    expect(kept.map((reject) => String(JSON.parse(reject).line).split(" ")[0])).toEqual(rejects[path] ?? []);
  });

  test.each(table.filter(([, format]) => format !== "auto"))("auto does not guess at %s", async (path) => {
    using desk = new Desk();
    const { code, stdout, stderr } = await desk.l2i(["load", "requests", resolve("../shared/data/logs", path)]);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/the format of .* is not recognised; say --format/);
  });
});
