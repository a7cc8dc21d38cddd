import { describe, expect, test } from "vitest";
import { detectFormat, formatOf } from "../../src/format/find-format.ts";
import type { Preset } from "../../src/format/preset.ts";
import { presets } from "../../src/format/presets.ts";
import { parseLine } from "./line.ts";

const common = '::1 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" 200 5\n';
const combined = common.replace("\n", ' "-" "curl/8"\n');

/** Of the same columns: what stands in them tells them apart. */
const twins: { readonly [name: string]: readonly string[] } = { combined: ["lighttpd"], lighttpd: ["combined"] };

describe.each<Preset>(presets)("preset $name", ({ name, example, isLastResort }) => {
  test("reads its example, of which it knows every column", () => {
    const record = parseLine(name, example, "UTC");
    const { fields } = formatOf(example.split("\n").at(-2) ?? name);
    for (const field of isLastResort ? [] : fields)
      if (field !== "ident") expect(record).toHaveProperty(field, expect.anything());
  });

  test("is recognised by its example, and by no other preset", () => {
    expect(detectFormat(`${example}\n`)?.name).toBe(example.includes("\n") ? example.split("\n")[0] : name);
    const others = presets.filter((other) => other.name !== name && parseLine(other.name, example, "UTC") !== null);
    expect(others.filter((other) => !other.isLastResort).map((other) => other.name)).toEqual(twins[name] ?? []);
  });
});

const withString = presets.flatMap(({ name, definition, example }) =>
  typeof definition === "string" ? [{ name, definition, example }] : [],
);

test.each(withString)("preset $name is what its definition says", ({ name, definition, example }) => {
  expect(formatOf(name).name).toBe(name);
  expect(formatOf(definition).fields).toEqual(formatOf(name).fields);
  expect(parseLine(definition, example, "UTC")).toEqual(parseLine(name, example, "UTC"));
});

describe("recognising a format", () => {
  test.each([
    ["the one that most lines fit", combined + common + common + combined + combined, "combined"],
    ["bad lines and empty ones do not matter", `\n${"bad\n".repeat(99)}\r\n${combined}`, "combined"],
    ["CRLF", combined.replace("\n", "\r\n"), "combined"],
    ["an unfinished last line does not count", `${common}${combined.trim()}`, "common"],
    ["nothing", "", undefined],
    [
      "directives alone, as a new W3C log has them",
      "#Version: 1.0\n#Fields: date time c-ip\n",
      "#Fields: date time c-ip",
    ],
    [
      "a virtual host that a stranger calls a directive",
      `#Fields:80 ${combined.replace("curl/8", "a date time b")}${`www.example.com:80 ${combined}`.repeat(3)}`,
      "vhost_combined",
    ],
    ["no line fits", "bad\nworse\n", undefined],
    [
      "a virtual host and a request id that would pass for client and user",
      `www.example.com:443 ::1 1j0v ${combined.replace("::1 - -", "jsmith").replace("\n", " 12\n")}`,
      undefined,
    ],
    ["a virtual host without port", `www.example.com ${combined}`, undefined],
    ["a column more", combined.replace("\n", ' "-"\n'), undefined],
  ])("%s", (_, sample, name) => {
    expect(detectFormat(sample)?.name).toBe(name);
  });

  test("columns of one log are not looked for in another", () => {
    const line = "2026-01-02 11:10:00 192.0.2.7 200";
    expect(detectFormat(`#Fields: sc-status\n200\n#Fields: date time c-ip sc-status\n${line}\n`)?.name).toBe("w3c");
    expect(detectFormat(`${line}\n`)).toBe(null);
  });
});
