// Numbers, sizes, durations and times as the page shows them. Pure.

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });

/** 1,234,567 */
export const countText = (count: number): string => whole.format(count);

/** 1 line, 2 lines */
export const counted = (count: number, word: string): string => `${countText(count)} ${word}${count === 1 ? "" : "s"}`;

/** 1.23M */
export const shortCount = (count: number): string => (count < 10_000 ? whole.format(count) : compact.format(count));

/** 4.2 %; what is there but rounds to nothing is told from what is not, and nearly all from all. */
export function shareText(part: number, all: number): string {
  if (part === 0 || all === 0) return "0 %";
  const percent = (100 * part) / all;
  if (percent < 0.1) return "< 0.1 %";
  if (percent > 99.9 && part < all) return "> 99.9 %";
  return `${percent < 99 || part === all ? digits(percent) : percent.toFixed(1)} %`;
}

/** How much one of a unit is, what it is called, and from how much on it is taken. */
type Unit = readonly [one: number, name: string, from: number];

/** 1.2 GB, by thousands as disks and networks count. */
export function bytesText(bytes: number): string {
  return scaled(
    bytes,
    ["B", "kB", "MB", "GB", "TB", "PB"].map((name, power): Unit => [1000 ** power, ` ${name}`, 0.9995 * 1000 ** power]),
  );
}

/** A time taken, given in microseconds: 420 µs, 4.2 ms, 1.3 s, 12 min. */
export function elapsedText(us: number): string {
  return scaled(us, [
    [1, " µs", 0],
    [1e3, " ms", 0.9995e3],
    [1e6, " s", 0.9995e6],
    [60e6, " min", 120e6],
    [3600e6, " h", 2 * 3600e6],
    [86_400e6, " d", 2 * 86_400e6],
  ]);
}

/** A span in milliseconds: 90 s, 15 min, 2 h, 3 days. */
export function spanText(ms: number): string {
  const units: [ms: number, name: string][] = [
    [86_400_000, "day"],
    [3_600_000, "h"],
    [60_000, "min"],
  ];
  const [unit, name] = units.find(([length]) => ms >= length * (ms % length === 0 ? 1 : 2)) ?? [1000, "s"];
  const number = trimmed(ms / unit, ms < 10 * unit ? 1 : 0);
  return `${number} ${name}${name === "day" && number !== "1" ? "s" : ""}`;
}

/** So many requests in so many milliseconds: 12/s, or per minute, hour or day where that is less than one. */
export function rateText(count: number, ms: number): string {
  return scaled((count / ms) * 86_400_000, [
    [1, "/d", 0],
    [24, "/h", 24],
    [1440, "/min", 1440],
    [86_400, "/s", 86_400],
  ]);
}

function scaled(value: number, units: readonly Unit[]): string {
  const [one, name] = units.findLast(([, , from]) => value >= from) ?? units[0]!;
  return `${digits(value / one)}${name}`;
}

/** Two digits that count, none behind a number that has more. */
function digits(number: number): string {
  return number >= 9.95 ? whole.format(number) : trimmed(number, number < 0.095 ? 2 : 1);
}

const trimmed = (number: number, places: number): string => number.toFixed(places).replace(/\.0+$/, "");

/** Times in a zone, as `2025-10-26 02:40`; seconds where they tell something. */
export class Clock {
  readonly #parts: Intl.DateTimeFormat;

  constructor(timezone: string) {
    this.#parts = new Intl.DateTimeFormat("en", {
      timeZone: timezone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
  }

  /** `grainMs`: how exact the time is. */
  text(ms: number, grainMs = 1000): string {
    const { year, month, day, hour, minute, second } = this.#read(ms);
    const date = `${year}-${month}-${day}`;
    if (grainMs >= 86_400_000 && hour === "00") return date;
    return `${date} ${hour}:${minute}${grainMs < 60_000 ? `:${second}` : ""}`;
  }

  /** The day is said once where both are of the same. */
  range(from: number, until: number, grainMs = 1000): string {
    const [first, last] = [this.text(from, grainMs), this.text(until, grainMs)];
    const sameDay = first.length > 10 && last.length > 10 && first.slice(0, 10) === last.slice(0, 10);
    return `${first} – ${sameDay ? last.slice(11) : last}`;
  }

  #read(ms: number): { readonly [part: string]: string } {
    return Object.fromEntries(this.#parts.formatToParts(ms).map(({ type, value }) => [type, value]));
  }
}
