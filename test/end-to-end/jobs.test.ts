// With any number of worker threads a backlog gives the same points, rejects and books to the byte: nasty lines, lines that reach
// over the ends of parts, floods of series, several files, compressed ones among them. And a run that is killed loses nothing.
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Desk, linesOf } from "../cli/desk.ts";
import { start } from "../cli/program.ts";
import { randomOf, seed } from "../laboratory/seed.ts";
import { lastPoints, sorted, sumsOfLines } from "../laboratory/sums.ts";
import { sampled } from "../sampled.ts";

const megabyte = 1024 * 1024;
/** Where files are cut into parts. */
const partLength = 4 * megabyte;

const random = randomOf(seed);
const below = (limit: number): number => Math.floor(random() * limit);
const pick = <T>(all: readonly T[]): T => all[below(all.length)]!;

const real = linesOf("apache-combined-elapsed.log");
const nasty = [
  "\n",
  "\r\n",
  "no line of this format\n",
  "\0\0\0\0\n",
  "\xff\xfe\x1b[31m\r\n",
  `127.0.0.1 - - [26/Oct/2025:02:40:05 +0200] "GET /${"x".repeat(3000)} HTTP/1.1" 200 1 "-" "a" 1\n`,
  '127.0.0.1 - - [26/Oct/2035:02:40:05 +0200] "GET /future HTTP/1.1" 200 1 "-" "a" 1\n',
  '127.0.0.1 - - [01/Jan/2021:00:00:00 +0000] "GET /late HTTP/1.1" 404 1 "-" "a" 1\n',
  '127.0.0.1 - - [26/Oct/2025:02:40:05 +0200] "__proto__ /__proto__/constructor HTTP/1.1" 500 7 "-" "__proto__" 9\n',
];

/** Lines of a real server, later and later, with nasty ones among them, and at the end of every part some line that does not fit. */
function makeLog(bytes: number): Buffer {
  const log = Buffer.alloc(bytes);
  const end = { at: 0 };
  const write = (text: string): void => void (end.at += log.write(text, end.at, "latin1"));
  for (let minute = 0; end.at < log.length; minute++) {
    const boundary = end.at - (end.at % partLength) + partLength;
    const stamp = `[26/Oct/2025:${new Date(60_000 * minute).toISOString().slice(11, 19)} +0000]`;
    for (let count = 0; count < 2000 && end.at < boundary - 1000 && end.at < log.length; count++)
      write(below(200) === 0 ? pick(nasty) : stamped(stamp));
    const left = boundary - end.at; // a long line may have passed the boundary
    if (left > 0 && left <= 1000) writeOver(left, write);
  }
  return log;
}

const stamped = (stamp: string): string =>
  pick(real)
    .replace(/\[.*?\]/, stamp)
    .replace("\n", below(9) > 0 ? "\n" : "\r\n");

const line = (length: number): string => `${"y".repeat(length - 1)}\n`;

/** Lines that end just before, at or behind a boundary, or far behind it. */
function writeOver(left: number, write: (text: string) => void): void {
  switch (left < 4 ? 0 : below(6)) {
    case 0:
      return write(line(left));
    case 1:
      return write(line(left - 1) + line(1));
    case 2:
      return write(line(left + 1));
    case 3:
      return write(line(left - 2) + line(2).replace("y", "\r"));
    case 4:
      return write(line(left + 70_000));
    default:
      return write(line(left + partLength + below(100)));
  }
}

const desk = new Desk();
const log = makeLog(69 * megabyte);
beforeAll(() => {
  console.log(`jobs: seed ${seed}`);
  desk.write("access.log", log);
});
afterAll(() => desk[Symbol.dispose]());

