// Whatever strangers put into a log, a real store takes every point that comes of it, and holds what was counted.
import fc from "fast-check";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { PointLines } from "../../src/sink/point-lines.ts";
import { influxSink, type InfluxTarget } from "../../src/sink/influx.ts";
import { splitLine } from "../../src/sink/line-protocol.ts";
import { sorted, type Sums, sumsOfLines } from "../laboratory/sums.ts";
import { sumsInInfluxdb } from "../laboratory/stored-sums.ts";
import { type InfluxDB, startInfluxdb } from "../servers/influxdb.ts";
import { startVictoriaMetrics, type VictoriaMetrics } from "../servers/victoria-metrics.ts";
import { hold, patience } from "./budget.ts";
import { count, logFormat, now, parsePoint, tasks } from "./counted.ts";
import { lineOf } from "./material.ts";

vi.setConfig({ testTimeout: patience });

const minute = 60_000;
const all = await tasks();
const parts = await tasks("parts");
const log = fc
  .array(lineOf(logFormat), { minLength: 300, maxLength: 600, size: "max" })
  .map((lines) => lines.map((line) => `${line}\n`).join(""));

let influx: InfluxDB;
let victoria: VictoriaMetrics;
beforeAll(async () => {
  [influx, victoria] = await Promise.all([startInfluxdb(), startVictoriaMetrics()]);
}, patience);
afterAll(() => Promise.all([influx.stop(), victoria.stop()]));

/** All is to be taken at once. */
const env = {
  now: () => Date.now(),
  sleep: () => Promise.reject(new Error("a store that works needs no retry")),
  random: () => 0.5,
};
const refusals = (target: InfluxTarget, points: readonly string[]) =>
  influxSink(target, env).write(PointLines.of(points));

async function pointsOf(text: string, some: typeof all): Promise<string[]> {
  const counted = await Promise.all(some.map((task) => count(task, text, { portions: [65_536], chunks: 10 })));
  return counted.flatMap(({ points }) => points);
}

test("InfluxDB takes every point and gives it back", () =>
  hold(
    "InfluxDB",
    10,
    fc.asyncProperty(log, async (text) => {
      const points = await pointsOf(text, all);
      await influx.createDatabase("fuzz");
      expect(await refusals({ version: 1, url: influx.url, timeoutMs: 30_000, database: "fuzz" }, points)).toEqual([]);
      expect(sorted(await sumsInInfluxdb(influx.url, "fuzz", minute))).toEqual(sorted(sumsOfLines(points, minute)));
      await influx.query('DROP DATABASE "fuzz"');
    }),
  ));

/** VictoriaMetrics takes the time 0 for "now", and drops what lies more than two days ahead. */
const isPast = (line: string): boolean => {
  const ms = BigInt(splitLine(line).timestamp) / 1_000_000n;
  return ms > 0n && ms < BigInt(now);
};

let run = 0;

test("VictoriaMetrics takes every point and gives it back", () =>
  hold(
    "VictoriaMetrics",
    10,
    fc.asyncProperty(log, async (text) => {
      const tag = `run${run++}`;
      const points = (await pointsOf(text, parts))
        .filter(isPast)
        .map((line) => line.replace(",host=fuzz", `,host=${tag}`));
      expect(points.length).toBeGreaterThan(100);
      expect(await refusals({ version: 2, url: victoria.url, timeoutMs: 30_000 }, points)).toEqual([]);
      const stored: Sums = new Map();
      for (const { metric, values, timestamps } of await victoria.export(`{__name__=~".+_count",host="${tag}"}`)) {
        const { __name__: name = "", ...tags } = metric;
        for (const [index, value] of values.entries())
          stored.set(keyOf(name.replace(/_count$/, ""), tags, timestamps[index]!), [value, 0]);
      }
      const sent: Sums = new Map(
        points
          .map(parsePoint)
          .map(({ measurement, tags, fields, timestamp }) => [
            keyOf(measurement, Object.fromEntries(tags), Number(timestamp / 1_000_000n)),
            [Number.parseInt(fields.get("count")!, 10), 0],
          ]),
      );
      expect(sorted(stored)).toEqual(sorted(sent));
    }),
  ));

const keyOf = (measurement: string, tags: Readonly<Record<string, string>>, time: number): string =>
  JSON.stringify([measurement, Object.entries(tags).toSorted(([a], [b]) => (a < b ? -1 : 1)), time]);
