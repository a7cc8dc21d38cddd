// What a page says is what is in the log, counted here by other means: expressions on its lines, and sorted lists.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { emptyTally, type PieceCounts } from "../../src/frequencies/piece.ts";
import { WindowCounts } from "../../src/frequencies/window-counts.ts";
import { Series } from "../../src/frequencies/series.ts";
import type { Attributes } from "../../src/pipeline/pipeline.ts";
import { report } from "../../src/report.ts";
import type { ReportData } from "../../src/report/data.ts";
import { bucketError } from "../../src/report/elapsed-bucket.ts";
import { Model } from "../../src/report/model.ts";
import { pageOf } from "../../src/report/page.ts";
import {
  factsOf,
  histogramsByName,
  joinedHistogram,
  otherRoutes,
  percentiles,
  rowsOf,
  type Selection,
} from "../../src/report/page/facts.ts";
import { combined, Desk, linesOf } from "../cli/desk.ts";
import { hasSharedData } from "../format/shared-data.ts";

const silent = () => {};
const context = {
  now: () => Date.UTC(2026, 0),
  log: { debug: silent, info: silent, warn: silent, error: silent },
  stdin: process.stdin,
};

const order = {
  chosenFormat: null,
  timezone: null,
  maxLine: 65_536,
  between: null,
  anonymizeIp: false,
  downloadFolder: "/downloads/",
};

const reportOf = (...logs: string[]): Promise<ReportData> => report({ ...order, logs }, context);

const everything: Selection = { from: 0, until: Date.UTC(2262, 0), classes: new Set(), route: null };

/** How often each text stands where the group of an expression matches. */
function countsOf(lines: readonly string[], expression: RegExp): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) {
    const text = expression.exec(line)?.[1];
    if (text !== undefined) counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return counts;
}

const total = (counts: Map<string, number>): number => [...counts.values()].reduce((sum, count) => sum + count, 0);

/** Sums over all rows of the page. */
function told(data: ReportData, selection = everything) {
  const { requests, errors, crawlers } = factsOf(data);
  const rows = rowsOf(requests, selection);
  const statuses = new Map<string, number>();
  for (const { byCode } of rows)
    for (const [code, count] of byCode) statuses.set(String(code), (statuses.get(String(code)) ?? 0) + count);
  return {
    count: rows.reduce((sum, { count }) => sum + count, 0),
    bytes: rows.reduce((sum, { bytes }) => sum + bytes, 0),
    statuses,
    routes: new Map(rows.map(({ name, count }) => [data.requests.names[name] ?? otherRoutes, count])),
    errors: new Map(
      rowsOf(errors, selection).map(({ name, count }) => [data.errors.names[name]?.split("\n")[1], count]),
    ),
    crawlers: new Map(rowsOf(crawlers, selection).map(({ name, count }) => [data.crawlers.names[name], count])),
  };
}

/** Milliseconds since 1970. */
function timeOf(line: string): number {
  const [, day, rest] = /\[(\S+?):(\S+ [+-]\d+)\]/.exec(line)!;
  return Date.parse(`${day!.replaceAll("/", " ")} ${rest}`);
}

