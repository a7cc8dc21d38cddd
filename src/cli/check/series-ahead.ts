// What `l2i check` says about the series that a pipeline will make, told from a sample of its lines.
import { estimate, type Sighting } from "../../frequencies/estimate.ts";
import type { Task } from "../../task.ts";
import { counted } from "../text.ts";

interface SeriesAhead {
  /** To be put behind what was said of the sample; empty where nothing in it was counted. */
  readonly detail: string;
  /** Null: they are no more than a window may have. */
  readonly warning: string | null;
}

export function seriesAhead(lines: readonly Sighting[], { windowMs, maxSeries }: Task): SeriesAhead {
  const { series, growing } = estimate(lines, windowMs);
  const grows = growing
    ? `, "${growing.attribute}" takes ever new values (${growing.values} in ${counted(lines.length, "line")})`
    : "";
  const most = growing ? `, most by the attribute "${growing.attribute}"` : "";
  return {
    detail: lines.length === 0 ? "" : `; about ${series} series a window${grows}`,
    warning:
      series <= maxSeries
        ? null
        : `makes about ${series} series in one window${most}; what is more than ${maxSeries} is counted as _other (--max-series sets the limit)`,
  };
}
