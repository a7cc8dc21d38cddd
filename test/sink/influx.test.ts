// The sink against real stores: InfluxDB 1.6 by its own API, VictoriaMetrics by the one of InfluxDB 2.
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { PointLines } from "../../src/sink/point-lines.ts";
import { influxSink, type InfluxEnv, type InfluxV1 } from "../../src/sink/influx.ts";
import { point, seriesKey, tagText } from "../../src/sink/line-protocol.ts";
import type { Refusal } from "../../src/sink/sink.ts";
import { startInfluxdb, type InfluxDB } from "../servers/influxdb.ts";
import { startVictoriaMetrics, type VictoriaMetrics } from "../servers/victoria-metrics.ts";

// The first run of all downloads the servers.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const env: InfluxEnv = {
  now: () => Date.now(),
  sleep: () => Promise.reject(new Error("a store that works needs no retry")),
  random: () => 0.5,
};
const minute = Date.UTC(2024, 1, 29, 23, 59);

/** Texts with all that line protocol gives a meaning, and whatever else Unicode has. */
const anyText = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...Array.from("\\ ,=\"'#\n\r\t\0\u0085\u2028%é🐘")),
    fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
  ),
  maxLength: 40,
});

const byText = (left: unknown, right: unknown): number => (String(left) < String(right) ? -1 : 1);

/** How many requests of the client (not of `fetch`, with which the tests ask the stores) an action takes. */
async function requestsOf(action: () => Promise<unknown>): Promise<number> {
  let count = 0;
  const countOne = (): void => void count++;
  subscribe("http.client.request.start", countOne);
  await action().finally(() => unsubscribe("http.client.request.start", countOne));
  return count;
}

