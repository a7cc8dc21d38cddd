// The table of design section 5, "Which bytes are new", row by row: what the files are to the known places → what to read.
import { expect, test } from "vitest";
import { type Candidate, type Known, type Place, plan, type Plan, type Wishes } from "../../src/log/identity.ts";

const place = (filename: string, mtime = 100): Place => ({
  filename,
  sha: "s",
  offset: 10,
  size: 10,
  mtime,
  inode: 1,
  head: {},
  marker: "m",
  countedAs: [],
  countedInto: [],
});

const file = (name: string, is: Partial<Candidate> = {}): Candidate => ({
  name,
  live: name === "access.log",
  compressed: name.endsWith(".gz"),
  mtime: 200,
  inode: 7,
  age: is.mtime ?? 200,
  hasLine: true,
  toCurrent: "other",
  toPrevious: [],
  isCopy: false,
  ...is,
});

const current = place("access.log");
const known: Known = { current, previous: [], ignoredUntil: 50, waiting: [99], lookedAt: 1000 };
const usual: Wishes = { start: "beginning", resume: null, withRotated: false };

/** `name how`, in the order of reading; `!` before generations that become current. */
function summary(decision: Plan, candidates: readonly Candidate[]): string {
  if (decision.kind === "edited") return "edited";
  const readings = decision.readings.map(
    ({ candidate, how, newer }) => `${newer ? "!" : ""}${candidates[candidate]!.name} ${how}`,
  );
  const kept = decision.kept.map(({ filename }) => `kept ${filename}`);
  const left = decision.left.map(({ place: { filename }, why }) => `left ${filename} ${why}`);
  const unclear = decision.unclear.map((index) => `unclear ${candidates[index]!.name}`);
  return [...unclear, ...readings, ...kept, ...(decision.gap ? ["gap"] : []), ...left].join(", ");
}

