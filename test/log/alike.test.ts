// A log that begins with the known line and goes on otherwise: it was edited, a crash took its last lines and others followed, or
// it is a new one. What cannot be told apart is never guessed.
import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Laboratory } from "../laboratory/laboratory.ts";

/** The fifth line says something else; nothing of the file is longer or shorter than it was. */
function edit(lab: Laboratory, name = "access.log"): void {
  const lines = readFileSync(lab.path(name), "latin1").split("\n");
  lines[4] = lines[4]!.replace("HTTP/1.1", "HTTP/1.0");
  writeFileSync(lab.path(name), lines.join("\n"));
}

/** Without its fifth line. */
function editOut(lab: Laboratory): void {
  const lines = readFileSync(lab.log, "latin1").split("\n");
  writeFileSync(lab.log, lines.toSpliced(4, 1).join("\n"));
}

/** The last of 100 lines never reached the disk. */
const loseTail = (lab: Laboratory): void => truncateSync(lab.log, endOfLine(lab, 90));

/** They did, as NULs. */
function blankTail(lab: Laboratory): void {
  const bytes = readFileSync(lab.log);
  writeFileSync(lab.log, bytes.fill(0, endOfLine(lab, 90)));
}

const endOfLine = (lab: Laboratory, line: number): number =>
  readFileSync(lab.log, "latin1").split("\n").slice(0, line).join("\n").length + 1;

test.each<[what: string, happens: (lab: Laboratory) => void]>([
  ["is edited within its first 64 KiB", (lab) => edit(lab)],
  ["is edited there and grows", (lab) => (edit(lab), lab.append(30))],
  ["loses a line there", editOut],
  ["loses a line there and grows", (lab) => (editOut(lab), lab.append(30))],
  ["loses its end in a power failure and grows beyond it", (lab) => (loseTail(lab), lab.append(30))],
  ["loses its end in a power failure and grows, but not beyond it", (lab) => (cutShort(lab), lab.append(3))],
  ["ends in NULs after a power failure, and grows", (lab) => (blankTail(lab), lab.append(30))],
  ["is emptied without a copy, and begins with the same line again", (lab) => beginAlike(lab)],
])("a log that %s is not counted again: a person decides", async (_, happens) => {
  for (const resume of ["end", "start"]) {
    using lab = new Laboratory();
    lab.append(100);
    await lab.run();
    happens(lab);
    for (const run of [1, 2]) {
      const { outcome, error } = await lab.run();
      expect(outcome, `run ${run}`).toBe("failed");
      expect(error).toMatch(/access\.log was edited in place before byte \d+.*--resume end .*--resume start/);
    }
    expect(lab.total()).toBe(100);
    const lines = readFileSync(lab.log, "latin1").split("\n").length - 1;
    expect((await lab.run({ resume })).outcome).not.toBe("failed");
    lab.append(7);
    expect(await lab.run()).toMatchObject({ outcome: "loaded", gap: 0, lines: 7 });
    // Each line has a time and a page of its own, and NULs make one line of garbage.
    expect((await lab.run()).outcome).toBe("unchanged");
    if (resume === "end") expect(lab.total()).toBe(107);
    else expect(lab.total()).toBeGreaterThanOrEqual(100 + lines - 1 + 7);
  }
});

/** Below the offset, and yet otherwise than before within the first 4 KiB that are known. */
function cutShort(lab: Laboratory): void {
  truncateSync(lab.log, endOfLine(lab, 40));
  lab.append(10);
}

function beginAlike(lab: Laboratory): void {
  const first = readFileSync(lab.log, "latin1").split("\n")[0]!;
  lab.truncate().appendText(`${first}\n`).append(50);
}

test.each<[how: string, rotate: (lab: Laboratory) => void]>([
  ["renamed", (lab) => lab.rename("access.log", "access.log.1")],
  ["renamed and compressed", (lab) => lab.rename("access.log", "access.log.1").gzip("access.log.1")],
  ["copied and emptied", (lab) => lab.copy("access.log", "access.log.1").truncate()],
])("a log that is %s, and the new one begins with the same line: nothing was edited", async (_, rotate) => {
  for (const lines of [30, 300]) {
    using lab = new Laboratory();
    const first = lab.line();
    lab.appendText(first).append(100);
    await lab.run();
    lab.append(5);
    rotate(lab);
    lab.appendText(first).append(lines);
    expect(await lab.run()).toMatchObject({ outcome: "loaded", gap: 0 });
    expect((await lab.run()).outcome).toBe("unchanged");
    expect(lab.total()).toBe(101 + 5 + 1 + lines);
  }
});

test("a log that is edited within its first 64 KiB and rotated is not counted again: a gap", async () => {
  using lab = new Laboratory();
  lab.append(100);
  await lab.run();
  edit(lab);
  lab.append(5).rename("access.log", "access.log.1").append(20);
  expect(await lab.run()).toMatchObject({ outcome: "loaded", gap: 1, lines: 20 });
  expect(await lab.run()).toMatchObject({ outcome: "unchanged" });
  expect(lab.total()).toBe(120);
});
