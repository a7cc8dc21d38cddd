// What a person gets who sums over a window: the form in which all that is logged, stored and refused is compared.
import { pointKey, splitLine } from "../../src/sink/line-protocol.ts";

/** Count and sum of bytes by series and window start: `requests,method=GET 1767355200000` → [3, 300]. */
export type Sums = Map<string, [count: number, bytes: number]>;

export function sumsOfLines(lines: Iterable<string>, windowMs: number, without: readonly string[] = []): Sums {
  const sums: Sums = new Map();
  for (const line of lines) {
    if (line.startsWith("l2i_run,")) continue;
    const { series, fields, timestamp } = splitLine(line);
    const window = Math.floor(Number(BigInt(timestamp) / 1_000_000n) / windowMs) * windowMs;
    addTo(sums, `${withoutTags(series, without)} ${window}`, field(fields, "count"), field(fields, "bytes_sum"));
  }
  return sums;
}

/** The lines of a file of line protocol that count: the last one of each series and timestamp. */
export function lastPoints(text: string): Iterable<string> {
  const whole = text.slice(0, text.lastIndexOf("\n") + 1).split("\n");
  return new Map(whole.filter((line) => line !== "").map((line) => [pointKey(line), line])).values();
}

export function addTo(sums: Sums, key: string, count: number, bytes: number): void {
  const [counts, total] = sums.get(key) ?? [0, 0];
  sums.set(key, [counts + count, total + bytes]);
}

/** Everything in `more`, added to `sums`. */
export function addAll(sums: Sums, more: Sums): Sums {
  for (const [key, [count, bytes]] of more) addTo(sums, key, count, bytes);
  return sums;
}

/** By series without these tags. */
export function sumsWithout(sums: Sums, tags: readonly string[]): Sums {
  const fewer: Sums = new Map();
  for (const [key, [count, bytes]] of sums) addTo(fewer, withoutTags(key, tags), count, bytes);
  return fewer;
}

/** For `toEqual`, which then shows the few lines that differ. What is 0 tells that there is nothing. */
export const sorted = (sums: Sums): string[] =>
  [...sums]
    .filter(([, [count]]) => count > 0)
    .map(([key, [count, bytes]]) => `${key}: ${count} lines, ${bytes} bytes`)
    .toSorted();

/** Of a series, or of a key, which ends in a window. */
function withoutTags(key: string, names: readonly string[]): string {
  const [series = "", ...rest] = key.split(" ");
  const kept = series.split(",").filter((part) => !names.includes(part.split("=")[0]!));
  return [kept.join(","), ...rest].join(" ");
}

/** 0 where the field is not there: no line of that series had the value. */
const field = (fields: string, name: string): number =>
  Number(new RegExp(`(?:^|,)${name}=([^,i]+)`).exec(fields)?.[1] ?? 0);
