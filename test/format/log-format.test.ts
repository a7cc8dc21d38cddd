import { describe, expect, test } from "vitest";
import { L2iError } from "../../src/errors.ts";
import { formatOf } from "../../src/format/find-format.ts";
import type { LogRecord } from "../../src/format/record.ts";
import { parseLine, utf8 } from "./line.ts";

const time = "[10/Oct/2000:13:55:36 -0700]";

/** Fields of the record besides `time` that are not null. */
function told(record: LogRecord | null): Partial<LogRecord> | null {
  if (record === null) return null;
  return Object.fromEntries(Object.entries(record).filter(([name, value]) => name !== "time" && value !== null));
}

describe("directives, each in front of a time", () => {
  test.each<[directive: string, text: string, expected: Partial<LogRecord> | null]>([
    ["%a", "192.0.2.7", { clientIp: "192.0.2.7" }],
    ["%a", "2001:db8::1", { clientIp: "2001:db8::1" }],
    ["%a", "::1%eth0", { clientIp: "::1%eth0" }],
    ["%a", "192.0.2.7, 198.51.100.9", { clientIp: "192.0.2.7, 198.51.100.9" }],
    ["%a", "192.0.2.7,198.51.100.9", { clientIp: "192.0.2.7,198.51.100.9" }],
    ["%a", "192.0.2.7 198.51.100.9", null],
    ["%{c}a", "192.0.2.7", { clientIp: "192.0.2.7" }],
    ["%h", "host.example.com", { clientIp: "host.example.com" }],
    ["%{c}h", "host.example.com", { clientIp: "host.example.com" }],
    ["%h %a", "host.example.com 192.0.2.7", { clientIp: "192.0.2.7" }],
    ["%{c}a %h", "192.0.2.1 host.example.com", { clientIp: "host.example.com" }],
    ["%{c}h %{c}a", "host.example.com 192.0.2.1", { clientIp: "192.0.2.1" }],
    ["%a:%{remote}p", "192.0.2.7:51234", { clientIp: "192.0.2.7" }],
    ["%a:%{remote}p", "::1:51234", { clientIp: "::1" }],
    ["%a:%{remote}p", "2001:db8::1:51234", { clientIp: "2001:db8::1" }],
    ["%a:%{remote}p", "192.0.2.7, ::1:51234", { clientIp: "192.0.2.7, ::1" }],
    ["%a|%l", "192.0.2.7, ::1|joe", { clientIp: "192.0.2.7, ::1", ident: "joe" }],
    ["%a|%l", "|joe", null],
    ["%a,%l", "192.0.2.7,joe", { clientIp: "192.0.2.7", ident: "joe" }],
    ["%A", "192.0.2.1", {}],
    ["%A:%p", "::1:80", { port: 80 }],
    ["%B", "0", { bytes: 0 }],
    ["%b", "2326", { bytes: 2326 }],
    ["%b", "-", {}],
    ["%b", "9007199254740991", { bytes: 9007199254740991 }],
    ["%b", "9007199254740993", {}],
    ["%b", "99999999999999999999999999", {}],
    ["%b", "12x", null],
    ["%b", "", null],
    ["%O %b", "700 12", { bytes: 12 }],
    ["%O", "700", { bytes: 700 }],
    ["%I", "12", {}],
    ["%S", "12", {}],
    ["%{sid}C", "a b; c", {}],
    ["%D", "1234", { elapsedUs: 1234 }],
    ["%D", "-", {}],
    ["%D", "-7", {}],
    ["%T", "2", { elapsedUs: 2_000_000 }],
    ["%{s}T", "2", { elapsedUs: 2_000_000 }],
    ["%{ms}T", "2", { elapsedUs: 2_000 }],
    ["%{us}T", "2", { elapsedUs: 2 }],
    ["%T %{ms}T %D", "1 1234 1234567", { elapsedUs: 1234567 }],
    ["%T %{ms}T", "1 1234", { elapsedUs: 1234000 }],
    ["%{us}T %T", "1234567 1", { elapsedUs: 1234567 }],
    ["%T", "9007199254740", {}],
    ["%^FB", "-", {}],
    ["%^FB", "120", {}],
    ["%{UNIQUE_ID}e", "aB@-9", {}],
    ["%f", "/var/www/a b.html", {}],
    ["%H", "HTTP/1.1", { protocol: "HTTP/1.1" }],
    ["%H", "-", {}],
    ["%{Referer}i", "http://example.com/a b", { referrer: "http://example.com/a b" }],
    ["%{User-Agent}i", "curl/8 (x)", { userAgent: "curl/8 (x)" }],
    ["%{USER-AGENT}i", "curl/8", { userAgent: "curl/8" }],
    ["%{X-Forwarded-For}i", "::1, ::2", { clientIp: "::1, ::2", xForwardedFor: "::1, ::2" }],
    [
      "%{X-Forwarded-For}i %l %u",
      "::1, ::2 - jane doe",
      { clientIp: "::1, ::2", xForwardedFor: "::1, ::2", user: "jane doe" },
    ],
    ["%{x-forwarded-for}i %h", "::1, ::2 ::3", { clientIp: "::3", xForwardedFor: "::1, ::2" }],
    ["%{Host}i", "www.example.com:8080", { vhost: "www.example.com:8080" }],
    ["%{Accept}i", "*/*", {}],
    ["%!200,304,302{Referer}i", "http://example.com/", { referrer: "http://example.com/" }],
    ["%!200,304,302{Referer}i", "-", {}],
    ["%400,501{User-agent}i", "curl/8", { userAgent: "curl/8" }],
    ["%{Referer}!200i", "-", {}],
    ["%{Referer}o", "x y", {}],
    ["%k", "3", {}],
    ["%l", "joe", { ident: "joe" }],
    ["%l", "-", {}],
    ["%L", "svcuT0UFdwE", {}],
    ["%L", "-", {}],
    ["%m", "GET", { method: "GET" }],
    ["%m", "-", {}],
    ["%m", "", {}],
    ["%m", String.raw`\x16\x03`, {}],
    ["%{forensic-id}n", "a:b c", {}],
    ["%p", "443", { port: 443 }],
    ["%{canonical}p", "443", { port: 443 }],
    ["%{local}p", "443", { port: 443 }],
    ["%{remote}p", "51234", {}],
    ["%P", "1234", {}],
    ["%{pid}P", "1234", {}],
    ["%{tid}P", "140120579262208", {}],
    ["%{hextid}P", "7f70c1b0", {}],
    ["%{hextid}P", "0x7f70c1b0", {}],
    ["%q", "?a=b", {}],
    ["%q", "", {}],
    ["%r", "GET /a HTTP/1.1", { request: "GET /a HTTP/1.1", method: "GET", uri: "/a", protocol: "HTTP/1.1" }],
    ["%R", "proxy-server", {}],
    ["%s", "301", { status: 301 }],
    ["%>s", "200", { status: 200 }],
    ["%<s", "301", { status: 301 }],
    ["%<s %>s", "301 200", { status: 200 }],
    ["%s %>s", "301 200", { status: 200 }],
    ["%s", "-", {}],
    ["%s", "20", null],
    ["%s", "2000", null],
    ["%u", "frank", { user: "frank" }],
    ["%u", "-", {}],
    ["%u", '""', { user: "" }],
    ["%u", "jane doe", { user: "jane doe" }],
    ["%u", "jane van der doe", { user: "jane van der doe" }],
    ["%u", "jane  doe", { user: "jane  doe" }],
    ["%u", "- doe", null],
    ["%u", "jane - doe", null],
    ["%u", "-doe", { user: "-doe" }],
    ["%u", "[brackets]", { user: "[brackets]" }],
    ["%u", String.raw`DOMAIN\\jane`, { user: String.raw`DOMAIN\jane` }],
    ["%u", utf8("jörg"), { user: "jörg" }],
    ["%U", "/a b", { uri: "/a b" }],
    ["%U%q", "/a?b=c", { uri: "/a?b=c" }],
    ["%U%q", "/a", { uri: "/a" }],
    ["%U %q", "/a ?b=c", { uri: "/a?b=c" }],
    ["%q %U", "?b=c /a", { uri: "/a?b=c" }],
    ["%U %q", "/a ", { uri: "/a" }],
    ["%U %400q", "/a -", { uri: "/a" }],
    ['"%U","%q"', '"-",""', {}],
    ['"%U","%q"', '"/a","?b"', { uri: "/a?b" }],
    [
      '"%r" "%U%q"',
      '"GET /a%20b HTTP/1.1" "/a b"',
      { request: "GET /a%20b HTTP/1.1", method: "GET", uri: "/a%20b", protocol: "HTTP/1.1" },
    ],
    ['"%m %U%q %H"', '"GET /a b?c HTTP/1.1"', { method: "GET", uri: "/a b?c", protocol: "HTTP/1.1" }],
    ['"%m %U%q %H"', '"- - HTTP/1.0"', { protocol: "HTTP/1.0" }],
    ["%v", "www.example.com", { vhost: "www.example.com" }],
    ["%V", "www.example.com", { vhost: "www.example.com" }],
    ["%V %v", "a.example.com www.example.com", { vhost: "www.example.com" }],
    ["%{Host}i %V", "a.example.com www.example.com", { vhost: "www.example.com" }],
    ["%v:%p", "www.example.com:443", { vhost: "www.example.com", port: 443 }],
    ["%v:%p", "[2001:db8::1]:443", { vhost: "[2001:db8::1]", port: 443 }],
    ["%v:%p", "www.example.com:443:443", null],
    ["%v:%p", "[x:443", null],
    ["%V,%p", "[::1],80", { vhost: "[::1]", port: 80 }],
    ["%X", "+", {}],
    ["%X", "-", {}],
    ["%X", "X", {}],
    ["%X", "x", null],
    ["%{HTTP_X}x", "a b", {}],
    ["%{SSL_PROTOCOL}x", "TLSv1.3", {}],
    ["%{version}c", "TLSv1.3", {}],
    ["%{X-Trailer}^ti", "a b", {}],
    ["%{X-Trailer}^to", "a b", {}],
    ["100%%", "100%", {}],
    ["%s%b", "20012", { status: 200, bytes: 12 }],
    ["%X%b", "+12", { bytes: 12 }],
    ["%s%X", "200+", { status: 200 }],
  ])("%s of %j", (directive, text, expected) => {
    expect(told(parseLine(`${directive} %t`, `${text} ${time}`))).toEqual(expected);
    const quoted = parseLine(`%t "${directive}"`, `${time} "${text}"`);
    if (!directive.includes('"') && !text.includes('"') && expected !== null) expect(told(quoted)).toEqual(expected);
  });
});

