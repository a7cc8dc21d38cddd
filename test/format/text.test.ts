import fc from "fast-check";
import { expect, test } from "vitest";
import { textOf } from "../../src/format/text.ts";
import { escapeAsHttpd } from "./httpd.ts";
import { utf8 } from "./line.ts";

test.each([
  ["plain", "Mozilla/5.0 (X11)", "Mozilla/5.0 (X11)"],
  ["empty", "", ""],
  ["quote", String.raw`say \"hi\"`, 'say "hi"'],
  ["backslash", String.raw`C:\\temp`, String.raw`C:\temp`],
  ["backslash before n", String.raw`\\n`, String.raw`\n`],
  ["control letters", String.raw`\n\r\t\b\f\v`, "\n\r\t\b\f\v"],
  ["bytes", String.raw`\x16\x03\x01`, "\x16\x03\x01"],
  ["upper case hex", String.raw`\xC3\xA4`, "ä"],
  ["no escape of httpd's", String.raw`\q \x1 \xzz \'`, String.raw`\q \x1 \xzz \'`],
  ["backslash at the end", "foo\\", "foo\\"],
  ["raw UTF-8", utf8("naïve 日本 🙂"), "naïve 日本 🙂"],
  ["escaped UTF-8", String.raw`\xe6\x97\xa5\xe6\x9c\xac`, "日本"],
  ["half escaped UTF-8", `\xe6${String.raw`\x97\xa5`}`, "日"],
  ["Latin-1", "caf\xe9", "café"],
  ["escaped Latin-1", String.raw`caf\xe9`, "café"],
  ["one invalid byte makes the whole field Latin-1", `${utf8("ä")}\xe9`, "Ã¤é"],
  ["overlong UTF-8", "\xc0\xaf", "À¯"],
  ["surrogate in UTF-8", "\xed\xa0\x80", "í\xa0\x80"],
  ["byte order mark stays", utf8("\ufeffx"), "\ufeffx"],
])("%s", (_, raw, text) => {
  expect(textOf(raw)).toBe(text);
});

test("reads back whatever httpd has escaped", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(textOf(escapeAsHttpd(utf8(text)))).toBe(text);
    }),
  );
});
