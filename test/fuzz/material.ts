// What strangers, dying servers and full disks make of log lines: columns drawn from everything that ever broke a parser, in the
// order of a format, and real lines with bytes changed. One character a byte, no line feed within a line.
import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { presets } from "../../src/format/presets.ts";
import { escapeAsHttpd } from "../format/httpd.ts";
import { utf8 } from "../format/line.ts";
import { hasSharedData, sharedLog, sharedLogs } from "../format/shared-data.ts";

const nasty = [
  ..."-\"\\'`%#?;,=[]{}()<>|&*+~:/. \t\r\0\x7f\x80\x85\x9b\xa0\xff".split(""),
  "", "\\\\", '\\"', "\\x", "\\x0", "\\x0a", "\\x00", "\\n", "\\r\\n", "\\u000a", "%0a", "%00", "%", "% ", '" "', '"-"', "\r\r",
  "__proto__", "constructor", "toString", "hasOwnProperty", "prototype", "/__proto__/constructor", "_other", "_empty", "host", "log",
  "\x1b[31m", "\x1b]0;title\x07", "\x1bc", "\x9b2J", "\b\b\b", utf8("\u009b2J"), utf8("\u202etxt.exe"), utf8("\u2028"), utf8("\ufeff"),
  utf8("naïve 日本 🐘"), "\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xff\xfe", utf8("e\u0301\u200d"),
  "m,a=b c=1i 5", "a\\ b\\,c\\=d", 'x" 200 5 "', "unable to parse 'm': x", "# comment", "=", ",,", " ,= ",
  "GET", "GET /", "GET / HTTP/1.1", "HTTP/1.1", "http://h/a?b", "//", "/..", "/%2e%2e/", "*", "/;a/#b?c", "::1:443", "[::1]:443", "a, b",
  "[10/Oct/2000:13:55:36 -0700]", '192.0.2.7 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" 200 5', "${jndi:ldap://x}", "Googlebot/2.1",
]; // prettier-ignore

const byte = fc.integer({ min: 0, max: 255 }).map((code) => (code === 10 ? "\0" : String.fromCharCode(code)));

/** Any bytes but the line feed. */
const anyBytes = fc.string({ unit: byte, maxLength: 40 });

/** Any text as bytes of UTF-8. */
const anyText = fc.string({ unit: "binary", maxLength: 20 }).map((text) => utf8(text).replaceAll("\n", "\\n"));

/** One piece again and again: long enough to be cut as a tag, seldom too long to be a line. */
const long = fc
  .tuple(fc.constantFrom(...nasty.filter((text) => text !== "")), fc.constantFrom(60, 300, 3_000, 70_000))
  .map(([text, length]) => text.repeat(length / text.length));

export const hostile: fc.Arbitrary<string> = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...nasty) },
  { weight: 4, arbitrary: anyBytes },
  { weight: 2, arbitrary: anyText },
  { weight: 4, arbitrary: fc.array(fc.constantFrom(...nasty), { maxLength: 6 }).map((pieces) => pieces.join("")) },
  { weight: 1, arbitrary: long },
);

const mostly = <Value>(usual: fc.Arbitrary<Value>, other: fc.Arbitrary<Value>, weight = 12): fc.Arbitrary<Value> =>
  fc.oneof({ weight, arbitrary: usual }, { weight: 1, arbitrary: other });

// prettier-ignore
const number = mostly(
  fc.constantFrom("0", "-", "5", "443", "007", "9007199254740991", "9007199254740993", "99999999999999999999999", "9".repeat(400)),
  fc.oneof(fc.constantFrom("-0", "-1", "+5", "1e309", "1e3", "0x1F", "1.5", "NaN", "Infinity", utf8("٣"), "1_000", " 5", "5 "), hostile),
);
const status = mostly(
  fc.constantFrom("200", "404", "500", "206", "-", "000", "999"),
  fc.oneof(fc.constantFrom("99", "1000", "2e2", "+20", " 20"), hostile),
);
/** Some exist, some do not; few different weeks, since a store makes files for each. */
const dates = [
  "26/Oct/2025", "26/Oct/2025", "26/Oct/2025", "29/Feb/2024", "01/Jan/1970", "31/Dec/2261", "31/Dec/1969", "01/Jan/2262",
  "31/Feb/2025", "29/Feb/2023", "30/Feb/2024", "31/Apr/2025", "00/Jan/2025", "32/Jan/2025", "01/Foo/2025", "01/anF/2025", "01/jan/2025",
  "01/Jan/0000", "29/Feb/0000", "31/Dec/9999", "1/Jan/2025", "01/Jan/25", "01-Jan-2025", "01/Jan/-001", " 1/Jan/2025", utf8("٠١/Jan/2025"),
]; // prettier-ignore
const clocks = [
  "02:40:00",
  "02:40:59",
  "02:41:00",
  "23:59:60",
  "23:59:61",
  "24:00:00",
  "23:60:00",
  "2:40:00",
  "02:40",
  "99:99:99",
  "-1:00:00",
];
const zones = ["+0000", "-0700", "+0530", "+1400", "+9999", "-9999", "+2360", "+2400", "Z", "0000", "+00:00"]; // prettier-ignore

