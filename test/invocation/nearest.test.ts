import { expect, test } from "vitest";
import { nearest } from "../../src/invocation/nearest.ts";

const words = ["window", "writes", "maxSeries", "influxUrl", "influxOrg", "log", "out"];

test.each([
  ["windw", "window"],
  ["widnow", "window"],
  ["Window", "window"],
  ["max-series", "maxSeries"],
  ["max_serie", "maxSeries"],
  ["influxURL", "influxUrl"],
  ["logs", "log"],
  ["output", undefined],
  ["lo", "log"],
  ["", undefined],
  ["zzz", undefined],
  ["x".repeat(1_000_000), undefined],
])("%.20s → %s", (word, expected) => expect(nearest(word, words)).toBe(expected));
