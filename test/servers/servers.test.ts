import { expect, test, vi } from "vitest";
import { startInfluxdb } from "./influxdb.ts";
import { startVictoriaMetrics } from "./victoria-metrics.ts";

// The first run of all downloads the servers.
vi.setConfig({ testTimeout: 120_000 });

const minute = Date.UTC(2024, 1, 29, 23, 59);
const line = `requests,host=a,log=access.log count=7i,bytes_sum=1.5 ${minute}000000`;

test("InfluxDB 1 keeps the last value of a point", async () => {
  await using store = await startInfluxdb();
  await store.createDatabase("l2i");
  for (const point of [line.replace("7i", "3i"), line]) {
    const response = await fetch(`${store.url}/write?db=l2i&precision=ns`, { method: "POST", body: point });
    expect(response.status).toBe(204);
  }
  expect(await store.query("SELECT * FROM requests", "l2i")).toEqual([
    { measurement: "requests", time: minute, bytes_sum: 1.5, count: 7, host: "a", log: "access.log" },
  ]);
});

test("InfluxDB 1 with credentials refuses others", async () => {
  const auth = { username: "some one", password: `it's "\\secret"` };
  await using store = await startInfluxdb({ auth });
  await store.createDatabase("l2i");
  const write = (authorization: string): Promise<Response> =>
    fetch(`${store.url}/write?db=l2i&precision=ns`, { method: "POST", body: line, headers: { authorization } });
  expect((await write(`Basic ${btoa("some one:wrong")}`)).status).toBe(401);
  expect((await write(`Basic ${btoa(`${auth.username}:${auth.password}`)}`)).status).toBe(204);
  expect(await store.query("SELECT count FROM requests GROUP BY host", "l2i")).toEqual([
    { measurement: "requests", host: "a", time: minute, count: 7 },
  ]);
});

test("InfluxDB 1 says why it refuses a query", async () => {
  await using store = await startInfluxdb();
  await expect(store.query("SELECT * FROM requests", "nowhere")).rejects.toThrow("database not found: nowhere");
});

test("VictoriaMetrics keeps one of two identical points", async () => {
  await using store = await startVictoriaMetrics();
  for (const point of [line, line]) {
    const response = await fetch(`${store.url}/api/v2/write?bucket=l2i&precision=ns`, { method: "POST", body: point });
    expect(response.status).toBe(204);
  }
  const tags = { host: "a", log: "access.log" };
  expect(await store.export('{host="a"}')).toEqual(
    expect.arrayContaining([
      { metric: { __name__: "requests_count", ...tags }, values: [7], timestamps: [minute] },
      { metric: { __name__: "requests_bytes_sum", ...tags }, values: [1.5], timestamps: [minute] },
    ]),
  );
});

test("VictoriaMetrics exports what lies in the past and in the future", async () => {
  await using store = await startVictoriaMetrics();
  const times = [Date.UTC(1971), Date.now() + 36e5].toSorted((a, b) => a - b);
  const body = times.map((time) => `m count=1i ${time}000000`).join("\n");
  await fetch(`${store.url}/api/v2/write?precision=ns`, { method: "POST", body });
  expect((await store.export("m_count"))[0]?.timestamps).toEqual(times);
});
