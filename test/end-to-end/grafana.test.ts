// The queries of docs/grafana.md, as Grafana would send them to a real InfluxDB, answer what is in the log.
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Desk, linesOf } from "../cli/desk.ts";
import type { Result } from "../cli/program.ts";
import { type InfluxDB, startInfluxdb } from "../servers/influxdb.ts";

const [heatMap = "", buckets = "", share = "", quantiles = "", faults = "", ...others] = Array.from(
  readFileSync("docs/grafana.md", "utf8").matchAll(/```sql\n(.*?)\n```/gs),
  ([, query = ""]) =>
    query
      .replace("$timeFilter", "time >= '2025-10-26T00:40:00Z' AND time < '2025-10-26T02:00:00Z'")
      .replace("$__interval", "1m"),
);

let store: InfluxDB;
let desk: Desk;
let loaded: Result;
const lines = linesOf("apache-combined-elapsed.log");
const us = lines.map((line) => Number(line.trimEnd().split(" ").at(-1)));

beforeAll(async () => {
  store = await startInfluxdb();
  desk = new Desk().write("access.log", lines.join(""));
  const defaults = { log: "access.log", host: "desk", influxUrl: store.url, influxDatabase: "web" };
  await store.createDatabase("web");
  const pipelines = [
    { pipeline: "latency" },
    { pipeline: "latency", set: { quantiles: true }, tag: { told: "quantiles" }, measurement: "quick" },
    { pipeline: `${process.cwd()}/fixtures/cases/rule-orders/orders.ts` },
    { pipeline: "requests", zeros: [{ method: "GET", status: 500 }] },
  ];
  const invocations = pipelines.map((each, index) => ({
    ...defaults,
    ...each,
    name: `${index}`,
    brainfile: `${index}.json`,
  }));
  loaded = await desk.write("multibrain.json", invocations).run();
});
afterAll(async () => {
  desk[Symbol.dispose]();
  await store.stop();
});

type Rows = Awaited<ReturnType<InfluxDB["query"]>>;

/** Of each row of a heat map what was counted in it. */
function counted(rows: Rows, bound: (row: Rows[number]) => [bound: string, count: number][]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const [name, count] of rows.flatMap(bound)) sums.set(name, (sums.get(name) ?? 0) + count);
  return sums;
}

test("the log is loaded", () => expect(loaded).toEqual({ code: 0, stdout: "", stderr: "" }));

test("a heat map by attribute, whose rows are called by numbers", async () => {
  const sums = counted(await store.query(heatMap, "web"), (row) => [[String(row["elapsed"]), Number(row["sum"])]]);
  expect([...sums.keys()].filter((name) => name !== "+Inf" && !(Number(name) > 0))).toEqual([]);
  expect(sums.get("0.005")).toBe(us.filter((each) => each <= 5000).length);
  expect([...sums.values()].reduce((sum, count) => sum + count)).toBe(lines.length);
});

test("a heat map by fields, and the share below a bound", async () => {
  const orders = lines.flatMap((line, index) => (line.includes('"POST /api/orders ') ? [us[index]!] : []));
  const sums = counted(await store.query(buckets, "web"), (row) =>
    ["16000", "17000", "+Inf"].map((name) => [name, Number(row[name])]),
  );
  const fast = orders.filter((each) => each <= 16_000).length;
  const slow = orders.filter((each) => each > 17_000).length;
  expect(Object.fromEntries(sums)).toEqual({ 16000: fast, 17000: orders.length - fast - slow, "+Inf": slow });
  const shares = (await store.query(share.replace("5m", "1d"), "web")).map((row) => Number(row["sum_sum_sum"]));
  expect(shares).toEqual([(orders.length - slow) / orders.length]);
});

test("quantiles by route, and faults with zeros", async () => {
  const rows = await store.query(quantiles.replace('"latency"', '"quick"'), "web");
  const slowest = rows.reduce((most, row) => Math.max(most, Number(row["max"])), 0);
  expect(slowest).toBe(Math.max(...us));
  const minutes = await store.query(faults, "web");
  expect(minutes.length).toBeGreaterThan(60); // one row for each minute
  const five = lines.filter((line) => /" 5\d\d /.test(line)).length;
  expect(minutes.reduce((sum, row) => sum + Number(row["sum"]), 0)).toBe(five);
});

test("there is no other query but that for the loader's own point", async () => {
  expect(others).toEqual([expect.stringContaining('"l2i_run"')]);
  expect(await store.query(others[0]!.replace(/WHERE.*GROUP BY .*?,/, "GROUP BY"), "web")).toHaveLength(4);
});

const verify = (...words: string[]): Promise<Result> => desk.l2i(["verify", "multibrain.json", ...words]);

test("verify reads quantiles, buckets and zeros back, and mends them", async () => {
  expect((await verify()).stdout.match(/all equal/g)).toHaveLength(4);
  const [{ time = 0 } = {}] = await store.query(`SELECT * FROM orders WHERE "answer" = 'taken' AND "count" = 1`, "web");
  const spoilt = `orders,host=desk,log=access.log,answer=taken elapsed_us_p95=7,elapsed_us_bucket_+Inf=9 ${time}000000`;
  await fetch(`${store.url}/write?db=web`, { method: "POST", body: spoilt });
  const found = await verify();
  expect(found.code).toBe(1);
  expect(found.stdout).toMatch(/ elapsed_us_p95 +\d+ +7\n.* elapsed_us_bucket_\+Inf +\d+ +9\n/);
  expect((await verify("--repair")).stdout).toContain("2 differences, mended with 1 point; all equal now");
  expect((await verify()).stdout.match(/all equal/g)).toHaveLength(4);
});
