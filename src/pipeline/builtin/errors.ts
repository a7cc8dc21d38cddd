// What fails: errors by a fingerprint that is the same for requests that mean the same, so that one fault is one series.
import { registeredMethod } from "../method.ts";
import { definePipeline } from "../pipeline.ts";
import { pathOf, routeOf } from "../route.ts";

export default definePipeline({
  name: "errors",
  description:
    "Requests with status 400 and above by status, route and fingerprint (method and path, ids replaced by `*`, without query).",
  example: "l2i load errors /var/log/apache2/access.log --out -",
  fields: ["method", "uri", "status"],
  categorize: ({ method, uri, status }) =>
    status === null || status < 400
      ? null
      : { status, route: routeOf(uri), fingerprint: fingerprint(registeredMethod(method), pathOf(uri)) },
});

function fingerprint(method: string, path: string | null): string {
  return path === null ? method : `${method} ${shorten(withoutIds(path === "" ? "/" : path))}`;
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
