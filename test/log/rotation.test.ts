// The rotation schedules on which other tools lose or double lines. Each is played as cron would meet it, and once more with
// a run between every two steps.
import { mkdirSync, statSync, symlinkSync, utimesSync } from "node:fs";
import { expect, test } from "vitest";
import { L2iError } from "../../src/errors.ts";
import { openSink } from "../../src/sink/open.ts";
import { Laboratory } from "../laboratory/laboratory.ts";

type Step = ((lab: Laboratory) => unknown) | "run";

const schedules: readonly [name: string, lines: number, steps: readonly Step[]][] = [
  ["idle second run", 100, [(lab) => lab.append(100), "run", "run"]],
  ["append", 150, [(lab) => lab.append(100), "run", (lab) => lab.append(50), "run"]],
  [
    "one rename",
    180,
    [
      (lab) => lab.append(100),
      "run",
      (lab) => lab.append(50),
      (lab) => lab.rename("access.log", "access.log.1"),
      (lab) => lab.append(30),
      "run",
    ],
  ],
  [
    "two renames",
    200,
    [
      (lab) => lab.append(100),
      "run",
      (lab) => lab.append(50),
      (lab) => lab.rename("access.log", "access.log.1"),
      (lab) => lab.append(30),
      (lab) => lab.rename("access.log.1", "access.log.2"),
      (lab) => lab.rename("access.log", "access.log.1"),
      (lab) => lab.append(20),
      "run",
    ],
  ],
  [
    "rename and gzip",
    180,
    [
      (lab) => lab.append(100),
      "run",
      (lab) => lab.append(50),
      (lab) => lab.rename("access.log", "access.log.1"),
      (lab) => lab.gzip("access.log.1"),
      (lab) => lab.append(30),
      "run",
    ],
  ],
  [
    "copytruncate, shorter",
    180,
    [
      (lab) => lab.append(100),
      "run",
      (lab) => lab.append(50),
      (lab) => lab.copy("access.log", "access.log.1"),
      (lab) => lab.truncate(),
      (lab) => lab.append(30),
      "run",
    ],
  ],
  [
    "copytruncate, grown past the offset",
    400,
    [
      (lab) => lab.append(100),
      "run",
      (lab) => lab.append(50),
      (lab) => lab.copy("access.log", "access.log.1"),
      (lab) => lab.truncate(),
      (lab) => lab.append(250),
      "run",
    ],
  ],
  [
    "truncation without a copy",
    350,
    [(lab) => lab.append(100), "run", (lab) => lab.truncate(), (lab) => lab.append(250), "run"],
  ],
  [
    "unfinished line",
    120,
    [
      (lab) => lab.append(100).append(19),
      (lab) => lab.appendText('10.9.9.9 - - [02/Jan/2026:11:30:00 +0000] "GET /torn HTT'),
      "run",
      (lab) => lab.appendText('P/1.1" 200 100 "-" "test"\n'),
      "run",
    ],
  ],
  [
    "replaced by its copy",
    120,
    [
      (lab) => lab.append(100),
      "run",
      (lab) => lab.copy("access.log", "copy").rename("copy", "access.log"),
      (lab) => lab.append(20),
      "run",
    ],
  ],
  [
    "all within one second, and a rename",
    180,
    [
      (lab) => lab.appendText(sameSecond(lab, 100)),
      "run",
      (lab) => lab.appendText(sameSecond(lab, 50)),
      (lab) => lab.rename("access.log", "access.log.1"),
      (lab) => lab.appendText(sameSecond(lab, 30)),
      "run",
    ],
  ],
];

const sameSecond = (lab: Laboratory, lines: number): string =>
  Array.from({ length: lines }, () => lab.line(lab.now)).join("");

test.each(schedules)("%s: %i lines", async (_, lines, steps) => {
  using lab = new Laboratory();
  for (const step of steps) await (step === "run" ? lab.run() : step(lab));
  expect(lab.total()).toBe(lines);
});

