// The loader's point about itself, `l2i_run`: what a run found, for whoever watches the loaders.
import type { Outcome } from "./outcome.ts";
import { nanoseconds, seriesKey } from "./sink/line-protocol.ts";
import type { Task } from "./task.ts";

/** A line of line protocol, dated at the start of the run. `started` and `now` in ms since 1970. */
export function ownPoint({ name, tags, pipelineName }: Task, outcome: Outcome, started: number, now: number): string {
  const { lines, matched, ignored, rejected, failed, late, points, refused, bytes, lagBytes, gap } = outcome;
  const counts = { lines, matched, ignored, rejected, failed, late, points, refused, bytes };
  const fields = { ...counts, lag_bytes: lagBytes, gap, duration_ms: Math.round(now - started) };
  const series = seriesKey("l2i_run", [
    ["host", tags["host"]!],
    ["log", tags["log"]!],
    ["pipeline", pipelineName],
    ["invocation", name],
  ]);
  const text = Object.entries(fields).map(([field, value]) => `${field}=${value}i`);
  return `${series} ${text.join(",")} ${nanoseconds(started)}`;
}
