// Memory stays flat and time linear, whatever strangers make grow: one log of each kind, and one ten times as long, through the
// built program. `npm run fuzz` takes all kinds and long logs, `npm test` some and short ones; both print what they measured.
import { closeSync, createReadStream, openSync, writeSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { expect, test, vi } from "vitest";
import { Desk } from "../cli/desk.ts";
import { jsonLines, type Result } from "../cli/program.ts";
import { apacheTime } from "../laboratory/laboratory.ts";
import { isLong } from "./budget.ts";
import { sampled } from "../sampled.ts";

vi.setConfig({ testTimeout: 1_200_000 });

const [minute, day] = [60_000, 86_400_000];
const now = Date.now();
const longAgo = now - 30 * day;

/** Bytes of the two logs of each kind. */
const sizes = isLong ? ([10e6, 100e6] as const) : ([0.5e6, 5e6] as const);
/** MB at most: node alone takes 45, and the most that can be kept between two segments 40. */
const mostMemory = 250;

const line = (time: number, path = "/", status = 200, agent = "a", method = "GET"): string =>
  `192.0.2.7 - - [${apacheTime(time)}] "${method} ${path} HTTP/1.1" ${status} 5 "-" "${agent}"\n`;
const bare = (time: number): string => `h - - [${apacheTime(time)}] "" - -\n`;

/** Spread over [0, limit) without order, the same for the same index. */
const scattered = (index: number, limit: number): number => (Math.imul(index ^ 0x9e3779b9, 0x85ebca6b) >>> 0) % limit;
/** No digits, which some pipelines take for ids. */
const name = (index: number): string => index.toString(26).replaceAll(/\d/g, (digit) => "qrstuvwxyz"[Number(digit)]!);

const common = ["--format", "common"];
const combined = ["--format", "combined"];
const withHost = ["--format", '%v %h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"'];
/** So that all of the log falls into one window. */
const oneWindow = ["--window", "90d"];

interface Kind {
  readonly words: readonly string[];
  readonly line: (index: number) => string;
  /** The attribute that takes too many values. */
  readonly overflow?: string;
  readonly isShort?: boolean;
}

const kinds: { readonly [kind: string]: Kind } = {
  "ordinary lines": { words: ["requests", ...combined], line: (i) => line(longAgo + 10 * i) },
  "methods": { words: ["requests", ...combined], line: (i) => line(longAgo + i, "/", 200, "a", `M${i}`) },
  "user agents": { words: ["crawlers", ...combined], line: (i) => line(longAgo + i, "/", 200, `bot/${i}`), isShort: true },
  "clients": { words: ["requests", ...combined], line: (i) => `h${i}.example.com${line(longAgo + i).slice(9)}` },
  "paths, errors": { words: ["errors", ...combined, ...oneWindow], line: (i) => line(longAgo + i, `/${name(i)}`, 404), overflow: "route", isShort: true },
  "paths, sizes": { words: ["sizes", ...combined, ...oneWindow], line: (i) => line(longAgo + i, `/${i}`), overflow: "route" },
  "paths, latency": { words: ["latency", "--format", "combined_elapsed", ...oneWindow], line: (i) => line(longAgo + i, `/${i}`).replace("\n", " 7\n"), overflow: "route" },
  "paths, uploads": { words: ["uploads", ...combined, ...oneWindow], line: (i) => line(longAgo + i, `/${i}`, 200, "a", "PUT"), overflow: "route" },
  "files, downloads": { words: ["downloads", ...combined, ...oneWindow], line: (i) => line(longAgo + i, `/downloads/${i}`), overflow: "file" },
  "virtual hosts": { words: ["instances", "--set", "instance=vhost", ...withHost, ...oneWindow], line: (i) => `v${i} ${line(longAgo + i)}`, overflow: "instance" },
  "files, a minute each": { words: ["downloads", ...combined], line: (i) => line(longAgo + 10 * i, `/downloads/${i}`), isShort: true },
  "long files": { words: ["downloads", ...combined], line: (i) => line(longAgo + 10 * i, `/downloads/${i}${"\\x01é".repeat(60)}`) },
  "minutes in order": { words: ["requests", ...common], line: (i) => bare((i * minute) % (now - day)) },
  "minutes out of order": { words: ["requests", ...common], line: (i) => bare(minute * scattered(i, 28e6)), isShort: true },
  "files and minutes out of order": { words: ["downloads", ...combined], line: (i) => line(minute * scattered(i, 28e6), `/downloads/${i}`) },
  "late lines": { words: ["requests", ...common], line: (i) => bare(i < 200 ? now : minute * scattered(i, 28e6)) },
  "seconds of tomorrow": { words: ["requests", ...common, "--window", "1s"], line: (i) => bare(now + 600_000 + 1000 * scattered(i, 80_000)), isShort: true },
  "files of tomorrow": { words: ["downloads", ...combined], line: (i) => line(now + 600_000 + minute * scattered(i, 1_300), `/downloads/${i}`), isShort: true },
  "years to come": { words: ["requests", ...common], line: (i) => bare(now + 2 * day + minute * scattered(i, 100e6)) },
  "garbage": { words: ["requests", ...combined], line: (i) => `x${i}\n`, isShort: true },
  "control characters": { words: ["requests", ...combined], line: () => `${"\x01".repeat(60_000)}\n` },
  "lines too long": { words: ["requests", ...combined], line: () => `${"a".repeat(70_000)}\n` },
  "empty lines": { words: ["requests", ...combined], line: () => "\n" },
}; // prettier-ignore

/** Writes what it took when it ends. Not by getrusage, whose peak of memory would be that of the process that started it. */
const meter = `
  import { readFileSync, writeFileSync } from "node:fs";
  process.on("exit", () => {
    const { user, system } = process.cpuUsage();
    const peak = /VmHWM:\\s+(\\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1];
    writeFileSync(process.env.METER_FILE, JSON.stringify({ seconds: (user + system) / 1e6, megabytes: Math.round(peak / 1024) }));
  });`;

interface Measured extends Result {
  /** Of processor time, which a busy machine does not change much. */
  readonly seconds: number;
  /** Resident memory, at most. */
  readonly megabytes: number;
}

async function measured(desk: Desk, words: readonly string[], input?: Buffer): Promise<Measured> {
  const env = { NODE_OPTIONS: `--import=data:text/javascript;base64,${btoa(meter)}`, METER_FILE: desk.path("meter") };
  const result = await desk.l2i(words, { env, ...(input && { input }) });
  return { ...result, ...(JSON.parse(desk.read("meter")) as { seconds: number; megabytes: number }) };
}

/** Writes lines until the log has so many bytes; answers how many of them count. */
function fill(path: string, bytes: number, lineAt: Kind["line"]): number {
  const file = openSync(path, "w");
  let written = 0;
  let index = 0;
  while (written < bytes) {
    const texts: string[] = [];
    for (let size = 0; size < 500_000 && written + size < bytes; size += texts.at(-1)!.length)
      texts.push(lineAt(index++));
    written += writeSync(file, Buffer.from(texts.join(""), "latin1"));
  }
  closeSync(file);
  return lineAt(0) === "\n" ? 0 : index;
}

/** The counts in a file of points, the last of each point, without the loader's own. */
async function countedIn(path: string): Promise<number> {
  const counts = new Map<string, number>();
  for await (const point of createInterface({ input: createReadStream(path) })) {
    const at = point.lastIndexOf(" count=");
    if (!point.startsWith("l2i_run,"))
      counts.set(point.slice(0, at) + point.slice(point.lastIndexOf(" ")), Number.parseInt(point.slice(at + 7), 10));
  }
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

/** Peak of memory and time; the same for the next run, over one more line. */
const row = (bytes: number, { megabytes, seconds }: Measured, next: Measured): string =>
  `${bytes / 1e6} MB of log: ${megabytes} MB, ${seconds.toFixed(1)} s (one more line: ${next.megabytes} MB, ${next.seconds.toFixed(1)} s)`;

async function loaded(kind: Kind, bytes: number): Promise<[Measured, Measured]> {
  using desk = new Desk();
  const lines = fill(desk.path("access.log"), bytes, kind.line);
  const [pipeline = "", ...options] = kind.words;
  const words = [
    "load",
    pipeline,
    "access.log",
    ...options,
    "--host",
    "h",
    "--out",
    "out.lp",
    "--brainfile",
    "brain.json",
    "--json",
  ];
  const first = await measured(desk, words);
  expect(first).toMatchObject({ code: 0 });
  const [outcome] = jsonLines(first.stdout);
  expect(outcome).toMatchObject({ outcome: "loaded", lines, failed: 0, ignored: 0 });
  if (desk.has("out.lp")) expect(await countedIn(desk.path("out.lp"))).toBe(outcome?.["matched"]);
  expect(Number(outcome?.["matched"]) + Number(outcome?.["rejected"])).toBe(lines);
  if (kind.overflow !== undefined && bytes > 2e6) {
    expect(first.stderr).toContain(
      `the pipeline ${pipeline} makes more than 10000 series in one window, most by the attribute \\"${kind.overflow}\\"`,
    );
    expect(desk.read("out.lp")).toContain(`${kind.overflow}=_other`);
  }
  const next = await measured(desk.append("access.log", kind.line(1)), words);
  expect(next).toMatchObject({ code: 0 });
  return [first, next];
}

test.each(sampled(Object.entries(kinds).filter(([, { isShort }]) => isLong || isShort)))("%s", async (title, kind) => {
  const [small, nextSmall] = await loaded(kind, sizes[0]);
  const [large, nextLarge] = await loaded(kind, sizes[1]);
  console.log(`${title}: ${row(sizes[0], small, nextSmall)}, ${row(sizes[1], large, nextLarge)}`);
  for (const { megabytes } of [small, large, nextSmall, nextLarge]) expect(megabytes).toBeLessThan(mostMemory);
  expect(large.seconds).toBeLessThan(10 * 3 * Math.max(small.seconds, 0.5));
});

test.each([
  ["without a line end", "a", 0],
  ["of NULs", "\0", 0],
  ["and a line end", "a", 1],
])("100 MB %s", async (title, character, lines) => {
  using desk = new Desk();
  const bytes = Buffer.alloc(100e6, character, "latin1");
  if (lines > 0) bytes[bytes.length - 1] = 10;
  desk.write("access.log", bytes);
  const options = [...combined, "--out", "out.lp", "--json"];
  for (const run of [
    await measured(desk, ["load", "requests", "access.log", ...options, "--brainfile", "brain.json"]),
    await measured(desk, ["load", "requests", "-", ...options], bytes),
  ]) {
    expect(run.code).toBe(0);
    expect(jsonLines(run.stdout)).toMatchObject([{ lines, rejected: lines, matched: 0 }]);
    expect(run.megabytes).toBeLessThan(150);
    console.log(`100 MB ${title}: ${run.megabytes} MB, ${run.seconds.toFixed(1)} s`);
  }
});
