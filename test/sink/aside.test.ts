// What is kept aside for a person to look at: bounded, one entry a point, and never lost to a write that fails half-way.
import { linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { keepAside, keepPointsAside } from "../../src/sink/aside.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "l2i-aside-"));
  path = join(folder, "aside");
});
afterEach(() => rmSync(folder, { recursive: true }));

const read = (): string => readFileSync(path, "utf8");
/** A line with 1,000,000 bytes. */
const long = (index: number): string => `m,n=${index} ${"x".repeat(999_999 - `m,n=${index}  1`.length)} 1`;

test("lines are appended to a file for its owner alone, as long as there is room", async () => {
  expect(await keepAside(path, ["a", "b"])).toBe(2);
  expect(await keepAside(path, ["c"])).toBe(1);
  expect([read(), statSync(path).mode & 0o777]).toEqual(["a\nb\nc\n", 0o600]);
  const lines = Array.from({ length: 12 }, (_, index) => long(index));
  expect(await keepAside(path, lines)).toBe(10);
  expect(await keepAside(path, [long(12)])).toBe(0);
  expect(read()).toBe(`a\nb\nc\n${lines.slice(0, 10).join("\n")}\n`);
});

test("of points of one series and time the last is kept, as long as there is room", async () => {
  expect(await keepPointsAside(path, ["m,a=1 count=1i 5", "m,a=2 count=1i 5"])).toBe(2);
  expect(await keepPointsAside(path, ["m,a=1 count=2i 5", "m,a=1 count=1i 6"])).toBe(2);
  expect([read(), statSync(path).mode & 0o777]).toEqual([
    "m,a=1 count=2i 5\nm,a=2 count=1i 5\nm,a=1 count=1i 6\n",
    0o600,
  ]);
  expect(
    await keepPointsAside(
      path,
      Array.from({ length: 12 }, (_, index) => long(index)),
    ),
  ).toBe(10);
});

test("points that are kept are replaced as a whole: the file that was there is never written to", async () => {
  writeFileSync(path, "m,a=1 count=1i 5\n");
  linkSync(path, join(folder, "before"));
  await keepPointsAside(path, ["m,a=2 count=1i 5"]);
  expect(readFileSync(join(folder, "before"), "utf8")).toBe("m,a=1 count=1i 5\n");
  expect(read()).toBe("m,a=1 count=1i 5\nm,a=2 count=1i 5\n");
});

test("points that cannot be kept leave those that are", async () => {
  writeFileSync(path, "m,a=1 count=1i 5\n");
  mkdirSync(`${path}.tmp`);
  await expect(keepPointsAside(path, ["m,a=2 count=1i 5"])).rejects.toThrow("aside.tmp");
  expect(read()).toBe("m,a=1 count=1i 5\n");
});
