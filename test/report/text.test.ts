import { expect, test } from "vitest";
import {
  bytesText,
  Clock,
  elapsedText,
  rateText,
  shareText,
  shortCount,
  spanText,
} from "../../src/report/page/text.ts";

const minute = 60_000;
const day = 86_400_000;

test.each<[text: string, expected: string]>([
  [shortCount(9_999), "9,999"],
  [shortCount(12_345), "12.3K"],
  [shortCount(1_234_567), "1.23M"],
  [shareText(0, 5), "0 %"],
  [shareText(0, 0), "0 %"],
  [shareText(1, 100_000), "< 0.1 %"],
  [shareText(1, 30), "3.3 %"],
  [shareText(1, 2), "50 %"],
  [shareText(9_999, 10_000), "> 99.9 %"],
  [shareText(3, 3), "100 %"],
  [bytesText(0), "0 B"],
  [bytesText(999), "999 B"],
  [bytesText(1_234), "1.2 kB"],
  [bytesText(999_999), "1 MB"],
  [bytesText(12_345_678_901), "12 GB"],
  [elapsedText(0.4), "0.4 µs"],
  [elapsedText(999.7), "1 ms"],
  [elapsedText(4_240), "4.2 ms"],
  [elapsedText(999_600), "1 s"],
  [elapsedText(95e6), "95 s"],
  [elapsedText(600e6), "10 min"],
  [elapsedText(7_200e6), "2 h"],
  [elapsedText(864_000e6), "10 d"],
  [spanText(1000), "1 s"],
  [spanText(90_000), "90 s"],
  [spanText(15 * minute), "15 min"],
  [spanText(90 * minute), "90 min"],
  [spanText(60 * minute), "1 h"],
  [spanText(day), "1 day"],
  [spanText(16 * day), "16 days"],
  [rateText(30, 1000), "30/s"],
  [rateText(5, minute), "5/min"],
  [rateText(1, 60 * minute), "1/h"],
  [rateText(1, 100 * day), "0.01/d"],
])("%s is %s", (text, expected) => {
  expect(text).toBe(expected);
});

test("times stand in the zone of the page, as exactly as they are known", () => {
  const utc = new Clock("UTC");
  const time = Date.UTC(2025, 9, 26, 0, 40, 5);
  expect(utc.text(time)).toBe("2025-10-26 00:40:05");
  expect(utc.text(time, minute)).toBe("2025-10-26 00:40");
  expect(utc.text(Date.UTC(2025, 9, 26), 2 * day)).toBe("2025-10-26");
  expect(new Clock("Europe/Berlin").text(time)).toBe("2025-10-26 02:40:05");
  expect(utc.range(time, time + minute)).toBe("2025-10-26 00:40:05 – 00:41:05");
  expect(utc.range(time, time + day, minute)).toBe("2025-10-26 00:40 – 2025-10-27 00:40");
});
