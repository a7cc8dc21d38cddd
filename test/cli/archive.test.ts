// Years of old logs in one command: rotated files named beside the log are counted once, in the order of what they hold, and what is
// left of them after a failure later, by whichever command.
import { execFileSync } from "node:child_process";
import { utimesSync } from "node:fs";
import { delimiter, dirname } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { binary } from "../servers/packages.ts";
import { startStandIn } from "../sink/stand-in.ts";
import { combined, Desk } from "./desk.ts";

const files = ["access.log", "access.log.1", "access.log.2.gz", "access.log.3.gz"];
const archive = ["load", "requests", ...files, "--brainfile", "brain.json", "--host", "desk"];

/** Four days of the log, the younger ones with the older mtimes, as after a restore. */
function restored(days: readonly string[]): Desk {
  const desk = new Desk();
  for (const [age, name] of files.entries()) {
    const text = days.at(-1 - age)!;
    desk.write(name, name.endsWith(".gz") ? gzipSync(text) : text);
    utimesSync(desk.path(name), 1000 + age, 1000 + age);
  }
  return desk;
}

const pointsOf = (desk: Desk): string[] =>
  desk
    .read("out.lp")
    .split("\n")
    .filter((line) => !line.startsWith("l2i_run,"));

const quarters = [0, 1, 2, 3].map((day) => combined.slice(72 * day, 72 * (day + 1)).join(""));

test("an archive has the points that the log had, and cron goes on behind it", async () => {
  using desk = restored(quarters);
  const loaded = await desk.l2i([...archive, "--out", "out.lp", "--json"]);
  expect(JSON.parse(loaded.stdout)).toMatchObject({ outcome: "loaded", lines: 288, late: 0, files: 4 });
  using whole = new Desk().log().multibrain();
  await whole.run();
  expect(pointsOf(desk)).toEqual(pointsOf(whole));

  const again = await desk.l2i([...archive, "--out", "out.lp", "-v"]);
  expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining("nothing new") });
  desk.append("access.log", combined[5]!).multibrain();
  const cron = await desk.run("--json");
  expect(JSON.parse(cron.stdout)).toMatchObject({ outcome: "loaded", lines: 1, gap: 0 });
});

const second = (at: number): string => new Date(1_760_000_000_000 + 1000 * at).toISOString();

/** A line a second: more windows than one write takes. */
const seconds = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, at) => `${second(from + at)} GET 200\n`).join("");

test.each(["the same command", "cron"])("what is left after a failure is counted by %s", async (by) => {
  using desk = restored([
    seconds(0, 30_000),
    seconds(30_000, 60_000),
    seconds(60_000, 90_000),
    seconds(90_000, 90_100),
  ]);
  let isDown = false;
  await using store = await startStandIn((_, number) => (isDown && number > 10 ? 503 : 204));
  const options = { window: "1s", influxUrl: store.url, influxBucket: "b", timeout: "1s" };
  const format = String.raw`/^(?<time>\S+) (?<method>\S+) (?<status>\d+)$/`;
  const words = [...Object.entries(options), ["format", format] as const].flatMap(([key, value]) => [
    `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
    value,
  ]);
  isDown = true;
  expect(await desk.l2i([...archive, ...words, "--jobs", "2"])).toMatchObject({ code: 1 });
  isDown = false;
  desk.multibrain({ ...options, format, out: undefined });
  expect(await (by === "cron" ? desk.run() : desk.l2i([...archive, ...words]))).toMatchObject({ code: 0 });
  const points = store.received.flatMap(({ lines }) => lines).filter((line) => line.startsWith("requests,"));
  const counts = new Map(points.map((line) => [line.split(" ")[2], Number(/count=(\d+)i/.exec(line)?.[1])]));
  expect(counts.size).toBe(90_100);
  expect(new Set(counts.values())).toEqual(new Set([1]));
});

test("a rotated file that is not named is no part of the archive by accident", async () => {
  using desk = restored(quarters);
  const some = await desk.l2i([
    "load",
    "requests",
    "access.log",
    "access.log.1",
    "--brainfile",
    "b.json",
    "--out",
    "p.lp",
  ]);
  expect(some.code).toBe(1);
  expect(some.stderr).toContain(
    "access.log.2.gz and access.log.3.gz is a rotated file of the log, too, and was not named",
  );
});

test("what the first run took as read is said, not silently passed by", async () => {
  using desk = restored(quarters);
  desk.multibrain();
  await desk.run();
  const late = await desk.l2i([...archive, "--out", "out.lp"]);
  expect(late.stderr).toMatch(
    /access\.log\.2\.gz and \S+access\.log\.3\.gz was there before the first run with \S+brain\.json/,
  );
  expect(desk.counted()).toBe(72);
});

test.each([
  ["zst", "zstd", "zstd"],
  ["xz", "xz-utils", "xz"],
  ["bz2", "bzip2", "bzip2"],
])("what is called .%s is read through %s: whole, cut short, and not without it", async (ending, packageName, name) => {
  const tool = await binary(packageName, `/usr/bin/${name}`);
  const env = { ...tool.env, PATH: [dirname(tool.path), process.env["PATH"]].join(delimiter) };
  const packed = execFileSync(tool.path, ["-c"], { input: quarters.slice(0, 3).join(""), env });
  using desk = new Desk().write("access.log", quarters[3]!).write(`access.log.1.${ending}`, packed);
  const words = ["load", "requests", "access.log", `access.log.1.${ending}`, "--host", "desk", "--out"];
  expect(await desk.l2i([...words, "out.lp"], { env })).toMatchObject({ code: 0, stderr: "" });
  using whole = new Desk().log();
  await whole.l2i(["load", "requests", "access.log", "--host", "desk", "--out", "out.lp"]);
  expect(desk.read("out.lp")).toBe(whole.read("out.lp"));

  expect(await desk.l2i([...words, "-"], { env: { PATH: "/nowhere" } })).toEqual({
    code: 1,
    stdout: "",
    stderr: expect.stringMatching(
      new RegExp(`access\\.log\\.1\\.${ending}: cannot start the program ${name} to read it; install it\n$`),
    ),
  });

  desk.write(`access.log.1.${ending}`, packed.subarray(0, packed.length >> 1));
  const cut = await desk.l2i([...words, "-"], { env });
  expect(cut.code).toBe(0);
  const [said = "", ...more] = cut.stderr.trimEnd().split("\n");
  expect(said).toMatch(/ends early: .*; what it held behind that is lost$|it cannot be decompressed \(.*\)$/);
  expect(more.filter((line) => !/ WARN /.test(line))).toEqual([]);
});
