// Paths by what is asked for, not for which one: what differs from request to request, such as the number of an order, is replaced.
import { pathOf } from "./route.ts";

/** The path with ids, numbers and tokens replaced by `*`, cut where it is very long; null where there is no path. */
export function pathShape(uri: string | null): string | null {
  const path = pathOf(uri);
  return path === null ? null : shorten(withoutIds(path === "" ? "/" : path));
}

/** Percent-encoded byte, UUID, long word with dashes, word: none of them overlaps another, so this is linear. */
const words = /(%[0-9a-f]{2})|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-z])|([\w-]{20,})|([0-9a-z]+)/gi;

function withoutIds(path: string): string {
  return path.replaceAll(words, (word, encoded?: string, long?: string, short?: string) => {
    if (encoded !== undefined) return word;
    if (long !== undefined) return isMixed(long) ? "*" : long.replaceAll(/[0-9a-z]+/gi, withoutId);
    return short === undefined ? "*" : withoutId(short);
  });
}

/** Capitals, small letters and digits in one long word are a token, not a title. */
function isMixed(word: string): boolean {
  return /[A-Z]/.test(word) && /[a-z]/.test(word) && /\d/.test(word);
}

function withoutId(word: string): string {
  return isId(word) ? "*" : word;
}

/** Numbers, hexadecimal numbers from eight digits on, and words that are too long or too mixed to be read. */
function isId(word: string): boolean {
  if (!/\d/.test(word)) return word.length >= 32;
  return word.length >= 16 || /^\d+$/.test(word) || (word.length >= 8 && /^[0-9a-f]+$/i.test(word));
}

const longest = 120;

function shorten(path: string): string {
  return path.length > longest ? `${path.slice(0, longest)}*` : path;
}
