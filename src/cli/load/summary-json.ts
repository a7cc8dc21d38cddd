// The frequencies as `l2i load --json` tells them where there is no sink: what the table shows, for programs.
import type { Summary, SummaryRow } from "../../frequencies/summary.ts";
import { hasNumber, numbersOf } from "../../frequencies/values.ts";
import { tagText } from "../../sink/line-protocol.ts";
import type { Task } from "../../task.ts";

/** `overTime` of a category: its counts in the slots of the timescale. */
export function summaryJson(summary: Summary, task: Task, top: number): object {
  const rows = summary.rows();
  const { timescale, total, examples } = summary;
  return {
    timescale: timescale.slots > 0 ? { from: new Date(timescale.from).toISOString(), slotMs: timescale.slotMs } : null,
    categories: rows.slice(0, top).map((row) => ({
      attributes: Object.fromEntries(row.attributes.map(([name, value]) => [name, tagText(String(value))])),
      count: row.total.count,
      share: row.total.count / total,
      values: valuesOf(row, task),
      overTime: timescale.counts(row.timeline),
    })),
    moreCategories: Math.max(0, rows.length - top),
    rejectExamples: examples,
  };
}

/** Of each value that a line had. */
function valuesOf({ total }: SummaryRow, { values, pointFields, distributions }: Task): object {
  const numbers = numbersOf(total, distributions);
  const told = values.flatMap(({ name }, value) => {
    if (!hasNumber(total.values, value)) return [];
    const own = [...pointFields.entries()].filter(([, field]) => field.value === value);
    return [[name, Object.fromEntries(own.map(([at, field]) => [field.name.slice(name.length + 1), numbers[at]]))]];
  });
  return Object.fromEntries(told);
}
