// Any LogFormat, any request: what httpd would write is read back as it was.
import fc from "fast-check";
import { expect, test } from "vitest";
import { formatOf } from "../../src/format/find-format.ts";
import { fieldNames, type LogRecord } from "../../src/format/record.ts";
import { escapeAsHttpd } from "./httpd.ts";
import { utf8 } from "./line.ts";

/** A column of a format with what stands in it, and what that says. */
interface Column {
  readonly directive: string;
  readonly text: string;
  readonly told: Partial<LogRecord>;
}

/** Any text, or none; a lone `-` would mean none. */
const anything = fc.option(
  fc
    .string({
      unit: fc.oneof(
        fc.constantFrom(...'ab /"\\-[]?,|'.split("")),
        fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
      ),
    })
    .filter((text) => text !== "-"),
);
const word = fc.option(fc.stringMatching(/^[a-z0-9"\\é]{2,12}$/));
const number = fc.option(fc.oneof(fc.nat(), fc.constantFrom(0, 1, Number.MAX_SAFE_INTEGER)));
const clients = fc.constantFrom("192.0.2.7", "2001:db8::1", "::1", "host.example.com");

function escaped(text: string | null): string {
  return text === null ? "-" : escapeAsHttpd(utf8(text));
}

function column<Value>(
  values: fc.Arbitrary<Value>,
  directive: string,
  text: (value: Value) => string,
  told: (value: Value) => Partial<LogRecord> = () => ({}),
): fc.Arbitrary<Column> {
  return values.map((value) => ({ directive, text: text(value), told: told(value) }));
}

function numbers(directive: string, field: keyof LogRecord, unit = 1): fc.Arbitrary<Column> {
  const inRange = (value: number | null) =>
    value === null || value * unit > Number.MAX_SAFE_INTEGER ? null : value * unit;
  return column(
    number,
    directive,
    (value) => String(value ?? "-"),
    (value) => ({ [field]: inRange(value) }),
  );
}

function quoted(directive: string, field: keyof LogRecord | null): fc.Arbitrary<Column> {
  return column(
    anything,
    `"${directive}"`,
    (value) => `"${escaped(value)}"`,
    (value) => (field === null ? {} : { [field]: value }),
  );
}

function words(directive: string, field: keyof LogRecord): fc.Arbitrary<Column> {
  return column(word, directive, escaped, (value) => ({ [field]: value }));
}

/** Each at most once in a format, as two of the same field would contradict each other. */
const columns: readonly fc.Arbitrary<Column>[] = [
  column(clients, "%h", String, (clientIp) => ({ clientIp })),
  words("%l", "ident"),
  fc.oneof(
    words("%u", "user"),
    quoted("%u", "user"),
    column(
      fc.constant(""),
      "%u",
      () => '""',
      (user) => ({ user }),
    ),
  ),
  fc.oneof(numbers("%b", "bytes"), numbers("%B", "bytes"), numbers("%O", "bytes")),
  fc.oneof(numbers("%D", "elapsedUs"), numbers("%{ms}T", "elapsedUs", 1_000), numbers("%T", "elapsedUs", 1_000_000)),
  fc.oneof(numbers("%p", "port"), numbers("%{local}p", "port")),
  column(
    fc.option(fc.integer({ min: 100, max: 599 })),
    "%>s",
    (value) => String(value ?? "-"),
    (status) => ({ status }),
  ),
  quoted("%r", "request"),
  quoted("%{Referer}i", "referrer"),
  quoted("%!200,304{User-agent}i", "userAgent"),
  quoted("%{X-Forwarded-For}i", "xForwardedFor"),
  column(fc.constantFrom("www.example.com", "[::1]"), "%v", String, (vhost) => ({ vhost })),
  quoted("%{Cookie}i", null),
  quoted("%f", null),
  column(fc.constantFrom("+", "-", "X"), "%X", String),
  column(fc.constantFrom("svcuT0UFdwE", "-"), "%L", String),
  column(fc.nat(), "%{tid}P", String),
];

const pad = (value: number, width = 2): string => String(value).padStart(width, "0");
const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

function iso(date: Date): string {
  return date.toISOString().slice(0, 19);
}

/** How a time is written, and how fine, in milliseconds. */
const times: readonly [directive: string, text: (date: Date) => string, unit: number][] = [
  [
    "%t",
    (date) =>
      `[${pad(date.getUTCDate())}/${months[date.getUTCMonth()]}/${date.getUTCFullYear()}:${iso(date).slice(11)} +0000]`,
    1000,
  ],
  ["%{%FT%T%z}t", (date) => `${iso(date)}+0000`, 1000],
  [
    "%{%Y-%m-%dT%H:%M:%S}t.%{usec_frac}t%{%z}t",
    (date) => `${iso(date)}.${pad(date.getUTCMilliseconds(), 3)}000+0000`,
    1,
  ],
  ["%{sec}t", (date) => String(Math.floor(date.getTime() / 1000)), 1000],
  ["%{sec}t.%{msec_frac}t", (date) => `${Math.floor(date.getTime() / 1000)}.${pad(date.getUTCMilliseconds(), 3)}`, 1],
  ["%{end:usec}t", (date) => `${date.getTime()}000`, 1],
];

const dates = fc.date({ min: new Date(0), max: new Date("2261-12-31T23:59:59.999Z"), noInvalidDate: true });
const time = fc.tuple(fc.constantFrom(...times), dates).map(([[directive, text, unit], date]): Column => {
  return { directive, text: text(date), told: { time: Math.floor(date.getTime() / unit) * unit } };
});

const lines = fc
  .record({
    time,
    others: fc.subarray([...columns]).chain((chosen) => fc.tuple(...chosen)),
    order: fc.array(fc.nat(), { minLength: columns.length + 1, maxLength: columns.length + 1 }),
    separator: fc.constantFrom(" ", ",", "\t", " - ", "|", "; "),
  })
  .map(({ time: at, others, order, separator }) => {
    const all = [at, ...others]
      .map((one, i) => ({ one, key: order[i]! }))
      .toSorted((a, b) => a.key - b.key)
      .map(({ one }) => one);
    return {
      format: all.map(({ directive }) => directive).join(separator),
      line: all.map(({ text }) => text).join(separator),
      told: Object.assign({}, ...all.map(({ told }) => told)) as Partial<LogRecord>,
    };
  });

test("any format and any request", () => {
  fc.assert(
    fc.property(lines, fc.constantFrom("\n", "\r\n"), ({ format, line, told }, lineEnd) => {
      const parser = formatOf(format).parser(fieldNames);
      const text = `${line}${lineEnd}${line}${lineEnd}`;
      expect(parser.parse(text, 0)).toMatchObject(told);
      expect(parser.end).toBe(text.length / 2);
      expect(parser.parse(text, parser.end)).toMatchObject(told);
    }),
    { numRuns: 1_000 },
  );
});

test("a field is the same whatever else is asked for", () => {
  fc.assert(
    fc.property(lines, fc.subarray([...fieldNames]), ({ format, line }, fields) => {
      const all = formatOf(format).parser(fieldNames).parse(`${line}\n`, 0);
      const some = formatOf(format).parser(fields).parse(`${line}\n`, 0);
      for (const field of fieldNames) {
        expect(some?.[field]).toEqual(field === "time" || fields.includes(field) ? all?.[field] : null);
      }
    }),
  );
});
