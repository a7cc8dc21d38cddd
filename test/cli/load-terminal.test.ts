// `l2i load` at a terminal: a table that fits it, colours, and a bar where the work takes long.
import { execFileSync } from "node:child_process";
import { createWriteStream } from "node:fs";
import { expect, test } from "vitest";
import { displayWidth } from "../../src/cli/display-width.ts";
import { combined, Desk } from "./desk.ts";
import { Terminal } from "./terminal.ts";

test.each([120, 60, 44])("the table fits %i columns", async (columns) => {
  using desk = new Desk().write("access.log", [wide("/日本語の長い道/とても長い名前"), ...combined].join(""));
  using terminal = new Terminal("load errors access.log", { cwd: desk.folder, columns });
  expect(await terminal.end()).toBe(0);
  const [table = ""] = terminal.text.split("\n\n");
  expect(table).toMatch(/^status {2}route/);
  for (const line of table.split("\n")) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
  expect(table.includes("over time")).toBe(columns > 44);
});

const wide = (path: string): string =>
  Buffer.from(combined[0]!.replace("/api/orders/14650", path).replace(" 200 ", " 404 ")).toString("utf8");

test("colours are for terminals, and for those who want them", async () => {
  using desk = new Desk().log();
  const seen = async (words: string, env = {}): Promise<string> => {
    using terminal = new Terminal(words, { cwd: desk.folder, env });
    expect(await terminal.end()).toBe(0);
    return terminal.raw;
  };
  const words = "load requests access.log";
  expect(await seen(words)).toMatch(/^\u001b\[1mmethod {3}status .*over time\u001b\[0m\r\n/); // oxlint-disable-line no-control-regex
  expect(await seen(words, { NO_COLOR: "1" })).not.toContain("\u001b");
  expect(await seen(words, { TERM: "dumb" })).not.toContain("\u001b");
  expect((await desk.l2i(words.split(" "))).stdout).not.toContain("\u001b");
  expect((await desk.l2i(words.split(" "), { env: { FORCE_COLOR: "1" } })).stdout).toContain("\u001b[1m");
});

/** Its first line takes as long as people wait without a word. */
const slow = `const until = performance.now() + 1100;
let isFirst = true;
export default { fields: ["status"], categorize({ status }) {
  while (isFirst && performance.now() < until);
  isFirst = false;
  return { status };
} };`;

const fiveMegabytes = combined.join("").repeat(145);

test("a bar shows how far a long load is, and is gone at the end", async () => {
  using desk = new Desk().write("slow.mjs", slow).write("access.log", fiveMegabytes.repeat(2));
  using terminal = new Terminal("load ./slow.mjs access.log > table.txt", { cwd: desk.folder });
  expect(await terminal.end()).toBe(0);
  expect(terminal.text).toMatch(/█{12}░{18} 40 % {2}\d\d,\d{3} lines {2}[\d,]+ lines\/s {2}0:0\d left/);
  expect(terminal.raw).toMatch(/\u001b\[2K$/); // oxlint-disable-line no-control-regex
  expect(desk.read("table.txt")).toMatch(/^status {2}count/);
});

test("a bar of standard input is gone when Ctrl-C ends the load", async () => {
  using desk = new Desk().write("slow.mjs", slow);
  execFileSync("mkfifo", [desk.path("pipe")]);
  using terminal = new Terminal("load ./slow.mjs - < pipe", { cwd: desk.folder });
  const pipe = createWriteStream(desk.path("pipe")).on("error", () => {}); // its reader goes away
  pipe.write(fiveMegabytes);
  await terminal.shows(/[\d,]+ lines {2}[\d,]+ lines\/s/);
  terminal.type("\u0003");
  expect(await terminal.end()).toBe(130);
  expect(terminal.raw).toMatch(/\u001b\[2Kl2i: stopped by SIGINT\r\n$/); // oxlint-disable-line no-control-regex
  pipe.destroy();
});

test("there is no bar where it would stand among the points, or what programs read", async () => {
  using desk = new Desk().write("slow.mjs", slow).write("access.log", fiveMegabytes.repeat(2));
  await Promise.all(
    ["--json", "--out -"].map(async (words) => {
      using terminal = new Terminal(`load ./slow.mjs access.log --window 1d ${words}`, { cwd: desk.folder });
      expect(await terminal.end()).toBe(0);
      expect(terminal.text).not.toContain("lines/s");
    }),
  );
});
