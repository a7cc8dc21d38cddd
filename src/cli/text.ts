// Words as people read them.

/** `1 line`, `2 lines`. */
export function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

/** A span of time that ends now, in words: `just now`, `5 min ago`. */
export function ago(ms: number): string {
  return ms < 60_000 ? "just now" : `${span(ms)} ago`;
}

/** A span of time in words: `40 s`, `5 min`, `3 h`, `2 days`. */
export function span(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} days`;
}

/** A length of time in the largest unit that takes a whole number: `90 s`, `4 min`, `2 h`, `1 d`. */
export function lasting(ms: number): string {
  const [unit, length] = units.find(([, each]) => ms % each === 0) ?? ["ms", 1];
  return `${ms / length} ${unit}`;
}

const units = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1000],
] as const;

/** `512 B`, `1.2 MB`; a kB is 1000. */
export function sizeInWords(count: number): string {
  const power = sizeUnits.findLastIndex((_, index) => count >= 1000 ** index);
  return power <= 0 ? `${count} B` : `${(count / 1000 ** power).toFixed(1)} ${sizeUnits[power]}`;
}

const sizeUnits = ["B", "kB", "MB", "GB", "TB"];
