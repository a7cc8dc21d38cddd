// Expressions of a user's own: what their groups become, when their times are, what is refused, and what a bomb costs.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { detectFormat, formatOf } from "../../src/format/find-format.ts";
import { emptyRecord, fieldNames, type LogRecord } from "../../src/format/record.ts";
import { utf8 } from "./line.ts";

const noon = Date.UTC(2025, 9, 26, 12);
const at = String.raw`^(?<time>\S+) `;

function parse(format: string, line: string, timezone?: string): LogRecord | null {
  return formatOf(format).parser(fieldNames, timezone).parse(`${line}\n`, 0);
}

/** What the groups tell besides the time. */
function said(expression: string, line: string): Partial<LogRecord> | null {
  const record = parse(`/${at}${expression}/`, utf8(`${noon} ${line}`));
  return (
    record && Object.fromEntries(Object.entries(record).filter(([name, value]) => name !== "time" && value !== null))
  );
}

describe("groups", () => {
  test.each<[string, string, Partial<LogRecord> | null]>([
    [String.raw`(?<clientIp>\S+) (?<status>\d+)`, "192.0.2.7 200", { clientIp: "192.0.2.7", status: 200 }],
    [
      String.raw`"(?<request>[^"]*)"`,
      '"GET /a b HTTP/1.1"',
      { request: "GET /a b HTTP/1.1", method: "GET", uri: "/a b", protocol: "HTTP/1.1" },
    ],
    [String.raw`(?<method>\w+) "(?<request>.*)"`, 'PUT "GET /a"', { request: "GET /a", method: "PUT", uri: "/a" }],
    [String.raw`(\w+) (?:(\w)|(?<user>\w+)) (?<vhost>.*)`, "a bc é€", { user: "bc", vhost: "é€" }],
    ["(?<user>é+)", "éé", { user: "éé" }],
    ["(?<user>[à-é]+)", "éà", { user: "éà" }],
    ["(?<user>.)$", "€", { user: "€" }],
    ["(?<user>-?) (?<status>-?) (?<bytes>.*)", "-  ", {}],
    [String.raw`(?<status>\S+)`, "ok", null],
    [String.raw`(?<bytes>.*)`, "12 KB", null],
    [String.raw`(?<elapsedS>\S+)`, "0.005", { elapsedUs: 5_000 }],
    [String.raw`(?<elapsedMs>\S+)`, "12", { elapsedUs: 12_000 }],
    [String.raw`(?<elapsedUs>\S+)`, "12", { elapsedUs: 12 }],
    [String.raw`(?<elapsedNs>\S+)`, "12345", { elapsedUs: 12 }],
    [String.raw`(?<elapsedUs>\S+)`, "1.5ms", { elapsedUs: 1_500 }],
    [String.raw`(?:(?<elapsedMs>\d+)ms|(?<elapsedUs>\d+)us)`, "7us", { elapsedUs: 7 }],
    [String.raw`(?:(?<elapsedMs>\d+)ms|(?<elapsedUs>\d+)us)`, "7ms", { elapsedUs: 7_000 }],
    [String.raw`[/] \/ (?<uri>[^\]/]+)`, "/ / x", { uri: "x" }],
    ["(?<user>.+?)(?: |$)", "a b", { user: "a" }],
  ])("%s of %s", (expression, line, expected) => expect(said(expression, line)).toEqual(expected));

  test("what is asked for does not change whether a line matches", () => {
    const format = formatOf(String.raw`/(?<time>\d+) (?<user>\w+) (?<status>\w+)/`);
    expect(format.fields).toEqual(["user", "time", "status"]);
    expect(format.parser(["user"]).parse("5 ann ok\n", 0)).toBe(null);
    expect(format.parser(["user"]).parse("5 ann 200\n", 0)).toEqual({ ...emptyRecord(5_000), user: "ann" });
    expect(format.parser([]).parse("5 ann 200\n", 0)).toEqual(emptyRecord(5_000));
  });

  test("a line is what stands between line ends", () => {
    const parser = formatOf(String.raw`/^(?<time>\d+)(?<user>[^"]*)$/`).parser(["user"]);
    const text = '1a\r\n2b\n\xef\xbb\xbf3c\n4"\n';
    expect(parser.parse(text, 0)).toMatchObject({ time: 1_000, user: "a" });
    expect(parser.end).toBe(4);
    expect(parser.parse(text, 4)).toMatchObject({ time: 2_000, user: "b" });
    expect(parser.parse(text, 7)).toMatchObject({ time: 3_000, user: "c" });
    expect(parser.parse(text, 13)).toBe(null);
  });
});

