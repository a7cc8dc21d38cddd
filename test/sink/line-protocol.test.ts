import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fieldsOf, point, pointKey, seriesKey, seriesParts, splitLine, tagText } from "../../src/sink/line-protocol.ts";

/** Any text at all: lone surrogates, control characters, and often what line protocol gives a meaning. */
const anyText = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...Array.from('\\ ,="#\n\r\t\0\u0085%_é🐘')),
    fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
  ),
  maxLength: 300,
});
const bytes = (text: string): number => Buffer.byteLength(text);

// The hashes were computed apart, by an FNV-1a (32 bits, over UTF-16LE) in another language.
describe("tagText", () => {
  it.each([
    ["plain text", "GET", "GET"],
    ["what line protocol escapes", `a b,c=d"'`, `a b,c=d"'`],
    ["empty", "", "_empty"],
    ["line feed", "a\nb", "a%0Ab"],
    ["carriage return, tab, NUL, DEL", "\r\t\0\u007f", "%0D%09%00%7F"],
    ["C1", "\u0080\u0085\u009f\u00a0", "%C2%80%C2%85%C2%9F\u00a0"],
    ["backslash", String.raw`a\ b\n\ `.trim(), "a%5C b%5Cn%5C"],
    ["unicode", "grüße 🐘", "grüße 🐘"],
    ["lone surrogates", "a\ud800b\udc00", "a\ufffdb\ufffd"],
    ["256 bytes", "x".repeat(256), "x".repeat(256)],
    ["257 bytes", "x".repeat(257), `${"x".repeat(248)}7dc2c485`],
    ["257 other bytes", `${"x".repeat(256)}y`, `${"x".repeat(248)}57c04a1c`],
    ["cut at a character, not inside", `${"x".repeat(246)}🐘${"y".repeat(50)}`, `${"x".repeat(246)}9c702e64`],
    ["cut at an escape, not inside", `${"x".repeat(246)}\n${"y".repeat(50)}`, `${"x".repeat(246)}e1d7a0cf`],
  ])("%s", (_, text, expected) => expect(tagText(text)).toBe(expected));

  it("gives any text a bounded, printable, well-formed form", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const safe = tagText(text);
        expect(bytes(safe)).toBeGreaterThan(0);
        expect(bytes(safe)).toBeLessThanOrEqual(256);
        expect(safe).not.toMatch(/[\p{Cc}\p{Cs}\\]/u);
        expect(tagText(safe)).toBe(safe);
      }),
    );
  });

  it("tells long texts apart that differ only at their end", () => {
    const texts = Array.from({ length: 10_000 }, (_, i) => `${"x".repeat(300)}${i}`);
    expect(new Set(texts.map(tagText)).size).toBe(10_000);
  });
});

describe("seriesKey", () => {
  it.each<[string, string, [string, string][], string]>([
    ["plain", "requests", [["host", "a"]], "requests,host=a"],
    ["no tags", "requests", [], "requests"],
    [
      "sorted by key",
      "m",
      [
        ["b", "1"],
        ["a", "2"],
        ["aa", "3"],
        ["B", "4"],
      ],
      "m,B=4,a=2,aa=3,b=1",
    ],
    [
      "sorted by code point",
      "m",
      [
        ["\u{1f418}", "1"],
        ["\uffee", "2"],
      ],
      "m,\uffee=2,\u{1f418}=1",
    ],
    ["spaces, commas, equals signs", "a b,c=d", [["k k,=", "v v,="]], String.raw`a\ b\,c=d,k\ k\,\==v\ v\,\=`],
    ["a line break", "m", [["k", "a\nb c=1 1\nm"]], String.raw`m,k=a%0Ab\ c\=1\ 1%0Am`],
    ["a backslash at the end", "m\\", [["k\\", "v\\"]], "m%5C,k%5C=v%5C"],
    ["empty value", "m", [["k", ""]], "m,k=_empty"],
    ["what would be a comment", "#m", [], "%23m"],
    ["__proto__", "m", [["__proto__", "constructor"]], "m,__proto__=constructor"],
  ])("%s", (_, measurement, tags, expected) => expect(seriesKey(measurement, tags)).toBe(expected));

  it("takes text that is safe already", () => {
    fc.assert(
      fc.property(anyText, anyText, (key, value) => {
        expect(seriesKey("m", [[tagText(key), tagText(value)]])).toBe(seriesKey("m", [[key, value]]));
      }),
    );
  });
});

