// Date and clock → milliseconds since 1970, from the character codes of the line in place: no substring, no Date. Lines of
// one minute differ only in seconds, so the last minute is remembered and most lines cost one comparison.
import type { TimePart } from "./tokens.ts";

/** Local time as if it were UTC, in milliseconds → UTC. */
export type ToUtc = (local: number) => number;

/** NaN outside 1970–2261, where a time in nanoseconds does not fit into 64 bits. */
export function inRange(time: number): number {
  return time >= 0 && time < endOfTime ? time : Number.NaN;
}

const endOfTime = Date.UTC(2262, 0, 1);

/**
 * Compiles a reader of `text` at `at`, for parts at these offsets. It answers NaN where there is no such time, such as
 * 31 Feb or 25:00. The second 60 is the leap second, and the same as the next minute's first.
 */
export function civilTime(offsets: ReadonlyMap<TimePart, number>, toUtc: ToUtc): (text: string, at: number) => number {
  const keyOffsets = Uint16Array.from([...offsets].flatMap(([part, offset]) => keyCharacters(part, offset)));
  const key = new Uint8Array(keyOffsets.length);
  const readMinute = minuteReader(offsets, toUtc);
  const readSecond = secondReader(offsets);
  let minute = Number.NaN;

  function isRemembered(text: string, at: number): boolean {
    for (let i = 0; i < keyOffsets.length; i++) {
      if (text.charCodeAt(at + keyOffsets[i]!) !== key[i]) return false;
    }
    return true;
  }

  function remember(text: string, at: number): void {
    for (let i = 0; i < keyOffsets.length; i++) key[i] = text.charCodeAt(at + keyOffsets[i]!);
    minute = readMinute(text, at);
  }

  return (text, at) => {
    if (!isRemembered(text, at)) remember(text, at);
    return inRange(minute + readSecond(text, at));
  };
}

/** Offsets of the characters that tell one minute from another. */
function keyCharacters(part: TimePart, offset: number): number[] {
  const width = part in inMinute ? 0 : (widths[part] ?? 2);
  return Array.from({ length: width }, (_, i) => offset + i);
}

const inMinute = { second: true, millis: true, micros: true };
const widths: { readonly [part in TimePart]?: number } = {
  year: 4,
  monthName: 3,
  dayOfYear: 3,
  zone: 5,
  zoneWithColon: 6,
  utc: 0,
};

type Reader = (text: string, at: number) => number;

function secondReader(offsets: ReadonlyMap<TimePart, number>): Reader {
  const second = numberReader(offsets, "second", 2);
  const micros = offsets.has("micros") ? numberReader(offsets, "micros", 6) : null;
  const millis = offsets.has("millis") ? numberReader(offsets, "millis", 3) : null;
  const whole: Reader = (text, at) => {
    const value = second(text, at);
    return value <= 60 ? value * 1000 : Number.NaN;
  };
  if (micros !== null) return (text, at) => whole(text, at) + micros(text, at) / 1000;
  return millis === null ? whole : (text, at) => whole(text, at) + millis(text, at);
}

function minuteReader(offsets: ReadonlyMap<TimePart, number>, toUtc: ToUtc): Reader {
  const year = yearReader(offsets);
  const day = dayReader(offsets);
  const hour = hourReader(offsets);
  const minute = numberReader(offsets, "minute", 2);
  const zone = zoneReader(offsets);
  return (text, at) => {
    const time = day(text, at, year(text, at)) + (hour(text, at) * 60 + below(minute(text, at), 60)) * 60_000;
    return toUtc(time - zone(text, at) * 60_000);
  };
}

function yearReader(offsets: ReadonlyMap<TimePart, number>): Reader {
  if (offsets.has("year")) return numberReader(offsets, "year", 4);
  const year = numberReader(offsets, "yearOfCentury", 2);
  return (text, at) => year(text, at) + (year(text, at) < 69 ? 2000 : 1900);
}

/** Start of the day, or NaN where the year has no such day. */
function dayReader(offsets: ReadonlyMap<TimePart, number>): (text: string, at: number, year: number) => number {
  if (!offsets.has("day")) {
    const ofYear = numberReader(offsets, "dayOfYear", 3);
    return (text, at, year) => dayStart(year, 0, ofYear(text, at), (date) => date.getUTCFullYear() === year);
  }
  const day = numberReader(offsets, "day", 2);
  const month = monthReader(offsets);
  return (text, at, year) => {
    const index = month(text, at);
    return dayStart(year, index, day(text, at), (date) => date.getUTCMonth() === index);
  };
}

function dayStart(year: number, month: number, day: number, isRight: (date: Date) => boolean): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  return isRight(date) ? date.getTime() : Number.NaN;
}

/** From 0; NaN for a name that is no month. */
function monthReader(offsets: ReadonlyMap<TimePart, number>): Reader {
  const at = offsets.get("monthName");
  if (at === undefined) {
    const month = numberReader(offsets, "month", 2);
    return (text, start) => month(text, start) - 1;
  }
  return (text, start) => {
    const index = monthNames.indexOf(text.slice(start + at, start + at + 3));
    return index % 3 === 0 ? index / 3 : Number.NaN;
  };
}

const monthNames = "JanFebMarAprMayJunJulAugSepOctNovDec";

function hourReader(offsets: ReadonlyMap<TimePart, number>): Reader {
  if (offsets.has("hour")) {
    const hour = numberReader(offsets, "hour", 2);
    return (text, at) => below(hour(text, at), 24);
  }
  const hour = numberReader(offsets, "hour12", 2);
  const half = offsets.get("half") ?? 0;
  return (text, at) => {
    const value = hour(text, at);
    if (value < 1 || value > 12) return Number.NaN;
    return (value % 12) + (/p/i.test(text.charAt(at + half)) ? 12 : 0);
  };
}

/** `+hhmm` or `+hh:mm` in minutes. */
function zoneReader(offsets: ReadonlyMap<TimePart, number>): Reader {
  const [at, minutes] = offsets.has("zone") ? [offsets.get("zone"), 3] : [offsets.get("zoneWithColon"), 4];
  if (at === undefined) return () => 0;
  return (text, start) => {
    const size = below(digits(text, start + at + 1, 2), 24) * 60 + below(digits(text, start + at + minutes, 2), 60);
    return text.charAt(start + at) === "-" ? -size : size;
  };
}

function numberReader(offsets: ReadonlyMap<TimePart, number>, part: TimePart, width: number): Reader {
  const offset = offsets.get(part);
  return offset === undefined ? () => 0 : (text, at) => digits(text, at + offset, width);
}

/** Digits as a number; a space counts as 0. */
function digits(text: string, at: number, width: number): number {
  let value = 0;
  for (let i = at; i < at + width; i++) {
    const code = text.charCodeAt(i);
    value = value * 10 + (code === 0x20 ? 0 : code - 0x30);
  }
  return value;
}

function below(value: number, limit: number): number {
  return value < limit ? value : Number.NaN;
}
