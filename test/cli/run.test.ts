// `l2i run` as cron calls it: what it prints, where, and its exit code.
import { mkdirSync } from "node:fs";
import { expect, test } from "vitest";
import { combined, Desk } from "./desk.ts";
import { jsonLines, l2i } from "./program.ts";
import { Terminal } from "./terminal.ts";

/** As they are documented, in this order. */
const outcomeKeys =
  "name pipeline log outcome lines matched ignored rejected failed late points refused bytes lagBytes gap files offset durationMs".split(
    " ",
  );

const silence = { code: 0, stdout: "", stderr: "" };

test("is silent when all is well, also when nothing is new", async () => {
  using desk = new Desk().log(100).multibrain();
  expect(await desk.run()).toEqual(silence);
  expect(desk.counted()).toBe(100);
  expect(await desk.run()).toEqual(silence);
  desk.append("access.log", combined.slice(100, 150).join(""));
  expect(await desk.run()).toEqual(silence);
  expect(desk.counted()).toBe(150);
});

test("works from another folder: paths in a multibrain are relative to it", async () => {
  using desk = new Desk().log().multibrain();
  expect(await l2i(["run", desk.path("multibrain.json")], { cwd: "/" })).toEqual(silence);
  mkdirSync(desk.path("below"));
  expect(await l2i(["run", "../multibrain.json"], { cwd: desk.path("below") })).toEqual(silence);
  expect(desk.counted()).toBe(combined.length);
});

test("-v says on standard error what was read and counted", async () => {
  using desk = new Desk().log(100).append("access.log", "garbage\n").multibrain();
  const first = await desk.run("-v");
  expect(first).toMatchObject({ code: 0, stdout: "" });
  expect(first.stderr).toMatch(
    /^\S+Z INFO requests:access\.log: reads \/.*\/access\.log from byte 0, format combined\n\S+Z INFO requests:access\.log: 101 new lines \(100 matched, 1 rejected\), \d+ bytes, \d+ points, \d+ ms, to \/.*\.lp\n$/,
  );
  desk.append("access.log", "unfinished");
  const second = await desk.run("-v");
  expect(second.stderr).toMatch(/nothing new; 10 bytes of an unfinished line wait for its end\n$/);
});

test("--json prints one object an invocation, with the documented keys and books that balance", async () => {
  using desk = new Desk().log().append("access.log", "garbage\nunfinished");
  const common = { log: "access.log", out: "out.lp" };
  desk.write("multibrain.json", [
    { pipeline: "requests", brainfile: "1.json", ...common },
    { pipeline: "downloads", brainfile: "2.json", ...common },
    { pipeline: "errors", brainfile: "3.json", ...common, log: "missing.log" },
  ]);
  const { code, stdout, stderr } = await desk.run("--json");
  expect(code).toBe(1);
  const outcomes = jsonLines(stdout);
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(["loaded", "loaded", "failed"]);
  expect(outcomes.map(Object.keys)).toEqual([outcomeKeys, outcomeKeys, [...outcomeKeys, "error"]]);
  for (const { lines, matched, ignored, rejected, failed } of outcomes)
    expect(Number(matched) + Number(ignored) + Number(rejected) + Number(failed)).toBe(lines);
  expect(outcomes[0]).toMatchObject({ lines: 289, matched: 288, rejected: 1, lagBytes: 10, files: 1, refused: 0 });
  expect(outcomes[1]).toMatchObject({ lines: 289, matched: 8, ignored: 280, rejected: 1 });
  expect(jsonLines(stderr)).toEqual([
    { level: "error", time: expect.stringMatching(/^\d{4}-/), msg: expect.stringContaining("missing.log") },
  ]);

  const again = jsonLines((await desk.run("--json", "-v")).stdout);
  expect(again.map(({ outcome, lines }) => [outcome, lines])).toEqual([
    ["unchanged", 0],
    ["unchanged", 0],
    ["failed", 0],
  ]);
});

test("a missing log is exit 1 and a clear line, and the other invocations still run", async () => {
  using desk = new Desk().log().write("multibrain.json", {
    defaults: { out: "out.lp" },
    invocations: [
      { pipeline: "errors", log: "missing.log", brainfile: "1.json" },
      { pipeline: "requests", log: "access.log", brainfile: "2.json" },
    ],
  });
  const { code, stdout, stderr } = await desk.run();
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(/^\S+Z ERROR errors:missing\.log: .*\/missing\.log does not exist.*; check the path\n$/);
  expect(desk.counted()).toBe(combined.length);

  const quiet = await desk.run("-q");
  expect(quiet).toEqual({ code: 1, stdout: "", stderr: "" }); // said the first time, then hourly
  desk.write("missing.log", "");
  expect(await desk.run("-v")).toMatchObject({
    code: 0,
    stderr: expect.stringContaining("works again, after it failed since"),
  });
});

