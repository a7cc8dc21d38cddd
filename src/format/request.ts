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
    if (isWordAt(line, 0, method)) return hasMore(line, method.length) ? method : null;
  }
  const end = line.indexOf(" ");
  return end > 0 && hasMore(line, end) ? methodName(line.slice(0, end)) : null;
}

/** All between method and protocol, inner spaces included. */
export function uriOf(line: string): string | null {
  const method = methodOf(line);
  if (method === null) return null;
  const start = spacesEnd(line, method.length);
  const end = spacesStart(line, line.length);
  const last = wordStart(line, end);
  return textOf(
    line.slice(start, last > start && protocolAt(line, last, end) !== null ? spacesStart(line, last) : end),
  );
}

/** The last word, where it looks like one and a URI stands before it. */
export function protocolOf(line: string): string | null {
  const method = methodOf(line);
  if (method === null) return null;
  const end = spacesStart(line, line.length);
  const last = wordStart(line, end);
  return last > spacesEnd(line, method.length) ? protocolAt(line, last, end) : null;
}

/** A method that has a column of its own (`%m`); `-` is none there. */
export function methodName(word: string): string | null {
  return word !== "-" && /^[!#$%&'*+.^_`|~\w-]+$/.test(word) ? word : null;
}

/** A protocol that has a column of its own (`%H`). */
export function protocolName(word: string): string | null {
  return /^[A-Z]+\/\d(?:\.\d)?$/.test(word) ? word : null;
}

function protocolAt(line: string, start: number, end: number): string | null {
  for (const protocol of usualProtocols) {
    if (end - start === protocol.length && isAt(line, start, protocol)) return protocol;
  }
  return protocolName(line.slice(start, end));
}

// Constants for the usual words: records share them instead of keeping a piece of their chunk each.
const registered = [...httpMethods];
const usualProtocols = ["HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "HTTP/2", "HTTP/3", "HTTP/3.0"];

// By character codes: this runs for every line, and `startsWith` or a map of cut out words take twice as long.
function isAt(line: string, at: number, word: string): boolean {
  for (let i = 0; i < word.length; i++) {
    if (line.charCodeAt(at + i) !== word.charCodeAt(i)) return false;
  }
  return true;
}

function isWordAt(line: string, at: number, word: string): boolean {
  return isAt(line, at, word) && line.charCodeAt(at + word.length) === space;
}

function hasMore(line: string, from: number): boolean {
  return spacesEnd(line, from) < line.length;
}

// Only the space itself counts: `trim` would also take the byte 0xa0 out of a UTF-8 letter.
function spacesEnd(line: string, start: number): number {
  let end = start;
  while (line.charCodeAt(end) === space) end++;
  return end;
}

function spacesStart(line: string, end: number): number {
  let start = end;
  while (line.charCodeAt(start - 1) === space) start--;
  return start;
}

function wordStart(line: string, end: number): number {
  let start = end;
  while (start > 0 && line.charCodeAt(start - 1) !== space) start--;
  return start;
}

const space = 0x20;
