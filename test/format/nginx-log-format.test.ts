// nginx log_format strings: as they are pasted, what each variable means, and any format with any request read back as it was.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatOf } from "../../src/format/find-format.ts";
import { fieldNames, type LogRecord } from "../../src/format/record.ts";
import { parseLine, utf8 } from "./line.ts";
import { type Escaping, escapeAsNginx } from "./nginx.ts";

const time = "[10/Oct/2000:13:55:36 -0700]";

describe("as pasted", () => {
  const line = `192.0.2.7 - frank ${time} "GET /a HTTP/1.1" 200 5 "-" "a\\x22b\\x5C\\xC3\\xA9" 0.005`;
  test.each([
    ["the string", `$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" $request_time`],
    ["in quotes, over several lines", `'$remote_addr - $remote_user [$time_local] "$request" '
      '$status $body_bytes_sent "$http_referer" "$http_user_agent" $request_time'`],
    ["the directive", `  log_format main '$remote_addr - $remote_user [$time_local] "$request" '
      '$status $body_bytes_sent "$http_referer" "$http_user_agent" $request_time';\n`],
    ["double quotes", `log_format main "$remote_addr - $remote_user [$time_local] \\"$request\\" $status $body_bytes_sent \\"$http_referer\\" \\"$http_user_agent\\" $request_time";`],
    ["among comments and other directives", `http {\n  # as "main", with the time\n  log_format main '$remote_addr - $remote_user [$time_local] "$request" ' # the usual
      '$status $body_bytes_sent "$http_referer" "$http_user_agent" $request_time';\n  access_log /var/log/nginx/access.log main;\n}`],
    ["braces, and the way it escapes", `log_format main escape=default '\${remote_addr} - \${remote_user} [$time_local] "$request" $status $body_bytes_sent "$http_referer" "\${http_user_agent}" $request_time';`],
  ])("%s", (_, format) => {
    expect(parseLine(format, line)).toMatchObject({
      clientIp: "192.0.2.7", user: "frank", time: Date.UTC(2000, 9, 10, 20, 55, 36), method: "GET", uri: "/a", protocol: "HTTP/1.1",
      status: 200, bytes: 5, referrer: null, userAgent: 'a"b\\é', elapsedUs: 5_000,
    });
  });

  test.each([
    ["$remote_addr$status [$time_local]", "nothing stands between $remote_addr and $status"],
    ["$remote_addr $status", "do not tell when a request was"],
    ["$remote_addr [$time_locl] $status", "$time_locl tells no time; did you mean $time_local?"],
    ["log_format x escape=xml '$remote_addr [$time_local]';", "escape=xml is unknown"],
    ["'$remote_addr\\n$time_local'", "several lines"],
    ["log_format a '$remote_addr [$time_local]'; log_format main '[$time_local]';", "several log_format directives (a, main)"],
  ])("%s is refused", (format, message) => expect(() => formatOf(format)).toThrow(message));

  test("a percent sign does not make it Apache's, a dollar sign does not make Apache's format nginx's", () => {
    expect(parseLine('[$time_local] 100% "$http_user_agent"', `${time} 100% "x"`)).toMatchObject({ userAgent: "x" });
    expect(parseLine('%t $a "%{User-Agent}i"', `${time} $a "x"`)).toMatchObject({ userAgent: "x" });
  });
}); // prettier-ignore

