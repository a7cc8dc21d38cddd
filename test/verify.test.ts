// What can be judged, and what cannot: logs that are rotated, lost, cut and edited, brainfiles that are restored, options that
// change. A verification never says "differs" of numbers that are right, and a repair never takes them away.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { takeLock } from "../src/lock.ts";
import type { Verification } from "../src/verify.ts";
import { Laboratory } from "./laboratory/laboratory.ts";

const minute = 60_000;
const noon = Date.parse("2026-01-02T12:00:00Z");

/** A laboratory whose lines come from noon on. */
function laboratory(options: object = {}): Laboratory {
  const lab = new Laboratory();
  lab.now = noon + 60 * minute;
  lab.options = { format: "combined", ...options };
  return lab;
}

const at = (lab: Laboratory, minutes: number, lines = 1, status = 200): string =>
  Array.from({ length: lines }, (_, index) => lab.line(noon + minutes * minute + index * 1000, status)).join("");

/** `equal 30`, `different 30 2`: what came of it, the lines that were compared, and how much differs. */
const summary = ({ outcome, lines, different }: Verification): string =>
  `${outcome} ${lines}${outcome === "different" || outcome === "repaired" ? ` ${different}` : ""}`;

/** `gone 12:00-12:05` */
const leftOut = (found: Verification): string[] =>
  found.leftOut.map(({ since, until, why }) => `${why} ${since?.slice(11, 16)}-${until?.slice(11, 16)}`);

const copyOf = (lab: Laboratory): string => readFileSync(lab.path("brain.json"), "utf8");
const restore = (lab: Laboratory, copy: string): void => writeFileSync(lab.path("brain.json"), copy);

test("a restored old brainfile: what was counted twice is found, mended, and stays right", async () => {
  using lab = laboratory({ lateness: "1m" });
  lab.appendText(at(lab, 0, 10));
  await lab.run();
  const old = copyOf(lab);
  for (const minutes of [5, 2, 6, 1, 7]) {
    lab.appendText(at(lab, minutes, 3) + at(lab, 0));
    await lab.run();
  }
  expect(summary(await lab.verify())).toBe("equal 30");
  restore(lab, old);
  expect(summary(await lab.verify())).toBe("different 10 1"); // it counted but ten lines of the window
  await lab.run();
  expect(lab.total()).toBeGreaterThan(30);
  expect((await lab.verify()).outcome).toBe("different");
  expect((await lab.verify({}, { repair: true })).outcome).toBe("repaired");
  expect(summary(await lab.verify())).toBe("equal 30");
  expect(lab.total()).toBe(30);
  lab.appendText(at(lab, 7, 2) + at(lab, 0, 2) + at(lab, 6));
  await lab.run();
  expect(lab.total()).toBe(35);
  expect(summary(await lab.verify())).toBe("equal 35");
});

test("a restored old brainfile that is mended before the next run", async () => {
  using lab = laboratory({ lateness: "1m" });
  lab.appendText(at(lab, 0, 10));
  await lab.run();
  const old = copyOf(lab);
  lab.appendText(at(lab, 5, 3) + at(lab, 0));
  await lab.run();
  lab.appendText(at(lab, 6) + at(lab, 0, 2));
  await lab.run();
  restore(lab, old);
  expect((await lab.verify({}, { repair: true })).outcome).toBe("repaired");
  await lab.run();
  expect(lab.total()).toBe(17);
  expect(summary(await lab.verify())).toBe("equal 17");
});

test("a window that is open when it is mended gets its further lines on top of the mended total", async () => {
  using lab = laboratory();
  const tomorrow = 24 * 60 + 90; // minutes from noon: more than a day ahead of the clock, so counted apart
  lab.appendText(at(lab, 0) + at(lab, tomorrow, 2));
  await lab.run();
  lab.now += 26 * 60 * minute;
  lab.appendText(at(lab, tomorrow, 3));
  await lab.run();
  expect(summary(await lab.verify())).toBe("equal 6");
  const point = lab.points().find((line) => line.includes("count=3i"));
  lab.appendText(`${point!.replace("count=3i", "count=4i")}\n`, "out.lp");
  expect((await lab.verify({}, { repair: true })).outcome).toBe("repaired");
  lab.appendText(at(lab, tomorrow, 1));
  await lab.run();
  expect(lab.total()).toBe(7);
  expect(summary(await lab.verify())).toBe("equal 7");
});

