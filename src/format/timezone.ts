// Local time of an IANA zone → UTC, correct over its changes. Intl knows the zones, but slowly, so answers are remembered;
// a local time that a clock shows twice is the first one, so that the same line always means the same time.
import { L2iError } from "../errors.ts";
import type { ToUtc } from "./civil-time.ts";

/** Compiles the conversion. Throws L2iError "usage" where the zone is missing or unknown. */
export function utcOf(timezone: string | undefined): ToUtc {
  const offsetAt = offsetsOf(timezone);
  const known = new Map<number, number>();
  return (local) => {
    const remembered = known.get(local);
    if (remembered !== undefined) return remembered;
    if (known.size === mostRemembered) known.clear();
    const utc = Number.isNaN(local) ? local : convert(local, offsetAt);
    known.set(local, utc);
    return utc;
  };
}

const mostRemembered = 10_000;
const day = 86_400_000;

/** No zone changes twice within two days, so the offsets of a day before and a day after are all there can be. */
function convert(local: number, offsetAt: (utc: number) => number): number {
  const before = local - offsetAt(local - day);
  const after = local - offsetAt(local + day);
  const first = Math.min(before, after);
  const last = Math.max(before, after);
  if (local - offsetAt(first) === first) return first;
  // In the hour that a clock leaves out neither is right; it then counts as not yet changed.
  return local - offsetAt(last) === last ? last : before;
}

/** Offset of the zone from UTC, in milliseconds. */
function offsetsOf(timezone: string | undefined): (utc: number) => number {
  const format = formatOf(timezone);
  return (utc) => {
    const parts = new Map(format.formatToParts(utc).map(({ type, value }) => [type, Number(value)]));
    const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? 0;
    const local = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
    return local - Math.floor(utc / 1000) * 1000;
  };
}

function formatOf(timeZone: string | undefined): Intl.DateTimeFormat {
  if (timeZone === undefined) {
    throw new L2iError(
      "usage",
      'timezone: the times in this format have no zone; give the server\'s, such as "Europe/Berlin"',
    );
  }
  try {
    return new Intl.DateTimeFormat("en-US-u-ca-iso8601-nu-latn", { timeZone, hourCycle: "h23", ...numeric });
  } catch (cause) {
    throw new L2iError(
      "usage",
      `timezone: "${timeZone}" is no zone that is known here; try one such as "Europe/Berlin"`,
      { cause },
    );
  }
}

const numeric = {
  year: "numeric",
  month: "numeric",
  day: "numeric",
  hour: "numeric",
  minute: "numeric",
  second: "numeric",
} as const;
