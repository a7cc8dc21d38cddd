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
