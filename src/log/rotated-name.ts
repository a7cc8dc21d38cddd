// How rotated logs are called: NAME.N, NAME-DATE and NAME.DATE, compressed or not; nothing else. Pure.

const rotation = "(?:\\.\\d+|[.-]\\d{4}-?\\d{2}-?\\d{2}(?:[-_.T]?\\d)*|-\\d{9,})";
const compression = "(?:\\.(?:gz|zst|xz|bz2))";

const rotatedEnd = new RegExp(`^${rotation}${compression}?$`);
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

/**
 * Of two rotated logs, does the name say that the first was rotated away later than the second? Numbers count down to the
 * live log, dates count up; undefined where the names follow different schemes.
 */
export function isLaterRotation(name: string, than: string): boolean | undefined {
  const [left, right] = [rotationOf(name), rotationOf(than)];
  if (!left || !right || left.isNumber !== right.isNumber) return undefined;
  return left.isNumber ? left.value < right.value : left.value > right.value;
}

function rotationOf(name: string): { readonly isNumber: boolean; readonly value: number } | null {
  const end = new RegExp(`(${rotation})${compression}?$`).exec(name)?.[1];
  if (end === undefined) return null;
  const value = Number(end.replaceAll(/\D/g, ""));
  return { isNumber: /^\.\d{1,7}$/.test(end), value };
}
