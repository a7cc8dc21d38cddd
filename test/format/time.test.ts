import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatOf } from "../../src/format/find-format.ts";
import { parseLine } from "./line.ts";

/** ISO text of the record's time; null where the line does not match. */
function read(format: string, text: string, timezone?: string): string | null {
  const record = parseLine(format, text, timezone);
  return record && new Date(record.time).toISOString();
}

describe("httpd's own %t", () => {
  test.each([
    ["10/Oct/2000:13:55:36 -0700", "2000-10-10T20:55:36.000Z"],
    ["01/Jan/1970:00:00:00 +0000", "1970-01-01T00:00:00.000Z"],
    ["31/Dec/2261:23:59:59 +0000", "2261-12-31T23:59:59.000Z"],
    ["07/Feb/2011:10:59:59 +0530", "2011-02-07T05:29:59.000Z"],
    ["07/Feb/2011:00:10:00 +1245", "2011-02-06T11:25:00.000Z"],
    ["31/Dec/2011:23:59:59 -0330", "2012-01-01T03:29:59.000Z"],
    ["29/Feb/2000:00:00:00 +0000", "2000-02-29T00:00:00.000Z"],
    ["29/Feb/2024:00:00:00 -0000", "2024-02-29T00:00:00.000Z"],
    ["31/Dec/2016:23:59:60 +0000", "2017-01-01T00:00:00.000Z"],
    ["01/Jan/2017:00:59:60 +0100", "2017-01-01T00:00:00.000Z"],
    ["31/Feb/2015:10:00:00 +0000", null],
    ["29/Feb/2023:10:00:00 +0000", null],
    ["29/Feb/2100:10:00:00 +0000", null],
    ["00/Mar/2015:10:00:00 +0000", null],
    ["31/Apr/2015:10:00:00 +0000", null],
    ["32/May/2015:10:00:00 +0000", null],
    ["10/Oct/2000:24:00:00 +0000", null],
    ["10/Oct/2000:25:00:00 +0000", null],
    ["10/Oct/2000:13:60:00 +0000", null],
    ["10/Oct/2000:13:55:61 +0000", null],
    ["10/Oct/2000:13:55:36 +2400", null],
    ["10/Oct/2000:13:55:36 +0060", null],
    ["10/Okt/2000:13:55:36 +0000", null],
    ["10/anF/2000:13:55:36 +0000", null],
    ["10/Anf/2000:13:55:36 +0000", null],
    ["10/oct/2000:13:55:36 +0000", null],
    ["10/10/2000:13:55:36 +0000", null],
    ["1/Oct/2000:13:55:36 +0000", null],
    ["10/Oct/0000:13:55:36 +0000", null],
    ["10/Oct/0099:13:55:36 +0000", null],
    ["31/Dec/1969:23:59:59 +0000", null],
    ["01/Jan/1970:00:30:00 +0100", null],
    ["01/Jan/2262:00:00:00 +0000", null],
    ["31/Dec/2261:23:59:59 -0100", null],
    ["10/Oct/9999:13:55:36 +0000", null],
    ["10/Oct/20000:13:55:36 +0000", null],
    ["10/Oct/2000:13:55:36", null],
    ["10/Oct/2000:13:55:36 0000", null],
    ["10/Oct/2000 13:55:36 +0000", null],
    ["10/Oct/2000:13:55:3x +0000", null],
  ])("[%s]", (text, expected) => {
    expect(read("%t", `[${text}]`)).toBe(expected);
  });

  test("needs no zone to be given", () => {
    expect(formatOf("%t").zoneless).toBe(false);
  });

  test("a leap second at the end of all times is outside of them", () => {
    expect(read("%t", "[31/Dec/2261:23:59:60 +0000]")).toBe(null);
  });

  test("is read anew when any part of the minute changes", () => {
    const parser = formatOf("%t").parser([]);
    const texts = [
      "10/Oct/2000:13:55:36 -0700",
      "10/Oct/2000:13:55:36 -0730",
      "10/Oct/2000:13:55:36 +0730",
      "10/Oct/2000:13:54:36 +0730",
    ];
    for (const digit of [
      "11/Oct/2000:13:54",
      "11/Dec/2000:13:54",
      "11/Dec/2001:13:54",
      "11/Dec/2001:03:54",
      "31/Jun/2001:03:54",
    ])
      texts.push(`${digit}:36 +0730`);
    for (const text of [...texts, ...texts.toReversed()]) {
      expect(parser.parse(`[${text}]\n`, 0)?.time).toBe(parseLine("%t", `[${text}]`)?.time);
    }
  });

  test("is found behind columns of any width, whatever was read before", () => {
    const parser = formatOf("common").parser([]);
    const time = fc.date({ min: new Date("1970-01-02"), max: new Date("2261-12-30"), noInvalidDate: true });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(time, fc.integer({ min: -719, max: 839 }), fc.stringMatching(/^\w{1,30}$/))),
        (lines) => {
          for (const [date, offset, user] of lines) {
            const line = `::1 - ${user} ${apacheTime(date.getTime(), offset)} "-" 200 5\n`;
            expect(parser.parse(line, 0)?.time).toBe(Math.floor(date.getTime() / 1000) * 1000);
          }
        },
      ),
    );
  });
});