describe("InfluxDB 1", () => {
  let store: InfluxDB;
  const auth = { username: "some one", password: 'it\'s: "\\secret" ü' };
  const target = (more: Partial<InfluxV1> = {}): InfluxV1 => ({
    version: 1,
    url: store.url,
    timeoutMs: 10_000,
    database: "l2i",
    ...auth,
    ...more,
  });
  const write = (points: readonly string[], more: Partial<InfluxV1> = {}) =>
    influxSink(target(more), env).write(PointLines.of(points));
  const counts = async (measurement: string): Promise<unknown[]> => {
    const rows = await store.query(`SELECT "count" FROM "${measurement}"`, "l2i");
    return rows.map(({ time, count }) => [time, count]);
  };

  beforeAll(async () => {
    store = await startInfluxdb({ auth });
    await store.createDatabase("l2i");
  });
  afterAll(() => store.stop());

  it("stores points, and the last value of each", async () => {
    const series = seriesKey("stores", [["host", "a"]]);
    expect(await write([point(series, 3, [], `${minute}000000`)])).toEqual([]);
    expect(await write([point(series, 7, [], `${minute}000000`)])).toEqual([]);
    expect(await counts("stores")).toEqual([[minute, 7]]);
  });

  it("stores numbers exactly", async () => {
    const numbers = [1e21, 1e-7, 123_456_789_012_345_680_000, 0.1, -1.5e300, 5e-324].map(
      (number, i) => [`v${i}_bucket_+Inf`, number] as const,
    );
    await write([point("numbers", Number.MAX_SAFE_INTEGER, numbers, "5000000")]);
    const [row] = await store.query("SELECT * FROM numbers", "l2i");
    expect(row).toMatchObject({ count: Number.MAX_SAFE_INTEGER, time: 5 });
    for (const [name, number] of numbers) expect(row).toMatchObject({ [name]: number });
  });

  it("stores 12,000 points in several requests", async () => {
    const points = Array.from({ length: 12_000 }, (_, i) => point("many", 1, [], `${i}000000`));
    expect(await write(points)).toEqual([]);
    expect(await store.query('SELECT sum("count") FROM many', "l2i")).toMatchObject([{ sum: 12_000 }]);
  });

  it("gives back every tag as tagText made it", async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(anyText, { minLength: 1, maxLength: 100 }), async (values) => {
        const measurement = `tags${run++}`;
        const points = values.map((value, i) => point(seriesKey(measurement, [["tag", value]]), i, [], `${i}000000`));
        expect(await write(points)).toEqual([]);
        const rows = await store.query(`SELECT "count", "tag" FROM ${measurement}`, "l2i");
        expect(rows.map(({ count, tag }) => [count, tag])).toEqual(values.map((value, i) => [i, tagText(value)]));
      }),
      { numRuns: 30 },
    );
  });

  it("gives back every measurement and tag key", async () => {
    await store.createDatabase("keys");
    const keys = fc.array(fc.tuple(anyText, anyText), { minLength: 1, maxLength: 50 });
    await fc.assert(
      fc.asyncProperty(keys, async (pairs) => {
        const lines = pairs.map(([measurement, key], i) =>
          point(seriesKey(measurement, [[`k${key}`, "v"]]), 1, [], `${i}`),
        );
        expect(await write(lines, { database: "keys" })).toEqual([]);
        const shown = await store.query("SHOW SERIES", "keys");
        expect(shown.map(({ key }) => key)).toEqual(
          expect.arrayContaining(pairs.map(([measurement, key]) => seriesKey(measurement, [[`k${key}`, "v"]]))),
        );
        await store.query("DROP SERIES FROM /.*/", "keys");
      }),
      { numRuns: 20 },
    );
  });

  it("sorts tags as the store does", async () => {
    const tags = ["b", "a", "B", "é", "\uffee", "\u{1f418}", "a b", "a,b", "a=b", "a-b", "Z"].map(
      (key) => [key, "v"] as const,
    );
    await write([point(seriesKey("sorted", tags), 1, [], "1")]);
    expect(await store.query('SHOW SERIES FROM "sorted"', "l2i")).toMatchObject([{ key: seriesKey("sorted", tags) }]);
  });

  it("writes to a retention policy", async () => {
    await store.query("CREATE RETENTION POLICY forever ON l2i DURATION INF REPLICATION 1");
    await write([point("kept", 1, [], `${minute}000000`)], { retentionPolicy: "forever" });
    expect(await store.query('SELECT "count" FROM "forever"."kept"', "l2i")).toMatchObject([
      { time: minute, count: 1 },
    ]);
  });

  it("takes credentials in the URL", async () => {
    const url = new URL(store.url);
    url.username = auth.username;
    url.password = auth.password;
    const points = [point("urls", 1, [], "1000000")];
    await write(points, { url: url.href, username: undefined, password: undefined });
    expect(await counts("urls")).toEqual([[1, 1]]);
  });

  describe("refusing points", () => {
    it("lists points of another field type, and stores the others", async () => {
      await write([`types count=1.5 ${minute}000000`]);
      const good = Array.from({ length: 300 }, (_, i) => point(`good`, i, [], `${i}000000`));
      const bad = [3, 4, 5].map((n) => `types,n=${n} count=${n}i ${minute}000000`);
      const points = [...good.slice(0, 100), bad[0]!, ...good.slice(100, 250), bad[1]!, bad[2]!, ...good.slice(250)];
      const refusals = await write(points);
      expect(refusals.map((refusal) => refusal.point).toSorted()).toEqual(bad);
      expect(refusals[0]?.reason).toBe(
        'partial write: field type conflict: input field "count" on measurement "types" is type integer, already exists as type float dropped=1',
      );
      expect(await counts("good")).toHaveLength(300);
      expect(await counts("types")).toEqual([[minute, 1.5]]);
    });

    it("settles a new measurement whose points contradict each other", async () => {
      const lines = ["mixed,n=1 count=1i 1000000", "mixed,n=2 count=2.5 2000000", "mixed,n=3 count=3i 3000000"];
      const refusals = await write(lines);
      expect(refusals).toHaveLength(1);
      const stored = lines.filter((line) => line !== refusals[0]?.point);
      expect(await counts("mixed")).toHaveLength(stored.length);
    });

    it("lists points beyond the retention policy with few requests", async () => {
      await store.query("CREATE RETENTION POLICY short ON l2i DURATION 2h REPLICATION 1");
      const now = Date.now();
      const points = Array.from({ length: 4000 }, (_, i) => point("old", i, [], `${now - i * 60_000}000000`));
      let refusals: readonly Refusal[] = [];
      expect(await requestsOf(async () => (refusals = await write(points, { retentionPolicy: "short" })))).toBeLessThan(
        30,
      );
      const expired = new Set(refusals.map((refusal) => refusal.point));
      expect(expired.size).toBeGreaterThan(3870);
      expect(expired).not.toContain(points[118]);
      const stored = await store.query('SELECT "count" FROM "short"."old"', "l2i");
      const accepted = points.flatMap((line, i) => (expired.has(line) ? [] : now - i * 60_000));
      expect(stored.map(({ time }) => time)).toEqual(expect.arrayContaining(accepted));
      expect(new Set(refusals.map(({ reason }) => reason))).toEqual(
        new Set(["partial write: points beyond retention policy dropped=1"]),
      );
    });

    it("lists points that it cannot parse", async () => {
      const bad = [
        "no fields",
        "parsed,=v count=1i 1",
        "parsed count=1i 9223372036854775807",
        "parsed,a=1,a=2 count=1i 1",
      ];
      const refusals = await write(["parsed count=1i 1000000", ...bad, "parsed count=2i 2000000"]);
      expect(refusals.map((refusal) => refusal.point).toSorted()).toEqual(bad.toSorted());
      expect(await counts("parsed")).toEqual([
        [1, 1],
        [2, 2],
      ]);
    });

    it("lists points with a tag or field called time", async () => {
      const bad = ["timed,time=a count=1i 1", "timed time=1i 1"];
      const refusals = await write([...bad, "timed count=1i 1000000"]);
      expect(refusals.map((refusal) => refusal.point).toSorted()).toEqual(bad.toSorted());
      expect(await counts("timed")).toEqual([[1, 1]]);
    });

    it("refuses everything where everything is wrong", async () => {
      await write(["all count=1.5 1", `all count=1.5 ${minute}000000`]);
      const points = Array.from({ length: 2000 }, (_, i) => `all,n=${i % 100} count=1i ${minute + (i % 20)}000000`);
      expect(await requestsOf(async () => expect(await write(points)).toHaveLength(2000))).toBeLessThan(60);
    });
  });

  describe("failing", () => {
    const points = [point("fails", 1, [], "1000000")];

    it.each<[string, Partial<InfluxV1>, string]>([
      [
        "a wrong password",
        { password: "wrong" },
        "the store answered 401 (authorization failed); check the token, or user and password",
      ],
      [
        "no credentials",
        { username: undefined, password: undefined },
        "401 (unable to parse authentication credentials)",
      ],
      ["a missing database", { database: "nowhere" }, '404 (database not found: "nowhere"); create what is missing'],
      [
        "a missing retention policy",
        { retentionPolicy: "nope" },
        "500 (retention policy not found: nope); create what is missing",
      ],
    ])("says so of %s", async (_, more, problem) => {
      const error: unknown = await write(points, more).catch((caught: unknown) => caught);
      expect(error).toMatchObject({ name: "L2iError", code: "store" });
      expect(String(error)).toContain(problem);
      expect(String(error)).toContain(`${store.url} (database ${more.database ?? "l2i"}): `);
    });

    it("says so when the user may not write", async () => {
      await store.query("CREATE USER reader WITH PASSWORD 'reads'");
      const sink = write(points, { username: "reader", password: "reads" });
      await expect(sink).rejects.toThrow(
        /answered 403 \(.*not authorized to write.*\); allow the token or user to write there/,
      );
    });
  });
});