/** Three generations and the beginning of a fourth, with a run before and after each rotation. */
async function rotateThrice(lab: Laboratory): Promise<void> {
  for (const minutes of [0, 20, 40]) {
    lab.appendText(at(lab, minutes, 5) + at(lab, minutes + 1));
    await lab.run();
    lab.rename("access.log", `access.log-20260102-${minutes + 10}`).appendText(at(lab, minutes + 2));
    await lab.run();
  }
}

test.each<[what: string, steps: (lab: Laboratory) => Promise<void>, judged: string, out: string[]]>([
  [
    "rotated files that lay there before the first run",
    async (lab) => {
      lab
        .appendText(at(lab, 0, 5))
        .rename("access.log", "access.log.1")
        .appendText(at(lab, 0, 3));
      await lab.run();
      lab.appendText(at(lab, 1), "access.log.1");
      await lab.run();
    },
    "equal 4",
    [],
  ],
  [
    "--start end",
    async (lab) => {
      lab.appendText(at(lab, 0, 5));
      await lab.run({ start: "end" });
      lab.appendText(at(lab, 0, 3));
      await lab.run({ start: "end" });
    },
    "equal 3",
    [],
  ],
  [
    "a rotated file in the middle that was deleted",
    async (lab) => {
      await rotateThrice(lab);
      lab.remove("access.log-20260102-30");
    },
    "equal 14",
    ["gone 12:02-12:03", "gone 12:20-12:22"],
  ],
  [
    "the same, and a run has noticed",
    async (lab) => {
      await rotateThrice(lab);
      lab.remove("access.log-20260102-30").appendText(at(lab, 43));
      await lab.run();
    },
    "equal 15",
    ["gone 12:02-12:03", "gone 12:20-12:22"],
  ],
  [
    "late lines into a window whose file is gone",
    async (lab) => {
      lab.appendText(at(lab, 0, 5));
      await lab.run();
      lab.rename("access.log", "access.log.1").appendText(at(lab, 30, 2) + at(lab, 0));
      await lab.run();
      lab.remove("access.log.1").appendText(at(lab, 31));
      await lab.run();
    },
    "equal 3",
    ["gone 12:00-12:01"],
  ],
  [
    "a log that is replaced while nobody looks: whatever may have been between is left out",
    async (lab) => {
      lab.appendText(at(lab, 0, 5));
      await lab.run();
      lab.remove("access.log").appendText(at(lab, 30, 2) + at(lab, 50, 2));
      await lab.run();
    },
    "equal 2",
    ["gone 11:50-12:41"],
  ],
  [
    "a log that was cut short",
    async (lab) => {
      lab.appendText(at(lab, 0, 5) + at(lab, 10, 5));
      await lab.run();
      lab.truncate("access.log", 300).now = noon + 12 * minute;
      await lab.run();
      lab.appendText(`\n${at(lab, 30, 3)}`);
      await lab.run();
    },
    "equal 3",
    ["cut 12:00-12:23"],
  ],
  [
    "a log that was cut short since the last run",
    async (lab) => {
      lab.appendText(at(lab, 0, 5));
      await lab.run();
      lab.truncate("access.log", 300);
    },
    "nothing 0",
    ["cut 12:00-12:01"],
  ],
  [
    "another window length: what was counted before is not compared",
    async (lab) => {
      lab.appendText(at(lab, 0, 5) + at(lab, 6));
      await lab.run({ window: "1m" });
      lab.appendText(at(lab, 8) + at(lab, 22, 2) + at(lab, 2));
      lab.options = { ...lab.options, window: "5m" };
      await lab.run();
    },
    "equal 2",
    ["configuration 12:00-12:01", "configuration 12:06-12:07"],
  ],
  [
    "another tag, but no run yet",
    async (lab) => {
      lab.appendText(at(lab, 0, 5));
      await lab.run();
      lab.options = { ...lab.options, tag: { v: "2" } };
    },
    "nothing 0",
    ["configuration 12:00-12:01"],
  ],
  [
    "another tag, and back again",
    async (lab) => {
      lab.appendText(at(lab, 0, 5));
      await lab.run();
      lab.appendText(at(lab, 20, 5));
      await lab.run({ tag: { v: "2" } });
      lab.appendText(at(lab, 40, 5) + at(lab, 0) + at(lab, 20));
      await lab.run();
    },
    "equal 5",
    ["configuration 12:00-12:01", "configuration 12:20-12:21"],
  ],
  [
    "the format changes in the middle of a file",
    async (lab) => {
      lab.options = { format: "auto" };
      lab.appendText(at(lab, 0, 5));
      await lab.run();
      lab.appendText(at(lab, 1, 4).replaceAll(/^/gm, "shop.example:443 ").slice(0, -17));
      await lab.run();
      lab.appendText(at(lab, 2, 3));
      await lab.run();
    },
    "equal 12",
    [],
  ],
  [
    "a brainfile begun anew over an older life",
    async (lab) => {
      lab.appendText(at(lab, 0, 5) + at(lab, 30, 5));
      await lab.run();
      lab
        .remove("brain.json")
        .rename("access.log", "access.log.1")
        .appendText(at(lab, 40, 5) + at(lab, 42));
      await lab.run();
    },
    "equal 6",
    [],
  ],
])("%s", async (_, steps, judged, out) => {
  using lab = laboratory();
  await steps(lab);
  const before = lab.total();
  const found = await lab.verify();
  expect([summary(found), ...leftOut(found)]).toEqual([judged, ...out]);
  await lab.verify({}, { repair: true });
  expect(lab.total()).toBe(before);
});