test.each(schedules)("%s: %i lines, with a run between every two steps", async (_, lines, steps) => {
  using lab = new Laboratory();
  for (const step of steps) {
    if (step !== "run") step(lab);
    expect((await lab.run()).outcome).not.toBe("failed");
  }
  expect(lab.total()).toBe(lines);
});

test("a file that was rotated while it was empty, and gets its first line only after the next rotation", async () => {
  using lab = new Laboratory();
  lab.append(0);
  await lab.run();
  lab.rename("access.log", "access.log.1").append(5);
  await lab.run();
  lab.rename("access.log.1", "access.log.2").rename("access.log", "access.log.1").append(1, "access.log.2").append(2);
  await lab.run();
  expect(lab.total()).toBe(8);
});

test("a log that is empty since its rotation costs no write", async () => {
  using lab = new Laboratory();
  lab.append(3);
  await lab.run();
  lab.rename("access.log", "access.log.1").append(0);
  await lab.run();
  const before = statSync(lab.path("brain.json"));
  lab.now += 60_000;
  expect((await lab.run()).outcome).toBe("unchanged");
  const after = statSync(lab.path("brain.json"));
  expect(after.ino).toBe(before.ino);
  expect(after.mtimeMs).toBe(lab.now);
});

test("two rotations while the clock is set right again: a log from the future hides no generation", async () => {
  using lab = new Laboratory();
  lab.append(3);
  const future = lab.now / 1000 + 1_000_000;
  utimesSync(lab.log, future, future);
  lab.now = Date.now();
  await lab.run();
  lab.rename("access.log", "access.log.2").append(4).rename("access.log", "access.log.1").append(5);
  await lab.run();
  expect(lab.total()).toBe(12);
});

test.each([
  ["access.log.2", "access.log.1"],
  ["access.log-20260102", "access.log-20260103"],
  ["access.log.20260102", "access.log.20260103.gz"],
])("two rotations after the clock was set back, to %s and %s: both are read", async (first, second) => {
  using lab = inTheFuture();
  await lab.run();
  lab.now = Date.now();
  const next = second.replace(".gz", "");
  lab.rename("access.log", first).append(4).rename("access.log", next);
  if (next !== second) lab.gzip(next);
  lab.append(5);
  expect(await lab.run()).toMatchObject({ lines: 9, gap: 0 });
  expect(await lab.run()).toMatchObject({ outcome: "unchanged" });
  expect(lab.total()).toBe(12);
});

test("two rotations, the second after the clock was set back, which names tell as little as times: a gap is said", async () => {
  using lab = inTheFuture();
  await lab.run();
  lab.now = Date.now();
  lab.rename("access.log", "access.log-20400101").append(4).rename("access.log", "access.log-20260103").append(5);
  expect(await lab.run()).toMatchObject({ lines: 5, gap: 1 });
  expect(await lab.run()).toMatchObject({ outcome: "unchanged" });
});

test.each(["access.log.1", "access.log.1.gz"])(
  "rotated to %s by a clock behind that of the first run",
  async (name) => {
    using lab = new Laboratory();
    lab.append(2, "access.log.1").gzip("access.log.1").append(3);
    const ahead = Date.now() / 1000 + 1_000_000;
    for (const file of ["access.log.1.gz", "access.log"]) utimesSync(lab.path(file), ahead, ahead);
    lab.now = 1000 * ahead;
    await lab.run();
    lab.now = Date.now();
    lab.rename("access.log.1.gz", "access.log.2.gz").append(4).rename("access.log", "access.log.1");
    if (name.endsWith(".gz")) lab.gzip("access.log.1");
    lab.append(5);
    expect(await lab.run()).toMatchObject({ lines: 9, gap: 0 });
    expect(lab.total()).toBe(12);
  },
);

