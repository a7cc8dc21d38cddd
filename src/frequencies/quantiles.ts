// Quantiles of any number of numbers within 1 %, from bins that merge (DDSketch, https://arxiv.org/abs/1908.10693): a bin holds the
// numbers that are nearly equal, as far apart as the accuracy allows. A sketch of one's own, since the library for it
// (@datadog/sketches-js 2.1.1) forgets negative numbers when it merges, loses all small numbers to one huge one, and takes 1 KB for each. Pure.
import type { Bins } from "./bins.ts";

/** Of 100 numbers, so many are no larger than the quantile. */
export const percentiles = [50, 95, 99] as const;

/** Relative. With five digits, to which what is told is rounded, it comes to less than 1 %. */
const accuracy = 0.0099;
/** How much larger the numbers of a bin are than those of the one before. */
const gamma = (1 + accuracy) / (1 - accuracy);
const perLog = 1 / Math.log(gamma);
/** Bins of positive numbers lie above 0, those of negative ones below; the least that there is belongs to −37,596. */
const zero = 40_000;

/** Whole numbers up to 2^53 have 1,857 bins, so that none of them is lost to the limit. */
export function binOf(number: number): number {
  if (number === 0) return 0;
  return number > 0 ? zero + Math.ceil(Math.log(number) * perLog) : -binOf(-number);
}

/** What the percentiles are, between `min` and `max`. */
export function percentilesIn(bins: Bins, min: number, max: number): number[] {
  let total = 0;
  for (let at = 1; at < bins.length; at += 2) total += bins[at]!;
  return percentiles.map((percent) => {
    const number = numberIn(binAt(bins, Math.ceil((percent * total) / 100)));
    return Math.min(max, Math.max(min, Number(number.toPrecision(5))));
  });
}

/** The bin of number `rank`, from 1, in their order. */
function binAt(bins: Bins, rank: number): number {
  let left = rank;
  for (let at = 0; at < bins.length; at += 2) if ((left -= bins[at + 1]!) <= 0) return bins[at]!;
  return 0;
}

/** As far from the least number of the bin as from the largest, relatively. */
function numberIn(bin: number): number {
  if (bin === 0) return 0;
  return bin > 0 ? (gamma ** (bin - zero) * 2) / (1 + gamma) : -numberIn(-bin);
}
