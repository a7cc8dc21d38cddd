// Numbers, sizes, durations and times as the page shows them. Pure.

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });

/** 1,234,567 */
export const countText = (count: number): string => whole.format(count);

/** 1.23M */
export const shortCount = (count: number): string => (count < 10_000 ? whole.format(count) : compact.format(count));

/** 4.2 %; what is there but rounds to nothing is told from what is not. */
export function shareText(part: number, all: number): string {
  if (part === 0 || all === 0) return "0 %";
  const percent = (100 * part) / all;
  if (percent < 0.1) return "< 0.1 %";
  return `${percent >= 99.95 || percent < 10 ? trimmed(percent, 1) : percent.toFixed(percent < 99 ? 0 : 1)} %`;
}

/** 1.2 GB, by thousands as disks and networks count. */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const power = Math.min(5, Math.floor(Math.log10(bytes) / 3));
  return `${digits(bytes / 1000 ** power)} ${["", "kB", "MB", "GB", "TB", "PB"][power]}`;
}

/** A time taken, given in microseconds: 420 µs, 4.2 ms, 1.3 s, 12 min. */
export function elapsedText(us: number): string {
  if (us < 999.5) return `${digits(us)} µs`;
  if (us < 999_500) return `${digits(us / 1000)} ms`;
  if (us < 120_000_000) return `${digits(us / 1e6)} s`;
  if (us < 7_200_000_000) return `${digits(us / 60e6)} min`;
  return us < 172_800e6 ? `${digits(us / 3600e6)} h` : `${digits(us / 86_400e6)} d`;
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

/** Requests per second, or per minute where that is less than one. */
export function rateText(count: number, ms: number): string {
  const perSecond = count / (ms / 1000);
  if (perSecond >= 1) return `${digits(perSecond)}/s`;
  return perSecond * 60 >= 1 ? `${digits(perSecond * 60)}/min` : `${digits(perSecond * 3600)}/h`;
}

/** Two digits that count, none behind a number that has more. */
const digits = (number: number): string =>
  number >= 9.95 ? whole.format(number) : trimmed(number, number < 0.095 ? 2 : 1);

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