/** All that a load leaves behind, but how long it took. */
async function load(jobs: number, pipeline: string, ...words: string[]): Promise<Record<string, string>> {
  const common = ["--out", "out.lp", "--rejects", "rejects.jsonl", "--host", "desk", "--format", "combined_elapsed"];
  const result = await desk.l2i(["load", pipeline, ...words, ...common, "--json", "--jobs", `${jobs}`]);
  const left = Object.fromEntries(
    ["out.lp", "rejects.jsonl"].map((name) => [name, desk.has(name) ? desk.read(name) : ""]),
  );
  for (const [name, text] of Object.entries(left)) if (text !== "") desk.remove(name);
  const { durationMs: _, ...outcome } = JSON.parse(result.stdout);
  expect(outcome).toMatchObject({ outcome: "loaded" });
  return { ...left, outcome: JSON.stringify(outcome), said: result.stderr.replaceAll(/"time":"[^"]*"/g, "") };
}

/** Megabytes are not printed where they differ. */
function expectSame(some: Record<string, string>, expected: Record<string, string>): void {
  expect(JSON.parse(some["outcome"]!)).toEqual(JSON.parse(expected["outcome"]!));
  expect(some["said"]).toBe(expected["said"]);
  const different = ["out.lp", "rejects.jsonl"].filter((name) => some[name] !== expected[name]);
  expect(different).toEqual([]);
}

test.each(
  sampled<[pipeline: string, ...words: string[]]>([
    ["requests"],
    ["latency"],
    ["sizes"],
    ["errors"],
    ["downloads", "--set", "prefix=/"],
    ["uploads"],
    ["instances", "--set", "quantiles=true"],
    ["crawlers"],
  ]),
)("a log of several segments: %s", async (pipeline, ...words) => {
  const expected = await load(1, pipeline, "access.log", ...words);
  expect(JSON.parse(expected["outcome"]!)).toMatchObject({ lines: expect.toSatisfy((lines) => lines > 100_000) });
  expect(expected["rejects.jsonl"]).toContain("too long");
  expectSame(await load(2, pipeline, "access.log", ...words), expected);
  if (pipeline === "requests") expectSame(await load(3, pipeline, "access.log", ...words), expected);
});

test("floods of series and windows", async () => {
  const lines = Array.from({ length: 170_000 }, (_, number) => {
    const time = new Date(
      Date.UTC(2026, 0, 2) + 1000 * (number >> 11) - (below(20) === 0 ? 3_600_000 : 0),
    ).toISOString();
    return `1.2.3.4 - - [0${time.slice(9, 10)}/Jan/2026:${time.slice(11, 19)} +0000] "GET /${below(30_000)}x/__proto__ HTTP/1.1" 404 ${below(1e6)} "-" "${"agent".repeat(22)}" 7\n`;
  });
  desk.write("flood.log", lines.join(""));
  const words = ["flood.log", "--window", "1s", "--max-series", "100"];
  const expected = await load(1, "errors", ...words);
  expect(expected["said"]).toContain("more than 100 series");
  expect(expected["out.lp"]).toContain("route=_other");
  expectSame(await load(2, "errors", ...words), expected);
});

test("several files, compressed ones among them", async () => {
  const cuts = [0, 20, 33, 50].map((at) => log.indexOf(10, at * megabyte) + 1);
  const files = cuts.map((from, index) => log.subarray(index === 0 ? 0 : from, cuts[index + 1] ?? log.length));
  desk.write("a.log.3.gz", gzipSync(files[0]!, { level: 1 })).write("a.log.2.gz", gzipSync(files[1]!, { level: 1 }));
  desk.write("a.log.1", files[2]!).write("a.log", files[3]!);
  const words = ["a.log", "a.log.1", "a.log.2.gz", "a.log.3.gz"];
  const expected = await load(1, "latency", ...words);
  expect(JSON.parse(expected["outcome"]!)).toMatchObject({ files: 4 });
  for (const jobs of [2, 3]) expectSame(await load(jobs, "latency", ...words), expected);
});

test("a run that is killed again and again goes on where it was", async () => {
  const minute = 60_000;
  const whole = await load(1, "requests", "access.log");
  desk.multibrain({ jobs: 2, format: "combined_elapsed" });
  for (let kill = 0; kill < 6; kill++) {
    const { child, result } = start(["run", "multibrain.json"], { cwd: desk.folder });
    const timer = setTimeout(() => child.kill(kill === 5 ? "SIGTERM" : "SIGKILL"), 100 + below(900));
    await result;
    clearTimeout(timer);
  }
  expect(await desk.run()).toMatchObject({ code: 0 });
  const sums = sorted(sumsOfLines(lastPoints(desk.read("out.lp")), minute));
  const expected = sorted(sumsOfLines(lastPoints(whole["out.lp"]!), minute));
  expect(sums.filter((sum, index) => sum !== expected[index])).toEqual([]);
  expect(sums.length).toBe(expected.length);
});
