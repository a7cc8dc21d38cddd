import { expect, test } from "vitest";
import { formatOf, presetsFor } from "../../src/format/find-format.ts";

const line = '192.0.2.7 - frank [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" 200 5 "-" "curl/8"';

test.each([
  ["nothing", "", 0, "%h"],
  ["an error log", "[Fri Oct 08 17:08:41 2021] [core:error] x", 28, "%t"],
  ["a column missing", line.replace(' "-" "curl/8"', ""), line.indexOf(" 5 ") + 2, '" \\""'],
  ["a time of another kind", line.replace("10/Oct/2000", "2000-10-10"), 21, "%t"],
  ["a status that is none", line.replace(" 200 ", " 20 "), line.indexOf(" 200 ") + 1, "%>s"],
  ["bytes that are none", line.replace(" 5 ", " x "), line.indexOf(" 5 ") + 1, "%b"],
  ["cut in the referrer", line.slice(0, line.indexOf('"-"') + 2), line.indexOf('"-"') + 2, '"\\" \\""'],
  ["cut in the user agent", line.slice(0, -2), line.length - 2, '"\\""'],
  ["a column more", `${line} 18250`, line.length, "the end of the line"],
  [
    "an impossible time",
    line.replace("10/Oct", "31/Feb"),
    line.indexOf("10/Oct"),
    "a time that exists, between 1970 and 2261",
  ],
])("%s", (_, text, at, expected) => {
  for (const lineEnd of ["\n", "\r\n"])
    expect(formatOf("combined").explain(text + lineEnd)).toMatchObject({ at, expected });
});

test("the fields so far are told, without those that say nothing", () => {
  const { fields } = formatOf("combined").explain(`${line.replace(" 5 ", " x ")}\n`);
  expect(fields).toEqual({
    clientIp: "192.0.2.7",
    user: "frank",
    method: "GET",
    uri: "/",
    protocol: "HTTP/1.1",
    status: 200,
    request: "GET / HTTP/1.1",
  });
  expect(formatOf("combined").explain("\n").fields).toEqual({});
});

test.each([
  [line, ["combined", "lighttpd"]],
  [`${line} 18250`, ["combined_elapsed"]],
  ["nonsense", []],
])("the presets that %j fits", (text, names) => {
  expect(presetsFor(`${text}\n`)).toEqual(names);
});
