// `l2i check` at real stores: it proves that they answer and take the credentials, and leaves nothing in them.
import { expect, test } from "vitest";
import { Desk } from "../cli/desk.ts";
import { startInfluxdb } from "../servers/influxdb.ts";
import { startVictoriaMetrics } from "../servers/victoria-metrics.ts";

const sink = async (options: object) => {
  using desk = new Desk().log(3).multibrain({ out: undefined, ...options });
  const { code, stdout } = await desk.l2i(["check", "multibrain.json"]);
  return { code, said: /^ {2}(\S+) +sink +(.*)$/m.exec(stdout)?.slice(1).join(": ") };
};

test("InfluxDB 1: the database must be there, user and password right", async () => {
  const auth = { username: "admin", password: "right" };
  await using store = await startInfluxdb({ auth });
  await store.createDatabase("web");
  const options = { influxUrl: store.url, influxDatabase: "web", influxUsername: "admin", influxPassword: "right" };
  expect(await sink(options)).toEqual({ code: 0, said: `ok: ${store.url} (database web) answers` });
  expect(await sink({ ...options, influxPassword: "wrong" })).toEqual({
    code: 1,
    said: expect.stringMatching(/^PROBLEM: .* answered 401 .*; check the token, or user and password$/),
  });
  expect(await sink({ ...options, influxDatabase: "none" })).toEqual({
    code: 1,
    said: expect.stringMatching(/^PROBLEM: .* answered 404 .*; create what is missing/),
  });
  expect(await store.query("SHOW MEASUREMENTS", "web")).toEqual([]);
});

test("VictoriaMetrics answers, but not everywhere", async () => {
  await using store = await startVictoriaMetrics();
  expect(await sink({ influxUrl: store.url, writes: "parts" })).toEqual({
    code: 0,
    said: expect.stringMatching(/^ok: .* answers$/),
  });
  expect(await sink({ influxUrl: `${store.url}/nowhere`, writes: "parts" })).toEqual({
    code: 1,
    said: expect.stringMatching(/^PROBLEM: .* answered 400 \(.*unsupported path/),
  });
  expect(await store.export('{__name__!=""}')).toEqual([]);
});
