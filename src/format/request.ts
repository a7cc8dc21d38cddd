// The request line, as logged → method, uri, protocol, split as httpd itself splits it. Strangers write this line, so
// one that is not METHOD URI [PROTOCOL] has none of the three.
import { textOf } from "./text.ts";

/** Registered with IANA (https://www.iana.org/assignments/http-methods), without the placeholder `*`; the usual ones first. */
export const httpMethods: ReadonlySet<string> = new Set(
  (
    "GET POST HEAD OPTIONS PUT DELETE PATCH CONNECT TRACE PROPFIND PROPPATCH REPORT SEARCH MKCOL COPY MOVE LOCK UNLOCK " +
    "ACL BASELINE-CONTROL BIND CHECKIN CHECKOUT LABEL LINK MERGE MKACTIVITY MKCALENDAR MKREDIRECTREF MKWORKSPACE " +
    "ORDERPATCH PRI REBIND UNBIND UNCHECKOUT UNLINK UPDATE UPDATEREDIRECTREF VERSION-CONTROL"
  ).split(" "),
);

/** The first word, where it is a token of RFC 9110 and a URI follows; else null. */
export function methodOf(line: string): string | null {
  for (const method of registered) {
    if (line.startsWith(method) && isSpace(line, method.length)) return hasUri(line, method) ? method : null;
  }
  const method = methodName(line.slice(0, Math.max(0, line.indexOf(" "))));
  return method !== null && hasUri(line, method) ? method : null;
}

/** All between method and protocol, inner spaces included. */
export function uriOf(line: string): string | null {
  const raw = rawUriOf(line);
  return raw === null ? null : textOf(raw);
}

/** The same, as it stands there. */
export function rawUriOf(line: string): string | null {
  const method = methodOf(line);
  if (method === null) return null;
  const start = spacesEnd(line, method.length);
  const end = spacesStart(line, line.length);
  const protocol = protocolStart(line, end);
  return line.slice(start, protocol > start ? spacesStart(line, protocol) : end);
}

/** The last word, where it looks like one and a URI stands before it. */
export function protocolOf(line: string): string | null {
  const method = methodOf(line);
  if (method === null) return null;
  const end = spacesStart(line, line.length);
  const start = protocolStart(line, end);
  return start > spacesEnd(line, method.length) ? protocolName(line.slice(start, end)) : null;
}

/** A method that has a column of its own (`%m`); `-` is none there. */
export function methodName(word: string): string | null {
  return word !== "-" && /^[!#$%&'*+.^_`|~\w-]+$/.test(word) ? word : null;
}

/** A protocol that has a column of its own (`%H`). */
export function protocolName(word: string): string | null {
  return usualProtocols.find((protocol) => protocol === word) ?? (/^[A-Z]+\/\d(?:\.\d)?$/.test(word) ? word : null);
}

// Constants for the usual words: records share them instead of keeping a piece of their chunk each.
const registered = [...httpMethods];
const usualProtocols = ["HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "HTTP/2", "HTTP/3", "HTTP/3.0"];

function hasUri(line: string, method: string): boolean {
  return spacesEnd(line, method.length) < line.length;
}

/** Where the last word before `end` starts, if it is a protocol; else -1. The usual ones first, as this runs for every line. */
function protocolStart(line: string, end: number): number {
  for (const protocol of usualProtocols) {
    const start = end - protocol.length;
    if (isSpace(line, start - 1) && line.startsWith(protocol, start)) return start;
  }
  const start = line.lastIndexOf(" ", end - 1) + 1;
  return protocolName(line.slice(start, end)) === null ? -1 : start;
}

// Only the space itself counts: `trim` would also take the byte 0xa0 out of a UTF-8 letter.
function spacesEnd(line: string, start: number): number {
  let end = start;
  while (isSpace(line, end)) end++;
  return end;
}

function spacesStart(line: string, end: number): number {
  let start = end;
  while (isSpace(line, start - 1)) start--;
  return start;
}

function isSpace(line: string, at: number): boolean {
  return line.charCodeAt(at) === 0x20;
}
