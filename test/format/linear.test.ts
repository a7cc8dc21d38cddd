// Lines are written by strangers. None may make a parser slow: the bounds are generous, they only tell linear from worse, which
// would take minutes or for ever.
import { describe, expect, test } from "vitest";
import { formatOf } from "../../src/format/find-format.ts";
import { presets } from "../../src/format/presets.ts";
import { fieldNames } from "../../src/format/record.ts";

const formats = [
  ...presets.map(({ name }) => name),
  '%v,%p,%h,%l,%u,%t,"%m %U%q %H",%>s,%b,"%{Referer}i"',
  '%h %l %u %t "%r" %>s %b %{User-Agent}i %D',
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

describe.each(formats)("%s", (format) => {
  const parser = formatOf(format).parser(fieldNames, "UTC");

  test("takes no time over long lines of anything", () => {
    const began = performance.now();
    for (const body of bodies) {
      const text = body.repeat(size / body.length);
      for (const line of [
        text,
        front + text,
        `${front}GET / HTTP/1.1" 200 5 "${text}`,
        `${text}"`,
        `192.0.2.7 - ${text}`,
        `${text} ${front}`,
      ]) {
        parser.parse(`${line}\n`, 0);
      }
    }
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});

test("a line may be long, and is read whole", () => {
  const text = String.raw`\" \\ , - `.repeat(6_000);
  const line = `${front}GET /${text} HTTP/1.1" 200 5 "${text}" "${text}"\n`;
  const record = formatOf("combined").parser(fieldNames).parse(line, 0);
  const plain = String.raw`" \ , - `.repeat(6_000);
  expect(record).toMatchObject({ uri: `/${plain}`.trimEnd(), referrer: plain, userAgent: plain, status: 200 });
});