describe("times", () => {
  const berlin = "Europe/Berlin";
  test.each<[string, string, number, string?]>([
    ["%d/%b/%Y:%H:%M:%S %z", "26/Oct/2025:14:00:00 +0200", noon],
    ["%Y-%m-%d %H:%M:%S.%f%z", "2025-10-26 14:00:00.000250+0200", noon + 0.25],
    ["%F %T,%L %z", "2025-10-26 14:00:00,125 +0200", noon + 125],
    ["%s", "1761480000", noon],
    ["%a, %d %b %Y %I:%M:%S %p", "Sun, 26 Oct 2025 12:00:00 PM", noon, "UTC"],
    ["%d/%m/%y %R", "26/10/25 12:00", noon, "UTC"],
    // Both changes of the clock: an hour that there is twice means the first, one that there is not counts as not yet changed.
    ["%F %T", "2025-10-26 13:00:00", noon, berlin],
    ["%F %T", "2025-10-26 02:30:00", Date.UTC(2025, 9, 26, 0, 30), berlin],
    ["%F %T", "2025-10-26 03:00:00", Date.UTC(2025, 9, 26, 2), berlin],
    ["%F %T", "2025-03-30 01:59:59", Date.UTC(2025, 2, 30, 0, 59, 59), berlin],
    ["%F %T", "2025-03-30 02:30:00", Date.UTC(2025, 2, 30, 1, 30), berlin],
    ["%F %T", "2025-03-30 03:00:00", Date.UTC(2025, 2, 30, 1), berlin],
    ["", "2025-10-26T14:00:00.5+02:00", noon + 500],
    ["", "1761480000", noon],
    ["", "2025-10-26 13:00:00", noon, berlin],
  ])("%s of %s", (pattern, time, expected, timezone) => {
    const format = String.raw`/^\[(?<time>[^\]]+)\]/ ${pattern}`;
    expect(formatOf(format).zoneless).toBe(pattern !== "" && timezone !== undefined);
    expect(parse(format, `[${time}]`, timezone)?.time).toBe(expected);
  });

  test("what is no such time is a reject", () => {
    for (const time of ["2025-02-30 00:00:00 +0000", "2025-10-26 14:00:00", "x", "", "2025-10-26 14:00:00 +0200 x"])
      expect(parse("/^(?<time>.*)$/ %F %T %z", time)).toBe(null);
  });
});

