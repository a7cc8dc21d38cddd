// How a case that came out otherwise is told: by window and series, what was missing, what was new, and which numbers changed.
import type { Played } from "../../replay.ts";
import { fieldsOf, seriesParts, splitLine } from "../../sink/line-protocol.ts";
import { visible } from "../../printable.ts";
import { displayWidth, padded } from "../display-width.ts";
import type { Paint } from "../paint.ts";

/** A point that is not on both sides, or has other fields there. */
export interface Difference {
  readonly series: string;
  readonly timestamp: string;
  /** Fields; null: there is no such point. */
  readonly wanted: string | null;
  readonly actual: string | null;
}

/** In the order of their time and series. */
export function differencesOf(wanted: readonly string[], actual: readonly string[]): Difference[] {
  const [before, after] = [fieldsByKey(wanted), fieldsByKey(actual)];
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((key) => before.get(key) !== after.get(key))
    .map((key) => ({
      series: key.slice(0, key.lastIndexOf(" ")),
      timestamp: key.slice(key.lastIndexOf(" ") + 1),
      wanted: before.get(key) ?? null,
      actual: after.get(key) ?? null,
    }))
    .toSorted((a, b) => Number(a.timestamp) - Number(b.timestamp) || (a.series < b.series ? -1 : 1));
}

function fieldsByKey(points: readonly string[]): Map<string, string> {
  return new Map(
    points.map(splitLine).map(({ series, fields, timestamp }) => [`${series} ${timestamp}`, fields] as const),
  );
}

/** Without line ends: a line for each window, the series in it below; `most`: differences that are told. */
export function differenceLines(
  differences: readonly Difference[],
  played: Played,
  most: number,
  paint: Paint,
): string[] {
  const told = differences.slice(0, most).map((difference) => ({
    ...difference,
    window: visible(windowOf(difference, played)),
    label: visible(labelOf(difference, played)),
  }));
  const width = Math.max(0, ...told.map(({ label }) => displayWidth(label)));
  const lines = told.flatMap(({ window, label, ...difference }, index) => [
    ...(window === told[index - 1]?.window ? [] : [`  ${paint("bold", window)}`]),
    `    ${side(padded(label, width), difference, paint)}`,
  ]);
  const rest = differences.length - told.length;
  return rest > 0 ? [...lines, `  … and ${rest} more (-v shows all)`] : lines;
}

/** ISO 8601 in UTC; what is no time of ours stays as it is. */
function windowOf({ timestamp }: Difference, { windowMs }: Played): string {
  const ms = millisecond(timestamp);
  if (timestamp === "" || Math.abs(ms) > 8.64e15) return timestamp || "without a time";
  return `${new Date(Math.floor(ms / windowMs) * windowMs).toISOString().slice(0, 19)}Z`;
}

/** What tells the series from others of the case; late lines have a timestamp of their own within the window. */
function labelOf({ series, timestamp }: Difference, { tags, windowMs }: Played): string {
  const { measurement, tags: all } = seriesParts(series);
  const own = all.filter(([key, value]) => tags[key] !== value).map(([key, value]) => `${key}=${value}`);
  const late = millisecond(timestamp) % windowMs;
  return [own.join(" ") || measurement, ...(late > 0 ? [`(late, at ${late} ms)`] : [])].join(" ");
}

/** Of nanoseconds, which a number cannot hold. */
const millisecond = (timestamp: string): number => Math.round(Number(timestamp) / 1e6);

function side(label: string, { wanted, actual }: Difference, paint: Paint): string {
  if (wanted === null) return paint("green", `+ ${label}  ${visible(actual ?? "")}`);
  if (actual === null) return paint("red", `- ${label}  ${visible(wanted)}`);
  return paint("yellow", `~ ${label}  ${visible(changed(wanted, actual))}`);
}

/** Only the numbers that changed; all of both where the text alone did. */
function changed(wanted: string, actual: string): string {
  const [before, after] = [fieldsOf(wanted), fieldsOf(actual)];
  const names = [...new Set([...before.keys(), ...after.keys()])].filter(
    (name) => before.get(name) !== after.get(name),
  );
  if (names.length === 0) return `${wanted} → ${actual}`;
  return names.map((name) => `${name} ${before.get(name) ?? "none"} → ${after.get(name) ?? "none"}`).join(", ");
}
