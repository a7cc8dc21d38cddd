// What somebody may have put where a file of l2i's own should be: a symbolic link is not followed, a pipe is not waited for,
// and nothing of other people is changed. A run says so in one line, and counts all once it is gone.
import { execFileSync } from "node:child_process";
import { existsSync, linkSync, lstatSync, mkdirSync, symlinkSync } from "node:fs";
import { expect, test } from "vitest";
import { combined, Desk } from "./desk.ts";
import { pipe } from "./hardship.ts";
import { shell } from "./program.ts";
import { sampled } from "../sampled.ts";

const silence = { code: 0, stdout: "", stderr: "" };

const obstacles: { readonly [name: string]: (desk: Desk, file: string) => void } = {
  "a symbolic link": (desk, file) => symlinkSync("victim", desk.path(file)),
  "a symbolic link to nothing": (desk, file) => symlinkSync("nowhere", desk.path(file)),
  "a folder": (desk, file) => mkdirSync(desk.path(file)),
  "a pipe": pipe,
};

const link = "it is a symbolic link, which is not followed; name the file itself";
const irregular = "this is no regular file; remove it, or name another path";

test.each<[file: string, obstacle: string, said: string]>(
  sampled([
    ["brain.json", "a symbolic link", `brain.json cannot be read: ${link}`],
    ["brain.json", "a symbolic link to nothing", `brain.json cannot be read: ${link}`],
    ["brain.json", "a folder", `brain.json cannot be read: ${irregular}`],
    ["brain.json", "a pipe", `brain.json cannot be read: ${irregular}`],
    ["brain.json.tmp", "a folder", "brain.json cannot be saved: a folder has the name of its temporary file"],
    ["out.lp", "a folder", "out.lp: this is a folder; name a file in it"],
    ["out.lp", "a pipe", "out.lp: this is a pipe that nobody reads from; name a file"],
  ]),
)("a failure: %s is %s", async (file, obstacle, said) => {
  using desk = new Desk().log(50).write("victim", "of somebody else").multibrain();
  obstacles[obstacle]!(desk, file);
  const { code, stdout, stderr } = await desk.run();
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toContain(said);
  expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  expect(desk.read("victim")).toBe("of somebody else");
  expect(desk.has("nowhere")).toBe(false);
  execFileSync("rm", ["-r", desk.path(file)]);
  expect(await desk.run()).toEqual(silence);
  expect(desk.counted()).toBe(50);
});

test.each(["a symbolic link", "a symbolic link to nothing", "a pipe"])(
  "no matter: the temporary file of an earlier run is %s",
  async (obstacle) => {
    using desk = new Desk().log(50).write("victim", "of somebody else").multibrain();
    obstacles[obstacle]!(desk, "brain.json.tmp");
    expect(await desk.run()).toEqual(silence);
    expect([desk.read("victim"), desk.has("nowhere"), desk.counted()]).toEqual(["of somebody else", false, 50]);
  },
);

test.each<[obstacle: string, said: string]>([
  ["a symbolic link", link],
  ["a symbolic link to nothing", link],
  ["a folder", "this is a folder; name a file in it"],
  ["a pipe", irregular],
])("a warning: the file for rejects is %s", async (obstacle, said) => {
  using desk = new Desk().log(50).append("access.log", "garbage\n").write("victim", "of somebody else").multibrain();
  obstacles[obstacle]!(desk, "brain.json.rejects.jsonl");
  const { code, stdout, stderr } = await desk.run();
  expect([code, stdout]).toEqual([0, ""]);
  expect(stderr).toMatch(/WARN requests:access\.log: rejects are counted, but not kept, since \S+ cannot be written: /);
  expect(stderr).toContain(said);
  expect(await desk.run()).toEqual(silence);
  expect([desk.read("victim"), desk.has("nowhere"), desk.counted()]).toEqual(["of somebody else", false, 50]);
});

test("a damaged brainfile that cannot be moved aside stays where it is", async () => {
  using desk = new Desk().log(50).write("brain.json", "{").multibrain();
  mkdirSync(desk.path("brain.json.damaged/full"), { recursive: true });
  const { code, stderr } = await desk.run();
  expect(code).toBe(1);
  expect(stderr).toMatch(/brain\.json cannot be understood, nor moved to \S+brain\.json\.damaged: this is a folder/);
  expect([desk.read("brain.json"), desk.has("out.lp")]).toEqual(["{", false]);
});

test.each(["run multibrain.json", "load requests access.log --brainfile /dev/null --out out.lp"])(
  "a device is no brainfile, and stays what it is: %s",
  async (words) => {
    using desk = new Desk().log(50).multibrain({ brainfile: "/dev/null", rejects: "rejects" });
    const { code, stderr } = await desk.l2i(words.split(" "));
    expect(code).toBe(1);
    expect(stderr).toContain(`the brainfile /dev/null cannot be read: ${irregular}`);
    expect(lstatSync("/dev/null").isCharacterDevice()).toBe(true);
    expect(existsSync("/dev/null.damaged")).toBe(false);
  },
);

test("rejects may go to a device: that is how a person says that they are not worth keeping", async () => {
  using desk = new Desk().log(50).append("access.log", "garbage\n").multibrain({ rejects: "/dev/null" });
  expect(await desk.run()).toEqual(silence);
});

test.each(["symbolic", "hard"])("points are not written to the log by way of a %s link", async (kind) => {
  using desk = new Desk().log(50).multibrain();
  (kind === "hard" ? linkSync : symlinkSync)(desk.path("access.log"), desk.path("out.lp"));
  const said = "out.lp is the log under another name; name a file of its own for the points";
  for (const words of [
    ["run", "multibrain.json"],
    ["load", "requests", "access.log", "--out", "out.lp"],
  ]) {
    const { code, stderr } = await desk.l2i(words);
    expect([code, stderr]).toEqual([2, expect.stringContaining(said)]);
  }
  expect((await desk.l2i(["check", "multibrain.json"])).stdout).toContain(said);
  expect(desk.read("access.log")).toBe(combined.slice(0, 50).join(""));
});

test("points may go to a pipe that is read", async () => {
  using desk = new Desk().log(50);
  const load = "l2i load requests access.log --out";
  const { code, stdout } = await shell(`${load} >(cat > piped.lp) && ${load} out.lp; wait $!`, desk.folder);
  expect([code, stdout]).toEqual([0, expect.stringContaining("to /dev/fd/")]);
  expect(desk.read("piped.lp")).toBe(desk.read("out.lp"));
});
