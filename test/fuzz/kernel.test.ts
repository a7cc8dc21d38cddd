// The kernel and the regular expression say the same of every line, to the byte, in whatever company it stands: nasty lines, real
// logs, other parsers' cases, any bytes in any format. And the kernel takes what is usual, so that this says something.
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { detectFormat, formatOf } from "../../src/format/find-format.ts";
import type { Format } from "../../src/format/format.ts";
import { AnonymousView } from "../../src/anonymity.ts";
import { type LineReader, type LineView, noPlace, unasked, type Wish } from "../../src/format/lines.ts";
import { presets } from "../../src/format/presets.ts";
import { type FieldName, fieldNames, type LogRecord } from "../../src/format/record.ts";
import { ParserReader } from "../../src/format/parser-reader.ts";
import { conformanceCases, hasSharedData, sharedLog, sharedLogs } from "../format/shared-data.ts";
import { sourcesOf } from "../../src/format/fields.ts";
import { parseLogFormat } from "../../src/format/log-format.ts";
import { isNginxFormat, parseNginxFormat } from "../../src/format/nginx-log-format.ts";
import type { Token } from "../../src/format/tokens.ts";
import { Clock } from "../../src/kernel/clock.ts";
import { kernelIn, orderIn } from "../../src/kernel/kernel-reader.ts";
import { Memory } from "../../src/kernel/memory.ts";
import { programOf } from "../../src/kernel/program.ts";
import { mostTexts } from "../../src/kernel/text-table.ts";
import { hold, patience } from "./budget.ts";
import { anyLine, logFormat, logOf, preset } from "./material.ts";

vi.setConfig({ testTimeout: patience });

const all: Wish = { fields: fieldNames, values: ["bytes", "elapsedUs"] };

interface Line {
  readonly end: number;
  readonly time: number;
  readonly record: LogRecord | null;
  readonly values: readonly (number | null)[];
}

/** All lines of `bytes` in the eyes of the first pipeline, and how many of them had a place. */
function read(reader: LineReader, bytes: Buffer, { values }: Wish, see = asItIs): { lines: Line[]; places: number } {
  const view = see(reader.views[0]!);
  const lines: Line[] = [];
  /** By place, of the lines that it has now. */
  const records = new Map<number, string>();
  let places = 0;
  for (let from = 0; from < bytes.length;) {
    from = reader.read(bytes, from);
    for (let line = 0; line < reader.count; line++) {
      const time = reader.times[line]!;
      const isRecord = time >= 0;
      lines.push({
        end: reader.ends[line]!,
        time,
        record: isRecord ? view.record(line) : null,
        values: isRecord ? values.map((_, value) => view.value(line, value)) : [],
      });
      const place = isRecord && view.counter ? view.counter.placeOf(line) : noPlace;
      if (place === noPlace) continue;
      places++;
      const told = JSON.stringify({ ...view.record(line), time: 0 });
      const isKnown = view.counter!.meaningOf(place) !== unasked;
      if (isKnown) expect(records.get(place)).toBe(told); // lines of one place differ in the time alone
      records.set(place, told);
      view.counter!.setMeaning(place, 0);
    }
  }
  return { lines, places };
}

const asItIs = (view: LineView): LineView => view;

const zoneOf = ({ zoneless }: Format): string | undefined => (zoneless ? "Europe/Berlin" : undefined);