function apacheTime(time: number, offsetMinutes: number): string {
  const [, month, day, year, clock] =
    new Date(time + offsetMinutes * 60_000).toUTCString().match(/, (\d\d) (\w{3}) (\d{4}) (\S+)/) ?? [];
  const size = Math.abs(offsetMinutes);
  const zone = `${offsetMinutes < 0 ? "-" : "+"}${String(Math.floor(size / 60)).padStart(2, "0")}${String(size % 60).padStart(2, "0")}`;
  return `[${month}/${day}/${year}:${clock} ${zone}]`;
}

describe("%{…}t", () => {
  test.each([
    ["%{%d/%b/%Y:%H:%M:%S %z}t", "10/Oct/2000:13:55:36 -0700", "2000-10-10T20:55:36.000Z"],
    ["%{%Y-%m-%dT%H:%M:%S%z}t", "2000-10-10T13:55:36-0700", "2000-10-10T20:55:36.000Z"],
    ["%{%Y-%m-%dT%H:%M:%S}t.%{usec_frac}t%{%z}t", "2000-10-10T13:55:36.123456-0700", "2000-10-10T20:55:36.123Z"],
    ["%{%Y-%m-%dT%H:%M:%S}t.%{msec_frac}t%{%z}t", "2000-10-10T13:55:36.123-0700", "2000-10-10T20:55:36.123Z"],
    ["%{%FT%T}t %{%z}t", "2000-10-10T13:55:36 -0700", "2000-10-10T20:55:36.000Z"],
    ["%{%F %R %z}t", "2000-10-10 13:55 -0700", "2000-10-10T20:55:00.000Z"],
    ["%{%D %r %z}t", "10/10/00 01:55:36 PM -0700", "2000-10-10T20:55:36.000Z"],
    ["%{%D %I:%M:%S %P %z}t", "10/10/00 12:00:00 am +0000", "2000-10-10T00:00:00.000Z"],
    ["%{%D %I:%M:%S %p %z}t", "10/10/00 12:00:00 PM +0000", "2000-10-10T12:00:00.000Z"],
    ["%{%D %I:%M:%S %p %z}t", "10/10/00 00:00:00 PM +0000", null],
    ["%{%D %I:%M:%S %p %z}t", "10/10/00 13:00:00 PM +0000", null],
    ["%{%D %T %z}t", "10/10/68 00:00:00 +0000", "2068-10-10T00:00:00.000Z"],
    ["%{%D %T %z}t", "10/10/99 00:00:00 +0000", "1999-10-10T00:00:00.000Z"],
    ["%{%D %T %z}t", "10/10/69 00:00:00 +0000", null],
    ["%{%c %z}t", "Tue Oct 10 13:55:36 2000 -0700", "2000-10-10T20:55:36.000Z"],
    ["%{%c %z}t", "Sun Oct  1 13:55:36 2000 -0700", "2000-10-01T20:55:36.000Z"],
    ["%{%A, %d %B %Y %T %z}t", "Tuesday, 10 October 2000 13:55:36 -0700", "2000-10-10T20:55:36.000Z"],
    ["%{%A, %d %B %Y %T %z}t", "Wednesday, 10 May 2000 13:55:36 -0700", "2000-05-10T20:55:36.000Z"],
    ["%{%a %h %e %k:%M:%S %Y %z}t", "Sun Oct  1  3:55:36 2000 -0700", "2000-10-01T10:55:36.000Z"],
    ["%{%Y %e %b %l:%M%p %z}t", "2000  1 Oct  3:55PM +0000", "2000-10-01T15:55:00.000Z"],
    ["%{%Y.%j %H:%M:%S %z}t", "2000.366 00:00:00 +0000", "2000-12-31T00:00:00.000Z"],
    ["%{%Y.%j %H:%M:%S %z}t", "2001.366 00:00:00 +0000", null],
    ["%{%Y.%j %H:%M:%S %z}t", "2001.000 00:00:00 +0000", null],
    [
      "%{%C %g %G %u %w %U %V %W %Y%m%d%H%M%z}t",
      "20 00 2000 2 2 41 41 41 200010101355-0700",
      "2000-10-10T20:55:00.000Z",
    ],
    ["%{%x %X %z}t", "10/10/00 13:55:36 -0700", "2000-10-10T20:55:36.000Z"],
    ["%{%Y%%%m%t%d %T %z}t", "2000%10\t10 13:55:36 -0700", "2000-10-10T20:55:36.000Z"],
    ["%{%Y-%m-%d %T %Z %z}t", "2000-10-10 13:55:36 PDT -0700", "2000-10-10T20:55:36.000Z"],
    ["%{%z %Y-%m-%d %T}t", "-0700 2000-10-10 13:55:36", "2000-10-10T20:55:36.000Z"],
    ["%{%s}t", "971211336", "2000-10-10T20:55:36.000Z"],
    ["%{sec}t", "971211336", "2000-10-10T20:55:36.000Z"],
    ["%{msec}t", "971211336123", "2000-10-10T20:55:36.123Z"],
    ["%{usec}t", "971211336123456", "2000-10-10T20:55:36.123Z"],
    ["%{sec}t.%{msec_frac}t", "971211336.007", "2000-10-10T20:55:36.007Z"],
    ["%{sec}t.%{usec_frac}t", "971211336.007890", "2000-10-10T20:55:36.007Z"],
    ["%{sec}t%{msec_frac}t", "971211336007", "2000-10-10T20:55:36.007Z"],
    ["%{sec}t %{usec}t", "971211336 971211336123456", "2000-10-10T20:55:36.123Z"],
    ["%{sec}t %{msec_frac}t %{usec_frac}t", "971211336 123 123456", "2000-10-10T20:55:36.123Z"],
    ["%{sec}t", "0", "1970-01-01T00:00:00.000Z"],
    ["%{sec}t", "9214646400", null],
    ["%{usec}t", "9214646400000000", null],
    ["%{sec}t", "-1", null],
    ["%{sec}t", "99999999999", null],
    ["%t.%{msec_frac}t", "[10/Oct/2000:13:55:36 -0700].250", "2000-10-10T20:55:36.250Z"],
    ["%t %{sec}t", "[10/Oct/2000:13:55:36 -0700] 971211337", "2000-10-10T20:55:37.000Z"],
    ["%{}t", "[10/Oct/2000:13:55:36 -0700]", "2000-10-10T20:55:36.000Z"],
    ["%{begin}t", "[10/Oct/2000:13:55:36 -0700]", "2000-10-10T20:55:36.000Z"],
    ["%{end}t", "[10/Oct/2000:13:55:36 -0700]", "2000-10-10T20:55:36.000Z"],
    ["%{begin:%F %T %z}t", "2000-10-10 13:55:36 -0700", "2000-10-10T20:55:36.000Z"],
    ["%{end:sec}t", "971211336", "2000-10-10T20:55:36.000Z"],
    ["%{end:sec}t %{begin:sec}t", "971211339 971211336", "2000-10-10T20:55:36.000Z"],
    ["%{end:sec}t %t", "971211339 [10/Oct/2000:13:55:36 -0700]", "2000-10-10T20:55:36.000Z"],
    ["%{end:sec}t %{begin:usec_frac}t", "971211339 123456", "2000-10-10T20:55:39.000Z"],
    ["%t %t", "[10/Oct/2000:13:55:36 -0700] [10/Oct/2000:13:55:37 -0700]", "2000-10-10T20:55:36.000Z"],
    ["%{%Y}t %h %{%m-%d %H:%M:%S %z}t", "2000 host.example.com 10-10 13:55:36 -0700", "2000-10-10T20:55:36.000Z"],
    ["%h %{%B %d %Y %T %z}t", "::1 October 10 2000 13:55:36 -0700", "2000-10-10T20:55:36.000Z"],
  ])("%s of %j", (format, text, expected) => {
    expect(read(format, text)).toBe(expected);
    expect(formatOf(format).zoneless).toBe(false);
  });

  test("keeps microseconds", () => {
    expect(parseLine("%{usec}t", "971211336123456")?.time).toBe(971211336123.456);
    expect(parseLine("%{sec}t.%{usec_frac}t", "971211336.123456")?.time).toBe(971211336123.456);
    expect(parseLine("%{%F %T}t.%{usec_frac}t %{%z}t", "2000-10-10 20:55:36.123456 +0000")?.time).toBe(
      971211336123.456,
    );
  });
});

