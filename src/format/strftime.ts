// `%{…}t` → pieces of a time: strftime as libc has it in the C locale, in which httpd runs, and httpd's own words such as
// `sec` and `usec_frac`.
import { L2iError } from "../errors.ts";
import type { Literal, TimePart, TimePiece, Token } from "./tokens.ts";

/** Apache's own `%t`. */
const apacheTime = "[%d/%b/%Y:%H:%M:%S %z]";

/** `format`: what stands in the braces of `%{…}t`. Literals between the pieces are tokens of their own. */
export function timeTokens(format: string, source: string): Token[] {
  const [, edge, rest] = /^(?:(begin|end)(?::|$))?(.*)$/s.exec(format) ?? [];
  const make = (piece: Piece): TimePiece => ({ kind: "time", source, ...piece, end: edge === "end" });
  const word = words.get(rest ?? "");
  return word === undefined ? strftimeTokens(rest || apacheTime, source, make) : [make(word)];
}

/** Text that says that the time is UTC; "" where nothing says so. */
export function utcToken(text: string, source: string): TimePiece {
  return { kind: "time", source, part: "utc", pattern: text, width: text.length, end: false };
}

type Piece = Pick<TimePiece, "part" | "pattern" | "width">;

function strftimeTokens(format: string, source: string, make: (piece: Piece) => TimePiece): Token[] {
  return [...format.matchAll(/%(:z|.?)|[^%]+/gs)].flatMap(([text, letter]): Token[] => {
    if (letter === undefined) return [{ kind: "literal", text }];
    const meaning = conversions.get(letter);
    if (meaning === undefined) throw unknownConversion(text, source);
    if (typeof meaning === "string") return strftimeTokens(meaning, source, make);
    return Array.isArray(meaning) ? meaning.map(make) : "text" in meaning ? [meaning] : [make(meaning)];
  });
}

function unknownConversion(text: string, source: string): L2iError {
  const known = [...conversions.keys()].join(" ");
  return new L2iError("usage", `format: ${text} in ${source} is no time that can be read back; known: ${known}`);
}

function digits(part: TimePart | null, width: number): Piece {
  return { part, pattern: `\\d{${width}}`, width };
}

/** Two digits, the first of which may be a space. */
function padded(part: TimePart): Piece {
  return { part, pattern: "[ \\d]\\d", width: 2 };
}

function epoch(part: keyof typeof epochDigits): Piece {
  return { part, pattern: `\\d{1,${epochDigits[part]}}`, width: null };
}

function literal(text: string): Literal {
  return { kind: "literal", text };
}

const name: Piece = { part: "monthName", pattern: "[A-Z][a-z]{2}", width: 3 };
const restOfName: Piece = { part: null, pattern: "[a-z]*", width: null };
const weekday: Piece = { part: null, pattern: "[A-Z][a-z]{2}", width: 3 };

/** As many as they may have. */
export const epochDigits = { epochSeconds: 11, epochMillis: 14, epochMicros: 17 } as const;

const words = new Map<string, Piece>(
  Object.entries({
    sec: epoch("epochSeconds"),
    msec: epoch("epochMillis"),
    usec: epoch("epochMicros"),
    msec_frac: digits("millis", 3),
    usec_frac: digits("micros", 6),
  }),
);

/** A string is written out in other conversions. */
const conversions = new Map<string, Piece | Piece[] | string | Literal>(
  Object.entries({
    Y: digits("year", 4),
    y: digits("yearOfCentury", 2),
    m: digits("month", 2),
    b: name,
    h: name,
    B: [name, restOfName],
    d: digits("day", 2),
    e: padded("day"),
    j: digits("dayOfYear", 3),
    H: digits("hour", 2),
    k: padded("hour"),
    I: digits("hour12", 2),
    l: padded("hour12"),
    p: { part: "half", pattern: "[AP]M", width: 2 },
    P: { part: "half", pattern: "[ap]m", width: 2 },
    M: digits("minute", 2),
    S: digits("second", 2),
    f: digits("micros", 6),
    L: digits("millis", 3),
    z: { part: "zone", pattern: "[+-]\\d{4}", width: 5 },
    ":z": { part: "zoneWithColon", pattern: "[+-]\\d{2}:\\d{2}", width: 6 },
    s: epoch("epochSeconds"),
    F: "%Y-%m-%d",
    T: "%H:%M:%S",
    R: "%H:%M",
    D: "%m/%d/%y",
    r: "%I:%M:%S %p",
    c: "%a %b %e %H:%M:%S %Y",
    x: "%m/%d/%y",
    X: "%H:%M:%S",
    a: weekday,
    A: [weekday, restOfName],
    C: digits(null, 2),
    g: digits(null, 2),
    G: digits(null, 4),
    u: digits(null, 1),
    w: digits(null, 1),
    U: digits(null, 2),
    V: digits(null, 2),
    W: digits(null, 2),
    Z: { part: null, pattern: "[A-Za-z0-9+-]+", width: null },
    t: literal("\t"),
    "%": literal("%"),
  }),
);
