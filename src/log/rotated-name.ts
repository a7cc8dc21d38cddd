// How rotated logs are called: NAME.N, NAME-DATE and NAME.DATE, compressed or not; nothing else. Pure.

const rotation = "(?:\\.\\d+|[.-]\\d{4}-?\\d{2}-?\\d{2}(?:[-_.T]?\\d)*|-\\d{9,})";
const compression = "(?:\\.(?:gz|zst|xz|bz2))";

const rotatedEnd = new RegExp(`^${rotation}${compression}?$`);
const compressedEnd = new RegExp(`${compression}$`);
const anyEnd = new RegExp(`${rotation}?${compression}?$`);

/** Is `name` what a rotation of the log `live` is called? Both are base names. */
export function isRotated(name: string, live: string): boolean {
  return name.startsWith(live) && rotatedEnd.test(name.slice(live.length));
}

/** The base name that a log has while it is live. */
export function liveName(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return name.replace(anyEnd, "") || name;
}

/** Was the file called `name` rotated later than the one called `than`? Null: their names do not tell, since a date comes from a clock. */
export function isRotatedLater(name: string, than: string): boolean | null {
  const [mine, other] = [rotationOf(name), rotationOf(than)];
  const [number, otherNumber] = [numberOf(mine), numberOf(other)];
  if (number !== null && otherNumber !== null) return number < otherNumber;
  return mine.length === other.length && mine > other ? true : null;
}

const rotationOf = (name: string): string => name.slice(liveName(name).length).replace(compressedEnd, "");

/** `.1`, as opposed to `.20260102`. */
const numberOf = (rotated: string): number | null => (/^\.\d{1,5}$/.test(rotated) ? Number(rotated.slice(1)) : null);