describe("variables", () => {
  test.each<[format: string, line: string, told: Partial<LogRecord>]>([
    ["$time_iso8601 $status", "2000-10-10T13:55:36-07:00 200", { time: Date.UTC(2000, 9, 10, 20, 55, 36), status: 200 }],
    ["$time_iso8601 $status", "2000-10-10T13:55:36+05:30 200", { time: Date.UTC(2000, 9, 10, 8, 25, 36) }],
    ["$msec $status", "971211336.007 200", { time: 971_211_336_007 }],
    ["[$time_local] $msec", `${time} 971211336.007`, { time: 971_211_336_007 }],
    ["[$time_local] $request_time", `${time} 12.345`, { elapsedUs: 12_345_000 }],
    ["[$time_local] $request_time", `${time} 0.001`, { elapsedUs: 1_000 }],
    ["[$time_local] $request_time", `${time} 4095.999`, { elapsedUs: 4_095_999_000 }],
    ["[$time_local] $host$request_uri", `${time} www.example.com/a?b`, { vhost: "www.example.com", uri: "/a?b" }],
    ["[$time_local] $scheme://$http_host$uri $status", `${time} http://[::1]:80/a b 200`, { vhost: "[::1]:80", uri: "/a b" }],
    ["[$time_local] $uri$is_args$args", `${time} /a?b`, { uri: "/a?b" }],
    ["[$time_local] $uri|$args", `${time} /a|b=c`, { uri: "/a?b=c" }],
    ["$msec\\t$status", "971211336.007\t200", { status: 200 }],
    ["[$time_local] $uri|$args", `${time} /a|-`, { uri: "/a" }],
    ["[$time_local] $request_method $request_uri $server_protocol", `${time} GET /a HTTP/2.0`, { method: "GET", uri: "/a", protocol: "HTTP/2.0" }],
    ["[$time_local] $server_name:$server_port", `${time} www.example.com:443`, { vhost: "www.example.com", port: 443 }],
    ["[$time_local] $http_x_forwarded_for $remote_addr", `${time} 192.0.2.7, 192.0.2.8 ::1`, { clientIp: "::1", xForwardedFor: "192.0.2.7, 192.0.2.8" }],
    ["[$time_local] $upstream_addr $upstream_response_time $status", `${time} 192.0.2.1:80, 192.0.2.2:80 : 192.0.2.3:80 0.1, 0.2 : - 502`, { status: 502 }],
    ["[$time_local] $upstream_cache_status $bytes_sent $anything_else", `${time} HIT 7 a b`, { bytes: 7 }],
    ["log_format j escape=json '{\"t\":\"$time_iso8601\",\"ip\":\"$remote_addr\",\"u\":\"$remote_user\",\"s\":$status,\"rt\":$request_time,\"ua\":\"$http_user_agent\",\"up\":\"$upstream_response_time\"}';",
      '{"t":"2000-10-10T13:55:36-07:00","ip":"192.0.2.7","u":"","s":200,"rt":0.250,"ua":"a\\"b\\\\n\\u001F\\n","up":""}',
      { clientIp: "192.0.2.7", user: null, status: 200, elapsedUs: 250_000, userAgent: 'a"b\\n\x1f\n' }],
    ["log_format n escape=none '[$time_local] \"$http_user_agent\" $status';", `${time} "say "hi" \\x41" 200`, { userAgent: 'say "hi" \\x41' }],
  ])("%s", (format, line, told) => {
    expect(parseLine(format, line)).toMatchObject(told);
  });
}); // prettier-ignore

/** A variable as it may stand in a format, with what nginx writes for it and what that says. */
interface Column {
  readonly variable: string;
  readonly text: string;
  readonly told: Partial<LogRecord>;
}

