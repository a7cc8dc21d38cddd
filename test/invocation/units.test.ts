import * as fc from "fast-check";
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

const lengths = fc.tuple(fc.integer({ min: 1, max: 2_000_000_000 }), fc.constantFrom("ms", "s", "m", "h", "d"));

test.each([
  [anyDuration, 1, Number.MAX_SAFE_INTEGER],
  [fromOneSecond, 1000, Number.MAX_SAFE_INTEGER],
  [upToDays, 1, 2 ** 31 - 1],
])("what is within %j has %d to %d ms", (digits, least, most) => {
  fc.assert(
    fc.property(lengths, ([number, unit]) => {
      const text = `${number}${unit}`;
      const ms = durationMs(text);
      const isWithin = durationWithin(digits).test(text);
      expect(durationPattern.test(text)).toBe(true);
      expect(isWithin ? ms >= least && ms <= most : true).toBe(true);
    }),
  );
});
