// The query of a URI → its parameters. Strangers write it: it may be 64 KiB long, and say anything.
import type { Query } from "./fields.ts";

/** Further ones are not looked at. */
const mostParameters = 100;

export function queryOf(uri: string | null): Query {
  const parameters: { [name: string]: string } = Object.create(null);
  const text = uri === null ? "" : (/^[^?#]*\?([^#]*)/.exec(uri)?.[1] ?? "");
  for (let start = 0, count = 0; start < text.length && count < mostParameters; count++) {
    const found = text.indexOf("&", start);
    const end = found < 0 ? text.length : found;
    addTo(parameters, text.slice(start, end));
    start = end + 1;
  }
  return parameters;
}

function addTo(parameters: { [name: string]: string }, text: string): void {
  const at = text.indexOf("=");
  const name = decoded(at < 0 ? text : text.slice(0, at));
  if (name !== "") parameters[name] ??= at < 0 ? "" : decoded(text.slice(at + 1));
}

/** What is no UTF-8, or has a `%` too many, stays as it is written. */
function decoded(text: string): string {
  const spaced = text.replaceAll("+", " ");
  try {
    return spaced.includes("%") ? decodeURIComponent(spaced) : spaced;
  } catch {
    return spaced;
  }
}
