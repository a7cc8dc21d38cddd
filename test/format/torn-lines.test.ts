// A writer that dies, or a disk that fills up, leaves half a line; the next writer goes on behind it. Neither may count as a good line.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatOf } from "../../src/format/find-format.ts";
import type { Preset } from "../../src/format/preset.ts";
import { w3c } from "../../src/format/presets/w3c.ts";
import { presets } from "../../src/format/presets.ts";

interface Case {
  readonly name: string;
  readonly format: string;
  readonly line: string;
  /** From here on the line tells that its beginning is cut off: what comes before could as well be shorter, or longer. */
  readonly front: number;
  /** Up to here it tells that its end is cut off: what follows is a number or a text that could as well be shorter. */
  readonly end: number;
}

function textCase(name: string, format: string, line: string, open = ""): Case {
  return { name, format, line, front: line.search(/[ ,\t]/) + 1, end: line.length - open.length };
}

const csv =
  '%v,%p,%h,%l,%u,%t,%I,%O,%S,%B,%{ms}T,%D,%^FB,%>s,"%H","%m","%U","%q","%{Referer}i","%{User-Agent}i","%{VARNAME}C",%L';
const csvLine =
  'www.example.com,443,192.0.2.7,-,frank,[10/Oct/2000:13:55:36 -0700],5,528,533,362,0,73,-,400,"HTTP/1.0","GET","/","","-","curl/8","-",-';
const aRequest = '[10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" 200 5';
const anAgent = "Mozilla/5.0 (X11)";

/** Where a line of a preset could as well be shorter, if its last column is no number. */
const freeEnds: Readonly<Record<string, RegExp>> = {
  kubernetes_ingress: /\w+$/,
  aws_alb: /(?<="www.example.com").*$/,
  aws_elb: /-$/,
  aws_s3: /(?<=curl\/8" ).*$/,
  apache_error: /(?<=error\] ).*$/,
  apache_error_2_2: /(?<=error\] ).*$/,
  nginx_error: /(?<=735: ).*$/,
  haproxy_https: /(?<=TLSv1.3\/).*$/,
  squid: /(?<=DIRECT\/).*$/,
};

