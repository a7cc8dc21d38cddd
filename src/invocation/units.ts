// Durations as people write them: "500ms", "5s", "1m", "2h", "1d". What is allowed is said in regular expressions only, so
// that the JSON Schema can say exactly the same.

const milliseconds: ReadonlyMap<string, number> = new Map([
  ["ms", 1],
  ["s", 1000],
  ["m", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
]);

/** The most digits that a duration may have in each unit, and the fewest in milliseconds. Powers of ten make readable patterns. */
export interface Digits {
  readonly fewestMs: number;
  readonly ms: number;
  readonly s: number;
  readonly m: number;
  readonly h: number;
  readonly d: number;
}

/** Eight digits of days are the most that milliseconds in a double hold exactly. */
export const anyDuration: Digits = { fewestMs: 1, ms: 8, s: 8, m: 8, h: 8, d: 8 };

export const fromOneSecond: Digits = { ...anyDuration, fewestMs: 4 };

/** Node's timers hold 24 days; a longer one would fire at once. */
export const upToDays: Digits = { fewestMs: 1, ms: 8, s: 6, m: 4, h: 2, d: 1 };

export const durationPattern: RegExp = /^[1-9][0-9]*(?:ms|s|m|h|d)$/u;

/** Matches the durations of so many digits. */
export function durationWithin({ fewestMs, ...most }: Digits): RegExp {
  const units = Object.entries(most).map(
    ([unit, digits]) => `[1-9][0-9]{${unit === "ms" ? fewestMs - 1 : 0},${digits - 1}}${unit}`,
  );
  return new RegExp(`^(?:${units.join("|")})$`, "u");
}

/** Milliseconds of a text that matches `durationPattern`. */
export function durationMs(text: string): number {
  return Number.parseInt(text, 10) * milliseconds.get(text.replace(/^[0-9]+/u, ""))!;
}
