// A record: what one log line says, under the names that every format shares. Formats fill it, categorizers read it.

/** The fields that a text format may hold. `null`: the line has `-` there, or nothing that makes sense. */
export interface LogRecord {
  /** Client address as logged: IP, host name, or a list of addresses in its order. */
  clientIp: string | null;
  ident: string | null;
  user: string | null;
  /** Event time, milliseconds since 1970-01-01 UTC, with fraction where the format has one. */
  time: number;
  /** First word of the request line; null where that is garbage, empty or `-`. */
  method: string | null;
  /** Path and query as requested, spaces included. */
  uri: string | null;
  /** Such as `HTTP/1.1`; null where the request line has none. */
  protocol: string | null;
  status: number | null;
  /** Bytes of the answer. */
  bytes: number | null;
  referrer: string | null;
  userAgent: string | null;
  vhost: string | null;
  port: number | null;
  /** Time taken, in microseconds whatever the unit in the log. */
  elapsedUs: number | null;
  xForwardedFor: string | null;
  /** The whole request line. */
  request: string | null;
  /** Of an entry of an error log, such as `error`. */
  level: string | null;
  /** What an entry of an error log says. */
  message: string | null;
}

export type FieldName = keyof LogRecord;

/** All field names, in the order in which they are shown. */
export const fieldNames = [
  "clientIp",
  "ident",
  "user",
  "time",
  "method",
  "uri",
  "protocol",
  "status",
  "bytes",
  "referrer",
  "userAgent",
  "vhost",
  "port",
  "elapsedUs",
  "xForwardedFor",
  "request",
  "level",
  "message",
] as const satisfies readonly FieldName[];

/** Fields that hold numbers which can be added up, and compared. */
export const numberFields = ["status", "bytes", "port", "elapsedUs"] as const satisfies readonly FieldName[];

export type NumberField = (typeof numberFields)[number];

export const isNumberField = (field: string): field is NumberField => numberFields.some((known) => known === field);

/** What a record says, the time aside. */
export function toldBy(record: LogRecord): Partial<LogRecord> {
  return Object.fromEntries(Object.entries(record).filter(([field, value]) => field !== "time" && value !== null));
}

/** All records have one shape, so that code that reads them stays fast. */
export function emptyRecord(time: number): LogRecord {
  return {
    clientIp: null,
    ident: null,
    user: null,
    time,
    method: null,
    uri: null,
    protocol: null,
    status: null,
    bytes: null,
    referrer: null,
    userAgent: null,
    vhost: null,
    port: null,
    elapsedUs: null,
    xForwardedFor: null,
    request: null,
    level: null,
    message: null,
  };
}