/** Answers how many lines the kernel knew a place of. */
function compare(format: Format, text: string, wish = all, company: readonly Wish[] = [], see = asItIs): number {
  // Lines that describe others are read before the expression sees them.
  const records = format.isSelfDescribing ? text.replaceAll(/^#/gm, "%") : text;
  const bytes = Buffer.from(records.slice(0, records.lastIndexOf("\n") + 1), "latin1");
  const wishes = [wish, ...company];
  const fields = [...new Set(wishes.flatMap((each) => [...each.fields, ...each.values]))];
  const expected = read(new ParserReader(format.parser(fields, zoneOf(format)), wishes), bytes, wish, see);
  const found = read(format.reader(wishes, zoneOf(format)), bytes, wish, see);
  expect(found.lines).toEqual(expected.lines);
  return found.places;
}

/** They have columns that only the regular expression can read, or others behind each directive, or are JSON. */
const leftAlone = new Set([
  "kubernetes_ingress",
  "traefik",
  "haproxy_http",
  "haproxy_https",
  "haproxy_tcp",
  "aws_alb",
  "aws_s3",
  "squid",
  "w3c",
  "apache_error",
  "apache_error_2_2",
  "nginx_error",
  "caddy",
  "traefik_json",
  "json",
]);

test.each(presets)("lines of $name are read by the kernel, or not at all", ({ name, example }) => {
  const wish: Wish = { fields: ["method", "uri", "status"], values: ["bytes"] };
  const [line = "", fields = name] = example.split("\n").toReversed();
  expect(compare(formatOf(fields), `${line}\n`.repeat(3), wish)).toBe(leftAlone.has(name) ? 0 : 3);
});

const fromClient = (client: string): string => `${client} - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" 200 5\n`;

test("lists of addresses, as proxies write them, are read by the kernel", () => {
  const wish: Wish = { fields: ["clientIp"], values: [] };
  const good = ["192.0.2.7, 198.51.100.9", "192.0.2.7,198.51.100.9", "::1, unknown, 192.0.2.7"];
  expect(compare(formatOf("common"), good.map(fromClient).join(""), wish)).toBe(3);
  const bad = [",a", "a,", "a, ", "a,,b", "a,  b", "a, ,b", "a,\tb", "a ,b"];
  expect(compare(formatOf("common"), bad.map(fromClient).join(""), wish)).toBe(0);
});

const taking = (seconds: string): string =>
  `192.0.2.7 [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" 200 ${seconds} "-"\n`;
const wishFor = (values: Wish["values"]): Wish => ({ fields: ["method", "status"], values });

test("seconds with their thousandths are read by the kernel, whoever wants them", () => {
  const format = formatOf('$remote_addr [$time_local] "$request" $status $request_time "$http_referer"');
  const good = ["0.005", "0.000", "12.345", "999999.999"].map(taking).join("");
  expect(compare(format, good, wishFor(["elapsedUs"]))).toBe(4);
  expect(compare(format, good, wishFor([]))).toBe(4);
  const rare = ["-", "-1", "5.1", "0.0001", "1000000.001", "12345678901.123", "0.12345678901"].map(taking).join("");
  const bad = ["-.5", "5.-", "-1.5", ".5", "5.", "--", "5", "", "1.2.3", "5.1-"].map(taking).join("");
  for (const values of [["elapsedUs"], []] as const) {
    compare(format, rare, wishFor(values));
    expect(compare(format, bad, wishFor(values))).toBe(0);
  }
});

test("hostile logs of the formats that have a name", () =>
  hold(
    "kernel, named formats",
    150,
    fc.property(
      preset.chain((format) => fc.tuple(fc.constant(format), logOf(format))),
      ([format, log]) => void compare(formatOf(format), log),
    ),
  ));

test("hostile logs without their addresses", () => {
  const anonymous: Wish = { fields: ["clientIp", "xForwardedFor", "status"], values: [], mayChange: true };
  const withProxies = fc.constant('%h %{X-Forwarded-For}i %t "%r" %>s');
  return hold(
    "kernel, no addresses",
    100,
    fc.property(
      fc.oneof(preset, withProxies).chain((format) => fc.tuple(fc.constant(format), logOf(format))),
      ([format, log]) => void compare(formatOf(format), log, anonymous, [], (view) => new AnonymousView(view)),
    ),
  );
});

const formatAndLog = logFormat.chain((format) =>
  fc.tuple(
    fc.constant(format),
    fc.array(anyLine(format), { maxLength: 8 }).map((lines) => lines.map((line) => `${line}\n`).join("")),
  ),
);

function tryFormat(spec: string): Format | null {
  try {
    return formatOf(spec);
  } catch {
    return null; // it could not be read back
  }
}

test("hostile logs of any format, for some of the fields, beside other pipelines", () => {
  const some = fc.record({
    fields: fc.subarray<FieldName>([...fieldNames]),
    values: fc.subarray<FieldName>(["bytes", "elapsedUs"]),
  });
  return hold(
    "kernel, any format",
    300,
    fc.property(formatAndLog, some, fc.array(some, { maxLength: 2 }), ([spec, log], wish, company) => {
      const format = tryFormat(spec);
      if (format) compare(format, log, wish, company);
    }),
  );
});

const times = [
  "%t",
  "%{%FT%T%z}t",
  "%{%d/%b/%Y:%T}t.%{msec_frac}t %{%z}t",
  "%{%y%m%d %H%M}t",
  "%{sec}t",
  "%{usec}t",
  "%{sec}t.%{usec_frac}t",
  "%{%d/%b/%Y %T}t.%{usec_frac}t %{%z}t",
  "%t %b %{msec_frac}t",
  "%{usec_frac}t %b %t",
  "request of %{%Y-%m-%d}t, begun at %{%T.}t%{usec_frac}t%{%z}t",
];

test.each([
  [times[0], "[10/Oct/2000:13:55:36 -0700]"],
  [times[1], "2000-10-10T13:55:36+0200"],
  [times[2], "10/Oct/2000:13:55:36.123 +0000"],
  [times[3], "001010 1355"],
  [times[4], "971211939"],
  [times[5], "971211939123456"],
  [times[6], "971211939.000123"],
  [times[7], "10/Oct/2000 13:55:36.123456 -0700"],
  ["%t %b %{msec_frac}t", "[10/Oct/2000:13:55:36 -0700] 5 123"],
  ["%{usec_frac}t %b %t", "123456 5 [10/Oct/2000:13:55:36 -0700]"],
])("%s is read by the kernel", (time, text) => {
  const wish: Wish = { fields: ["status"], values: [] };
  expect(compare(formatOf(`%h ${time} %>s`), `::1 ${text} 200\n`.repeat(3), wish)).toBe(3);
});

test.each([
  ["%t.%{msec_frac}t %b %{usec_frac}t", "[10/Oct/2000:13:55:59 -0700].500 5 500000"],
  ["%{msec_frac}t %b %{msec_frac}t %t", "500 5 250 [10/Oct/2000:13:55:59 -0700]"],
])("a fraction that is told twice counts once: %s", (columns, text) => {
  compare(formatOf(`%h ${columns} %>s`), `::1 ${text} 200\n`);
});

const byUsers = (count: number, time: string): string =>
  Array.from({ length: count }, (_, user) => `u${user} ${time} 200\n`).join("");

test("NULs in place of a time are none, the first time and once the tables of texts are emptied", () => {
  const [format, nuls] = [formatOf("%u %{%Y-%m-%dT%H:%M}t %>s"), "\0".repeat(16)];
  const full = byUsers(mostTexts, "2000-10-10T13:55");
  const log = `u ${nuls} 200\n${full}new ${nuls} 200\n${byUsers(3, "2000-10-10T13:56")}`;
  expect(compare(format, log, { fields: ["user", "status"], values: [] })).toBe(mostTexts + 3);
});

const digit = fc.constantFrom(..."0123456789".split(""));

test("times of any form, right and wrong", () => {
  const written = fc.constantFrom(
    "[10/Oct/2000:13:55:36 -0700]",
    "[10/Oct/2000:13:55:60 -0700]",
    "[10/Oct/2000:13:55:61 -0700]",
    "[31/Feb/2000:13:55:06 +0000]",
    "[31/Dec/2261:23:59:60 +0000]",
    "2000-10-10T13:55:36+0200",
    "10/Oct/2000:13:55:36.123 +0000",
    "001010 1355",
    "971211939",
    "971211939123456",
    "99999999999999999",
    "971211939.000123",
    "10/Oct/2000 13:55:36.123456 -0700",
    "request of 2000-10-10, begun at 13:55:36.123456+0200",
    "[10/Oct/2000:13:55:36 -0700] 5 123",
    "[10/Oct/2000:13:55:36 -0700] 5 -",
    "123456 5 [10/Oct/2000:13:55:36 -0700]",
    "- 5 [10/Oct/2000:13:55:36 -0700]",
  );
  const changed = fc
    .tuple(written, fc.nat(51), digit, fc.boolean())
    .map(([time, at, character, isChanged]) => (isChanged ? time.slice(0, at) + character + time.slice(at + 1) : time));
  return hold(
    "kernel, times",
    200,
    fc.property(fc.constantFrom(...times), fc.array(changed, { maxLength: 20 }), (time, lines) => {
      compare(formatOf(`%h ${time} %>s`), lines.map((each) => `::1 ${each} 200\n`).join(""));
    }),
  );
});

/** Columns of a format that tell a time or a part of one, and what may stand there. */
const timePieces: readonly (readonly [column: string, ...texts: string[]])[] = [
  ["%t", "[10/Oct/2000:13:55:36 -0700]", "[10/Oct/2000:13:55:59 +0000]"],
  ["%{%d/%b/%Y:%T}t", "10/Oct/2000:13:55:36", "31/Dec/1999:23:59:60"],
  ["%{%F}t", "2000-10-10", "2000-02-31"],
  ["%{%T}t", "13:55:36", "13:55:61"],
  ["%{%H:%M}t", "13:55", "24:00"],
  ["%{%S}t", "07", "61"],
  ["%{%z}t", "+0200", "-0700"],
  ["%{msec_frac}t", "123", "-"],
  ["%{usec_frac}t", "500000", "-"],
  ["%{sec}t", "971211939", "-"],
  ["%{msec}t", "971211939123", "-"],
  ["%{end:%F %T}t", "2000-10-10 13:55:37", "2000-10-10 13:55:07"],
  ["%{end:msec_frac}t", "900", "001"],
  ["%{end:sec}t", "971211940", "-"],
  ["%b", "5", "-"],
  ["%u", "somebody", "-"],
];
/** These make most trouble together. */
const usual = timePieces.filter(([column]) => ["%t", "%{msec_frac}t", "%{usec_frac}t", "%b"].includes(column));
const piece = fc
  .oneof(fc.constantFrom(...usual), fc.constantFrom(...timePieces))
  .chain(([column, ...texts]) =>
    fc.tuple(fc.constant(column), fc.array(fc.constantFrom(...texts), { minLength: 3, maxLength: 3 })),
  );

test("times in several columns, told twice, in parts, and apart from their fractions", () =>
  hold(
    "kernel, columns of time",
    500,
    fc.property(fc.array(piece, { minLength: 2, maxLength: 6 }), fc.constantFrom(" ", "."), (pieces, separator) => {
      const format = tryFormat(`%h ${pieces.map(([column]) => column).join(separator)} %>s`);
      const line = (index: number): string => `::1 ${pieces.map(([, texts]) => texts[index]).join(separator)} 200\n`;
      if (format) compare(format, [0, 1, 2].map(line).join(""));
    }),
  ));

const manyTexts = (index: number): string =>
  `192.0.2.${index % 5} - u${index % 4500} [10/Oct/2000:13:55:36 -0700] "M${index % 4200} /${"x".repeat(index % 700)}${index} HTTP/1.1" 200 5\n`;

test("more texts than a table holds, and longer ones than it takes", () => {
  const text = Array.from({ length: 15_000 }, (_, index) => manyTexts(index)).join("");
  expect(compare(formatOf("common"), text, { fields: ["user", "method", "uri"], values: [] })).toBeGreaterThan(5_000);
});

test("a long line among others, longer than the kernel's memory", () => {
  const line = '192.0.2.7 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" 200 5\n';
  const long = line.replace("GET /", `GET /${"y".repeat(400_000)}`);
  compare(formatOf("common"), `${line}${long}${line}${long}${line.repeat(5_000)}`);
});

test.runIf(hasSharedData)("real logs, whatever their format", () => {
  let keys = 0;
  let lines = 0;
  for (const kind of [
    "apache-combined",
    "apache-common",
    "apache-vhost-combined",
    "nginx-combined",
    "apache-error",
    "squid",
  ])
    for (const path of sharedLogs(kind)) {
      const log = sharedLog(path);
      const format = detectFormat(log.slice(0, 64 * 1024)) ?? formatOf("combined");
      compare(format, log);
      keys += compare(format, log, { fields: ["method", "status"], values: ["bytes"] });
      lines += log.split("\n").length - 1;
    }
  expect(keys / lines).toBeGreaterThan(0.9); // the kernel left no more
});

test.runIf(hasSharedData)("other parsers' cases", () => {
  const suites = ["fluentd", "crowdsec-apache2"];
  for (const suite of suites)
    for (const { logformat, line } of conformanceCases(suite)) {
      const format = tryFormat(logformat);
      if (format) compare(format, `${line}\n`);
    }
});

/** Runs the kernel on a text at the very end of its memory, where reading on would be an error. */
function runAtTheEnd(tokens: readonly Token[], log: string): void {
  const text = Buffer.from(`${log}\n`, "latin1");
  const memory = new Memory();
  const program = programOf(tokens, sourcesOf(tokens), memory);
  if (!program) return;
  const clock = new Clock(memory, program.time, tokens, "Europe/Berlin");
  const { address } = orderIn(memory, program, clock, 10);
  const guard = memory.take(padding);
  memory.take(text.length + padding + pageLength);
  const end = memory.bytes.length - padding;
  memory.bytes.fill(0xff, guard); // no line end, no digit, no space
  memory.bytes.set(text, end - text.length);
  const kernel = kernelIn(memory, clock);
  const stop = kernel.run(address, end - text.length, end, 0);
  const count = kernel.rowCount.value;
  const lines = text
    .toString("latin1")
    .match(/[^\n]*\n/g)!
    .slice(0, count);
  expect(count).toBeLessThanOrEqual(10);
  expect(stop).toBe(end - text.length + lines.join("").length);
  expect(memory.bytes.subarray(guard, end - text.length).every((byte) => byte === 0xff)).toBe(true);
  expect(memory.bytes.subarray(end).every((byte) => byte === 0xff)).toBe(true);
}

/** A format string, not the name of a preset that has none. */
const isString = (format: string): boolean => !format.startsWith("#") && presets.every(({ name }) => name !== format);

const pageLength = 64 * 1024;
const padding = 96;

/** With times of all widths that the kernel takes. */
const wideTime = fc
  .tuple(
    fc.constantFrom("%{%d/%b/%Y %T}t.%{usec_frac}t %{%z}t", "begun at %{%FT%T}t%{%z}t by the clock"),
    fc.constantFrom("10/Oct/2000 13:55:36.123456 -0700", "begun at 2000-10-10T13:55:36+0200 by the clock"),
    fc.nat(48),
  )
  .map(([time, text, length]): [string, string] => [`%h ${time} %>s`, `::1 ${text} 200\n::1 ${text.slice(0, length)}`]);

test("it neither reads nor writes outside of what is its own", () =>
  hold(
    "kernel, bounds",
    250,
    fc.property(
      fc.oneof(
        preset.filter(isString).chain((format) => fc.tuple(fc.constant(format), logOf(format))),
        formatAndLog,
        wideTime,
      ),
      ([spec, log]) => {
        if (tryFormat(spec)) runAtTheEnd(isNginxFormat(spec) ? parseNginxFormat(spec) : parseLogFormat(spec), log);
      },
    ),
  ));
