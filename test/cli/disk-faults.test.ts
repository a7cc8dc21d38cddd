// Disks that are full or read-only, folders without write permission, logs that cannot be read: found out before points are
// written where that is possible, one clear line, and once the cause is gone every line is counted exactly once.
import { chmodSync, existsSync, mkdirSync, symlinkSync } from "node:fs";
import { expect, test } from "vitest";
import { combined, Desk } from "./desk.ts";
import { bound, disk, mounting, step, stepResult } from "./hardship.ts";
import type { Result } from "./program.ts";
import { sampled } from "../sampled.ts";

const silence = { code: 0, stdout: "", stderr: "" };
const rest = combined.slice(50).join("");

function expectOneLine({ code, stdout, stderr }: Result, expectedCode: number, said: RegExp): void {
  expect([code, stdout]).toEqual([expectedCode, ""]);
  expect(stderr).toMatch(said);
  expect(stderr.trimEnd().split("\n")).toHaveLength(1);
}

const saved = /the brainfile \S+disk\/brain\.json cannot be saved: no space left on the device; make room/;
const folder = /the folder of the brainfile \S+ cannot be written: the file system is read-only; make it writable/;

test.each<[name: string, options: object, spoil: string, mend: string, said: RegExp]>(
  sampled([
    ["full, under the brainfile", { brainfile: "disk/brain.json" }, "fill", "rm disk/fill", saved],
    ["full, under the points", { out: "disk/out.lp" }, "fill", "rm disk/fill", /cannot write to \S+: no space left/],
    ["read-only, under the brainfile", { brainfile: "disk/brain.json" }, "ro", "mount -o remount,rw disk", folder],
    [
      "read-only, under the points",
      { out: "disk/out.lp" },
      "ro",
      "mount -o remount,rw disk",
      /cannot write to \S+: the file system is read-only; make it writable/,
    ],
  ]),
)("a disk that is %s", async (_, options, spoil, mend, said) => {
  using desk = new Desk().log(50).write("rest", rest).multibrain(options);
  const spoiled = spoil === "ro" ? "mount -o remount,ro disk" : "cat /dev/zero > disk/fill 2> /dev/null || true";
  await mounting(
    `${disk("disk", "64k")}
     ${step("first")}
     cp ${"out" in options ? "disk/out.lp" : "out.lp"} before.lp
     cat rest >> access.log
     ${spoiled}
     ${step("spoiled")}
     cp ${"out" in options ? "disk/out.lp" : "out.lp"} spoiled.lp
     ls disk > left
     ${mend}
     ${step("mended")}
     cp -n disk/* .`,
    desk,
  );
  expect(stepResult(desk, "first")).toEqual(silence);
  expectOneLine(stepResult(desk, "spoiled"), 1, said);
  expect(desk.read("spoiled.lp").startsWith(desk.read("before.lp"))).toBe(true);
  expect(desk.read("left")).not.toContain(".tmp"); // on a full disk its room is needed
  expect(stepResult(desk, "mended")).toEqual(silence);
  expect(desk.counted()).toBe(combined.length);
});

test("rejects on a full disk are said and counted, and so is everything else", async () => {
  using desk = new Desk().log(50).append("access.log", "garbage\n").multibrain({ rejects: "disk/rejects" });
  await mounting(
    `${disk("disk", "16k")}
     cat /dev/zero > disk/fill 2> /dev/null || true
     ${step("full")}
     echo more garbage >> access.log
     ${step("again")}
     rm disk/fill
     echo last garbage >> access.log
     ${step("mended")}
     cp disk/rejects .`,
    desk,
  );
  expectOneLine(
    stepResult(desk, "full"),
    0,
    /WARN requests:access\.log: rejects are counted, but not kept, since \S+disk\/rejects cannot be written: no space left/,
  );
  expect(stepResult(desk, "again")).toEqual(silence); // said hourly
  expect(stepResult(desk, "mended")).toEqual(silence);
  expect(desk.read("rejects")).toMatch(/^.*"last garbage".*\n$/);
  const books = desk.read("out.lp").match(/^l2i_run,.*$/gm);
  expect(books?.map((point) => / lines=(\d+)i.*rejected=(\d+)i/.exec(point)?.slice(1))).toEqual([
    ["51", "1"],
    ["1", "1"],
    ["1", "1"],
  ]);
  expect(desk.counted()).toBe(50);
});

