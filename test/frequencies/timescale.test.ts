// Counts over time keep their sum and their place, whatever the stretch of time.
import fc from "fast-check";
import { expect, test } from "vitest";
import { Timescale } from "../../src/frequencies/timescale.ts";

const minute = 60_000;
const starts = fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 1, maxLength: 30 });

test("every count lies in the slot of its time; there are never more than 128", () => {
  fc.assert(
    fc.property(starts, starts, (one, other) => {
      const scale = new Timescale(minute);
      const timelines = [one, other].map((minutes) => {
        const timeline = scale.newTimeline();
        for (const start of minutes) scale.add(timeline, start * minute, 1);
        return [minutes, timeline] as const;
      });
      for (const [minutes, timeline] of timelines) {
        const wanted = Array<number>(scale.slots).fill(0);
        for (const start of minutes) wanted[Math.floor((start * minute - scale.from) / scale.slotMs)]!++;
        expect(scale.counts(timeline)).toEqual(wanted);
      }
      expect(scale.slots).toBeLessThanOrEqual(128);
      const all = [...one, ...other];
      const span = Math.max(...all) - Math.min(...all);
      expect(scale.slotMs / minute).toBeLessThanOrEqual(Math.max(1, span / 32)); // as fine as it may be
    }),
    { numRuns: 100 },
  );
});
