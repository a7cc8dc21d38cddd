import fc from "fast-check";
import { expect, test } from "vitest";
import {
  anyDuration,
  durationMs,
  durationPattern,
  durationWithin,
  fromOneSecond,
  upToDays,
} from "../../src/invocation/units.ts";

test.each([
  ["1ms", 1],
  ["500ms", 500],
  ["5s", 5000],
  ["1m", 60_000],
  ["90m", 5_400_000],
  ["2h", 7_200_000],
  ["1d", 86_400_000],
  ["99999999d", 8_639_999_913_600_000],
])("%s is %d ms", (text, ms) => {
  expect(durationPattern.test(text)).toBe(true);
  expect(durationMs(text)).toBe(ms);
});

test.each(["", "5", "m", "5x", "0s", "05s", "-5s", "+5s", "5 s", "5S", "5.5s", "1e3s", "1m30s", "5s\n", "٥s", "∞d"])(
  "%j is not a duration",
  (text) => expect(durationPattern.test(text)).toBe(false),
);

test.each([
  ["999ms", false],
  ["1000ms", true],
  ["99999999ms", true],
  ["100000000ms", false],
  ["1s", true],
  ["100000000d", false],
])("from one second: %s %s", (text, fits) => expect(durationWithin(fromOneSecond).test(text)).toBe(fits));

test.each([
  ["1ms", true],
  ["999999s", true],
  ["9999m", true],
  ["99h", true],
  ["100h", false],
  ["9d", true],
  ["10d", false],
])("up to days: %s %s", (text, fits) => expect(durationWithin(upToDays).test(text)).toBe(fits));

const unit = fc.constantFrom("ms", "s", "m", "h", "d");

test("what is within a range is a duration, exact, and as long as the range says", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2_000_000_000 }), unit, (number, unit) => {
      const text = `${number}${unit}`;
      const ms = durationMs(text);
      expect(durationPattern.test(text)).toBe(true);
      if (durationWithin(anyDuration).test(text)) expect(Number.isSafeInteger(ms)).toBe(true);
      if (durationWithin(fromOneSecond).test(text)) expect(ms).toBeGreaterThanOrEqual(1000);
      if (durationWithin(upToDays).test(text)) expect(ms).toBeLessThan(2 ** 31);
    }),
  );
});
