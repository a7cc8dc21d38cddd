import { expect, test } from "vitest";
import { timezones } from "../../src/invocation/timezones.ts";

test("every name is one that this Node knows", () => {
  for (const timeZone of timezones) expect(() => new Intl.DateTimeFormat("en", { timeZone })).not.toThrow();
});

test("every name that this Node lists is there, and those that it does not list", () => {
  expect(timezones).toEqual(expect.arrayContaining(Intl.supportedValuesOf("timeZone")));
  expect(timezones).toEqual(expect.arrayContaining(["UTC", "Asia/Kolkata", "Europe/Kyiv", "US/Eastern", "Etc/GMT-2"]));
  expect(new Set(timezones).size).toBe(timezones.length);
});
