// The frequencies as `l2i load --json` tells them where there is no sink: what the table shows, for programs.
import type { Summary, SummaryRow } from "../frequencies/summary.ts";
import { tagText } from "../sink/line-protocol.ts";
import type { Task } from "../task.ts";

/** `overTime` of a category: its counts in the slots of the timescale. */
export function summaryJson(summary: Summary, { valueNames }: Task, top: number): object {
  const rows = summary.rows();
  const { timescale, total, examples } = summary;
  return {
    timescale: timescale.slots > 0 ? { from: new Date(timescale.from).toISOString(), slotMs: timescale.slotMs } : null,
    categories: rows.slice(0, top).map((row) => ({
      attributes: Object.fromEntries(row.attributes.map(([name, value]) => [name, tagText(String(value))])),
      count: row.total.count,
      share: row.total.count / total,
      values: valuesOf(row, valueNames),
      overTime: timescale.counts(row.timeline),
    })),
    moreCategories: Math.max(0, rows.length - top),
    rejectExamples: examples,
  };
}

/** Of each value that a line had. */
function valuesOf({ total: { values } }: SummaryRow, names: readonly string[]): object {
  const told = names.map((name, index) => {
    const [sum, min, max] = values.slice(3 * index);
    return [name, { sum, min, max }] as const;
  });
  return Object.fromEntries(told.filter(([, { max }]) => Number.isFinite(max)));
}
