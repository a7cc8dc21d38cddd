// A reader that counts by itself counts the same as one that leaves every line to the loop, whatever the lines and their order.
import fc from "fast-check";
import { expect, test } from "vitest";
import { formatOf } from "../../src/format/find-format.ts";
import { LinesBetween } from "../../src/format/lines-between.ts";
import type { LineReader, Wish } from "../../src/format/lines.ts";
import { ParserReader } from "../../src/format/parser-reader.ts";
import { Categorizer, type Categorize } from "../../src/frequencies/categorizer.ts";
import { countChunk, Piece, type PieceCounts } from "../../src/frequencies/piece.ts";

const format = formatOf("common");
const wish: Wish = { fields: ["method", "status"], values: ["bytes", "elapsedUs"] };
const fields = ["method", "status", "bytes"] as const;
const now = Date.parse("2025-10-26T12:00:00Z");
const minute = 60_000;
const hour = 60 * minute;

const ofTime: Categorize = ({ method, time }) =>
  method === "GET" ? { minute: Math.floor(time / minute) } : { method };
const rules: readonly Categorize[] = [
  ({ method, status }) => ({ method, status }),
  ({ method, status }) => (status === 404 ? null : { method }),
  ofTime,
  ({ method }) => {
    if (method === "PUT") throw new Error("a mistake in a rule");
    return { method };
  },
];

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** As %t writes it. */
function written(time: number): string {
  const [day = "", clock = ""] = new Date(time).toISOString().split("T");
  const [year, month, date] = day.split("-");
  return `[${date}/${months[Number(month) - 1]}/${year}:${clock.slice(0, 8)} +0000]`;
}

/** Mostly within a few seconds; some late, some ahead of the clock, of these some by more than a day. */
const time = fc
  .tuple(fc.constantFrom(-hour, 0, 0, 0, -minute, minute, 6 * minute, 25 * hour), fc.nat(3))
  .map(([from, seconds]) => now + from + seconds * 1000);
const method = fc.constantFrom("GET", "GET", "GET", "POST", "PUT", "get");
const usual = fc
  .tuple(time, method, fc.constantFrom("200", "200", "404", "1000"), fc.constantFrom("5", "-", "12345", "999999999999"))
  .map(([at, verb, status, bytes]) => `192.0.2.7 - - ${written(at)} "${verb} / HTTP/1.1" ${status} ${bytes}`);
const line = fc.oneof(
  { weight: 20, arbitrary: usual },
  { weight: 1, arbitrary: fc.constantFrom("", "\r", "garbage", "x".repeat(300)) },
  { weight: 1, arbitrary: usual.map((text) => text.replace("GET /", `GET /${"x".repeat(300)}`)) },
);

/** What of a piece is compared: all of it, series by their attributes. */
const told = ({ windows, future, firstFailure, ...rest }: PieceCounts): unknown => ({
  ...rest,
  failure: firstFailure?.offset,
  windows: [...windows, ...future].map(([start, { series, numbers }]) => [
    start,
    series.map((each) => each.attributes()),
    [...numbers],
  ]),
});

/** `pieces`: of lines, each a chunk. */
function count(
  reader: LineReader,
  rule: Categorize,
  pieces: readonly (readonly string[])[],
  windowMs: number,
  mayReadTime = true,
): unknown[] {
  const view = reader.views[0]!;
  const categorizer = new Categorizer(view, rule, mayReadTime);
  const counting = { view, categorizer, values: wish.values.length, distributions: [], windowMs, now, maxLine: 250 };
  return pieces.map((chunks) => {
    const piece = new Piece(counting);
    for (const text of chunks)
      countChunk({ bytes: Buffer.from(text), offset: 1000, isOverlong: false }, reader, [piece]);
    return told(piece.finish());
  });
}

const chunk = fc.array(line, { minLength: 1, maxLength: 60 }).map((lines) => `${lines.join("\n")}\n`);
const log = fc.array(fc.array(chunk, { maxLength: 3 }), { maxLength: 3 });

test("a reader that counts by itself counts what the loop counts", () => {
  fc.assert(
    fc.property(
      log,
      fc.constantFrom(...rules),
      fc.constantFrom(minute, 1000, hour),
      fc.boolean(),
      fc.boolean(),
      (pieces, rule, windowMs, isCut, isAsked) => {
        const cut = (reader: LineReader): LineReader =>
          isCut ? new LinesBetween(reader, [now - minute, now + 2000]) : reader;
        const alone = new ParserReader(format.parser(fields, undefined), [wish]);
        const mayReadTime = isAsked || rule === ofTime;
        expect(count(cut(format.reader([wish], undefined)), rule, pieces, windowMs, mayReadTime)).toEqual(
          count(cut(alone), rule, pieces, windowMs, mayReadTime),
        );
      },
    ),
    { numRuns: 300 },
  );
});

test("more kinds of lines than are remembered, and more series than a window has rows for", () => {
  const kinds = Array.from({ length: 38_000 }, (_, kind) => `"M${kind % 43} / HTTP/1.1" ${100 + (kind % 900)} ${kind}`);
  const lines = [...kinds, ...kinds].map((kind) => `192.0.2.7 - - ${written(now)} ${kind}\n`);
  const pieces = [[lines.join("")]];
  const alone = new ParserReader(format.parser(fields, undefined), [wish]);
  expect(count(format.reader([wish], undefined), rules[0]!, pieces, minute)).toEqual(
    count(alone, rules[0]!, pieces, minute),
  );
});

test("a piece that was not settled is not forgotten in silence", () => {
  const reader = format.reader([wish], undefined);
  const text = `192.0.2.7 - - ${written(now)} "GET / HTTP/1.1" 200 5\n`.repeat(20);
  const view = reader.views[0]!;
  const categorizer = new Categorizer(view, rules[0]!, false);
  const counting = { view, categorizer, values: 2, distributions: [], windowMs: minute, now, maxLine: 250 };
  countChunk({ bytes: Buffer.from(text), offset: 0, isOverlong: false }, reader, [new Piece(counting)]);
  expect(() => new Piece(counting)).toThrow("settled");
});
