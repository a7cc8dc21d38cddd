// What `l2i verify` tells people: what was compared, what differs, and what was left out and why.
import { beside } from "../../beside.ts";
import { seriesParts } from "../../sink/line-protocol.ts";
import type { Task } from "../../task.ts";
import type { Stretch, Verification } from "../../verify.ts";
import type { Difference } from "../../verify/compare.ts";
import type { Reason } from "../../verify/judged.ts";
import { table } from "../table.ts";
import { counted } from "../text.ts";

/** One line where all is equal and nothing was left out; ends with a line end. */
export function report(found: Verification, task: Task, repair: boolean): string {
  const lines = [
    `${found.name}: ${headline(found)}`,
    ...differenceLines(found, task),
    ...(repair && found.outcome === "different" ? [leftAlone] : []),
    ...found.leftOut.map(leftOutLine),
  ];
  return `${lines.join("\n")}\n`;
}

function headline(found: Verification): string {
  const { outcome, windows, series, lines, different, points } = found;
  if (outcome === "nothing") return "nothing to compare";
  const what = `${rangeOf(found)}, ${counted(windows, "window")}, ${series} series, ${counted(lines, "line")}`;
  if (outcome === "equal") return `${what}: all equal`;
  const differs = counted(different, "difference");
  return outcome === "repaired"
    ? `${what}: ${differs}, mended with ${counted(points, "point")}; all equal now`
    : `${what}: ${differs}`;
}

/** From the first stretch to the last. */
function rangeOf({ compared }: Verification): string {
  return range({ since: compared[0]!.since, until: compared.at(-1)!.until });
}

function range({ since, until }: Stretch): string {
  if (since === null) return `until ${short(until)}`;
  return until === null ? `from ${short(since)}` : `${short(since)} to ${short(until)}`;
}

const short = (time: string | null): string => `${time?.slice(0, 19)}Z`;

function differenceLines(found: Verification, task: Task): string[] {
  const { different, differences, refused } = found;
  if (different === 0) return [];
  const more = different - differences.length;
  return [
    table(
      ["window", "series", "field", "log", "store"],
      differences.map((each) => row(each, task)),
      3,
    ).trimEnd(),
    ...(more > 0 ? [`… and ${more} more (-v shows all)`] : []),
    ...(refused > 0
      ? [`refused by the store: ${refused} of them; the points are kept in ${beside(task.brainfile!).refused}`]
      : []),
  ];
}

const leftAlone =
  "not mended: what the store refused, and windows of which the logs hold no line, since the store may be right there";

function row({ window, series, field, log, store, refused }: Difference, task: Task): string[] {
  return [
    short(new Date(window).toISOString()),
    series === null ? "all together (beyond --max-series)" : attributesOf(series, task),
    refused ? `${field} (refused)` : field,
    String(log ?? "-"),
    String(store ?? "-"),
  ];
}

function attributesOf(series: string, { tags }: Task): string {
  return seriesParts(series)
    .tags.filter(([key]) => !Object.hasOwn(tags, key))
    .map(([key, value]) => `${key}=${value}`)
    .join(" ");
}

const leftOutLine = ({ why, ...stretch }: Verification["leftOut"][number]): string =>
  `left out: ${range(stretch)}, ${reasons[why]}`;

const reasons: { readonly [why in Reason]: string } = {
  before: "before the first line that was counted for this brainfile",
  gone: "lines counted there are in no log file that is left",
  cut: "lines counted there were cut off or edited out of the log",
  configuration: "counted with other options, or by another version",
};