test("an old file that somebody put beside the log is no new one, also after the clock was set back", async () => {
  using lab = inTheFuture();
  await lab.run();
  lab.now = Date.now();
  lab.append(2, "access.log.7");
  await lab.run();
  lab.rename("access.log", "access.log.1").append(4);
  expect(await lab.run()).toMatchObject({ lines: 4, gap: 0 });
});

/** A log that was written, and is read, while the clock is days ahead. */
function inTheFuture(): Laboratory {
  const lab = new Laboratory();
  lab.append(3);
  const future = Date.now() + 1_000_000_000;
  utimesSync(lab.log, future / 1000, future / 1000);
  lab.now = future + 1000;
  return lab;
}

test("a folder that is called like a rotated log is no matter", async () => {
  using lab = new Laboratory();
  mkdirSync(lab.path("access.log.2023"));
  lab.append(3);
  await lab.run();
  lab.rename("access.log", "access.log.1").append(4);
  expect((await lab.run()).outcome).toBe("loaded");
  expect(lab.total()).toBe(7);
});

test("a gap that a failing run found is told by the run that succeeds", async () => {
  using lab = new Laboratory();
  lab.append(3);
  await lab.run();
  lab.remove("access.log").append(4);
  const out = openSink({ kind: "file", path: lab.path("out.lp") }, 1000);
  lab.sink = { target: "a store", write: () => Promise.reject(new L2iError("network", "out of reach")) };
  expect((await lab.run()).outcome).toBe("failed");
  lab.sink = await out;
  expect(await lab.run()).toMatchObject({ outcome: "loaded", gap: 1, lines: 4 });
});

test.each(["access-2025.log", "access.log.old.gz"])("a log that is rotated to %s: the gap names it", async (name) => {
  using lab = new Laboratory();
  lab.append(3).append(2, "access-ssl.log");
  mkdirSync(lab.path("access.d"));
  await lab.run();
  lab.append(2).rename("access.log", name.replace(".gz", ""));
  if (name.endsWith(".gz")) lab.gzip(name.replace(".gz", ""));
  lab.append(4);
  expect(await lab.run()).toMatchObject({ gap: 1, lines: 4 });
  const said = lab.messages.said.find((message) => message.includes("gap: "));
  expect(said).toContain(`It begins like ${name}, which is not called like a rotated log`);
});

test("behind a symbolic link that names another log every day the gap names the last one", async () => {
  using lab = new Laboratory();
  symlinkSync("access-20260101.log", lab.log);
  lab.append(3, "access-20260101.log");
  await lab.run();
  lab.append(2, "access-20260101.log").remove("access.log").append(4, "access-20260102.log");
  symlinkSync("access-20260102.log", lab.log);
  expect(await lab.run()).toMatchObject({ gap: 1, lines: 4 });
  expect(lab.messages.said.join()).toContain("It begins like access-20260101.log, which is not called like");
});

test("a log behind a symbolic link: its rotated files lie beside the file that it points to", async () => {
  using lab = new Laboratory();
  mkdirSync(lab.path("real"));
  symlinkSync(lab.path("real/web.log"), lab.log);
  lab.append(3, "real/web.log");
  await lab.run();
  lab.append(4, "real/web.log").rename("real/web.log", "real/web.log.1");
  await lab.run();
  lab.append(5, "real/web.log");
  expect(await lab.run()).toMatchObject({ outcome: "loaded", gap: 0 });
  expect((await lab.run()).outcome).toBe("unchanged");
  expect(lab.total()).toBe(12);
});

test("a log cut short by a power failure, while a file that was rotated empty gets its first line", async () => {
  using lab = new Laboratory();
  lab.append(1);
  await lab.run();
  lab.rename("access.log", "access.log.2").append(0).rename("access.log", "access.log.1").append(2);
  await lab.run();
  lab.append(1, "access.log.1").truncate("access.log", statSync(lab.log).size - 30);
  expect(await lab.run()).toMatchObject({ gap: 1 });
  lab.appendText("\n").append(1);
  await lab.run();
  expect(lab.total()).toBe(5);
});
