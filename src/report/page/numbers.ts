// What the charts show, as tables: for screen readers, and for whoever wants the numbers.
import { widthFor } from "../widths.ts";
import { type Bins, binsOf, type Facts, type Selection } from "./facts.ts";
import { latencyCourse, percents } from "./latency-chart.ts";
import { requestsCourse } from "./requests-chart.ts";
import type { Page } from "./sections.ts";
import { type Column, table } from "./table.ts";
import { countText, elapsedText, spanText } from "./text.ts";

/** More rows than that nobody reads: who zooms in gets narrower ones. */
const mostRows = 50;

export function requestsNumbers({ facts, view, clock }: Page): Node[] {
  const bins = rowBins(facts.requests, view.selection);
  const { classes } = requestsCourse(facts, view.selection, bins);
  const columns: Column[] = [
    timeColumn,
    { title: "Requests", kind: "number" },
    ...classes.map(({ statusClass }): Column => ({ title: statusClass.name, kind: "number" })),
  ];
  const rows = Array.from({ length: bins.count }, (_, bin) => {
    const counts = classes.map((each) => each.counts[bin]!);
    const total = counts.reduce((sum, count) => sum + count, 0);
    return [clock.text(bins.start + bin * bins.widthMs, bins.widthMs), ...[total, ...counts].map(countText)];
  });
  return table(`Requests by status, in rows of ${spanText(bins.widthMs)}`, columns, rows);
}

export function latencyNumbers({ facts, view, clock }: Page): Node[] {
  const bins = rowBins(facts.latency, view.selection);
  const { lines, histograms } = latencyCourse(facts, view.selection, bins);
  const columns: Column[] = [
    timeColumn,
    { title: "Requests", kind: "number" },
    ...percents.map((percent): Column => ({ title: `p${percent}`, kind: "number" })),
  ];
  const rows = histograms.map((histogram, bin) => [
    clock.text(bins.start + bin * bins.widthMs, bins.widthMs),
    countText([...histogram.values()].reduce((sum, count) => sum + count, 0)),
    ...lines.map((line) => (line[bin] === null ? "–" : elapsedText(line[bin]!))),
  ]);
  return table(`Time taken, in rows of ${spanText(bins.widthMs)}`, columns, rows);
}

const timeColumn: Column = { title: "From", kind: "text" };

function rowBins({ cube }: Facts, selection: Selection): Bins {
  return binsOf(selection, widthFor(selection.until - selection.from, mostRows, cube.widthMs));
}