describe("the format string", () => {
  const line = '192.0.2.7 - - [10/Oct/2000:13:55:36 -0700] "GET /a HTTP/1.1" 200 5';
  test.each([
    ["as in httpd.conf", String.raw`%h %l %u %t \"%r\" %>s %b`, line],
    ["with plain quotes", '%h %l %u %t "%r" %>s %b', line],
    ["a LogFormat line", String.raw`LogFormat "%h %l %u %t \"%r\" %>s %b" common`, line],
    ["a LogFormat line without name", String.raw`  logformat "%h %l %u %t \"%r\" %>s %b"  `, line],
    ["a LogFormat line in single quotes", `LogFormat '%h %l %u %t "%r" %>s %b' common`, line],
    ["a CustomLog line", String.raw`CustomLog logs/access_log "%h %l %u %t \"%r\" %>s %b" env=!dontlog`, line],
    [
      "a CustomLog line with a quoted file",
      String.raw`CustomLog "|rotatelogs x 86400" "%h %l %u %t \"%r\" %>s %b"`,
      line,
    ],
    [
      "tabs",
      String.raw`%h\t%l\t%u\t%t\t\"%r\"\t%>s\t%b`,
      line.replace(" - - ", "\t-\t-\t").replace(/ "(.*)" 200 /, '\t"$1"\t200\t'),
    ],
    [
      "a LogFormat line with a backslash",
      String.raw`LogFormat "%h\\\\%l %u %t \"%r\" %>s %b"`,
      line.replace(" ", "\\"),
    ],
    ["a backslash", String.raw`%h\\%l %u %t "%r" %>s %b`, line.replace(" ", "\\")],
    ["a letter behind a backslash", String.raw`%h\q%l %u %t "%r" %>s %b`, line.replace(" ", String.raw`\q`)],
    [
      "characters with a meaning in regular expressions",
      '%h .*+?^${}()|[/] %l %u %t "%r" %>s %b',
      line.replace(" ", " .*+?^${}()|[/] "),
    ],
    ["letters beyond ASCII", '%h » %l %u %t "%r" %>s %b', line.replace(" ", utf8(" » "))],
    ["words in front", 'httpd: %h %l %u %t "%r" %>s %b', `httpd: ${line}`],
    ["words behind", '%h %l %u %t "%r" %>s %b.', `${line}.`],
  ])("%s", (_, format, text) => {
    expect(parseLine(format, text)).toMatchObject({
      clientIp: "192.0.2.7",
      method: "GET",
      uri: "/a",
      status: 200,
      bytes: 5,
    });
  });

  test.each([
    ["", /unknown/],
    ["combinde", /"combinde" is unknown; give one of common, combined/],
    ["$remote_addr", /\$time_local/],
    ["%h %t %", /"%" at character 7 is cut short/],
    ["%h %t %{Referer", /"%\{Referer" at character 7 is cut short/],
    ["%h %t %>", /at character 7/],
    ["%h %Z %t", /%Z at character 4 is no directive of httpd's LogFormat; known: % A B/],
    ["%h %^xy %t", /%\^xy at character 4 is no directive/],
    ["%h%l %t", /nothing stands between %h and %l/],
    ["%{Referer}i%{User-Agent}i %t", /nothing stands between %\{Referer\}i and %\{User-Agent\}i/],
    ["%D%T %t", /nothing stands between %D and %T/],
    ["%{sec}t%{msec}t", /nothing stands between %\{sec\}t and %\{msec\}t/],
    ["%b%{%Y}t", /nothing stands between %b and %\{%Y\}t/],
    ['%h "%r" %>s', /do not tell when a request was.*add %t/],
    ["%h %{%Y-%m}t", /do not tell when a request was/],
    ["%h %{%H:%M:%S}t", /do not tell when a request was/],
    ["%h %{msec_frac}t", /do not tell when a request was/],
    ["%h %{%Y-%m-%d}t", /needs year, month, day, hour and minute/],
    ["%h %{%Q}t", /%Q in %\{%Q\}t is no time that can be read back; known: Y y m/],
    ["%h %{%-d}t", /%- in %\{%-d\}t/],
    ["%h %{constructor}t", /do not tell when/],
    [String.raw`%h\n%t`, /several lines/],
    ["%h\n%t", /several lines/],
  ])("refuses %j", (format, message) => {
    expect(() => formatOf(format)).toThrow(message);
    expect(() => formatOf(format)).toThrow(expect.objectContaining({ code: "usage" }) as L2iError);
  });
});

describe("a format", () => {
  test("says which fields it has, in order", () => {
    expect(formatOf('%>s %{%s}t "%r" %h %D').fields).toEqual([
      "clientIp",
      "time",
      "method",
      "uri",
      "protocol",
      "status",
      "elapsedUs",
      "request",
    ]);
    expect(formatOf("%t").fields).toEqual(["time"]);
  });

  test("fills only the fields asked for, in any order and with doubles", () => {
    const format = formatOf("combined");
    const line = '192.0.2.7 - frank [10/Oct/2000:13:55:36 -0700] "GET /a HTTP/1.1" 200 5 "-" "curl/8"\n';
    expect(told(format.parser([]).parse(line, 0))).toEqual({});
    expect(told(format.parser(["status", "method", "status"]).parse(line, 0))).toEqual({ method: "GET", status: 200 });
    expect(told(format.parser(["vhost", "elapsedUs", "user"]).parse(line, 0))).toEqual({ user: "frank" });
  });

  test("has one shape of records, whatever is asked for", () => {
    const format = formatOf("common");
    const line = '192.0.2.7 - - [10/Oct/2000:13:55:36 -0700] "-" 408 -\n';
    expect(Object.keys(format.parser([]).parse(line, 0) ?? {})).toEqual(
      Object.keys(format.parser(["request", "clientIp"]).parse(line, 0) ?? {}),
    );
  });

  test("reads line by line out of a chunk", () => {
    const parser = formatOf("common").parser(["status"]);
    const lines = [200, 404, 301].map((status) => `::1 - - [10/Oct/2000:13:55:36 -0700] "-" ${status} -`);
    const text = `${lines[0]}\n${lines[1]}\r\nbad\n${lines[2]}\n`;
    expect([parser.parse(text, 0)?.status, parser.end]).toEqual([200, lines[0]!.length + 1]);
    expect([parser.parse(text, parser.end)?.status, parser.end]).toEqual([404, text.indexOf("bad")]);
    expect([parser.parse(text, parser.end), parser.end]).toEqual([null, text.indexOf("bad")]);
    expect([parser.parse(text, text.indexOf("bad") + 4)?.status, parser.end]).toEqual([301, text.length]);
  });
});