describe("point", () => {
  it.each([
    ["count alone", {}, "m count=3i 5"],
    ["numbers", { bytes_sum: 6, bytes_max: 2.5 }, "m count=3i,bytes_sum=6,bytes_max=2.5 5"],
    ["minus zero", { a: -0 }, "m count=3i,a=0 5"],
    ["very large and very small", { a: 1e21, b: -1.5e300, c: 1e-7 }, "m count=3i,a=1e+21,b=-1.5e+300,c=1e-7 5"],
    ["what no store takes", { a: Infinity, b: -Infinity, c: NaN }, "m count=3i 5"],
    ["odd names", { "a b": 1, "c=\n": 2 }, String.raw`m count=3i,a\ b=1,c\=%0A=2 5`],
  ])("%s", (_, numbers, expected) => expect(point("m", 3, Object.entries(numbers), 5n)).toBe(expected));
});

describe("reading a line", () => {
  it.each([
    ["plain", "m,a=b count=1i 5", { series: "m,a=b", fields: "count=1i", timestamp: "5" }],
    [
      "escaped spaces",
      String.raw`m\ m,a\ a=b\ b count=1i 5`,
      { series: String.raw`m\ m,a\ a=b\ b`, fields: "count=1i", timestamp: "5" },
    ],
    ["before 1970", "m count=1i -5", { series: "m", fields: "count=1i", timestamp: "-5" }],
    ["a text field with spaces", 'm f="a b",count=1i 5', { series: "m", fields: 'f="a b",count=1i', timestamp: "5" }],
    ["no timestamp", "m count=1i", { series: "m", fields: "count=1i", timestamp: "" }],
    ["a series alone", "m,a=b", { series: "m,a=b", fields: "", timestamp: "" }],
    ["nothing", "", { series: "", fields: "", timestamp: "" }],
  ])("%s", (_, line, parts) => expect(splitLine(line)).toEqual(parts));

  it("finds series and time of every point again", () => {
    fc.assert(
      fc.property(
        anyText,
        fc.array(fc.tuple(anyText, anyText)),
        fc.bigInt(),
        fc.nat(),
        (measurement, tags, time, count) => {
          const series = seriesKey(measurement, tags);
          const line = point(series, count, [["v", count]], time);
          expect(line).not.toMatch(/[\n\r]/);
          expect(splitLine(line).series).toBe(series);
          expect(pointKey(line)).toBe(`${series} ${time}`);
          const parts = seriesParts(series);
          expect(seriesKey(parts.measurement, parts.tags)).toBe(series);
          expect(parts.tags.map(([, value]) => value).toSorted()).toEqual(
            tags.map(([, value]) => tagText(value)).toSorted(),
          );
        },
      ),
    );
  });

  it("finds the fields of every point again", () => {
    fc.assert(
      fc.property(anyText, fc.nat(), fc.double({ noNaN: true, noDefaultInfinity: true }), (name, count, value) => {
        const field = `${name}_bucket_+Inf`;
        const { fields } = splitLine(point("m", count, [[field, value]], 5n));
        expect([...fieldsOf(fields)]).toEqual([
          ["count", count],
          [tagText(field), value + 0],
        ]);
      }),
    );
  });

  it("reads numbers alone", () => {
    const fields = String.raw`count=3i,text="a,b=7",flag=true,a\ b=-1.5e+3`;
    expect([...fieldsOf(fields)]).toEqual([
      ["count", 3],
      ["a b", -1500],
    ]);
  });
});
