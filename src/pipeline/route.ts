// Where a request goes, as attributes with few values: a path is cut at its first characters that tell no more of the place
// than of the visitor.

const slash = 0x2f;

/** The first segment of the path without slashes, `/` for the root, `*` for OPTIONS of the server, `invalid` for no path. */
export function routeOf(uri: string | null): string {
  return segmentOf(uri, 1) ?? "/";
}

/** The nth segment of the path, from 1; null where the path has fewer; like `routeOf` where there is no path. */
export function segmentOf(uri: string | null, number: number): string | null {
  const start = uri === null ? -1 : pathStart(uri);
  if (uri === null || start < 0) return uri === "*" ? "*" : "invalid";
  let end = start;
  for (let left = number; left > 0; left--) {
    const segment = skipSlashes(uri, end);
    end = segmentEnd(uri, segment);
    if (end === segment) return null;
    if (left === 1) return uri.slice(segment, end);
  }
  return null;
}

/** The path alone, without query, fragment and parameters; null where there is none. */
export function pathOf(uri: string | null): string | null {
  if (uri === null) return null;
  const start = pathStart(uri);
  if (start < 0) return null;
  let end = start;
  while (end < uri.length && !endsPath(uri.charCodeAt(end))) end++;
  return uri.slice(start, end);
}

/** Index of the path's first slash; -1 for what is neither a path nor a URL with http in front. */
function pathStart(uri: string): number {
  if (uri.charCodeAt(0) === slash) return 0;
  const host = /^https?:\/\//i.exec(uri)?.[0].length;
  if (host === undefined) return -1;
  const start = uri.indexOf("/", host);
  return start < 0 ? uri.length : start;
}

function skipSlashes(uri: string, start: number): number {
  let end = start;
  while (uri.charCodeAt(end) === slash) end++;
  return end;
}

function segmentEnd(uri: string, start: number): number {
  let end = start;
  while (end < uri.length && uri.charCodeAt(end) !== slash && !endsPath(uri.charCodeAt(end))) end++;
  return end;
}

/** `?`, `#`, `;` and control characters. */
function endsPath(code: number): boolean {
  return code === 0x3f || code === 0x23 || code === 0x3b || code < 0x20 || code === 0x7f;
}