test("--only runs just those named, and knows what was meant", async () => {
  using desk = new Desk().log().write("multibrain.json", [
    { name: "shop", pipeline: "requests", log: "access.log", brainfile: "1.json", out: "shop.lp" },
    { name: "blog", pipeline: "requests", log: "access.log", brainfile: "2.json", out: "blog.lp" },
    { name: "wiki", pipeline: "requests", log: "access.log", brainfile: "3.json", out: "wiki.lp" },
  ]);
  expect(await desk.run("--only", "blog", "--only", "wiki")).toEqual(silence);
  expect([desk.has("shop.lp"), desk.has("blog.lp"), desk.has("wiki.lp")]).toEqual([false, true, true]);
  const unknown = await desk.run("--only", "shpo", "--only", "nothing like it");
  expect(unknown).toMatchObject({ code: 2, stdout: "" });
  expect(unknown.stderr).toContain('--only shpo: multibrain.json has no invocation of this name; did you mean "shop"?');
  expect(unknown.stderr).toContain(
    "--only nothing like it: multibrain.json has no invocation of this name; there are shop, blog, wiki",
  );
});

test("--dry-run prints the points and touches nothing", async () => {
  using desk = new Desk().log().append("access.log", "garbage\n").multibrain();
  const before = desk.snapshot();
  const dry = await desk.run("--dry-run");
  expect(dry).toMatchObject({ code: 0, stderr: "" });
  expect(dry.stdout).toMatch(/^requests,host=desk,log=access\.log,method=\S+ count=/m);
  expect(desk.snapshot()).toEqual(before);
  const counts = await desk.run("--dry-run", "--json");
  expect(jsonLines(counts.stdout)).toMatchObject([{ outcome: "loaded", lines: 289, rejected: 1 }]);
  expect(desk.snapshot()).toEqual(before);

  expect(await desk.run()).toEqual(silence);
  desk.append("access.log", combined.slice(0, 10).join(""));
  const later = desk.snapshot();
  expect((await desk.run("--dry-run")).stdout).not.toBe("");
  expect(desk.snapshot()).toEqual(later);

  desk.write("brain.json", "broken");
  const broken = desk.snapshot();
  expect(await desk.run("--dry-run")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("cannot be understood"),
  });
  expect(desk.snapshot()).toEqual(broken);
});

test("--out - is for points alone: --json beside it is refused", async () => {
  using desk = new Desk().log(3).multibrain({ out: "-" });
  expect(await desk.run("--json")).toMatchObject({ code: 2, stdout: "" });
  const { code, stdout } = await desk.run();
  expect(code).toBe(0);
  expect(
    stdout
      .trimEnd()
      .split("\n")
      .every((line) => /^(?:requests|l2i_run),\S+ .+ \d+$/.test(line)),
  ).toBe(true);
});

test("a dozen invocations may print their points", async () => {
  using desk = new Desk().log(3);
  const entries = Array.from({ length: 12 }, (_, index) => ({
    pipeline: "requests",
    log: "access.log",
    brainfile: `${index}.json`,
    out: "-",
    name: `n${index}`,
    tag: { n: String(index) },
  }));
  desk.write("multibrain.json", entries);
  expect(await desk.run()).toMatchObject({ code: 0, stderr: "" });
});

test("lines that do not match name the format that auto recognised", async () => {
  using desk = new Desk().log(20).append("access.log", "garbage\n".repeat(30)).multibrain();
  expect((await desk.run()).stderr).toMatch(
    / 30 of 50 lines do not match the format combined \(auto\), first the one at /,
  );
});

test("another store is said once, though nothing is new, and what it lacks can be written there", async () => {
  using desk = new Desk().log(100).multibrain();
  await desk.run();
  desk.multibrain({ out: "other.lp" });
  expect(await desk.run("--dry-run")).toEqual(silence);
  expect(await desk.run()).toEqual({
    ...silence,
    stderr: expect.stringMatching(
      /^\S+ WARN requests:access\.log: points go to \S+\/other\.lp now, no longer to \S+\/out\.lp,/,
    ),
  });
  expect(await desk.run()).toEqual(silence);
  expect(desk.has("other.lp")).toBe(false);
  expect(await desk.l2i(["verify", "--repair", "multibrain.json"])).toMatchObject({ code: 0 });
  expect(desk.counted("other.lp")).toBe(100);
});

test("where nothing arrived yet there is nothing to miss", async () => {
  using desk = new Desk().log(100).multibrain({ out: "nowhere/out.lp" });
  expect(await desk.run()).toMatchObject({ code: 1 });
  desk.multibrain();
  expect(await desk.run()).toEqual(silence);
  expect(desk.counted()).toBe(100);
});

test("what lasts is said hourly to cron, but to a person who looks on each time", async () => {
  using desk = new Desk().log(10).multibrain({ out: "nowhere/out.lp" });
  const { stderr } = await desk.run();
  expect(stderr).toContain("its folder does not exist");
  expect(await desk.run()).toEqual({ code: 1, stdout: "", stderr: "" });
  using terminal = new Terminal("run multibrain.json", { cwd: desk.folder, columns: 400 });
  expect(await terminal.end()).toBe(1);
  expect(terminal.text).toMatch(/its folder does not exist.* \(fails since \S+\)\n$/);
});
