// What is saved is read back; what cannot be understood is said, never overwritten.
import { mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PointLines } from "../../src/sink/point-lines.ts";
import { type Brain, newBrain } from "../../src/log/brain.ts";
import { nothingCounted } from "../../src/log/identity.ts";
import { readBrain, readHeader, saveBrain, saveFailing } from "../../src/log/brainfile.ts";

const folder = mkdtempSync(join(tmpdir(), "l2i-brainfile-"));
const open = new Map([
  [
    60_000,
    new Map([
      ["requests,host=a b=c", { count: 3, values: [1, Infinity, -Infinity], bins: [[], [-7, 1, 0, 2, 40_000, 3]] }],
      ["__proto__", { count: 1, values: [5, 2, 3], bins: [[1, 2], []] }],
    ]),
  ],
]);
const brain: Brain = {
  ...newBrain(0),
  state: {
    ...newBrain(0).state,
    open,
    current: {
      filename: "access.log",
      sha: "s",
      offset: 7,
      size: 9,
      mtime: 1.5,
      inode: 3,
      head: { "7": "h" },
      marker: "m",
      countedAs: [[0, "combined"]],
      countedInto: [[60_000, 120_000]],
    },
    previous: [
      {
        ...nothingCounted,
        filename: "access.log.1",
        sha: "t",
        offset: 8,
        size: 8,
        mtime: 1,
        inode: 2,
        head: {},
        marker: "",
      },
    ],
    ignoredUntil: 5,
    waiting: [8],
    lookedAt: 9,
    closedBefore: 60_000,
    newest: 61_000,
    segment: 4,
    fingerprint: "f",
    windowMs: 60_000,
    countsSince: 0,
    unverifiable: { gone: [[0, 60_000]], cut: [], configuration: [] },
    format: "combined",
  },
  warned: { series: "2026-01-02T03:04:05.000Z" },
};

const books = { tally: { lines: 3, matched: 1, ignored: 1, rejected: 1, failed: 0 }, late: 1, bytes: 99, gap: 1 };

