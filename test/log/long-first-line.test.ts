// A log whose first line is longer than the 64 KiB by which a log is known: it waits until it is complete like any other, and what
// stands behind it tells the format.
import { expect, test } from "vitest";
import { Laboratory } from "../laboratory/laboratory.ts";

const long = "x".repeat(150_000);

test.each<[how: string, rotate: (lab: Laboratory) => void]>([
  ["renamed", (lab) => lab.rename("access.log", "access.log.1")],
  ["copied and emptied", (lab) => lab.copy("access.log", "access.log.1").truncate()],
])("while it is unfinished in a new log, the old one %s, no gap is said", async (_, rotate) => {
  using lab = new Laboratory();
  lab.append(5);
  await lab.run();
  lab.append(2);
  rotate(lab);
  lab.appendText(long);
  expect(await lab.run()).toMatchObject({ outcome: "loaded", gap: 0, lines: 2 });
  for (const outcome of ["unchanged", "unchanged"]) expect(await lab.run()).toMatchObject({ outcome, gap: 0 });
  lab.appendText(long);
  expect(await lab.run()).toMatchObject({ outcome: "unchanged", gap: 0 });
  lab.appendText("\n").append(3);
  expect(await lab.run()).toMatchObject({ outcome: "loaded", gap: 0, lines: 4, rejected: 1 });
  expect(await lab.run()).toMatchObject({ outcome: "unchanged" });
  expect(lab.total()).toBe(10);
});

test("it is unfinished while it is rotated, and gets its end then", async () => {
  using lab = new Laboratory();
  lab.append(5);
  await lab.run();
  lab.rename("access.log", "access.log.2").appendText(long);
  await lab.run();
  lab.rename("access.log", "access.log.1").append(3);
  expect(await lab.run()).toMatchObject({ gap: 0, lines: 3 });
  lab.appendText("\n", "access.log.1").append(2, "access.log.1");
  expect(await lab.run()).toMatchObject({ gap: 0, lines: 3, rejected: 1 });
  expect(lab.total()).toBe(10);
});

test("it is in the very first log: the format is recognised behind it", async () => {
  using lab = new Laboratory();
  lab.appendText(`${long}\n`).append(5);
  expect(await lab.run()).toMatchObject({ outcome: "loaded", lines: 6, rejected: 1 });
  expect(lab.total()).toBe(5);
});

test("it is unfinished in the very first log", async () => {
  using lab = new Laboratory();
  lab.appendText(long);
  expect(await lab.run()).toMatchObject({ outcome: "unchanged", gap: 0 });
  lab.appendText("\n").append(5);
  expect(await lab.run()).toMatchObject({ outcome: "loaded", gap: 0, lines: 6, rejected: 1 });
});

test("many lines that are no requests stand before the first one", async () => {
  using lab = new Laboratory();
  lab.appendText("# a comment\n".repeat(20_000)).append(5);
  expect(await lab.run()).toMatchObject({ outcome: "loaded", lines: 20_005, rejected: 20_000 });
});