describe("VictoriaMetrics", () => {
  let store: VictoriaMetrics;
  beforeAll(async () => {
    store = await startVictoriaMetrics();
  });
  afterAll(() => store.stop());
  const write = (points: readonly string[]) =>
    influxSink(
      { version: 2, url: `${store.url}/`, timeoutMs: 10_000, org: "", bucket: "l2i", token: "any" },
      env,
    ).write(PointLines.of(points));

  it("stores points and numbers", async () => {
    const numbers = [
      ["bytes_sum", 1e21],
      ["bytes_min", 1e-7],
      ["bytes_max", 123_456_789_012_345_680_000],
    ] as const;
    expect(await write([point(seriesKey("stores", [["host", "a"]]), 7, numbers, `${minute}000000`)])).toEqual([]);
    const exported = await store.export('{host="a"}');
    const stored = exported.map(({ metric, values: [value], timestamps }) => [metric["__name__"], value, timestamps]);
    expect(stored.toSorted(byText)).toEqual([
      ["stores_bytes_max", 123_456_789_012_345_680_000, [minute]],
      ["stores_bytes_min", 1e-7, [minute]],
      ["stores_bytes_sum", 1e21, [minute]],
      ["stores_count", 7, [minute]],
    ]);
  });

  it("gives back every tag as tagText made it", async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(anyText, { minLength: 1, maxLength: 100, selector: tagText }), async (values) => {
        const measurement = `tags${run++}`;
        const points = values.map((value, i) =>
          point(seriesKey(measurement, [["tag", value]]), i + 1, [], `${minute}000000`),
        );
        expect(await write(points)).toEqual([]);
        const exported = await store.export(`{__name__="${measurement}_count"}`);
        const stored = exported.map(({ metric, values: [value] }) => [value, metric["tag"]] as const);
        expect(new Map(stored)).toEqual(new Map(values.map((value, i) => [i + 1, tagText(value)])));
      }),
      { numRuns: 20 },
    );
  });
});
