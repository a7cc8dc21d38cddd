// Brainfiles that are not as they should be, and logs that are not as the brainfile remembers them.
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { combined, Desk } from "./desk.ts";
import { jsonLines } from "./program.ts";

const sha1 = (text: string): string => createHash("sha1").update(text).digest("hex");
const [first] = combined as [string];
const offset = combined.slice(0, 40).join("").length;

test.each<[name: string, sha: string, offset: number, counted: number]>([
  ["SHA-1 of the first line without its line end", sha1(first.trimEnd()), offset, 10],
  ["SHA-1 of the first line with its line end", sha1(first), offset, 10],
  ["in capitals", sha1(first).toUpperCase(), offset, 10],
  ["no SHA yet", "", 0, 50],
])("a brainfile of an older loader is read: %s", async (_, sha, at, counted) => {
  using desk = new Desk().log(50).multibrain();
  const older = { sha, offset: at, filename: desk.path("access.log"), lastupdate: "2025-10-26T00:50:00Z" };
  desk.write("brain.json", JSON.stringify(older, null, 2).replaceAll(/\n\s*/g, " "));
  expect(jsonLines((await desk.l2i(["status", "--json", "multibrain.json"])).stdout)).toMatchObject([{ offset: at }]);
  expect(await desk.run()).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(desk.counted()).toBe(counted);
  expect(desk.brain()).toMatchObject({
    version: 1,
    sha: expect.stringMatching(/^[0-9a-f]{64}$/),
    filename: "access.log",
  });
  expect(await desk.run()).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(desk.counted()).toBe(counted);
});

test.each(["", "{", "[]", '{"version":1}', "\u0000".repeat(100), '{"version":99,"sha":"","offset":0}'])(
  "a damaged brainfile (%j) is moved aside, then refused until a person decides",
  async (content) => {
    using desk = new Desk().log(10).multibrain().write("brain.json", content);
    const moved = await desk.run();
    expect(moved).toMatchObject({ code: 1, stdout: "" });
    expect(moved.stderr).toMatch(
      /ERROR requests:access\.log: the brainfile \S+brain\.json cannot be understood: .*it was moved to \S+brain\.json\.damaged\. Put a good copy in its place, or remove the damaged one to begin anew/,
    );
    expect([desk.has("brain.json"), desk.read("brain.json.damaged")]).toEqual([false, content]);

    const refused = await desk.run();
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toMatch(
      /could not be understood and lies at \S+brain\.json\.damaged; put a good copy at \S+brain\.json, or remove the damaged one/,
    );
    expect(desk.has("out.lp")).toBe(false);
    expect((await desk.l2i(["status", "multibrain.json"])).stdout).toContain("lies at");

    desk.remove("brain.json.damaged");
    expect(await desk.run()).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(desk.counted()).toBe(10);
  },
);

test.each<[name: string, brainfile: string]>([
  ["a path through a file", "file/brain.json"],
  ["no such folder", "nowhere/brain.json"],
])("a brainfile that cannot be saved is found before points are written: %s", async (_, brainfile) => {
  using desk = new Desk().log(10).write("file", "").multibrain({ brainfile });
  const { code, stdout, stderr } = await desk.run();
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(/ERROR requests:access\.log: .*brainfile/);
  expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  expect(desk.has("out.lp")).toBe(false);
});

test.each<[where: string, counted: (lines: number) => number]>([
  ["end", (lines) => lines],
  ["start", (lines) => 2 * lines],
])("an edit in place stops the run; --resume %s is a way out, for that run", async (where, counted) => {
  using desk = new Desk().longLog().multibrain({ writes: "parts" });
  await desk.run();
  const lines = desk.counted();
  desk.editInPlace();
  const stopped = await desk.run();
  expect(stopped).toMatchObject({ code: 1, stdout: "" });
  expect(stopped.stderr).toMatch(
    /access\.log was edited in place before .*Run once with --resume end .*--resume start/,
  );
  expect(desk.counted()).toBe(lines);

  expect(await desk.run("--resume", where)).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(desk.counted()).toBe(counted(lines));
  expect(await desk.run()).toEqual({ code: 0, stdout: "", stderr: "" });
  desk.append("access.log", first);
  expect(await desk.run()).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(desk.counted()).toBe(counted(lines) + 1);
});

test("load has the same way out", async () => {
  using desk = new Desk().longLog();
  const words = ["load", "requests", "access.log", "--brainfile", "brain.json", "--out", "out.lp"];
  await desk.l2i(words);
  desk.editInPlace();
  expect(await desk.l2i(words)).toMatchObject({ code: 1 });
  expect(await desk.l2i([...words, "--resume", "end"])).toMatchObject({ code: 0 });
  expect(await desk.l2i(words)).toMatchObject({ code: 0, stdout: "requests:access.log: nothing new\n" });
});

test("--start end counts only what comes after the first run", async () => {
  using desk = new Desk().log(50).multibrain({ start: "end" });
  expect(await desk.run()).toEqual({ code: 0, stdout: "", stderr: "" });
  desk.append("access.log", combined.slice(50, 53).join(""));
  expect(await desk.run()).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(desk.counted()).toBe(3);
});

test("a gap is said with the last known time", async () => {
  using desk = new Desk().log(50).multibrain();
  await desk.run();
  desk.write("access.log", combined.slice(60, 70).join(""));
  const { code, stdout, stderr } = await desk.run();
  expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
  expect(stderr).toMatch(
    /WARN requests:access\.log: gap: access\.log, read up to byte \d+, is gone or was cut short; the last line counted is of 2025-10-26T00:44:58\.000Z/,
  );
  expect(desk.counted()).toBe(60);
});

test("files that we make are for their owner alone", async () => {
  using desk = new Desk().log(3).append("access.log", "garbage\n").multibrain();
  await desk.run();
  const modes = desk
    .snapshot()
    .filter((line) => line.startsWith("brain"))
    .map((line) => (Number(line.split(" ")[2]) & 0o777).toString(8));
  expect(modes).toEqual(["600", "600"]);
});
