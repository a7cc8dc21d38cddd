// Text written by strangers must not reach a terminal raw, and a reader that goes away is no failure.
import { expect, test } from "vitest";
import { combined, Desk } from "./desk.ts";
import { nasty, nastyLine } from "./hostile-lines.ts";
import { expectPrintable, jsonLines, shell, unread } from "./program.ts";
import { sampled } from "../sampled.ts";

/** A reject, and records with the nasty text in user agent and path. */
const nastyLog = Buffer.concat([
  Buffer.from(combined.slice(0, 3).join("")),
  nasty,
  Buffer.from("\n"),
  nastyLine(combined[0]!, "curl/7.88.1"),
  nastyLine(combined[35]!, "missing.zip"),
  nastyLine(combined[26]!, "tool-1.5.0.tar.gz"),
]);

test.each<[words: string[]]>(
  sampled([
    [["parse", "access.log"]],
    [["load", "errors", "access.log"]],
    [["load", "downloads", "access.log"]],
    [["load", "errors", "access.log", "--out", "-"]],
    [["load", "errors", "access.log", "--json"]],
    [["check", "multibrain.json"]],
    [["check", "--json", "multibrain.json"]],
    [["run", "-vv", "multibrain.json"]],
    [["run", "--json", "-v", "--dry-run", "multibrain.json"]],
  ]),
)("log lines: %j", async (words) => {
  using desk = new Desk().write("access.log", nastyLog).multibrain({ pipeline: "downloads" });
  const result = await desk.l2i(words);
  expect(result.code).toBe(0);
  expect(result.stdout + result.stderr).not.toBe("");
  expectPrintable(result);
});

test("what parse prints is JSON with nothing lost", async () => {
  using desk = new Desk().write("access.log", nastyLine(combined[0]!, "curl/7.88.1"));
  const { stdout } = await desk.l2i(["parse", "access.log"]);
  expect(jsonLines(stdout)).toMatchObject([{ userAgent: nasty.toString("latin1") }]);
});

test("rejects are kept as JSON that a terminal can show, with nothing lost", async () => {
  using desk = new Desk().write("access.log", nastyLog);
  await desk.l2i(["load", "requests", "access.log", "--rejects", "rejects.jsonl"]);
  const kept = desk.read("rejects.jsonl");
  expectPrintable({ code: 0, stdout: kept, stderr: "" });
  expect(jsonLines(kept)).toMatchObject([{ line: nasty.toString("latin1") }]);
});

const words = "\u001b[31m\u009bred\u0007\u202e";

test.each<[words: string[]]>(
  sampled<[words: string[]]>([
    [[words]],
    [["load", "requests", "x", `--${words}`]],
    [["load", words, "x"]],
    [["load", "requests", words]],
    [["load", "requests", "access.log", "--window", words]],
    [["load", "requests", "access.log", "--format", `%h ${words}`]],
    [["load", "requests", "access.log", "--name", words, "--json"]],
    [["load", "downloads", "access.log", "--set", `prefix=${words}`]],
    [["run", words]],
    [["run", "--only", words, "multibrain.json"]],
    [["parse", words]],
    [["show", words]],
    [["replay", words]],
  ]),
)("words of the command line: %j", async (line) => {
  using desk = new Desk().log(1).multibrain();
  const result = await desk.l2i(line);
  expect(result.stderr).not.toBe("");
  expectPrintable(result);
});

test("text in a multibrain and in file names", async () => {
  using desk = new Desk().log(3).write(`access ${words}.log`, combined[0]!);
  desk.write("multibrain.json", [
    {
      pipeline: "requests",
      log: `access ${words}.log`,
      brainfile: `brain ${words}.json`,
      out: "out.lp",
      [words]: 1,
      tag: { [words]: words },
    },
  ]);
  for (const command of ["run", "check", "status"]) expectPrintable(await desk.l2i([command, "multibrain.json"]));
});

test("differences of a replay", async () => {
  using desk = new Desk();
  desk.write("access.log", nastyLog);
  desk.write("case.json", { invocation: { pipeline: "errors", log: "access.log" }, now: "2025-10-26T02:00:00Z" });
  desk.write(
    "expected.lp",
    Buffer.concat([Buffer.from("errors,route="), nasty, Buffer.from(" count=1i 1761440400000000000\n")]),
  );
  const result = await desk.l2i(["replay", "."]);
  expect(result).toMatchObject({ code: 1, stderr: "" });
  expect(result.stdout).toContain("differs");
  expectPrintable(result);
});

test("a reader that goes away is no failure", async () => {
  using desk = new Desk().write("access.log", combined.join("").repeat(20));
  const line = (command: string): Promise<unknown> =>
    shell(`${command} | head -n 1 > /dev/null; echo "\${PIPESTATUS[0]}"`, desk.folder);
  for (const command of [
    "l2i parse access.log",
    "l2i load requests access.log --window 1s --out -",
    "l2i show schema",
    "l2i show pipelines",
    "l2i load --help",
  ])
    expect({ command, result: await line(command) }).toEqual({
      command,
      result: { code: 0, stdout: "0\n", stderr: "" },
    });
});

test("a reader that goes away does not keep the other invocations from running", async () => {
  using desk = new Desk().log().write(
    "multibrain.json",
    ["1", "2", "3", "4"].map((n) => ({
      pipeline: "requests",
      log: "access.log",
      brainfile: `${n}.json`,
      out: "out.lp",
      tag: { n },
      name: n,
    })),
  );
  expect(await unread(["run", "--json", "multibrain.json"], desk.folder)).toEqual({ code: 0, stderr: "" });
  expect(desk.counted()).toBe(4 * combined.length);
});

test("a full disk behind standard output is a failure, and the other invocations still run", async () => {
  using desk = new Desk().log(10).write(
    "multibrain.json",
    ["1", "2"].map((n) => ({
      pipeline: "requests",
      log: "access.log",
      brainfile: `${n}.json`,
      out: `${n}.lp`,
      name: n,
    })),
  );
  const said = "l2i: cannot write to standard output (ENOSPC: no space left on device, write)\n";
  const results = await Promise.all(
    ["l2i run --json multibrain.json", "l2i load requests access.log", "l2i parse access.log"].map((command) =>
      shell(`${command} > /dev/full`, desk.folder),
    ),
  );
  for (const result of results) expect(result).toEqual({ code: 1, stdout: "", stderr: said });
  expect([desk.has("1.lp"), desk.has("2.lp")]).toEqual([true, true]);
});

test("points that nobody reads are not acknowledged", async () => {
  using desk = new Desk()
    .write("access.log", combined.join("").repeat(50))
    .multibrain({ out: "-", window: "1s", pipeline: "errors" });
  const result = await unread(["run", "multibrain.json"], desk.folder);
  expect(result.code).toBe(1);
  expect(result.stderr).toMatch(
    /ERROR errors:access\.log: cannot write to standard output: its reader closed it before all was written/,
  );
  expect(desk.brain()).toMatchObject({ offset: 0 });
  const { code, stdout } = await desk.run();
  expect(code).toBe(0);
  expect(stdout).toContain("errors,");
});
