// Requests over time: one bar a bin, one colour a class of status, errors on top.
import uPlot from "uplot";
import { type ChartParts, color, timeChart } from "./chart.ts";
import { type AllFacts, type Bins, courseByClass, type Selection } from "./facts.ts";
import { type StatusClass, statusClasses } from "./statuses.ts";
import { type Clock, countText, rateText, shortCount } from "./text.ts";

/** What is drawn: for each class its counts by bin. */
export interface RequestsCourse {
  readonly bins: Bins;
  readonly classes: readonly { readonly statusClass: StatusClass; readonly counts: readonly number[] }[];
}

/** Classes without a request are left out. */
export function requestsCourse({ requests }: AllFacts, selection: Selection, bins: Bins): RequestsCourse {
  const counts = courseByClass(requests, selection, bins);
  const all = statusClasses.map((statusClass) => ({ statusClass, counts: counts[statusClass.digit]! }));
  return { bins, classes: all.filter((each) => each.counts.some((count) => count > 0)) };
}

export function requestsChart(parts: ChartParts, course: RequestsCourse, clock: Clock): uPlot {
  const { bins, classes } = course;
  const paths = uPlot.paths.bars!({ size: [1, Infinity], align: 0, gap: 1 });
  const stacked = stack(classes.map(({ counts }) => counts));
  return timeChart(
    parts,
    {
      // The highest ones are drawn first, and the lower ones over them.
      series: [
        {},
        ...classes
          .map(({ statusClass }) => ({ fill: color(statusClass.color), width: 0, paths, points: { show: false } }))
          .toReversed(),
      ],
      scales: { y: { range: (_, __, most) => [0, Math.max(1, most * 1.05)] } },
      y: { values: (_, splits) => splits.map((split) => (Number.isInteger(split) ? shortCount(split) : "")) },
    },
    [middlesOf(bins), ...stacked.toReversed()],
    (index) => {
      const start = bins.start + index * bins.widthMs;
      const total = stacked.at(-1)?.[index] ?? 0;
      const parted = classes.filter(({ counts }) => counts[index]! > 0).toReversed();
      return {
        title: clock.range(start, start + bins.widthMs, bins.widthMs),
        lines: [
          ...parted.map(({ statusClass, counts }) => ({
            color: statusClass.color.slice(2),
            word: statusClass.name,
            value: countText(counts[index]!),
          })),
          { color: null, word: "requests", value: countText(total) },
          ...(total > 0 ? [{ color: null, word: "rate", value: rateText(total, bins.widthMs) }] : []),
        ],
      };
    },
  );
}

/** Seconds, as uPlot has them. */
export function middlesOf({ start, widthMs, count }: Bins): number[] {
  return Array.from({ length: count }, (_, index) => (start + (index + 0.5) * widthMs) / 1000);
}

function stack(layers: readonly (readonly number[])[]): number[][] {
  const stacked: number[][] = [];
  for (const layer of layers) stacked.push(layer.map((count, index) => count + (stacked.at(-1)?.[index] ?? 0)));
  return stacked;
}
