// A moment as people write it on the command line: an ISO 8601 time with its zone, or a duration back from now.
import { InvalidArgumentError } from "commander";
import { L2iError } from "../errors.ts";
import type { Span } from "../frequencies/spans.ts";
import { durationMs, durationPattern } from "../invocation/units.ts";

/** What --since and --until leave, each ms since 1970; null: all there is. Throws L2iError where that is nothing. */
export function between({ since = -Infinity, until = Infinity }: { since?: number; until?: number }): Span | null {
  if (since >= until) throw new L2iError("usage", "--since is not before --until; nothing lies between them");
  return since === -Infinity && until === Infinity ? null : [since, until];
}

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
