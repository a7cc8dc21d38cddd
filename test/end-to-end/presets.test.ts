// Every preset through the whole program: recognised, resumed in the middle of a line, rotated, compressed, and counted once more by
// `verify`, against a count that knows nothing of formats: the lines that were written.
import { expect, test } from "vitest";
import { formatOf } from "../../src/format/find-format.ts";
import { presets } from "../../src/format/presets.ts";
import { Laboratory } from "../laboratory/laboratory.ts";
import { lastPoints, sorted, sumsOfLines } from "../laboratory/sums.ts";
import { readFileSync } from "node:fs";

const day = 86_400_000;

/** Tells method and status, which the built-in pipeline needs; the others are counted by a rule. */
const isOfRequests = (name: string): boolean =>
  ["method", "status"].every((field) => formatOf(name).fields.some((each) => each === field));

test("nearly all of them tell method and status", () => {
  const others = presets.map(({ name }) => name).filter((name) => !isOfRequests(name));
  expect(others).toEqual(["haproxy_tcp", "apache_error", "apache_error_2_2", "nginx_error"]);
});

const rule = 'export default { fields: [], categorize: () => ({ method: "GET", status: 200 }) };';

/** The example, but no line is like another. */
function numbered(line: string, number: number): string {
  const other = line.replace("index.html", `index-${number}.html`).replace(/:33313(?= \[)/, `:${33_314 + number}`);
  expect(other).not.toBe(line);
  return `${other}\n`;
}

test.each(presets.map(({ name, example }) => ({ name, example })))("$name", async ({ name, example }) => {
  using lab = new Laboratory();
  const [head, line] = example.includes("\n") ? example.split(/(?<=\n)/) : ["", example];
  let written = 0;
  const lines = (count: number): string =>
    Array.from({ length: count }, () => numbered(line!, written++)).join("");
  const format = formatOf(name);
  if (format.zoneless) lab.options = { timezone: "UTC" };
  if (!isOfRequests(name)) {
    lab.appendText(rule, "lines.js");
    lab.options = { ...lab.options, pipeline: lab.path("lines.js") };
  }
  lab.now = Date.parse("2025-10-27T12:00:00Z");
  const run = async (): Promise<void> => {
    expect((await lab.run()).error).toBe(undefined);
    lab.now += day / 24;
  };

  lab.appendText(head! + lines(20));
  await run();
  const torn = lines(1);
  lab.appendText(lines(5) + torn.slice(0, 60));
  await run();
  lab.appendText(`${torn.slice(60)}this is no line\n\n${lines(7)}`);
  lab.rename("access.log", "access.log.1").appendText(head! + lines(9));
  await run();
  lab.gzip("access.log.1").appendText(lines(3));
  await run();

  const [sum] = sorted(sumsOfLines(lastPoints(readFileSync(lab.path("out.lp"), "utf8")), 60_000));
  expect(sum).toContain("method=GET,status=200");
  expect(sum).toMatch(new RegExp(`: ${written} lines, ${name === "w3c" || !isOfRequests(name) ? 0 : 2326 * written} bytes$`));
  expect(await lab.verify()).toMatchObject({ outcome: "equal", lines: written });
}); // prettier-ignore