test("what is saved is read back, and the header alone as well", async () => {
  const path = join(folder, "a.json");
  await saveBrain(path, brain);
  expect(await readBrain(path)).toEqual(brain);
  const { open: _, ...state } = brain.state;
  expect(await readHeader(path)).toMatchObject({ state, pendingPoints: 0, failing: null });
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test("a brainfile that does not say what was counted vouches for nothing before its last update", async () => {
  const path = join(folder, "before-verify.json");
  await saveBrain(path, { ...brain, lastUpdate: "2026-01-02T03:04:05.000Z" });
  const [header = "", ...body] = readFileSync(path, "utf8").split("\n");
  const { countedAs, countedInto, countsSince, unverifiable, ...before } = JSON.parse(header);
  expect({ countedAs, countedInto, countsSince, unverifiable }).toEqual({
    countedAs: [[0, "combined"]],
    countedInto: [[60_000, 120_000]],
    countsSince: 0,
    unverifiable: brain.state.unverifiable,
  });
  writeFileSync(path, [JSON.stringify(before), ...body].join("\n"));
  expect((await readBrain(path))?.state).toMatchObject({
    current: { offset: 7, ...nothingCounted },
    countsSince: Date.parse("2026-01-02T03:04:05Z"),
    unverifiable: { gone: [], cut: [], configuration: [] },
  });
});

test("pending points come back as they were, with the state that follows them", async () => {
  const path = join(folder, "b.json");
  const points = Array.from({ length: 2500 }, (_, index) => `requests,a=\\ ${index} count=1i ${index}`);
  const pending = { points: PointLines.of(points), next: { ...brain.state, segment: 5 }, books };
  await saveBrain(path, { ...brain, pending });
  const read = await readBrain(path);
  expect(read?.pending).toEqual(pending);
  expect(read?.state.current?.offset).toBe(7);
  expect((await readHeader(path))?.pendingPoints).toBe(2500);
});

test("pending points of an older program, which wrote lists of them, are read", async () => {
  const path = join(folder, "lists.json");
  const points = ["p,a=\\ count=1i 1", "p count=1i 2", "q count=1i 3"];
  await saveBrain(path, { ...brain, pending: { points: PointLines.of(points), next: brain.state, books } });
  const [header, ...body] = readFileSync(path, "utf8").split("\n");
  const lists = [points.slice(0, 2), points.slice(2)].map((list) => JSON.stringify({ points: list }));
  const older = { ...JSON.parse(header!), lines: body.length - 3 };
  writeFileSync(path, [JSON.stringify(older), ...body.slice(0, -5), ...lists, ""].join("\n"));
  expect((await readBrain(path))?.pending).toEqual({ points: PointLines.of(points), next: brain.state, books });
});

test("a brainfile that has another number of points than it says is said to be damaged", async () => {
  const path = join(folder, "points.json");
  await saveBrain(path, { ...brain, pending: { points: PointLines.of(["p count=1i 1"]), next: brain.state, books } });
  writeFileSync(path, readFileSync(path, "utf8").replace('{"points":1}', '{"points":2}'));
  await expect(readBrain(path)).rejects.toThrow("it should end with 2 points");
});

test.each([
  ["NULs in a point", (text: string) => text.replace("count=1i", "\0\0\0\0\0\0\0\0")],
  ["something behind the last point", (text: string) => `${text}p count=`],
])("a brainfile with %s is said to be damaged", async (_, damage) => {
  const path = join(folder, "spoiled.json");
  await saveBrain(path, { ...brain, pending: { points: PointLines.of(["p count=1i 1"]), next: brain.state, books } });
  writeFileSync(path, damage(readFileSync(path, "utf8")));
  await expect(readBrain(path)).rejects.toThrow(/spoiled\.json cannot be understood/);
});

test("noting a failure leaves all else as it is to the byte", async () => {
  const path = join(folder, "c.json");
  await saveBrain(path, { ...brain, pending: { points: PointLines.of(["p count=1i 1"]), next: brain.state, books } });
  const before = readFileSync(path, "utf8").split("\n");
  await saveFailing(path, { since: "s", said: "t", code: "store", message: "m" });
  const after = readFileSync(path, "utf8").split("\n");
  expect(after.slice(1)).toEqual(before.slice(1));
  expect(await readBrain(path)).toMatchObject({
    failing: { since: "s" },
    pending: { points: PointLines.of(["p count=1i 1"]) },
  });
});

test("noting a failure in a brainfile without windows, or of an older loader, does no harm", async () => {
  const path = join(folder, "d.json");
  await saveBrain(path, newBrain(0));
  await saveFailing(path, { since: "s", said: "t", code: "store", message: "m" });
  expect((await readBrain(path))?.failing?.since).toBe("s");
  const older = '{"sha":"","offset":0}';
  writeFileSync(path, older);
  await saveFailing(path, { since: "s", said: "t", code: "store", message: "m" });
  expect(readFileSync(path, "utf8")).toBe(older);
});

test("no brainfile is no error", async () => {
  expect(await readBrain(join(folder, "none.json"))).toBeNull();
  expect(await readHeader(join(folder, "none.json"))).toBeNull();
});

test.each([
  ["empty", ""],
  ["no JSON", "{"],
  ["another kind of JSON", "[]"],
  ["a version of the future", '{"version":2,"sha":"","offset":0}'],
  ["a negative offset", '{"sha":"","offset":-1}'],
])("%s is said to be damaged", async (_, text) => {
  const path = join(folder, "damaged.json");
  writeFileSync(path, text);
  await expect(readBrain(path)).rejects.toThrow(/damaged\.json cannot be understood/);
  await expect(readHeader(path)).rejects.toThrow(/damaged\.json cannot be understood/);
});

test("a brainfile cut short is said to be damaged", async () => {
  const path = join(folder, "cut.json");
  await saveBrain(path, brain);
  const text = readFileSync(path, "utf8");
  writeFileSync(path, text.slice(0, text.indexOf("\n") + 1));
  await expect(readBrain(path)).rejects.toThrow(/should have 2 lines/);
});

test.each(["", "0a4d55a8d778e5022fab701977c5d840bbc486d0"])(
  "a single object of an older loader is read, sha %j",
  async (sha) => {
    const path = join(folder, "older.json");
    writeFileSync(path, JSON.stringify({ sha, offset: 5, filename: "/var/log/access.log", lastupdate: 1 }));
    const read = await readBrain(path);
    expect(read?.state.current).toEqual(
      sha === "" ? null : expect.objectContaining({ sha, offset: 5, filename: "access.log" }),
    );
  },
);