/** The last line is another, of the same length: far behind the first 64 KiB, by which the log is known. */
const edit = (lab: Laboratory, lines: string): void =>
  writeFileSync(lab.log, lines.slice(0, -50) + lines.slice(-50).replace("test", "best"));

test("--resume start counts twice what it is told to: that differs, and can be mended", async () => {
  using lab = laboratory();
  const lines = at(lab, 0, 700) + at(lab, 20, 100);
  lab.appendText(lines);
  await lab.run();
  edit(lab, lines);
  expect(leftOut(await lab.verify())).toContain("cut 12:20-12:22");
  await lab.run({ resume: "start" });
  expect(lab.total()).toBeGreaterThan(800);
  expect((await lab.verify()).outcome).toBe("different");
  expect((await lab.verify({}, { repair: true })).outcome).toBe("repaired");
  expect(lab.total()).toBe(800);
});

test("--resume end counts nothing of what was edited: it is left out", async () => {
  using lab = laboratory();
  const lines = at(lab, 0, 900);
  lab.appendText(lines);
  await lab.run();
  edit(lab, lines);
  await lab.run({ resume: "end" });
  lab.appendText(at(lab, 30, 3));
  await lab.run();
  const found = await lab.verify();
  expect([summary(found), ...leftOut(found)]).toEqual(["equal 3", "cut 12:00-12:15"]);
});

