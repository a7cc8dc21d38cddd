import { expect, test } from "vitest";
import { isTimezone, timezoneNames } from "../../src/invocation/timezones.ts";

const timezones = timezoneNames();

test("every name is one that this Node knows", () => {
  for (const timeZone of timezones) expect(() => new Intl.DateTimeFormat("en", { timeZone })).not.toThrow();
});

test("every name that this Node lists is there, and those that it does not list", () => {
  expect(timezones).toEqual(expect.arrayContaining(Intl.supportedValuesOf("timeZone")));
  expect(timezones).toEqual(expect.arrayContaining(["UTC", "Asia/Kolkata", "Europe/Kyiv", "US/Eastern", "Etc/GMT-2"]));
  expect(new Set(timezones).size).toBe(timezones.length);
});

test("every name is recognised, and nothing else", () => {
  expect(timezones.filter((name) => !isTimezone(name))).toEqual([]);
  const others = [
    "",
    "/",
    "Europe",
    "Europe/",
    "/UTC",
    "Berlin",
    "europe/berlin",
    "Europe/Berlin ",
    "Europe/Ber",
    "Europe/Berlin Bratislava",
    "America/Argentina",
    "UTC\n",
    "CET CST6CDT",
    "constructor",
    "__proto__/x",
  ];
  expect(others.filter(isTimezone)).toEqual([]);
});
