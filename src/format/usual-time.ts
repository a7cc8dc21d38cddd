// Times as servers and libraries write them where nobody says how: ISO 8601, httpd's own form, or a number since 1970.
import { civilTime, inRange } from "./civil-time.ts";
import { utcOf } from "./timezone.ts";
import type { TimePart } from "./tokens.ts";

/**
 * Reads such a time: milliseconds since 1970 UTC, NaN where it is none, or outside 1970–2261. `timezone`: IANA name, for times
 * without zone; without it they are none.
 */
export function usualTime(timezone: string | undefined): (value: unknown) => number {
  const iso = isoTime(timezone);
  const httpd = civilTime(httpdParts, asIs);
  return (value) => {
    if (typeof value === "number") return epochTime(value);
    if (typeof value !== "string") return Number.NaN;
    if (isNumber.test(value)) return epochTime(Number(value));
    const [, text] = httpdForm.exec(value) ?? [];
    return text === undefined ? iso(value) : httpd(text, 0);
  };
}

const asIs = (local: number): number => local;

/** Seconds, or thousandths, millionths or billionths of them: today's are far apart from each other. */
function epochTime(value: number): number {
  if (value < 1e11) return inRange(value * 1e3);
  return inRange(value < 1e14 ? value : value < 1e17 ? value / 1e3 : value / 1e6);
}

const isNumber = /^\d+(?:\.\d+)?$/;

function isoTime(timezone: string | undefined): (text: string) => number {
  const zoned = civilTime(new Map([...isoParts, ["zone", 19]]), asIs);
  const local = timezone === undefined ? () => Number.NaN : civilTime(isoParts, utcOf(timezone));
  return (text) => {
    const [, date, clock, fraction = "", zone] = isoForm.exec(text) ?? [];
    if (date === undefined) return Number.NaN;
    const day = date.replaceAll("/", "-");
    const start = zone === undefined ? local(`${day}T${clock}`, 0) : zoned(`${day}T${clock}${offsetOf(zone)}`, 0);
    return start + Number(`0.${fraction}0`) * 1000;
  };
}

const isoForm =
  /^(\d{4}[-/]\d\d[-/]\d\d)[Tt ](\d\d:\d\d:\d\d)(?:[.,](\d{1,12}))? ?(Z|z|UTC|GMT|[+-]\d\d(?::?\d\d)?(?: UTC)?)?$/;

/** `+hhmm`. */
function offsetOf(zone: string): string {
  const digits = /^[+-]/.test(zone) ? zone.replaceAll(/[^\d+-]/g, "") : "+";
  return digits.padEnd(5, "0");
}

const isoParts: ReadonlyMap<TimePart, number> = new Map([
  ["year", 0],
  ["month", 5],
  ["day", 8],
  ["hour", 11],
  ["minute", 14],
  ["second", 17],
]);

const httpdForm = /^\[?(\d\d\/[A-Z][a-z]{2}\/\d{4}(?::\d\d){3} [+-]\d{4})\]?$/;

const httpdParts: ReadonlyMap<TimePart, number> = new Map([
  ["day", 0],
  ["monthName", 3],
  ["year", 7],
  ["hour", 12],
  ["minute", 15],
  ["second", 18],
  ["zone", 21],
]);