/** Where the client begins, and could as well be shorter. */
const freeFronts: Readonly<Record<string, RegExp>> = {
  haproxy_http: /\[26/,
  haproxy_https: /\[26/,
  haproxy_tcp: /\[26/,
};

function presetCase({ name, example }: Preset): Case {
  const whole = textCase(name, name, example, (freeEnds[name] ?? /\d*$/).exec(example)?.[0]);
  return { ...whole, front: Math.max(whole.front, example.search(freeFronts[name] ?? /^/)) };
}

const [fieldsOfIis = "", lineOfIis = ""] = w3c.example.split("\n");

const cases: readonly Case[] = [
  ...presets.filter(({ example }) => !example.includes("\n")).map(presetCase),
  textCase("W3C", fieldsOfIis, lineOfIis, "18"),
  textCase("CSV", csv, csvLine),
  textCase(
    "tabs",
    String.raw`%h\t%l\t%u\t%t\t%r\t%>s\t%b`,
    "192.0.2.7\t-\tfrank\t[10/Oct/2000:13:55:36 -0700]\tGET / HTTP/1.1\t200\t5",
    "5",
  ),
  textCase(
    "text at the end",
    '%h %l %u %t "%r" %>s %b %{User-Agent}i',
    `192.0.2.7 - frank ${aRequest} ${anAgent}`,
    anAgent,
  ),
  {
    ...textCase("text in the middle", '%h %{User-Agent}i %t "%r" %>s %b', `192.0.2.7 ${anAgent} ${aRequest}`, "5"),
    front: `192.0.2.7 ${anAgent} [10/O`.length,
  },
];

function cuts(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

describe.each(cases)("$name", ({ format, line, front, end }) => {
  const parser = formatOf(format).parser([], "UTC");
  const records = (texts: readonly string[]) => texts.filter((text) => parser.parse(`${text}\n`, 0) !== null);

  test("is read whole, at any place of a chunk", () => {
    expect(records([line])).toEqual([line]);
    expect(parser.parse(`${line}\n${line}\r\n`, line.length + 1)).not.toBe(null);
    expect(parser.end).toBe(2 * line.length + 3);
  });

  test("cut anywhere, it is none", () => {
    expect(records(cuts(0, end).map((cut) => line.slice(0, cut)))).toEqual([]);
  });

  test("without its beginning, it is none", () => {
    expect(records(cuts(front, line.length).map((cut) => line.slice(cut)))).toEqual([]);
  });

  test("cut, with another line glued to it, it is none", () => {
    const next = line.replace("frank", "-");
    // Where further columns may follow, a whole line is one of them.
    const isFree = line.length > end && freeEnds[format] !== undefined;
    expect(records(cuts(front, isFree ? end : line.length).map((cut) => line.slice(0, cut) + next))).toEqual([]);
    if (!isFree) expect(records([line + next, line + line])).toEqual([]);
  });

  test("with the end of another line glued to it, it is none", () => {
    const open = line.slice(end);
    const ends = cuts(front, end).map((cut) => line + line.slice(cut));
    expect(records(ends)).toEqual(/^\d*$/.test(open) ? [] : expect.anything());
  });

  test("it does not go on in the next line", () => {
    const twoLines = cuts(1, end).map((cut) => `${line.slice(0, cut)}\n${line.slice(cut)}`);
    expect(records(twoLines)).toEqual([]);
  });
});

test("whatever a stranger sends, cut and glued lines are none", () => {
  const parser = formatOf("combined").parser([], "UTC");
  const pieces = fc.constantFrom(
    ...'ab /-[]:\\"'.split(""),
    String.raw`\"`,
    "\\\\",
    " 200 5 ",
    "[10/Oct/2000:13:55:36 -0700]",
  );
  const quoted = fc.string({ unit: pieces }).map((text) => `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`);
  const line = fc
    .tuple(quoted, quoted, quoted)
    .map(
      ([request, referrer, agent]) =>
        `192.0.2.7 - - [10/Oct/2000:13:55:36 -0700] ${request} 200 5 ${referrer} ${agent}`,
    );
  fc.assert(
    fc.property(line, line, fc.nat(), (first, second, at) => {
      const cut = 10 + (at % (first.length - 10));
      expect(parser.parse(`${first}\n`, 0)).not.toBe(null);
      expect(parser.parse(`${first.slice(0, cut)}\n`, 0)).toBe(null);
      expect(parser.parse(`${first.slice(0, cut)}${second}\n`, 0)).toBe(null);
      expect(parser.parse(`${first}${second}\n`, 0)).toBe(null);
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  // Found by test/fuzz: the time stood in the columns of client and ident, as these took any word.
  ["the ends of two lines", '[17/May/2015:13:05:23 +0000] "GET /a HTTP/1.0- [17/May/2015:13:05:23 +0000] "GET /a HTTP/1.0" 301 337 "-" "-"'],
  ["the front of a line, and the ends of two", '192.0.2.7 [17/May/2015:13:05:23 +0000] "GET /- [17/May/2015:13:05:23 +0000] "GET / HTTP/1.0" 301 337 "-" "-"'],
  ["a time within the client", '192.0.2[17/May/2015:13:05:23 +0000] - [17/May/2015:13:05:23 +0000] "GET / HTTP/1.0" 301 337 "-" "-"'],
  ["a time within the user", '192.0.2.7 - fr[17/May/2015:13:05:23 [17/May/2015:13:05:23 +0000] "GET / HTTP/1.0" 301 337 "-" "-"'],
])("%s, glued together, are none", (_, line) => {
  expect(formatOf("combined").parser([], "UTC").parse(`${line}\n`, 0)).toBe(null);
}); // prettier-ignore