const time = mostly(
  fc
    .tuple(
      mostly(fc.constant("26/Oct/2025"), fc.constantFrom(...dates)),
      mostly(fc.constantFrom("02:40:00", "02:41:59"), fc.constantFrom(...clocks)),
      mostly(fc.constant("+0200"), fc.constantFrom(...zones)),
    )
    .map(([date, clock, zone]) => `[${date}:${clock} ${zone}]`),
  hostile,
);

const path = fc.oneof(
  fc.constantFrom("/", "/a", "/downloads/a.iso", "/api/orders/1?x=y", "/__proto__/x", "/constructor"),
  fc.tuple(fc.constantFrom("/", "/downloads/", "/a/"), hostile).map((parts) => parts.join("")),
);
const method = mostly(fc.constantFrom("GET", "POST", "PUT", "HEAD", "M-SEARCH", "get"), hostile);
const protocol = mostly(fc.constantFrom(" HTTP/1.1", " HTTP/2.0", ""), hostile);
const request = mostly(
  fc.tuple(method, path, protocol).map(([verb, uri, end]) => `${verb} ${uri}${end}`),
  hostile,
);
const agent = mostly(fc.constantFrom("curl/8", "Googlebot/2.1", "check_http/v2", "my crawler"), hostile);
const client = mostly(fc.constantFrom("192.0.2.7", "::1", "host.example.com", "192.0.2.7, 198.51.100.9"), hostile);
const word = mostly(fc.constantFrom("-", "frank", "www.example.com"), hostile);

const decimal = mostly(fc.constantFrom("0.000", "0.005", "12.345", "-1", "-", "9.99999999"), fc.oneof(fc.constantFrom("5", ".5", "5.", "1.2.3"), number)); // prettier-ignore
const list = mostly(fc.constantFrom("-", "", "0.005", "192.0.2.7:80, 192.0.2.8:80", "502, 200 : 200"), fc.oneof(fc.constantFrom(":", " : ", "a :", "a : : b", ", ", "a : b, c"), hostile)); // prettier-ignore

/** What may stand in a column of a format; any bytes at all for those that are not listed. */
const columns: { readonly [directive: string]: fc.Arbitrary<string> | undefined } = {
  "%h": client, "%a": client, "%v": word, "%p": number, "%l": word, "%u": word, "%t": time, "%r": request, "%m": method, "%U%q": path,
  "%>s": status, "%s": status, "%b": number, "%O": number, "%D": number, "%{ms}T": number, "%{User-Agent}i": agent, "%{Referer}i": path,
  $remote_addr: client, $remote_user: word, $time_local: time.map((text) => text.slice(1, -1)), $request: request, $status: status,
  $body_bytes_sent: number, $request_length: number, $request_time: decimal, $http_referer: path, $http_user_agent: agent,
  $proxy_upstream_name: word, $upstream_addr: list, $upstream_response_time: list, $upstream_status: list, $upstream_response_length: list,
}; // prettier-ignore

/** As httpd would write it, or raw, as others do. */
const written = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(text, fc.boolean()).map(([bytes, isEscaped]) => (isEscaped ? escapeAsHttpd(bytes) : bytes));