/** Any text, or none; a lone `-` would mean none. With escape=none nothing tells a quote from the column's end. */
const anything = (escaping: Escaping): fc.Arbitrary<string | null> =>
  fc.option(
    fc
      .string({ unit: fc.oneof(fc.constantFrom(...'ab /"\\-[]?,|'.split("")), fc.string({ unit: "binary", minLength: 1, maxLength: 1 })) })
      .filter((text) => text !== "-" && (escaping === "default" || text !== "") && (escaping !== "none" || !/["\r\n]/.test(text))),
  ); // prettier-ignore

const text = (variable: string, field: keyof LogRecord, escaping: Escaping): fc.Arbitrary<Column> =>
  anything(escaping).map((value) => ({
    variable: `"$${variable}"`,
    text: `"${escapeAsNginx(value === null ? null : utf8(value), escaping)}"`,
    told: { [field]: value },
  }));

const plain = <Value>(
  variable: string,
  values: fc.Arbitrary<Value>,
  told: (value: Value) => Partial<LogRecord>,
  written: (value: Value) => string = String,
): fc.Arbitrary<Column> =>
  values.map((value) => ({ variable: `$${variable}`, text: written(value), told: told(value) }));

const seconds = (ms: number): string => (ms / 1000).toFixed(3);
const pad = (value: number, width = 2): string => String(value).padStart(width, "0");

/** Date, clock and zone as nginx writes them. */
const moments = fc
  .tuple(fc.date({ min: new Date(86_400_000), max: new Date("2261-12-30"), noInvalidDate: true }), fc.integer({ min: -720, max: 840 }))
  .chain(([date, zone]) => {
    const utc = Math.floor(date.getTime() / 1000) * 1000;
    const local = new Date(utc + zone * 60_000).toISOString();
    const month = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ")[Number(local.slice(5, 7)) - 1];
    const [sign, hours, minutes] = [zone < 0 ? "-" : "+", pad(Math.trunc(Math.abs(zone) / 60)), pad(Math.abs(zone) % 60)];
    return fc.constantFrom(
      ["$time_iso8601", `${local.slice(0, 19)}${sign}${hours}:${minutes}`, utc] as const,
      ["[$time_local]", `[${local.slice(8, 10)}/${month}/${local.slice(0, 4)}:${local.slice(11, 19)} ${sign}${hours}${minutes}]`, utc] as const,
      ["$msec", `${utc / 1000}.${pad(date.getUTCMilliseconds(), 3)}`, utc + date.getUTCMilliseconds()] as const,
    );
  }); // prettier-ignore

/** Each field at most once in a format. */
const columns = (escaping: Escaping): readonly fc.Arbitrary<Column>[] => [
  moments.map(([variable, written, at]) => ({ variable, text: written, told: { time: at } })),
  plain("remote_addr", fc.constantFrom("192.0.2.7", "2001:db8::1"), (clientIp) => ({ clientIp })),
  text("remote_user", "user", escaping),
  text("request", "request", escaping),
  plain("status", fc.integer({ min: 100, max: 599 }), (status) => ({ status })),
  plain("body_bytes_sent", fc.nat(), (bytes) => ({ bytes })),
  plain("request_time", fc.nat(), (ms) => ({ elapsedUs: ms * 1000 }), seconds),
  text("http_referer", "referrer", escaping),
  text("http_user_agent", "userAgent", escaping),
  text("http_x_forwarded_for", "xForwardedFor", escaping),
  plain("host", fc.constantFrom("www.example.com", "localhost"), (vhost) => ({ vhost })),
  plain("server_port", fc.constantFrom(80, 443), (port) => ({ port })),
  plain("upstream_response_time", fc.constantFrom("-", "0.001", "0.1, 0.2", "0.1, - : 0.3"), () => ({})),
];

const lines = fc
  .record({
    escaping: fc.constantFrom<Escaping>("default", "json", "none"),
    separator: fc.constantFrom(" ", "\t", " | ", ","),
    shuffle: fc.infiniteStream(fc.nat()),
  })
  .chain(({ escaping, separator, shuffle }) =>
    fc
      .tuple(
        columns(escaping)[0]!,
        fc.subarray(columns(escaping).slice(1)).chain((some) => fc.tuple(...some)),
      )
      .map(([at, others]) => {
        const all = [at, ...others]
          .map((column) => [shuffle.next().value as number, column] as const)
          .toSorted(([a], [b]) => a - b)
          .map(([, column]) => column)
          .filter(({ variable }) => separator !== "," || variable !== "$upstream_response_time");
        return {
          format: `log_format x escape=${escaping} '${all.map(({ variable }) => variable).join(separator)}';`,
          line: all.map(({ text: written }) => written).join(separator),
          told: Object.assign({}, ...all.map(({ told }) => told)) as Partial<LogRecord>,
        };
      }),
  );

test("any format and any request are read back as they were", () => {
  fc.assert(
    fc.property(lines, fc.constantFrom("\n", "\r\n"), ({ format, line, told }, lineEnd) => {
      const parser = formatOf(format).parser(fieldNames);
      const twice = `${line}${lineEnd}${line}${lineEnd}`;
      expect(parser.parse(twice, 0)).toMatchObject(told);
      expect(parser.end).toBe(twice.length / 2);
      expect(parser.parse(twice, parser.end)).toMatchObject(told);
    }),
    { numRuns: 400 },
  );
});
