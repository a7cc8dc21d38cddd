// Time taken over time: how many requests took how long as a map of heat, and the percentiles as lines above it.
import uPlot from "uplot";
import { type ChartParts, color, timeChart } from "./chart.ts";
import {
  type AllFacts,
  type Bins,
  type Histogram,
  histogramsByBin,
  joinedHistogram,
  percentiles,
  type Selection,
} from "./facts.ts";
import { bucketStart } from "../elapsed-bucket.ts";
import { middlesOf } from "./requests-chart.ts";
import { type Clock, countText, elapsedText } from "./text.ts";

export const percents = [50, 95, 99] as const;

export interface LatencyCourse {
  readonly bins: Bins;
  /** How often pairs of buckets were joined. */
  readonly joined: number;
  readonly histograms: readonly Histogram[];
  /** Microseconds by percent and bin; null where there is no request. */
  readonly lines: readonly (readonly (number | null)[])[];
}

export function latencyCourse({ latency }: AllFacts, selection: Selection, bins: Bins): LatencyCourse {
  const { joined } = latency.cube;
  const histograms = histogramsByBin(latency, selection, bins);
  const values = histograms.map((histogram) => percentiles(histogram, joined, percents));
  return { bins, joined, histograms, lines: percents.map((_, index) => values.map((each) => each[index]!)) };
}

export function latencyChart(parts: ChartParts, course: LatencyCourse, clock: Clock): uPlot {
  const { bins, joined, histograms, lines } = course;
  const map = heatMap(course);
  const extent = extentOf(joinedHistogram(histograms), joined);
  return timeChart(
    parts,
    {
      series: [
        {},
        ...percents.map((percent, at) => ({
          stroke: color(`--p${percent}`),
          width: 1.75,
          spanGaps: false,
          points: { show: true, size: 5, fill: color(`--p${percent}`), filter: () => loneOnes(lines[at]!) },
        })),
      ],
      scales: { y: { distr: 3, range: () => extent } },
      hooks: { drawAxes: [(chart) => paint(chart, map)] },
      y: {
        splits: () => decades(extent),
        filter: (_, splits) => splits,
        values: (_, splits) => splits.map(elapsedText),
      },
    },
    [middlesOf(bins), ...lines.map((line) => [...line])],
    (index, value) => {
      const start = bins.start + index * bins.widthMs;
      if (histograms[index]!.size === 0) return null;
      const row = value === null ? null : map.rows.find(({ from, until }) => value >= from && value < until);
      const here = row?.counts[index] ?? 0;
      return {
        title: clock.range(start, start + bins.widthMs, bins.widthMs),
        lines: [
          ...percents.toReversed().map((percent, at) => ({
            color: `p${percent}`,
            word: `p${percent}`,
            value: elapsedText(lines[percents.length - 1 - at]![index]!),
          })),
          ...(row && here > 0
            ? [{ color: null, word: `${elapsedText(row.from)} – ${elapsedText(row.until)}`, value: countText(here) }]
            : []),
        ],
      };
    },
  );
}

/** Bins on whose sides there is nothing: no line goes through them. */
function loneOnes(line: readonly (number | null)[]): number[] {
  const isNone = (bin: number): boolean => (line[bin] ?? null) === null;
  return [...line.keys()].filter((bin) => !isNone(bin) && isNone(bin - 1) && isNone(bin + 1));
}

/** A row of the map: requests that took from so long until just before so long, microseconds, by bin. */
interface HeatRow {
  readonly from: number;
  readonly until: number;
  readonly counts: number[];
}

interface HeatMap {
  readonly bins: Bins;
  readonly rows: readonly HeatRow[];
  readonly most: number;
}

/** In a row the time taken grows by a quarter of a doubling, however narrow the buckets are. */
function heatMap({ bins, joined, histograms }: LatencyCourse): HeatMap {
  const perRow = 8 / 2 ** joined;
  const rows = new Map<number, HeatRow>();
  for (const [bin, histogram] of histograms.entries())
    for (const [bucket, count] of histogram) {
      const number = Math.floor(bucket / perRow);
      const row = rows.get(number) ?? {
        from: bucketStart(number * perRow, joined),
        until: bucketStart((number + 1) * perRow, joined),
        counts: Array<number>(bins.count).fill(0),
      };
      rows.set(number, row);
      row.counts[bin]! += count;
    }
  const all = [...rows.values()];
  return { bins, rows: all, most: all.reduce((most, { counts }) => Math.max(most, ...counts), 1) };
}

function paint(chart: uPlot, { bins, rows, most }: HeatMap): void {
  const { ctx, bbox } = chart;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.fillStyle = color("--heat");
  const xAt = (bin: number): number => Math.round(chart.valToPos((bins.start + bin * bins.widthMs) / 1000, "x", true));
  for (const { from, until, counts } of rows) {
    const top = Math.round(chart.valToPos(until, "y", true));
    const bottom = Math.round(chart.valToPos(from, "y", true));
    for (const [bin, count] of counts.entries()) {
      if (count === 0) continue;
      // Few are told from none, and many from more.
      ctx.globalAlpha = 0.12 + 0.7 * (Math.log1p(count) / Math.log1p(most));
      ctx.fillRect(xAt(bin), top, xAt(bin + 1) - xAt(bin), bottom - top);
    }
  }
  ctx.restore();
}

/** From below the shortest to above the longest, microseconds. */
function extentOf(histogram: Histogram, joined: number): [number, number] {
  const buckets = [...histogram.keys()];
  if (buckets.length === 0) return [1, 1000];
  const [least, most] = [Math.min(...buckets), Math.max(...buckets)];
  return [bucketStart(least, joined) / 1.2, bucketStart(most + 1, joined) * 1.2];
}

/** 1, 10, 100 … µs; where that is too few, 2 and 5 as well. */
function decades([least, most]: readonly [number, number]): number[] {
  const powers = Array.from({ length: 17 }, (_, power) => 10 ** power);
  const steps = most / least < 100 ? [1, 2, 5] : [1];
  return powers.flatMap((power) => steps.map((step) => step * power)).filter((us) => us >= least && us <= most);
}
