// A moment as people write it on the command line: an ISO 8601 time with its zone, or a duration back from now.
import { InvalidArgumentError } from "commander";
import { durationMs, durationPattern } from "../invocation/units.ts";

/** Milliseconds since 1970. */
export function moment(text: string): number {
  if (durationPattern.test(text)) return Date.now() - durationMs(text);
  const time = isoPattern.exec(text);
  if (time && isDay(time[1]!)) return Date.parse(text.replace(/([+-]\d\d)(\d\d)$/, "$1:$2"));
  throw new InvalidArgumentError(
    "Give a time with its zone, such as 2026-01-02T12:00Z or 2026-01-02T12:00:00+01:00, or how long ago: 90m, 2h, 1d.",
  );
}

const isoPattern =
  /^(\d{4}-\d\d-\d\d)T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?:Z|[+-](?:[01]\d|2[0-3]):?[0-5]\d)$/;

/** February has no 30th. */
const isDay = (day: string): boolean => new Date(Date.parse(`${day}T00:00Z`)).toJSON()?.startsWith(day) ?? false;
