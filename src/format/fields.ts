// The fields of a record: from which columns of a format each is read, and what the column's text means.
import { type FieldName, fieldNames, type LogRecord } from "./record.ts";
import { methodName, methodOf, protocolName, protocolOf, uriOf } from "./request.ts";
import { asHttpd, textOf } from "./text.ts";
import type { Escape, Meaning, Token } from "./tokens.ts";

/** A column to be read for a field. */
export interface Source {
  readonly field: FieldName;
  /** Index of the column's token. */
  readonly index: number;
  readonly set: Setter;
}

/** Puts what a column's text means into the record. */
type Setter = (record: LogRecord, text: string) => void;

/** All that the format tells, in the order in which it is to be read. */
export function sourcesOf(tokens: readonly Token[]): Source[] {
  const columns = columnsOf(tokens);
  return fieldNames.flatMap((field) => {
    if (field === "time") return [];
    const way = ways[field]
      .map(Object.entries<Setter>)
      .find((reads) => reads.every(([meaning]) => columns.has(meaning)));
    return way?.map(([meaning, set]) => sourceOf(field, columns.get(meaning)!, set)) ?? [];
  });
}

function sourceOf(field: FieldName, { index, escape }: Place, set: Setter): Source {
  return { field, index, set: escape ? (record, text) => set(record, asHttpd[escape](text)) : set };
}

/** Where a column stands, and how its text is written. */
interface Place {
  readonly index: number;
  readonly escape: Escape | undefined;
}

/** By meaning; the first one, if there are several. */
function columnsOf(tokens: readonly Token[]): ReadonlyMap<string, Place> {
  const columns = new Map<string, Place>();
  for (const [index, token] of tokens.entries()) {
    if (token.kind === "column" && token.meaning !== null && !columns.has(token.meaning))
      columns.set(token.meaning, { index, escape: token.escape });
  }
  return columns;
}

type Way = { readonly [meaning in Meaning]?: Setter };

/**
 * For each field the columns that tell it, the best first; `path` and `query` together make one. Each setter names its
 * field, as V8 is slower at computed ones.
 */
const ways: { readonly [field in Exclude<FieldName, "time">]: readonly Way[] } = {
  clientIp: [
    { clientAddress: (record, text) => (record.clientIp = textValue(text)) },
    { clientHost: (record, text) => (record.clientIp = textValue(text)) },
    { peerAddress: (record, text) => (record.clientIp = textValue(text)) },
    { peerHost: (record, text) => (record.clientIp = textValue(text)) },
    // Behind a proxy some put the header in the place of the address.
    { xForwardedFor: (record, text) => (record.clientIp = textValue(text)) },
  ],
  ident: [{ ident: (record, text) => (record.ident = textValue(text)) }],
  user: [{ user: (record, text) => (record.user = text === '""' ? "" : textValue(text)) }],
  method: [
    { request: (record, text) => (record.method = methodOf(text)) },
    { method: (record, text) => (record.method = methodName(text)) },
  ],
  uri: [
    { request: (record, text) => (record.uri = uriOf(text)) },
    { uri: (record, text) => (record.uri = textValue(text)) },
    {
      path: (record, text) => (record.uri = textValue(text)),
      query: (record, text) => (record.uri = withQuery(record.uri, text)),
    },
    {
      path: (record, text) => (record.uri = textValue(text)),
      arguments: (record, text) => (record.uri = withQuery(record.uri, text === "" || text === "-" ? "-" : `?${text}`)),
    },
    { path: (record, text) => (record.uri = textValue(text)) },
  ],
  protocol: [
    { request: (record, text) => (record.protocol = protocolOf(text)) },
    { protocol: (record, text) => (record.protocol = protocolName(text)) },
  ],
  status: [
    { status: (record, text) => (record.status = numberValue(text)) },
    { firstStatus: (record, text) => (record.status = numberValue(text)) },
  ],
  bytes: [
    { bodyBytes: (record, text) => (record.bytes = numberValue(text)) },
    { sentBytes: (record, text) => (record.bytes = numberValue(text)) },
  ],
  referrer: [{ referrer: (record, text) => (record.referrer = textValue(text)) }],
  userAgent: [{ userAgent: (record, text) => (record.userAgent = textValue(text)) }],
  vhost: [
    { vhost: (record, text) => (record.vhost = textValue(text)) },
    { serverName: (record, text) => (record.vhost = textValue(text)) },
    { hostHeader: (record, text) => (record.vhost = textValue(text)) },
  ],
  port: [{ port: (record, text) => (record.port = numberValue(text)) }],
  elapsedUs: [
    { micros: (record, text) => (record.elapsedUs = durationValue(text, 1)) },
    { millis: (record, text) => (record.elapsedUs = durationValue(text, 1_000)) },
    { seconds: (record, text) => (record.elapsedUs = durationValue(text, 1_000_000)) },
    {
      receivingSeconds: (record, text) => (record.elapsedUs = durationValue(text, 1_000_000)),
      waitingSeconds: (record, text) => (record.elapsedUs = sumOf(record.elapsedUs, durationValue(text, 1_000_000))),
      sendingSeconds: (record, text) => (record.elapsedUs = sumOf(record.elapsedUs, durationValue(text, 1_000_000))),
    },
  ],
  xForwardedFor: [{ xForwardedFor: (record, text) => (record.xForwardedFor = textValue(text)) }],
  request: [{ request: (record, text) => (record.request = textValue(text)) }],
  level: [{ level: (record, text) => (record.level = textValue(text)) }],
  message: [{ message: (record, text) => (record.message = textValue(text)) }],
};

function textValue(text: string): string | null {
  return text === "-" ? null : textOf(text);
}

function withQuery(path: string | null, query: string): string | null {
  return path === null || query === "-" ? path : path + textOf(query);
}

/** Null for `-`, and for a number that a double cannot hold. By hand: `Number` is several times slower on a few digits. */
function numberValue(text: string): number | null {
  let value = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit < 0) return null;
    value = value * 10 + digit;
  }
  return value <= Number.MAX_SAFE_INTEGER ? value : null;
}

/** In microseconds; a negative one, logged when the clock was set back meanwhile, is none. */
function durationValue(text: string, unit: number): number | null {
  const point = text.indexOf(".");
  if (point >= 0) return sumOf(durationValue(text.slice(0, point), unit), fractionValue(text.slice(point + 1), unit));
  const value = numberValue(text);
  return value === null || value * unit > Number.MAX_SAFE_INTEGER ? null : value * unit;
}

/** Digit by digit, as 0.005 is no number that a double has. */
function fractionValue(digits: string, unit: number): number {
  let value = 0;
  for (let i = 0, rest = unit; i < digits.length && (rest /= 10) >= 1; i++)
    value += (digits.charCodeAt(i) - 0x30) * rest;
  return value;
}

function sumOf(a: number | null, b: number | null): number | null {
  return a === null || b === null || a + b > Number.MAX_SAFE_INTEGER ? null : a + b;
}