describe("times without zone", () => {
  const format = "%{%Y-%m-%d %H:%M:%S}t";
  test.each([
    ["UTC", "2025-01-15 12:00:00", "2025-01-15T12:00:00.000Z"],
    ["Europe/Berlin", "2025-01-15 12:00:00", "2025-01-15T11:00:00.000Z"],
    ["Europe/Berlin", "2025-07-15 12:00:00", "2025-07-15T10:00:00.000Z"],
    ["Europe/Berlin", "2025-03-30 01:59:59", "2025-03-30T00:59:59.000Z"],
    ["Europe/Berlin", "2025-03-30 03:00:00", "2025-03-30T01:00:00.000Z"],
    ["Europe/Berlin", "2025-10-26 01:59:59", "2025-10-25T23:59:59.000Z"],
    ["Europe/Berlin", "2025-10-26 03:00:00", "2025-10-26T02:00:00.000Z"],
    ["America/New_York", "2025-11-02 00:59:59", "2025-11-02T04:59:59.000Z"],
    ["America/New_York", "2025-11-02 02:00:00", "2025-11-02T07:00:00.000Z"],
    ["Asia/Kolkata", "2025-01-01 00:00:00", "2024-12-31T18:30:00.000Z"],
    ["Australia/Lord_Howe", "2025-10-05 02:30:00", "2025-10-04T15:30:00.000Z"],
    ["Australia/Lord_Howe", "2025-04-06 02:00:00", "2025-04-05T15:30:00.000Z"],
    ["Pacific/Apia", "2011-12-29 23:59:59", "2011-12-30T09:59:59.000Z"],
    ["Pacific/Apia", "2011-12-31 00:00:00", "2011-12-30T10:00:00.000Z"],
    ["Africa/Monrovia", "1971-06-01 00:00:00", "1971-06-01T00:44:30.000Z"],
    ["America/New_York", "1969-12-31 19:00:00", "1970-01-01T00:00:00.000Z"],
    ["America/New_York", "1969-12-31 18:59:59", null],
    ["Asia/Tokyo", "2025-02-29 00:00:00", null],
  ])("%s %s", (timezone, text, expected) => {
    expect(read(format, text, timezone)).toBe(expected);
  });

  test("a time that the clock shows twice is the first of the two", () => {
    expect(read(format, "2025-10-26 02:30:00", "Europe/Berlin")).toBe("2025-10-26T00:30:00.000Z");
    expect(read(format, "2025-04-06 01:45:00", "Australia/Lord_Howe")).toBe("2025-04-05T14:45:00.000Z");
  });

  test("a time that the clock leaves out counts as not yet changed", () => {
    expect(read(format, "2025-03-30 02:30:00", "Europe/Berlin")).toBe("2025-03-30T01:30:00.000Z");
    expect(read(format, "2025-03-09 02:30:00", "America/New_York")).toBe("2025-03-09T07:30:00.000Z");
  });

  test("is what Intl shows, for any zone and time", () => {
    const zone = fc.constantFrom(
      "Europe/Berlin",
      "America/Sao_Paulo",
      "Asia/Tehran",
      "Africa/Casablanca",
      "Pacific/Chatham",
      "America/Caracas",
    );
    fc.assert(
      fc.property(zone, fc.integer({ min: Date.UTC(1975, 0), max: Date.UTC(2040, 0) }), (timezone, time) => {
        const local = (at: number) => new Date(at).toLocaleString("sv-SE", { timeZone: timezone });
        const utc = parseLine(format, local(time), timezone)?.time ?? Number.NaN;
        expect(local(utc)).toBe(local(time));
        expect(utc).toBeLessThanOrEqual(time);
      }),
    );
  });

  test("demand a zone that is known", () => {
    expect(formatOf(format).zoneless).toBe(true);
    expect(formatOf("%{%F %T %Z}t").zoneless).toBe(true);
    expect(() => formatOf(format).parser([])).toThrow(/have no zone; give the server's, such as "Europe\/Berlin"/);
    expect(() => formatOf(format).parser([], "Europe/Atlantis")).toThrow(/"Europe\/Atlantis" is no zone that is known/);
    expect(() => formatOf("%t").parser([], "Europe/Atlantis")).not.toThrow();
  });
});
