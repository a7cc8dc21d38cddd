// `l2i load` of whatever people have lying about: any order, twice, compressed in parts or cut off, through a pipe; and what of it
// may go into a database beside the true totals.
import { spawnSync } from "node:child_process";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { combined, Desk } from "../cli/desk.ts";
import type { Result } from "../cli/program.ts";
import { startInfluxdb } from "../servers/influxdb.ts";
import { sorted, sumsOfLines } from "../laboratory/sums.ts";
import { randomOf, seed } from "../laboratory/seed.ts";
import { sumsInInfluxdb } from "../laboratory/stored-sums.ts";

const minute = 60_000;
const all = combined.join("");
const text = (from: number, to?: number): string => combined.slice(from, to).join("");

const fixed = ["--host", "desk", "--tag", "log=access.log"];

const load = (desk: Desk, ...words: string[]): Promise<Result> => desk.l2i(["load", "requests", ...words, ...fixed]);

/** The points of the log taken whole. */
async function whole(log: string = all): Promise<string> {
  using desk = new Desk().write("access.log", log);
  const { code, stdout, stderr } = await load(desk, "access.log", "--out", "-");
  expect([code, stderr]).toEqual([0, ""]);
  return stdout;
}

test("files in any order, rotated and compressed, are one stream", async () => {
  console.log(`order of files: seed ${seed}`);
  const random = randomOf(seed);
  using desk = new Desk()
    .write("access.log.3.gz", gzipSync(text(0, 60)))
    .write("access.log.2", text(60, 61))
    .write("access.log-20251026.gz", gzipSync(text(61, 150)))
    .write("other name", text(150, 230))
    .write("access.log", text(230));
  const names = ["access.log.3.gz", "access.log.2", "access.log-20251026.gz", "other name", "access.log"];
  const expected = await whole();
  for (let draw = 0; draw < 6; draw++) {
    const order = names.toSorted(() => random() - 0.5);
    expect(await load(desk, ...order, "--out", "-")).toEqual({ code: 0, stdout: expected, stderr: "" });
  }
});

test("the same content twice is counted once, plain or compressed, under whatever name", async () => {
  using desk = new Desk()
    .write("access.log", all)
    .write("access.log.gz", gzipSync(all))
    .write("elsewhere", all)
    .write("beginning.gz", gzipSync(text(0, 100)));
  const expected = await whole();
  for (const names of [
    ["access.log", "access.log.gz"],
    ["access.log.gz", "access.log", "elsewhere"],
    ["beginning.gz", "elsewhere"],
    ["access.log", "access.log"],
  ]) {
    const { code, stdout, stderr } = await load(desk, ...names, "--out", "-");
    expect([names, code, stdout]).toEqual([names, 0, expected]);
    if (new Set(names).size > 1)
      expect(stderr.match(/holds the same as another file given; it is counted once/g)?.length).toBe(names.length - 1);
  }
});

test("standard input gives what the file gives, with lines of any length", async () => {
  const log = `${text(0, 50)}${"x".repeat(300_000)}\n${text(50)}`;
  using desk = new Desk().write("access.log", log);
  const words = ["--out", "out.lp", "--rejects", "rejects.jsonl", "--json"];
  const expected = { lines: combined.length + 1, matched: combined.length, rejected: 1, bytes: log.length };
  for (const [name, input] of [["access.log"], ["-", log]] as const) {
    const { code, stdout } = await desk.l2i(["load", "requests", name, ...words, ...fixed], { input: input ?? "" });
    expect([code, JSON.parse(stdout)]).toMatchObject([0, expected]);
    expect(sorted(sumsOfLines(desk.read("out.lp").trim().split("\n"), minute))).toEqual(
      sorted(sumsOfLines((await whole()).trim().split("\n"), minute)),
    );
    desk.remove("out.lp");
  }
});

/** Windows of points, oldest first. */
const windowsOf = (points: string): number[] =>
  [
    ...new Set(
      points
        .trim()
        .split("\n")
        .map((line) => Number(line.split(" ").at(-1)!.slice(0, -6))),
    ),
  ].toSorted((a, b) => a - b);

test("the first and last window stay out of a database, where the truth may stand already", async () => {
  await using store = await startInfluxdb();
  using desk = new Desk().write("access.log", all).write("part.log", text(40, 200));
  for (const database of ["empty", "full", "kept"]) await store.createDatabase(database);
  const sums = async (database: string): Promise<string[]> => sorted(await sumsInInfluxdb(store.url, database, minute));
  const into = (database: string): string[] => ["--influx-url", store.url, "--influx-database", database];

  await desk.l2i(["load", "requests", "access.log", "--brainfile", "b.json", ...into("full"), ...fixed]);
  const truth = sorted(sumsOfLines((await whole()).trim().split("\n"), minute));
  expect(await sums("full")).toEqual(truth);
  const dropped = await load(desk, "part.log", ...into("full"));
  expect(dropped).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/ are left out, .* --edges keep writes them/),
  });
  expect(await sums("full")).toEqual(truth);

  const part = await whole(text(40, 200));
  const [first, last] = [windowsOf(part)[0], windowsOf(part).at(-1)];
  const isInner = (line: string): boolean => ![first, last].includes(windowsOf(line)[0]);
  const inner = part.trim().split("\n").filter(isInner);
  await load(desk, "part.log", ...into("empty"));
  expect(await sums("empty")).toEqual(sorted(sumsOfLines(inner, minute)));
  const kept = await load(desk, "part.log", ...into("kept"), "--edges", "keep");
  expect(kept).toMatchObject({ code: 0, stderr: "" });
  expect(await sums("kept")).toEqual(sorted(sumsOfLines(part.trim().split("\n"), minute)));

  // A file keeps them, unless told otherwise.
  const file = await load(desk, "part.log", "--out", "-");
  expect(file).toEqual({ code: 0, stdout: part, stderr: "" });
  const narrow = await load(desk, "part.log", "--out", "-", "--edges", "drop");
  expect([narrow.code, narrow.stdout]).toEqual([0, `${inner.join("\n")}\n`]);
});