const rows: readonly [what: string, candidates: readonly Candidate[], expected: string][] = [
  ["same file", [file("access.log", { toCurrent: "same" })], "!access.log resume"],
  ["cut short", [file("access.log", { toCurrent: "shorter" })], "!access.log end, gap, left access.log cut"],
  ["edited in place", [file("access.log", { toCurrent: "edited" })], "edited"],
  [
    "edited, though a copy of the old one lies about",
    [file("access.log", { toCurrent: "edited" }), file("access.log.1", { toCurrent: "same" })],
    "edited",
  ],
  ["begins with the same line and goes on otherwise", [file("access.log", { toCurrent: "alike" })], "edited"],
  [
    "begins with the same line as the generation that was rotated away",
    [file("access.log", { toCurrent: "alike" }), file("access.log.1", { toCurrent: "same" })],
    "!access.log.1 resume, !access.log begin",
  ],
  [
    "begins with the same line, and beside it lies only a part of the known one",
    [file("access.log", { toCurrent: "alike" }), file("access.log.1", { toCurrent: "shorter" })],
    "edited",
  ],
  [
    "edited, then rotated",
    [file("access.log"), file("access.log.1", { toCurrent: "alike" })],
    "!access.log begin, gap, left access.log gone",
  ],
  [
    "rotated",
    [file("access.log"), file("access.log.1", { toCurrent: "same", mtime: 150 })],
    "!access.log.1 resume, !access.log begin",
  ],
  [
    "rotated twice: the rest, the one between, the live one",
    [
      file("access.log", { mtime: 300 }),
      file("access.log.1", { mtime: 250 }),
      file("access.log.2", { toCurrent: "same", mtime: 240 }),
    ],
    "!access.log.2 resume, !access.log.1 begin, !access.log begin",
  ],
  [
    "a file that was rotated without a line gets its first one, while there is no new log: it does not become current",
    [file("access.log.1", { toCurrent: "same", mtime: 240 }), file("access.log.2", { mtime: 250, inode: 99 })],
    "access.log.2 begin, !access.log.1 resume",
  ],
  [
    "the same, but the current generation is gone: a gap",
    [file("access.log.1", { mtime: 250, inode: 99 })],
    "!access.log.1 begin, gap, left access.log gone",
  ],
  [
    "rotated twice by a clock that was set back, called by number",
    [
      file("access.log", { mtime: 95 }),
      file("access.log.1", { mtime: 90 }),
      file("access.log.2", { toCurrent: "same" }),
      file("access.log.3", { mtime: 80 }),
    ],
    "!access.log.2 resume, !access.log.1 begin, !access.log begin",
  ],
  [
    "rotated twice by a clock that was set back, called by dates of both clocks",
    [
      file("access.log", { mtime: 95 }),
      file("access.log-20260101", { mtime: 90 }),
      file("access.log-20260102", { mtime: 90, inode: 99 }),
      file("access.log-20260103", { mtime: 40 }),
      file("access.log-20260104", { toCurrent: "same" }),
    ],
    "unclear access.log-20260101, access.log-20260102 begin, !access.log-20260104 resume, !access.log begin",
  ],
  ["new file, the old one is gone", [file("access.log")], "!access.log begin, gap, left access.log gone"],
  ["first line not complete", [file("access.log", { hasLine: false })], ""],
  [
    "rotated, the new one has no line yet",
    [file("access.log", { hasLine: false }), file("access.log.1", { toCurrent: "same" })],
    "!access.log.1 resume",
  ],
  ["missing for a moment during rename", [file("access.log.1", { toCurrent: "same" })], "!access.log.1 resume"],
  ["nothing there", [], ""],
  [
    "a copy beside it: the live one wins",
    [file("access.log", { toCurrent: "same" }), file("access.log.1", { toCurrent: "same" })],
    "!access.log resume",
  ],
  [
    "both compressed and not: the uncompressed wins",
    [
      file("access.log"),
      file("access.log.1", { toCurrent: "same" }),
      file("access.log.1.gz", { toCurrent: "same", mtime: 900 }),
    ],
    "!access.log.1 resume, !access.log begin",
  ],
  [
    "a copy in the making is not read",
    [file("access.log", { toCurrent: "same" }), file("access.log.1", { toCurrent: "shorter", isCopy: true })],
    "!access.log resume",
  ],
  [
    "copytruncate behind our back: the copy holds less than was read",
    [file("access.log"), file("access.log.1", { toCurrent: "shorter" })],
    "!access.log begin, kept access.log",
  ],
  [
    "the old one is gone, and one before it begins with the same line",
    [
      file("access.log", { toPrevious: ["other"] }),
      file("access.log.2", { toCurrent: "shorter", toPrevious: ["same"] }),
    ],
    "!access.log begin, gap, left access.log gone",
  ],
  [
    "compressed and there before the first run",
    [file("access.log", { toCurrent: "same" }), file("access.log.5.gz", { mtime: 40 })],
    "!access.log resume",
  ],
  [
    "a rotated file that somebody rewrote is taken as read while the live log is the known one",
    [file("access.log", { toCurrent: "same" }), file("access.log.1", { mtime: 900 })],
    "access.log.1 end, !access.log resume",
  ],
  [
    "the same by a clock that was set back: they look older than the known log, or than the first run",
    [
      file("access.log", { toCurrent: "same", mtime: 30 }),
      file("access.log.1", { mtime: 20 }),
      file("access.log.2", { mtime: 60 }),
      file("access.log.3.gz", { mtime: 60 }),
    ],
    "access.log.1 end, access.log.2 end, access.log.3.gz end, !access.log resume",
  ],
  [
    "a file that was rotated while it was empty, and has a line now",
    [file("access.log", { toCurrent: "same" }), file("access.log.1", { inode: 99 })],
    "access.log.1 begin, !access.log resume",
  ],
  [
    "a stranger that is the copy of another",
    [file("access.log"), file("access.log.1", { toCurrent: "same" }), file("access.log.2", { isCopy: true })],
    "!access.log.1 resume, !access.log begin",
  ],
  [
    "rotated twice, the middle one begins with the line of the first",
    [
      file("access.log", { mtime: 300 }),
      file("access.log.1", { toCurrent: "shorter", mtime: 250 }),
      file("access.log.2.gz", { toCurrent: "same", mtime: 240 }),
    ],
    "!access.log.2.gz resume, !access.log.1 begin, !access.log begin",
  ],
  [
    "live begins like the generation that was rotated away",
    [file("access.log", { toCurrent: "shorter" }), file("access.log.1", { toCurrent: "same" })],
    "!access.log.1 resume, !access.log begin",
  ],
];

