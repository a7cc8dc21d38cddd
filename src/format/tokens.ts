// A format as a list of tokens: columns between literals. One description, from which the regular expression is made.
import { L2iError } from "../errors.ts";

export type Token = Literal | Column | TimePiece;

/** Text that every line has at this place. */
export interface Literal {
  readonly kind: "literal";
  readonly text: string;
}

export interface Column {
  readonly kind: "column";
  /** As the user wrote it, for messages. */
  readonly source: string;
  readonly shape: Shape;
  /** What the column tells; null: matched, never read. */
  readonly meaning: Meaning | null;
  /** How its text is written, if not as httpd and nginx do it. */
  readonly escape?: Escape;
}

/** How servers write bytes that would be mistaken for others; text.ts undoes it. */
export type Escape =
  /** As in a JSON string; an empty text is none. */
  | "json"
  /** Not at all, so that quotes within quotes are possible; an empty text is none. */
  | "none"
  /** A `+` is a space. */
  | "plus"
  /** `%20` is a space, and so is `%2520`. */
  | "percent"
  /** `#22` is a quote. */
  | "hash"
  /** Between quotes of its own, or none. */
  | "quotes"
  /** Spaces or a plus sign stand before the number. */
  | "padding"
  /** `[client 192.0.2.7] ` is the address, */
  | "tag"
  /** … and so is `[client 192.0.2.7:4711] `. */
  | "tagWithPort";

/** What a column's text can look like, which decides where it ends. */
export type Shape =
  /** Anything up to the literal that follows. */
  | "text"
  /** No space within. */
  | "word"
  /** A word, or nothing: that is what httpd writes for an empty request line. */
  | "method"
  /** A word, a colon only within the brackets of an IPv6 address. */
  | "vhost"
  /** A word, or a list of addresses with commas. */
  | "client"
  /** Spaces are possible, but what follows decides. */
  | "user"
  | "protocol"
  | "number"
  /** A number that is negative when the clock was set back meanwhile. */
  | "duration"
  /** A number with a fraction, or -1 for none. */
  | "decimal"
  /** Words with ", " or " : " between them, one for each server that was asked; or nothing. */
  | "upstreams"
  | "status"
  /** A number, with spaces or a sign before it. */
  | "padded"
  /** Text with the quotes around it, or `-` without. */
  | "quoted"
  /** Headers that HAProxy was told to log: up to two groups in braces, each with a space behind it. */
  | "captures"
  /** What syslog puts before a message, or nothing. */
  | "syslogHead"
  /** `[pid 7:tid 8] ` of httpd's error log, or nothing. */
  | "process"
  /** `[client 192.0.2.7:4711] ` there, or nothing. */
  | "clientTag"
  /** `*17 ` of nginx's error log, or nothing. */
  | "connectionTag"
  /** Further columns, or none. */
  | "rest"
  | "hex"
  | "connection"
  | "logId";

/** What columns tell that records can use; fields.ts says which field comes from which. */
export type Meaning =
  | "clientAddress"
  | "clientHost"
  | "peerAddress"
  | "peerHost"
  | "ident"
  | "user"
  | "request"
  | "method"
  | "uri"
  | "path"
  /** With its question mark. */
  | "query"
  /** Without. */
  | "arguments"
  | "protocol"
  | "status"
  | "firstStatus"
  | "bodyBytes"
  | "sentBytes"
  | "micros"
  | "millis"
  | "seconds"
  /** The time taken in three parts, in seconds. */
  | "receivingSeconds"
  | "waitingSeconds"
  | "sendingSeconds"
  | "referrer"
  | "userAgent"
  | "xForwardedFor"
  | "vhost"
  | "serverName"
  | "hostHeader"
  | "port"
  | "level"
  | "message";

/** A piece of the event time, such as the year. All pieces of a line make one time. */
export interface TimePiece {
  readonly kind: "time";
  readonly source: string;
  /** Null: matched, not read, as the weekday. */
  readonly part: TimePart | null;
  readonly pattern: string;
  /** In characters; null where it varies. */
  readonly width: number | null;
  /** Of the end of the request (`%{end:…}t`), not of its begin. */
  readonly end: boolean;
}

export type TimePart =
  | "year"
  | "yearOfCentury"
  | "month"
  | "monthName"
  | "day"
  | "dayOfYear"
  | "hour"
  | "hour12"
  | "half"
  | "minute"
  | "second"
  | "millis"
  | "micros"
  | "zone"
  /** `+02:00`. */
  | "zoneWithColon"
  /** Of no width, or `Z`: the time is UTC. */
  | "utc"
  | "epochSeconds"
  | "epochMillis"
  | "epochMicros";

/** Joins neighbouring literals, so that each column is followed by all of the text that ends it. */
export function joinLiterals(tokens: readonly Token[]): Token[] {
  const joined: Token[] = [];
  for (const token of tokens) {
    const last = joined.at(-1);
    if (token.kind === "literal" && last?.kind === "literal") {
      joined[joined.length - 1] = { kind: "literal", text: last.text + token.text };
    } else if (token.kind !== "literal" || token.text !== "") {
      joined.push(token);
    }
  }
  return joined;
}

/** Refuses a format in which nobody could tell where one column ends and the next begins. */
export function checkSeparated(tokens: readonly Token[]): void {
  for (const [index, token] of tokens.entries()) {
    const next = tokens[index + 1];
    if (token.kind === "literal" || next === undefined || next.kind === "literal" || endsByItself(token)) continue;
    if (token.kind === "time" && next.kind === "time" && next.width !== null) continue;
    if (token.kind === "column" && isWord(token) && (isPath(next) || isRest(next))) continue;
    throw new L2iError(
      "usage",
      `format: nothing stands between ${token.source} and ${next.source}, so nobody can tell where one ends; ` +
        "put a space, a tab or quotes between them in the server's format",
    );
  }
}

const isWord = ({ shape }: Column): boolean => shape === "word" || shape === "vhost";

/** Begins with a space, if it is anything. */
const isRest = (token: Token): boolean => token.kind === "column" && token.shape === "rest";

/** Begins with a slash, so that a host may stand right before it. */
export function isPath(token: Token | undefined): boolean {
  return token?.kind === "column" && (token.meaning === "uri" || token.meaning === "path");
}

const endingByThemselves: ReadonlySet<Shape> = new Set([
  "status",
  "connection",
  "syslogHead",
  "process",
  "clientTag",
  "connectionTag",
]);

function endsByItself(token: Column | TimePiece): boolean {
  return token.kind === "time" ? token.width !== null : endingByThemselves.has(token.shape);
}