test("a log within one window leaves nothing when its edges are dropped", async () => {
  using desk = new Desk().write("access.log", combined[0]!);
  const { code, stdout, stderr } = await load(desk, "access.log", "--out", "-", "--edges", "drop");
  expect([code, stdout]).toEqual([0, ""]);
  expect(stderr).toMatch(/ WARN .*left out/);
});

test("a gz of several members is read to its end", async () => {
  const torn = Buffer.from(all);
  const cut = Math.floor(torn.length / 2); // in the middle of a line
  using desk = new Desk().write(
    "access.log.1.gz",
    Buffer.concat([gzipSync(torn.subarray(0, cut)), gzipSync(""), gzipSync(torn.subarray(cut))]),
  );
  expect(await load(desk, "access.log.1.gz", "--out", "-")).toEqual({ code: 0, stdout: await whole(), stderr: "" });
});

test("of a gz that is cut off the whole lines are counted that gzip itself gives back", async () => {
  const log = Array.from({ length: 40 }, () => all).join(""); // more than one buffer
  const compressed = gzipSync(log);
  for (const length of [compressed.length - 1, compressed.length - 9, compressed.length >> 1, 200, 5]) {
    using desk = new Desk().write("access.log.gz", compressed.subarray(0, length));
    const { stdout: rest } = spawnSync("gzip", ["-dc", desk.path("access.log.gz")], { maxBuffer: 1e9 });
    const lines = rest.toString("latin1").split("\n").length - 1;
    const { code, stdout, stderr } = await desk.l2i([
      "load",
      "requests",
      "access.log.gz",
      "--format",
      "combined",
      "--json",
    ]);
    expect([length, code, JSON.parse(stdout)]).toMatchObject([
      length,
      0,
      { lines, matched: lines, gap: lines > 0 ? 1 : 0 },
    ]);
    expect(stderr).toMatch(
      lines > 0 ? /ends early: unexpected end of file; what it held behind that is lost/ : /no complete line/,
    );
  }
});

test("a gz with broken bytes is counted as far as it goes, and said", async () => {
  const compressed = gzipSync(Array.from({ length: 40 }, () => all).join(""));
  compressed.fill(0xff, compressed.length >> 1, (compressed.length >> 1) + 20);
  using desk = new Desk().write("access.log.gz", compressed);
  const { code, stdout, stderr } = await desk.l2i(["load", "requests", "access.log.gz", "--json"]);
  const { lines, matched, rejected, gap } = JSON.parse(stdout);
  expect([code, gap, matched + rejected]).toEqual([0, 1, lines]);
  expect(matched).toBeGreaterThan(19 * combined.length); // what lies before
  expect(stderr).toMatch(/ends early: /);
});

test.each<[what: string, content: Buffer | string]>([
  ["empty.log", ""],
  ["empty.gz", gzipSync("")],
  ["nothing.gz", ""],
  ["torn.log", combined[0]!.slice(0, 40)],
])("%s holds no line, which is said, and the others are counted", async (name, content) => {
  using desk = new Desk().write(name, content).write("access.log", all);
  const alone = await load(desk, name, "--out", "-");
  expect([alone.code, alone.stdout]).toEqual([0, ""]);
  expect(alone.stderr).toMatch(/has no complete line/);
  const both = await load(desk, "access.log", name, "--out", "-");
  expect([both.code, both.stdout]).toEqual([0, await whole()]);
});

test("a last line without its end is said and not counted, also within a gz", async () => {
  for (const [name, content] of [
    ["access.log", all.slice(0, -1)],
    ["access.log.gz", gzipSync(all.slice(0, -1))],
  ] as const) {
    using desk = new Desk().write(name, content);
    const { code, stdout, stderr } = await load(desk, name, "--out", "-");
    expect([code, stdout]).toEqual([0, await whole(text(0, -1))]);
    expect(stderr).toMatch(
      new RegExp(`the last line of \\S+${name} \\(${combined.at(-1)!.length - 1} bytes\\) has no line end`),
    );
  }
});

test.each([1, 63, 65_536, 200_000])("%i bytes of NUL at the head belong to no line", async (length) => {
  const log = Buffer.concat([Buffer.alloc(length), Buffer.from(all)]);
  const expected = await whole();
  using desk = new Desk().write("access.log", log).write("access.log.gz", gzipSync(log));
  for (const name of ["access.log", "access.log.gz"])
    expect(await load(desk, name, "--out", "-")).toEqual({ code: 0, stdout: expected, stderr: "" });
  const piped = await desk.l2i(["load", "requests", "-", "--out", "-", ...fixed], { input: log });
  expect(piped).toEqual({ code: 0, stdout: expected, stderr: "" });
});
