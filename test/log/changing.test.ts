// A log that changes between the moment it is opened and the moment it is read: the run ends, remembers no more than it has
// read, and the next one goes on from there.
import { appendFileSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Laboratory } from "../laboratory/laboratory.ts";

/** Runs, with the change made once everything is open and nothing is read. */
async function runWhile(lab: Laboratory, change: () => void): Promise<void> {
  const info = lab.messages.info.bind(lab.messages);
  lab.messages.info = (message) => {
    lab.messages.info = info;
    info(message);
    expect(message).toContain("reads");
    change();
  };
  await lab.run();
}

test.each<
  [name: string, change: (lab: Laboratory) => void, counted: number, after: (lab: Laboratory) => void, total: number]
>([
  ["grows", (lab) => void lab.append(50), 100, () => {}, 150],
  ["grows by half a line", (lab) => void lab.appendText(lab.line().slice(0, 40)), 100, () => {}, 100],
  ["is cut in half at a line end", (lab) => halve(lab), 50, (lab) => void lab.append(20), 70],
  [
    "is cut in the middle of a line",
    (lab) => halve(lab, -9),
    49,
    (lab) => void lab.appendText(`${"x".repeat(8)}\n`).append(20),
    69,
  ],
  ["is emptied", (lab) => void lab.truncate(), 0, (lab) => void lab.append(20), 20],
  [
    "is rotated by renaming",
    (lab) => void lab.rename("access.log", "access.log.1").append(10),
    100,
    (lab) => void lab.append(20),
    130,
  ],
  [
    "is rotated and compressed",
    (lab) => void lab.rename("access.log", "access.log.1").gzip("access.log.1").append(10),
    100,
    () => {},
    110,
  ],
  [
    "is copied and emptied",
    (lab) => void lab.copy("access.log", "access.log.1").truncate(),
    0,
    (lab) => void lab.append(20),
    120,
  ],
  ["is deleted", (lab) => void lab.remove("access.log").append(10), 100, () => {}, 110],
  ["is replaced by its copy", (lab) => replace(lab), 100, (lab) => void lab.append(20), 120],
])("a log that %s while it is being read", async (_, change, counted, after, total) => {
  using lab = new Laboratory();
  lab.append(100);
  appendFileSync(lab.path("out.lp"), "");
  await runWhile(lab, () => change(lab));
  expect(lab.total()).toBe(counted);
  after(lab);
  await lab.run();
  await lab.run();
  expect(lab.total()).toBe(total);
});

function halve(lab: Laboratory, more = 0): void {
  const lines = contentOf(lab).match(/.*\n/g)!.slice(0, 50).join("");
  lab.truncate("access.log", lines.length + more);
}

function replace(lab: Laboratory): void {
  writeFileSync(lab.path("copy"), contentOf(lab));
  renameSync(lab.path("copy"), lab.path("access.log"));
}

function contentOf(lab: Laboratory): string {
  return readFileSync(lab.path("access.log"), "utf8");
}
