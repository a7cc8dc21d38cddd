import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Writable } from "node:stream";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PointLines } from "../../src/sink/point-lines.ts";
import { L2iError } from "../../src/errors.ts";
import { fileSink, stdoutSink } from "../../src/sink/file.ts";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "l2i-file-"));
  path = join(folder, "points.lp");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("fileSink", () => {
  it("appends whole lines", async () => {
    const sink = fileSink(path);
    expect(await sink.write(PointLines.of(["m count=1i 1", "m count=2i 2"]))).toEqual([]);
    await sink.write(PointLines.of(["m count=3i 3"]));
    expect(await readFile(path, "utf8")).toBe("m count=1i 1\nm count=2i 2\nm count=3i 3\n");
  });

  it("makes a file that the umask governs", async () => {
    const before = process.umask(0o027);
    await fileSink(path)
      .write(PointLines.of(["m count=1i 1"]))
      .finally(() => process.umask(before));
    expect((await stat(path)).mode & 0o777).toBe(0o640);
  });

  it("touches nothing without points", async () => {
    await fileSink(path).write(PointLines.of([]));
    await expect(stat(path)).rejects.toThrow("ENOENT");
  });

  it.each([
    ["whole lines", "m count=1i 1\n", "m count=1i 1\n"],
    ["an unfinished line", "m count=1i 1\nm coun", "m count=1i 1\n"],
    ["nothing but an unfinished line", "m coun", ""],
    ["an unfinished line of 200 KB", `m count=1i 1\n${"x".repeat(200_000)}`, "m count=1i 1\n"],
    ["200 KB without a line end", "x".repeat(200_000), ""],
    ["a line end at a buffer's border", `${"x".repeat(65_535)}\n${"y".repeat(65_536)}`, `${"x".repeat(65_535)}\n`],
  ])("keeps of a file with %s what is whole", async (_, before, kept) => {
    await writeFile(path, before);
    await fileSink(path).write(PointLines.of(["m count=2i 2"]));
    expect(await readFile(path, "utf8")).toBe(`${kept}m count=2i 2\n`);
  });

  it("writes a hundred thousand points", async () => {
    const points = Array.from({ length: 100_000 }, (_, i) => `m,tag=${"x".repeat(100)} count=1i ${i}`);
    await fileSink(path).write(PointLines.of(points));
    expect(await readFile(path, "utf8")).toBe(`${points.join("\n")}\n`);
  });

  it("writes to a device, which can be neither cut nor synced", async () => {
    expect(await fileSink("/dev/null").write(PointLines.of(["m count=1i 1"]))).toEqual([]);
  });

  it.each([
    ["a missing folder", "missing/points.lp", "its folder does not exist; make it"],
    ["a folder", "", "this is a folder; name a file in it"],
    ["a file for a folder", "file/points.lp", "a part of the path is a file"],
  ])("says so of %s", async (_, name, problem) => {
    await writeFile(join(folder, "file"), "");
    const write = fileSink(join(folder, name)).write(PointLines.of(["m count=1i 1"]));
    await expect(write).rejects.toThrow(`cannot write to ${join(folder, name)}: ${problem}`);
    await expect(write).rejects.toMatchObject({ name: "L2iError", code: "store", exitCode: 1 });
  });

  it("says so when the device is full", async () => {
    await expect(fileSink("/dev/full").write(PointLines.of(["m count=1i 1"]))).rejects.toThrow(
      "cannot write to /dev/full: no space left on the device; make room",
    );
  });

  it("says so when it may not write", async () => {
    // Not even root may make a file there.
    await expect(fileSink("/sys/points.lp").write(PointLines.of(["m count=1i 1"]))).rejects.toThrow(
      /cannot write to \/sys\/points.lp: (permission denied|operation not permitted|the file system is read-only)/,
    );
  });
});

describe("stdoutSink", () => {
  it("writes whole lines", async () => {
    const stream = new PassThrough();
    await stdoutSink(stream).write(PointLines.of(["m count=1i 1", "m count=2i 2"]));
    expect(String(stream.read())).toBe("m count=1i 1\nm count=2i 2\n");
  });

  it("waits for a slow reader", async () => {
    const taken: string[] = [];
    const stream = new Writable({
      highWaterMark: 1,
      write: (chunk: Buffer, _, done) => {
        taken.push(chunk.toString());
        setImmediate(done);
      },
    });
    await stdoutSink(stream).write(PointLines.of(Array.from({ length: 12_000 }, (_, i) => `m count=1i ${i}`)));
    expect(taken.join("").split("\n")).toHaveLength(12_001);
  });

  it("says so when its reader went away", async () => {
    const broken = Object.assign(new Error("write EPIPE"), { code: "EPIPE" });
    const stream = new Writable({ write: (_chunk, _encoding, done) => done(broken) });
    const write = stdoutSink(stream).write(PointLines.of(["m count=1i 1"]));
    await expect(write).rejects.toThrow("cannot write to standard output: its reader closed it before all was written");
    await expect(write).rejects.toBeInstanceOf(L2iError);
    await expect(stdoutSink(stream).write(PointLines.of(["m count=1i 1"]))).rejects.toThrow("its reader closed it");
    expect(stream.listenerCount("error")).toBe(1);
  });
});

const notFound = (index: number): string =>
  `10.0.0.1 - - [01/Jan/2026:00:${String(index % 60).padStart(2, "0")}:00 +0000] "GET /${index} HTTP/1.1" 404 1 "-" "x"\n`;

it("lets several processes append at the same time", async () => {
  const log = join(folder, "access.log");
  await writeFile(log, Array.from({ length: 4000 }, (_, index) => notFound(index)).join(""));
  const load = (index: number) => ["dist/l2i.js", "load", "errors", log, "--out", path, "--tag", `writer=${index}`];
  await Promise.all(Array.from({ length: 6 }, (_, index) => promisify(execFile)(process.execPath, load(index))));
  const lines = (await readFile(path, "utf8")).trimEnd().split("\n");
  const sum = lines.reduce((total, each) => total + Number(/ count=(\d+)i \d{19}$/.exec(each)?.[1]), 0);
  expect(sum).toBe(6 * 4000);
});