/** A line of a format string, hostile in most of its columns. */
export function lineOf(format: string): fc.Arbitrary<string> {
  const plain = format.replaceAll(String.raw`\"`, '"');
  const parts = plain.match(/%U%q|%[<>]?(?:\{[^}]*\})?[a-zA-Z]|\$\w+|[^%$]+/g) ?? [];
  return fc
    .tuple(
      ...parts.map((part) =>
        /^[%$]/.test(part) ? written(columns[part] ?? hostile) : mostly(fc.constant(part), hostile, 30),
      ),
    )
    .map((texts) => texts.join("").replaceAll("\n", "\0"));
}

/** A LogFormat of any columns in any order. It need not be one that can be read back. */
export const logFormat: fc.Arbitrary<string> = fc
  .tuple(
    fc.array(fc.constantFrom(...Object.keys(columns), "%{Cookie}i", "%f", "%X", "%L", "%q", "%U", "%H", "%I", "%{X-Forwarded-For}i"), {
      maxLength: 7,
    }),
    fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
    fc.nat(7),
    fc.constantFrom(" ", ",", "\t", " - ", "|", "; ", ":"),
  )
  .map(([others, quoted, at, separator]) =>
    others
      .toSpliced(at, 0, "%t")
      .map((directive, index) => (quoted[index] && directive !== "%t" ? `"${directive}"` : directive))
      .join(separator),
  ); // prettier-ignore

const realLines: readonly string[] = [
  ...readdirSync("fixtures/logs")
    .filter((name) => name.endsWith(".log"))
    .map((name) => readFileSync(`fixtures/logs/${name}`, "latin1")),
  ...(hasSharedData ? ["apache-combined", "apache-vhost-combined", "nginx-combined", "apache-error", "squid"] : [])
    .flatMap(sharedLogs)
    .map((path_) => sharedLog(path_).slice(0, 100_000)),
].flatMap((text) => text.split(/\r?\n/).filter((line) => line !== ""));

type Change = (line: string, from: number, to: number, other: string) => string;

const changes: readonly Change[] = [
  (line, from, to) => line.slice(0, from) + String.fromCharCode(to % 256) + line.slice(from + 1),
  (line, from, to) => line.slice(0, from) + line.slice(to),
  (line, from, to) => line.slice(0, to) + line.slice(from),
  (line, from) => line.slice(0, from),
  (line, from) => line.slice(from),
  (line, from, to, other) => line.slice(0, from) + other.slice(to),
  (line, from, _, other) => line.slice(0, from) + other,
];

/** A line that a real server wrote, with some bytes changed, doubled, lost, or those of another line behind it. */
export const changedLine: fc.Arbitrary<string> = changed(fc.constantFrom(...realLines));

function changed(lines: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const change = fc.tuple(fc.constantFrom(...changes), fc.nat(), fc.nat(), fc.constantFrom(...realLines));
  return fc.tuple(lines, fc.array(change, { maxLength: 3 })).map(([line, all]) =>
    all
      .reduce((text, [apply, a, b, other]) => {
        const [from = 0, to = 0] = [a % (text.length + 1), b % (text.length + 1)].toSorted((x, y) => x - y);
        return apply(text, from, to, other);
      }, line)
      .replaceAll("\n", "\0"),
  );
}

/** A line that might stand in a log of the format, a format string or a preset's name. */
export const anyLine = (format: string): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 6, arbitrary: exampleOf(format) ?? lineOf(format) },
    { weight: 3, arbitrary: changedLine },
    { weight: 1, arbitrary: hostile },
  );

/** Of a preset that has no such string: its example, changed. */
function exampleOf(format: string): fc.Arbitrary<string> | undefined {
  const found = presets.find(({ name, example }) => name === format || example.startsWith(`${format}\n`));
  const example = found?.example.split("\n").at(-1);
  return example === undefined ? undefined : mostly(fc.constant(example), changed(fc.constant(example)), 1);
}

/** Lines with their ends; the last one may have none. */
export const logOf = (format: string): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.array(fc.tuple(anyLine(format), mostly(fc.constant("\n"), fc.constantFrom("\r\n", "\n\n"))), {
        maxLength: 12,
      }),
      mostly(fc.constant(""), hostile),
    )
    .map(([lines, rest]) => lines.flat().join("") + rest);

/** A preset, as its definition where that is a string, as the line that describes it, else as its name. */
export const preset: fc.Arbitrary<string> = fc.constantFrom(
  ...presets.map(({ name, definition, example }) =>
    typeof definition === "string" ? definition : example.includes("\n") ? example.split("\n")[0]! : name,
  ),
);