test("only lines of a stretch of time, and rejects without addresses", async () => {
  using desk = new Desk().write("access.log", `203.0.113.77 - - nonsense\n${combined.join("")}`);
  const times = combined.map(timeOf).toSorted((a, b) => a - b);
  const [since, until] = [times[100]!, times[200]!];
  const wanted = combined.filter((line) => timeOf(line) >= since && timeOf(line) < until);
  const between = [since, until] as const;
  const data = await report({ ...order, logs: [desk.path("access.log")], between, anonymizeIp: true }, context);
  expect(told(data)).toMatchObject({ count: wanted.length, statuses: countsOf(wanted, / (\d{3}) (?:\d+|-) "/) });
  expect(data).toMatchObject({ lines: wanted.length + 1, between, rejects: [{ line: "203.0.113.0 - - nonsense" }] });
  expect(wanted.length).toBeGreaterThan(50);
});

test("requests, statuses, bytes, routes and robots of our log", async () => {
  const lines = linesOf("apache-combined-elapsed.log");
  const data = await reportOf("fixtures/logs/apache-combined-elapsed.log");
  const { count, bytes, statuses, routes, crawlers } = told(data);
  expect(data).toMatchObject({ lines: 288, matched: 288, rejected: 0, future: 0, rejects: [] });
  expect(count).toBe(288);
  expect(statuses).toEqual(countsOf(lines, / (\d{3}) (?:\d+|-) "/));
  expect(bytes).toBe(lines.reduce((sum, line) => sum + Number(/ \d{3} (\d+) "/.exec(line)?.[1] ?? 0), 0));
  expect(routes.get("api")).toBe(countsOf(lines, /"[A-Z]+ \/+(api)[/? ]/).get("api"));
  expect(crawlers.get("Googlebot")).toBe(countsOf(lines, /(Googlebot)/).get("Googlebot"));
});

test("a stretch of time, a class and a route leave what is in them", async () => {
  const lines = linesOf("apache-combined-elapsed.log");
  const data = await reportOf("fixtures/logs/apache-combined-elapsed.log");
  const [from, until] = [Date.UTC(2025, 9, 26, 0, 55), Date.UTC(2025, 9, 26, 1, 5)];
  const inTime = lines.filter((line) => {
    const [, hour, minute, zone] = /:(\d\d):(\d\d):\d\d ([+-]\d\d)00\]/.exec(line)!;
    const utc = Date.UTC(2025, 9, 26, Number(hour) - Number(zone), Number(minute));
    return utc >= from && utc < until;
  });
  expect(told(data, { ...everything, from, until }).count).toBe(inTime.length);
  const failed = told(data, { ...everything, classes: new Set([5]), route: "acme" });
  expect(failed.count).toBe(lines.filter((line) => /"[A-Z]+ \/acme[/? ].* 5\d\d (?:\d+|-) "/.test(line)).length);
  expect(failed.count).toBeGreaterThan(0);
});

test("percentiles are those of the sorted list, as exactly as the page says", async () => {
  const data = await reportOf("fixtures/logs/apache-combined-elapsed.log");
  const { latency } = factsOf(data);
  const sorted = linesOf("apache-combined-elapsed.log")
    .map((line) => Number(/(\d+)$/m.exec(line)![1]))
    .toSorted((a, b) => a - b);
  const histogram = joinedHistogram(histogramsByName(latency, everything).values());
  const percents = [0, 1, 25, 50, 75, 90, 95, 99, 100];
  for (const [index, us] of percentiles(histogram, data.latency.joined, percents).entries()) {
    const exact = sorted[Math.max(1, Math.ceil((sorted.length * percents[index]!) / 100)) - 1]!;
    expect(Math.abs(us! / exact - 1)).toBeLessThanOrEqual(bucketError(data.latency.joined) + 1e-9);
  }
});

test("several logs, compressed ones too, are one, and what is there twice counts once", async () => {
  using desk = new Desk();
  const lines = linesOf("apache-combined.log");
  desk.write("access.log", lines.slice(100).join(""));
  desk.write("access.log.1.gz", gzipSync(lines.slice(0, 100).join("")));
  desk.write("copy.log", lines.slice(0, 100).join(""));
  const data = await reportOf(...["access.log", "access.log.1.gz", "copy.log"].map((name) => desk.path(name)));
  expect(told(data).count).toBe(lines.length);
  expect(data.logs.map(({ name }) => name)).toEqual(["copy.log", "access.log"]);
  expect(data.warnings).toEqual([expect.stringContaining("holds the same as another file given")]);
});

const at = (time: string): string => combined[0]!.replace(/\[.*?\]/, `[${time}]`);

test("lines from the future are told, and widen no chart; those of a clock that is a little ahead are in it", async () => {
  using desk = new Desk().write(
    "access.log",
    ["31/Dec/2025:23:00:00 +0000", "01/Jan/2026:05:00:00 +0000", "03/Jan/2026:00:00:00 +0000"].map(at).join(""),
  );
  const data = await reportOf(desk.path("access.log"));
  expect(data).toMatchObject({ lines: 3, matched: 3, future: 1 });
  expect(told(data).count).toBe(2);
  expect(data.span).toEqual([Date.UTC(2025, 11, 31, 23), Date.UTC(2026, 0, 1, 5)]);
});

test.runIf(hasSharedData)("ten thousand requests of a real server", async () => {
  const path = "../shared/data/logs/apache-combined/semicomplete-2015.log";
  const lines = readFileSync(path, "latin1").match(/.*\n/g)!;
  const data = await reportOf(path);
  const { count, statuses, routes, errors, crawlers } = told(data);
  const whole = lines.filter((line) => /" \d{3} (?:\d+|-) ".*" ".*"\n/.test(line));
  expect([data.lines, data.rejected, count]).toEqual([lines.length, lines.length - whole.length, whole.length]);
  expect(statuses).toEqual(countsOf(whole, /" (\d{3}) (?:\d+|-) "/));
  const segments = countsOf(whole, /"[A-Z]+ \/+([^/?#; ]*)/);
  for (const [route, requests] of routes)
    if (route !== otherRoutes) expect([route, requests]).toEqual([route, segments.get(route === "/" ? "" : route)]);
  expect(total(routes)).toBe(count);
  expect(errors.get("GET /wp-login.php")).toBe(
    countsOf(whole, /"(GET \/wp-login\.php)[? ].*" [45]\d\d /).get("GET /wp-login.php"),
  );
  for (const robot of ["Googlebot", "AhrefsBot"])
    expect(crawlers.get(robot)).toBe(countsOf(whole, new RegExp(`(${robot})`)).get(robot));
});

/** Numbers that look like chance, the same ones each time. */
function chance(): (below: number) => number {
  let state = 1;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Ten thousand lines that have little in common, for each pipeline of a report, each of them 999 times. */
function flood(below: (limit: number) => number): PieceCounts[] {
  const name = (): string => "ä".repeat(60) + below(60);
  const answers: (() => Attributes)[] = [
    () => ({ route: name(), status: 200 + below(400), elapsed: below(1700) }),
    () => ({ status: 400 + below(200), route: name(), fingerprint: `GET ${name()}` }),
    () => ({ file: name(), status: 200 + 6 * below(2) }),
    () => ({ agent: `robot ${below(60)}`, status_class: `${1 + below(5)}xx` }),
  ];
  return answers.map((answer): PieceCounts => {
    const root = new Series();
    const windows: PieceCounts["windows"] = new Map();
    for (let line = 0; line < 10_000; line++) {
      const start = Date.UTC(2016, 0, 1 + below(3652));
      const window = windows.get(start) ?? new WindowCounts({ values: 1, distributions: 0 });
      windows.set(start, window);
      window.comeBack();
      window.add(window.rowOf(root.find(answer())), { count: 999, values: [below(1e12), 0, 0], bins: [] });
    }
    const tally = { ...emptyTally(), lines: 10_000, matched: 10_000 };
    const times = { newest: Date.UTC(2026), oldestLine: Date.UTC(2016), newestLine: Date.UTC(2026) };
    return { ...times, tally, outside: 0, rejects: [], firstFailure: null, windows, future: new Map() };
  });
}

test("whatever is in ten years of logs, the page has less than 2 MB", async () => {
  const model = new Model(order);
  const below = chance();
  for (let piece = 0; piece < 5; piece++) model.add(flood(below), "flood.log");
  const data = { ...(await reportOf("fixtures/logs/apache-combined.log")), ...model.finish() };
  expect(data.lines).toBe(50_000);
  expect(told(data).count).toBe(50_000 * 999);
  expect(Buffer.byteLength(pageOf(data))).toBeLessThan(2_000_000);
});