describe("refusals", () => {
  test.each([
    ["/a", /has no "\/" at its end; write the expression between two of them/],
    ["//", /has no "\/" at its end/],
    ["/[/", /has no "\/" at its end/],
    ["/(?<time>.)/i", /behind the "\/" that ends the expression stands i; write \\\/ for a slash in it, and a space/],
    ["/GET /(?<time>.)/", /stands \(\?<time>\.\)\/; write \\\//],
    ["/(?<status>.)/", /no group tells when a request was; name one, such as \\\[\(\?<time>\[\^\\\]\]\+\)\\\]/],
    ["/(?<time>.)(?<Client_IP>.)/", /the group "Client_IP" is no field of a record; did you mean "clientIp"\?/],
    ["/(?<time>.)(?<upstream>.)/", /the group "upstream" is no field of a record; there are clientIp, /],
    ["/(?<time>.)(?<time>.)/", /it is no expression: Duplicate capture group name/],
    ["/(?<time>./", /it is no expression: Unterminated group/],
    ["/(?<time>.)*+/", /it is no expression: Nothing to repeat/],
    ["/(?<time>.)(?=b)/", /^format: \(\?= at character 11 looks around, which cannot be done in linear time; match /],
    ["/(?<!a)(?<time>.)/", /\(\?<! at character 1 looks around/],
    [String.raw`/[(?=](?<time>.)(.)\2/`, /\\2 at character 19 refers back to a group/],
    [String.raw`/(?<time>.)\k<time>/`, /\\k<time> at character 11 refers back to a group/],
    ["/(?<time>.{17})/", /\{17\} at character 10 repeats more than 16 times, .*; write \+ or \*/],
    ["/(?<time>.{1,40})/", /\{1,40\} at character 10 repeats more than 16 times/],
    ["/(?<time>(?:.{4}){5})/", /repetitions within each other, more than 16 times/],
    [String.raw`/(?<time>\p{L})/`, /\\p\{L\} at character 9 needs a mode that cannot be matched in linear time/],
    [String.raw`/(?<time>[a\p{L}])/`, /at character 9 needs a mode/],
    ["/(?<time>.)/ %Q", /%Q in %Q is no time that can be read back; known: /],
    ["/(?<time>.)/ %F", /a time needs year, month, day, hour and minute/],
  ])("%s", (format, message) => {
    expect(() => formatOf(format)).toThrow(
      expect.objectContaining({ code: "usage", message: expect.stringMatching(message) }),
    );
  });
});

describe("explaining", () => {
  const format = String.raw`/^(?<clientIp>\S+) \[(?<time>[^\]]+)\] (?<status>\d+|x) (?:ok|no)$/`;
  test.each([
    ["192.0.2.7 [1761480000] 200 ok ", 29, "$"],
    ["192.0.2.7 [1761480000] 200 yes", 27, "(?:ok|no)"],
    ["192.0.2.7 [1761480000] - ok", 23, String.raw`(?<status>\d+|x)`],
    ["é [1761480000] - ok", 16, String.raw`(?<status>\d+|x)`],
    ["192.0.2.7", 9, " "],
    ["", 0, String.raw`(?<clientIp>\S+)`],
    ["192.0.2.7 [noon] 200 ok", 11, "a time that can be read; without zone it needs --timezone"],
    ["192.0.2.7 [1761480000] x ok", 23, "a number for status"],
  ])("%s", (line, index, expected) => {
    for (const end of ["\n", "\r\n"])
      expect(formatOf(format).explain(utf8(line) + end)).toMatchObject({ at: index, expected });
  });

  test("what the groups before say", () => {
    expect(formatOf(format).explain("192.0.2.7 [1761480000] - ok\n").fields).toEqual({ clientIp: "192.0.2.7" });
  });

  test("alternatives are one thing", () => {
    expect(formatOf("/a(?<time>1)|b(?<status>1)/").explain("c\n")).toMatchObject({
      at: 0,
      expected: "a(?<time>1)|b(?<status>1)",
    });
  });
});

const bombs = [
  "(a+)+$",
  "(a|a)*b",
  "(.*)*b",
  "(?:a+a+)+b",
  "(.*a){10}b",
  ".*?.*?.*?.*?b",
  String.raw`^(\w+\s?)*$`,
  "(?:a?){16}a{16}$",
];

test.each(bombs)("%s takes no time over a long line", (bomb) => {
  const parser = formatOf(`/^(?<time>1)${bomb.replace("^", "")}/`).parser(fieldNames);
  const began = performance.now();
  for (const text of ["a".repeat(65_000), `${"a".repeat(65_000)}!`, "word ".repeat(13_000)])
    parser.parse(`1${text}\n`, 0);
  expect(performance.now() - began).toBeLessThan(5_000); // or years
});

test("nothing throws on any bytes, and explains itself within the line", () => {
  const format = formatOf(String.raw`/(?<time>\d+)(?<status>.?)"(?<request>[^"]*)"/`);
  const parser = format.parser(fieldNames);
  const line = fc
    .uint8Array({ maxLength: 100 })
    .map((bytes) => Buffer.from(bytes).toString("latin1").replaceAll("\n", '1"'));
  fc.assert(
    fc.property(line, (each) => {
      if (parser.parse(`${each}\n`, 0)) return;
      const mismatch = format.explain(`${each}\n`);
      expect(mismatch.at).toBeGreaterThanOrEqual(0);
      expect(mismatch.at).toBeLessThanOrEqual(each.length);
    }),
  );
  expect(detectFormat("1761480000\n")).toBe(null);
});
