// Rotated files that cannot be decompressed, in part or at all: what can be read of them is counted, the rest is a gap that names
// the file, and the run goes on. And one that holds a thousand times its size needs no more memory than any other.
import { spawnSync } from "node:child_process";
import { createWriteStream, readFileSync, writeFileSync } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip, gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { Laboratory } from "../laboratory/laboratory.ts";
import { sampled } from "../sampled.ts";

/** 200 lines of which 50 were read, rotated and compressed; then 10 lines in a new log. */
async function rotated(lab: Laboratory, compressed: (zipped: Buffer, text: Buffer) => Buffer): Promise<void> {
  lab.append(50);
  await lab.run();
  lab.append(150);
  const text = readFileSync(lab.log);
  lab.remove("access.log");
  writeFileSync(lab.path("access.log.1.gz"), compressed(gzipSync(text), text));
  lab.append(10);
}

const inHalf = (bytes: Buffer): [Buffer, Buffer] => [
  bytes.subarray(0, bytes.length / 2),
  bytes.subarray(bytes.length / 2),
];
test.each<[name: string, compressed: (zipped: Buffer, text: Buffer) => Buffer, counted: number, said: RegExp | null]>([
  ["whole", (zipped) => zipped, 210, null],
  ["of two members", (_, text) => Buffer.concat(inHalf(text).map((half) => gzipSync(half))), 210, null],
  ["with zeros behind it", (zipped) => Buffer.concat([zipped, Buffer.alloc(512)]), 210, null],
  [
    "empty",
    () => Buffer.alloc(0),
    60,
    /gap: .*It may be what cannot be decompressed: \S+access\.log\.1\.gz \(unexpected end of file\)/,
  ],
  [
    "no gzip at all",
    (_, text) => text,
    60,
    /gap: .*cannot be decompressed: \S+access\.log\.1\.gz \(incorrect header check\)/,
  ],
])("a rotated file that is %s", async (_, compressed, counted, said) => {
  using lab = new Laboratory();
  await rotated(lab, compressed);
  const outcome = await lab.run();
  expect(lab.total()).toBe(counted);
  expect(lab.messages.said.filter((message) => /^(?:warn|error)/.test(message))).toEqual(
    said === null ? [] : [expect.stringMatching(said)],
  );
  expect(outcome).toMatchObject({ outcome: "loaded", gap: said === null ? 0 : 1 });
  await lab.run();
  expect(lab.total()).toBe(counted);
});

test.each<[name: string, compressed: (zipped: Buffer) => Buffer, said: RegExp]>([
  ["cut", (zipped) => inHalf(zipped)[0], /ends early: unexpected end of file; what it held behind that is lost/],
  [
    "with garbage behind it",
    (zipped) => Buffer.concat([zipped, Buffer.from("garbage")]),
    /ends early: incorrect header/,
  ],
  [
    "with a wrong checksum",
    (zipped) => Buffer.from(zipped).fill(255, zipped.length - 8),
    /ends early: incorrect data check/,
  ],
])("a rotated file that is %s is read up to there", async (_, compressed, said) => {
  using lab = new Laboratory();
  await rotated(lab, compressed);
  expect(await lab.run()).toMatchObject({ outcome: "loaded", gap: 1 });
  expect(lab.messages.said.filter((message) => message.startsWith("warn"))).toEqual([expect.stringMatching(said)]);
  const counted = lab.total();
  expect(counted).toBeGreaterThanOrEqual(60);
  expect(counted).toBeLessThan(210);
  await lab.run();
  expect(lab.total()).toBe(counted);
});

test.each<[name: string, compressed: (zipped: Buffer) => Buffer, windows: number]>([
  ["whole", (zipped) => zipped, 3],
  ["cut", (zipped) => inHalf(zipped)[0], 0],
  ["empty", () => Buffer.alloc(0), 0],
])("no zeros where lines may be lost: a rotated file that is %s", async (_, compressed, windows) => {
  using lab = new Laboratory();
  lab.options = { zeros: [{ method: "PATCH", status: 200 }] };
  await rotated(lab, compressed);
  await lab.run();
  expect(lab.points().filter((point) => point.includes(" count=0i "))).toHaveLength(windows);
});

test.each<[name: string, piece: Buffer]>(
  sampled([
    ["zeros", Buffer.alloc(1 << 20)],
    ["one line", Buffer.alloc(1 << 20, "x")],
    ["empty lines", Buffer.alloc(1 << 20, "\n")],
  ]),
)("half a gigabyte of %s in half a megabyte", async (_, piece) => {
  using lab = new Laboratory();
  const path = lab.path("bomb.gz");
  await pipeline(Readable.from(Array.from({ length: 512 }, () => piece)), createGzip(), createWriteStream(path));
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      "--import",
      "data:text/javascript,process.on('exit', () => console.error(process.resourceUsage().maxRSS))",
      "dist/l2i.js",
      "load",
      "requests",
      path,
    ],
    { encoding: "utf8" },
  );
  expect(stdout + stderr).toMatch(/0 lines|is not recognised/);
  expect(status).toBeLessThan(2);
  expect(Number(stderr.trimEnd().split("\n").at(-1))).toBeLessThan(160_000); // KB; Node alone takes 45,000
});
