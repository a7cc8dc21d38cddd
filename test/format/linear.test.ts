// Lines are written by strangers. None may make a parser slow: the bounds are generous, they only tell linear from worse, which
// would take minutes or for ever.
import { describe, expect, test } from "vitest";
import { detectFormat, formatOf } from "../../src/format/find-format.ts";
import { presets } from "../../src/format/presets.ts";
import { fieldNames } from "../../src/format/record.ts";
import { loadPipeline, pipelineNames } from "../../src/pipeline/builtin.ts";
import { seriesKey } from "../../src/sink/line-protocol.ts";
import { emptyRecord, optionsOf } from "../pipeline/conformance.ts";

const formats = [
  ...presets.map(({ name }) => name),
  '%v,%p,%h,%l,%u,%t,"%m %U%q %H",%>s,%b,"%{Referer}i"',
  '%h %l %u %t "%r" %>s %b %{User-Agent}i %D',
  "$upstream_addr $upstream_status $host$request_uri $http_host$uri $request_time $msec",
  'log_format j escape=json \'{"t":"$time_iso8601","u":"$remote_user","a":"$http_user_agent","x":$upstream_status}\';',
  'log_format n escape=none \'"$remote_user" "$http_user_agent" [$time_local] "$http_x_forwarded_for"\';',
  "#Fields: date time c-ip cs-username cs-uri-stem cs-uri-query cs(User-Agent) time-taken",
  "%{User-Agent}i %D %{Referer}i %T %{X}i %t",
  "%u, %u, %u, %t",
  "%U%q %H %u %t",
  "%{A}i - %{B}i -- %{C}i --- %t",
  "[%{A}i] [%{B}i] %t",
  "%{%Y-%m-%d %H:%M:%S}t %{sec}t%{msec_frac}t %u %u",
];

const size = 60_000;
const front = '192.0.2.7 - - [10/Oct/2000:13:55:36 -0700] "';
const bodies = [
  " ",
  '"',
  "\\",
  ",",
  "-",
  "- ",
  " -",
  "1",
  "1 ",
  "a",
  "a ",
  "[",
  "[1",
  " [10/",
  "\\\\",
  '\\"',
  ' "',
  '" "',
  "a, ",
  ", ",
  ",,",
  ":1",
  ":",
  "[::",
  "GET ",
  "\r",
  "\t",
  "\xff",
  "\x00",
  "?",
  "HTTP/1.1 ",
  " HTTP/1.1",
  "200 ",
  front,
];

/** Lines that are one long run of something, in the place of each column. */
const longLines = bodies.flatMap((body) => {
  const text = body.repeat(size / body.length);
  return [
    text,
    front + text,
    `${front}GET / HTTP/1.1" 200 5 "${text}`,
    `${text}"`,
    `192.0.2.7 - ${text}`,
    `${text} ${front}`,
  ].map((line) => `${line}\n`);
});

describe.each(formats)("%s", (format) => {
  const parser = formatOf(format).parser(fieldNames, "UTC");

  test("takes no time over long lines of anything", () => {
    const began = performance.now();
    for (const line of longLines) parser.parse(line, 0);
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});

test.each(["combined", formats.at(-1)!, formats.at(-3)!])("%s: explaining long lines takes no time", (name) => {
  const format = formatOf(name);
  const began = performance.now();
  for (const line of longLines) format.explain(line);
  expect(performance.now() - began).toBeLessThan(10_000);
});

test("recognising long lines takes no time", () => {
  const began = performance.now();
  for (const line of longLines) detectFormat(line);
  expect(performance.now() - began).toBeLessThan(5_000 * presets.length);
});

test.each(pipelineNames)("%s takes no time over long fields of anything", async (name) => {
  const pipeline = await loadPipeline(name);
  const options = optionsOf(
    pipeline,
    name === "instances" ? { uris: "*a*b*c*", agents: "*a*-*\\\\*", clients: "*1*2" } : {},
  );
  const began = performance.now();
  for (const body of bodies) {
    const text = body.repeat(size / body.length);
    for (const path of [text, `/${text}`, `/downloads/${text}`, `http://${text}`]) {
      const texts = { uri: path, userAgent: text, clientIp: text, vhost: text, referrer: text, request: text };
      const answer = pipeline.categorize(
        { ...emptyRecord, method: "GET", status: 404, bytes: 1, elapsedUs: 1, ...texts },
        options,
      );
      seriesKey(
        name,
        Object.entries(answer ?? {}).map(([key, value]) => [key, String(value)]),
      );
    }
  }
  expect(performance.now() - began).toBeLessThan(5_000);
});

test("a line may be long, and is read whole", () => {
  const text = String.raw`\" \\ , - `.repeat(6_000);
  const line = `${front}GET /${text} HTTP/1.1" 200 5 "${text}" "${text}"\n`;
  const record = formatOf("combined").parser(fieldNames).parse(line, 0);
  const plain = String.raw`" \ , - `.repeat(6_000);
  expect(record).toMatchObject({ uri: `/${plain}`.trimEnd(), referrer: plain, userAgent: plain, status: 200 });
});