test("a reject that a full disk cut is cut off before the next one", async () => {
  using desk = new Desk().log(3).append("access.log", "garbage\n").write("rejects", '{"line":"a"}\n{"li').multibrain({
    rejects: "rejects",
  });
  expect(await desk.run()).toEqual(silence);
  expect(desk.read("rejects")).toMatch(/^\{"line":"a"\}\n\{"offset":\d+,"line":"garbage".*\}\n$/);
});

test("a folder that may not be written is found out before points are written", async () => {
  using desk = new Desk().log(50).multibrain({ brainfile: "state/brain.json" });
  mkdirSync(desk.path("state"));
  chmodSync(desk.path("state"), 0o555);
  const found = await bound(desk);
  chmodSync(desk.path("state"), 0o755);
  expectOneLine(
    found,
    1,
    /the folder of the brainfile \S+state\/brain\.json cannot be written: permission denied; let/,
  );
  expect(desk.has("out.lp")).toBe(false);
  expect(await bound(desk)).toEqual(silence);
  expect(desk.counted()).toBe(50);
});

test.each<[name: string, file: string, mode: number, mended: number, said: RegExp]>([
  ["brainfile", "brain.json", 0o000, 0o600, /the brainfile \S+brain\.json cannot be read: permission denied; let the/],
  ["log", "access.log", 0o200, 0o600, /\S+access\.log cannot be read: permission denied; let the user that runs l2i/],
  ["out file", "out.lp", 0o400, 0o600, /cannot write to \S+out\.lp: permission denied; let the user that runs l2i/],
])("permissions of the %s", async (_, file, mode, mended, said) => {
  using desk = new Desk().log(50).multibrain();
  expect(await bound(desk)).toEqual(silence);
  desk.append("access.log", rest);
  chmodSync(desk.path(file), mode);
  const found = await bound(desk);
  chmodSync(desk.path(file), mended);
  expectOneLine(found, 1, said);
  expect(desk.counted()).toBe(50);
  expect(await bound(desk)).toEqual(silence);
  expect(desk.counted()).toBe(combined.length);
});

test("rejects that may not be written are said; they do not keep the rest from being counted", async () => {
  using desk = new Desk().log(50).append("access.log", "garbage\n").multibrain().write("brain.json.rejects.jsonl", "");
  chmodSync(desk.path("brain.json.rejects.jsonl"), 0o400);
  expectOneLine(await bound(desk), 0, /WARN .* not kept, since \S+rejects\.jsonl cannot be written: permission denied/);
  expect(desk.counted()).toBe(50);
});

test("a brainfile that may be read, but not touched, is said by a run that finds nothing new", async () => {
  using desk = new Desk().log(50).multibrain();
  await mounting(
    `${step("first")}
     mount --bind brain.json brain.json && mount -o remount,bind,ro brain.json
     ${step("quiet")}
     umount brain.json
     ${step("mended")}`,
    desk,
  );
  expect(stepResult(desk, "first")).toEqual(silence);
  expectOneLine(
    stepResult(desk, "quiet"),
    1,
    /the brainfile \S+brain\.json cannot be marked as looked at: the file system is read-only/,
  );
  expect(stepResult(desk, "mended")).toEqual(silence);
});

/** Regular files of the kernel that fail when they are read: the size is there, the bytes are not. */
const [unreadable, broken] = ["/sys/class/net/lo/speed", "/proc/self/mem"];

test("a disk that fails while the log is read is an error, not a bug", async () => {
  expect(existsSync(unreadable)).toBe(true);
  using desk = new Desk().multibrain();
  symlinkSync(unreadable, desk.path("access.log"));
  expectOneLine(
    await desk.run(),
    1,
    /ERROR requests:access\.log: \S+speed cannot be read: EINVAL: invalid argument, read/,
  );
  desk.remove("access.log").log(50);
  expect(await desk.run()).toEqual(silence);
  expect(desk.counted()).toBe(50);
});

test.each(["gz", "zst", "xz", "bz2"])(
  "… or a compressed one (.%s), which is not taken for a damaged file",
  async (ending) => {
    using desk = new Desk().log(50).multibrain();
    expect(await desk.run()).toEqual(silence);
    desk.write("access.log", combined.slice(60).join(""));
    symlinkSync(broken, desk.path(`access.log.1.${ending}`));
    expectOneLine(
      await desk.run(),
      1,
      new RegExp(`access\\.log\\.1\\.${ending} cannot be read: the disk does not work \\(EIO\\)`),
    );
    desk.remove(`access.log.1.${ending}`).write("access.log.1", combined.slice(0, 60).join(""));
    expect(await desk.run()).toEqual(silence);
    expect(desk.counted()).toBe(combined.length);
  },
);