test("beyond the limit of series a window is compared as a whole, and mended as a whole", async () => {
  using lab = laboratory({ maxSeries: 3 });
  for (const status of [200, 301, 404, 500, 503, 403]) lab.appendText(at(lab, 0, 2, status));
  await lab.run();
  lab.appendText(at(lab, 1, 4) + at(lab, 0, 1, 503) + at(lab, 0, 1, 200));
  await lab.run();
  expect(summary(await lab.verify())).toBe("equal 18");
  const other = lab.points().find((line) => line.includes("status=_other"));
  lab.appendText(`${other!.replace(/count=\d+/, "count=99")}\n`, "out.lp");
  const found = await lab.verify();
  expect(found).toMatchObject({ outcome: "different", differences: [{ series: null, field: "count", log: 14 }] });
  expect((await lab.verify({}, { repair: true })).outcome).toBe("repaired");
  lab.appendText(at(lab, 0, 1, 503) + at(lab, 0, 1, 200));
  await lab.run();
  expect(lab.total()).toBe(20);
  expect(summary(await lab.verify())).toBe("equal 20");
});

test("what the store holds of a window in which the logs hold nothing is told, but not taken away", async () => {
  using lab = laboratory();
  lab.appendText(at(lab, 0) + at(lab, 20));
  await lab.run();
  lab.appendText(
    `requests,host=test,log=access.log,method=GET,status=200 count=5i ${noon + 10 * minute}000000\n`,
    "out.lp",
  );
  expect(summary(await lab.verify({}, { repair: true }))).toBe("different 2 1");
  expect(lab.total()).toBe(7);
});

test("points with a count of 0 are as good as none", async () => {
  using lab = laboratory();
  lab.appendText(at(lab, 0, 3));
  await lab.run();
  const series = "requests,host=test,log=access.log,method=GET,status";
  lab.appendText(
    `${series}=200 count=0i,bytes_sum=0,bytes_min=-1,bytes_max=1 ${noon}000001\n${series}=500 count=0i ${noon}000000\n`,
    "out.lp",
  );
  expect(summary(await lab.verify())).toBe("equal 3");
});

test("a run that is at work is waited for, but not for ever", async () => {
  using lab = laboratory();
  lab.appendText(at(lab, 0, 3));
  await lab.run();
  const lock = await takeLock(lab.path("brain.json"));
  expect(await lab.verify({}, { patienceMs: 50 })).toMatchObject({
    outcome: "failed",
    error: expect.stringMatching(
      /^a run has held the brainfile \S+brain\.json for 0.05 s; verify again once it is done$/,
    ),
  });
  const waiting = lab.verify({}, { patienceMs: 60_000 });
  await lock!.release();
  expect(summary(await waiting)).toBe("equal 3");
});

test("an out file that is gone holds nothing, and is made again", async () => {
  using lab = laboratory();
  lab.appendText(at(lab, 0, 3) + at(lab, 1, 3));
  await lab.run();
  rmSync(lab.path("out.lp"));
  expect(summary(await lab.verify())).toBe("different 6 2");
  expect(summary(await lab.verify({}, { repair: true }))).toBe("repaired 6 2");
  expect(lab.total()).toBe(6);
});

test("a last line of the out file without its line end is no point, as for the next run", async () => {
  using lab = laboratory();
  lab.appendText(at(lab, 0, 5) + at(lab, 1, 5, 404));
  await lab.run();
  const whole = readFileSync(lab.path("out.lp"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("requests,"));
  writeFileSync(lab.path("out.lp"), whole.join("\n"));
  expect(summary(await lab.verify())).toBe("different 10 1");
  expect(summary(await lab.verify({}, { repair: true }))).toBe("repaired 10 1");
  expect(lab.total()).toBe(10);
  expect(summary(await lab.verify())).toBe("equal 10");
});

test("more series than a run keeps open are compared all the same: a recount closes no window by force", async () => {
  using lab = laboratory({ pipeline: "downloads", set: { prefix: "/page/" }, maxSeries: 60_000 });
  lab.appendText(at(lab, 0) + many(lab, 1) + many(lab, 2));
  expect(await lab.run()).toMatchObject({ outcome: "loaded", late: 0 });
  expect(summary(await lab.verify())).toBe("equal 110001");
});

/** 55,000 lines of one window, each of a series of its own. */
const many = (lab: Laboratory, minutes: number): string =>
  Array.from({ length: 55_000 }, () => lab.line(noon + minutes * minute)).join("");
