// The law of exactly-once for the built program against real stores: histories in which requests fail in every way, the process is
// killed at any change of the disk, at any stage of a write or at any moment, and two run at once. `npm run soak` plays many more.
import fc from "fast-check";
import { afterAll, beforeAll, test } from "vitest";
import { type InfluxDB, startInfluxdb } from "../servers/influxdb.ts";
import { startVictoriaMetrics, type VictoriaMetrics } from "../servers/victoria-metrics.ts";
import { histories, play, settings } from "./history.ts";
import { inInfluxdb, inVictoriaMetrics, Processes } from "./processes.ts";
import { seed } from "./seed.ts";

let influx: InfluxDB;
let victoria: VictoriaMetrics;
beforeAll(async () => {
  [influx, victoria] = await Promise.all([startInfluxdb(), startVictoriaMetrics()]);
});
afterAll(() => Promise.all([influx.stop(), victoria.stop()]));

const numRuns = Number(process.env["L2I_TEST_HISTORIES"] ?? 20);

test("any history of the built program and a real store ends exact", { timeout: 0 }, async () => {
  console.log(`${numRuns} histories of processes: seed ${seed}`);
  await fc.assert(
    fc.asyncProperty(histories, settings, fc.boolean(), async (history, setting, isPicky) => {
      const store = await (setting.isOverwriting ? inInfluxdb(influx) : inVictoriaMetrics(victoria));
      const world = await Processes.make(store, isPicky);
      try {
        await play(history, setting, world);
      } finally {
        await world.dispose();
      }
    }),
    { seed, numRuns, endOnFailure: true },
  );
});
