// Values as JSON and named groups bring them, numbers or text in any of the usual forms → what records hold.
import { fieldNames, type FieldName, type LogRecord } from "./record.ts";
import { methodName, methodOf, protocolName, protocolOf, rawUriOf } from "./request.ts";

/** What a name of one's own may stand for: a field of the record, or the time taken in another unit. */
export const valueNames = [...fieldNames, "elapsedMs", "elapsedS", "elapsedNs"] as const;

export type ValueName = (typeof valueNames)[number];

/** The field that a value goes to. */
export function fieldOf(name: ValueName): FieldName {
  return name === "elapsedMs" || name === "elapsedS" || name === "elapsedNs" ? "elapsedUs" : name;
}

/** Puts what a value means into the record; null where it is none, such as "-", "" and what makes no sense there. */
export type ValueSetter = (record: LogRecord, value: unknown) => void;

export const valueSetters: { readonly [name in Exclude<ValueName, "time">]: ValueSetter } = {
  clientIp: (record, value) => (record.clientIp = textOf(value)),
  ident: (record, value) => (record.ident = textOf(value)),
  user: (record, value) => (record.user = textOf(value)),
  method: (record, value) => (record.method = methodName(textOf(value) ?? "-")),
  uri: (record, value) => (record.uri = textOf(value)),
  protocol: (record, value) => (record.protocol = protocolName(textOf(value) ?? "-")),
  status: (record, value) => (record.status = wholeNumberOf(value)),
  bytes: (record, value) => (record.bytes = wholeNumberOf(value)),
  referrer: (record, value) => (record.referrer = textOf(value)),
  userAgent: (record, value) => (record.userAgent = textOf(value)),
  vhost: (record, value) => (record.vhost = textOf(value)),
  port: (record, value) => (record.port = wholeNumberOf(value)),
  elapsedUs: (record, value) => (record.elapsedUs = durationOf(value, nanoseconds.us)),
  elapsedMs: (record, value) => (record.elapsedUs = durationOf(value, nanoseconds.ms)),
  elapsedS: (record, value) => (record.elapsedUs = durationOf(value, nanoseconds.s)),
  elapsedNs: (record, value) => (record.elapsedUs = durationOf(value, nanoseconds.ns)),
  xForwardedFor: (record, value) => (record.xForwardedFor = textOf(value)),
  request: (record, value) => (record.request = textOf(value)),
  level: (record, value) => (record.level = textOf(value)),
  message: (record, value) => (record.message = textOf(value)),
};

/** The same from a value that is the whole request line, of which these are parts. */
export const requestSetters: { readonly [field in FieldName]?: ValueSetter } = {
  method: (record, line) => (record.method = methodOf(textOf(line) ?? "")),
  uri: (record, line) => (record.uri = rawUriOf(textOf(line) ?? "")),
  protocol: (record, line) => (record.protocol = protocolOf(textOf(line) ?? "")),
};

/** A list, such as a header that came several times, is joined by commas in its order. */
function textOf(value: unknown): string | null {
  if (Array.isArray(value)) return textOf(value.flatMap((each) => textOf(each) ?? []).join(", "));
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return typeof value !== "string" || value === "" || value === "-" ? null : value;
}

function wholeNumberOf(value: unknown): number | null {
  const number = numberOf(value);
  return number !== null && Number.isSafeInteger(number) ? number : null;
}

/** Not negative, and finite. */
function numberOf(value: unknown): number | null {
  const number = typeof value === "string" && decimal.test(value) ? Number(value) : value;
  return typeof number === "number" && number >= 0 && number < Infinity ? number : null;
}

const decimal = /^\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

const nanoseconds = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 } as const;
const nanosecondsIn: ReadonlyMap<string, number> = new Map(Object.entries(nanoseconds));

/** In whole microseconds. `unit`: nanoseconds in it, for a number that does not say its own. */
function durationOf(value: unknown, unit: number): number | null {
  const number = numberOf(value);
  const taken = number === null ? sumOf(value) : number * unit;
  return taken === null || taken / 1000 > Number.MAX_SAFE_INTEGER ? null : Math.round(taken / 1000);
}

/** `12ms`, `1m2.5s`: nanoseconds. */
function sumOf(value: unknown): number | null {
  if (typeof value !== "string" || !duration.test(value)) return null;
  const parts = [...value.matchAll(/(\d+(?:\.\d+)?) ?(ns|us|µs|ms|s|m|h)/gy)];
  return parts.reduce((sum, [, number, unit = ""]) => sum + Number(number) * nanosecondsIn.get(unit)!, 0);
}

const duration = /^(?:\d+(?:\.\d+)? ?(?:ns|us|µs|ms|s|m|h))+$/;