test.each(rows)("%s", (_, candidates, expected) => {
  expect(summary(plan(known, candidates, usual), candidates)).toBe(expected);
});

test("of the current generation only the line is known with which the one before it begins, too", () => {
  const before = { ...place("access.log.1"), offset: 50 };
  const alike: Known = { current, previous: [before], ignoredUntil: 50, waiting: [], lookedAt: 1000 };
  const candidates = [
    file("access.log", { toPrevious: ["other"] }),
    file("access.log.1", { toCurrent: "same", toPrevious: ["shorter"], mtime: 150 }),
    file("access.log.2", { toCurrent: "same", toPrevious: ["same"], mtime: 180 }),
  ];
  expect(summary(plan(alike, candidates, usual), candidates)).toBe(
    "access.log.2 resume, !access.log.1 resume, !access.log begin",
  );
});

test("a rotated generation stays watched, and is read before the current one", () => {
  const watched: Known = { current, previous: [place("access.log.1")], ignoredUntil: 50, waiting: [], lookedAt: 1000 };
  const candidates = [
    file("access.log", { toCurrent: "same", toPrevious: ["other"] }),
    file("access.log.1", { toPrevious: ["same"] }),
  ];
  expect(summary(plan(watched, candidates, usual), candidates)).toBe("access.log.1 resume, !access.log resume");
});

test("a watched generation that is gone is forgotten; one that is damaged stays known", () => {
  const watched: Known = {
    current,
    previous: [place("gone"), place("damaged")],
    ignoredUntil: 50,
    waiting: [],
    lookedAt: 1000,
  };
  const candidates = [
    file("access.log", { toCurrent: "same", toPrevious: ["other", "other"] }),
    file("access.log.3", { toPrevious: ["other", "edited"] }),
  ];
  expect(summary(plan(watched, candidates, usual), candidates)).toBe(
    "!access.log resume, kept damaged, left gone gone",
  );
});

test.each([
  ["end", "!access.log end, left access.log cut"],
  ["start", "!access.log begin"],
] as const)("--resume %s is the way out of an edit in place", (resume, expected) => {
  const candidates = [file("access.log", { toCurrent: "edited" })];
  expect(summary(plan(known, candidates, { ...usual, resume }), candidates)).toBe(expected);
});

const first: Known = { current: null, previous: [], ignoredUntil: null, waiting: [], lookedAt: 1000 };
const there = [
  file("access.log", { mtime: 300 }),
  file("access.log.1", { mtime: 200 }),
  file("access.log.2.gz", { mtime: 100 }),
];

test.each([
  ["beginning", false, "access.log.1 end, !access.log begin", 100],
  ["end", false, "access.log.1 end, !access.log end", 100],
  ["beginning", true, "!access.log.2.gz begin, !access.log.1 begin, !access.log begin", 0],
] as const)("first run from the %s, rotated files wanted: %s", (start, withRotated, expected, ignoredUntil) => {
  const decision = plan(first, there, { start, resume: null, withRotated });
  expect(summary(decision, there)).toBe(expected);
  expect(decision).toMatchObject({ ignoredUntil });
});

test("a log that appears only after the first run is read from its beginning", () => {
  const waiting: Known = { current: null, previous: [], ignoredUntil: 100, waiting: [], lookedAt: 1000 };
  const candidates = [
    file("access.log"),
    file("access.log.1", { mtime: 150 }),
    file("access.log.2.gz", { mtime: 100 }),
  ];
  expect(summary(plan(waiting, candidates, usual), candidates)).toBe("!access.log.1 begin, !access.log begin");
});
