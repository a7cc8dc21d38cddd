// What a worker sends is what it counted, in the same order, whatever the names of attributes are and whatever a pipeline throws.
import { expect, test } from "vitest";
import { L2iError } from "../../src/errors.ts";
import { emptyTally, type PieceCounts } from "../../src/frequencies/piece.ts";
import { WindowCounts } from "../../src/frequencies/window-counts.ts";
import { Series } from "../../src/frequencies/series.ts";
import { packError, unpackError } from "../../src/jobs/message.ts";
import { Packer, Unpacker } from "../../src/jobs/packing.ts";

const attributes = [
  { b: "x", a: "y" },
  { a: "y", b: "x" },
  JSON.parse('{"__proto__":"p","constructor":1,"hasOwnProperty":true}'),
  { n: 1 },
  { n: "1" },
  {},
  { 7: "seven", 3: "three", z: "" },
];

function windowsOf(starts: readonly number[], root: Series): PieceCounts["windows"] {
  const windows: PieceCounts["windows"] = new Map();
  for (const start of starts) {
    const window = new WindowCounts(shape);
    for (const [index, each] of attributes.entries()) {
      if (index % 3 === start % 3) continue;
      window.add(window.rowOf(root.find(each)), {
        count: index + start,
        values: [0.1 * start, Infinity, -Infinity],
        bins: [[], [-5, start, index, 2 ** 40]],
      });
    }
    windows.set(start, window);
  }
  return windows;
}

const shape = { values: 1, distributions: 2 };

const keyOf = (series: Series): string => JSON.stringify(series.attributes());

const nothing: PieceCounts = {
  tally: emptyTally(),
  rejects: [],
  firstFailure: null,
  outside: 2,
  newest: -Infinity,
  newestLine: 7,
  oldestLine: -Infinity,
  windows: new Map(),
  future: new Map(),
};

const plain = (windows: PieceCounts["windows"]): unknown =>
  [...windows].map(([start, counts]) => [
    start,
    counts.series.map((series, row) => [series.attributes(), counts.amounts(row)]),
  ]);

test("a piece comes through", () => {
  const root = new Series();
  const piece: PieceCounts = {
    ...nothing,
    tally: { ...emptyTally(), lines: 5, failed: 1 },
    rejects: [{ offset: 7, line: "\u0000ÿ", reason: "format" }],
    firstFailure: { offset: 3, error: { thrown: () => {} } },
    windows: windowsOf([60, 1, 2, 0], root),
    future: windowsOf([2 ** 50], root),
  };
  const arrived = new Unpacker().unpack(structuredClone(new Packer(shape, keyOf).pack(piece)))();
  expect(plain(arrived.windows)).toEqual(plain(piece.windows));
  expect(plain(arrived.future)).toEqual(plain(piece.future));
  expect(arrived).toMatchObject({
    tally: piece.tally,
    outside: 2,
    rejects: piece.rejects,
    newest: piece.newest,
    newestLine: 7,
    oldestLine: -Infinity,
  });
  expect(arrived.firstFailure).toEqual({ offset: 3, error: "[object Object]" });
  for (const { series: all } of arrived.windows.values())
    for (const series of all) expect(series.key).toBe(keyOf(series));
});

test("a series is told once, until there are too many", () => {
  const [packer, unpacker] = [new Packer(shape, keyOf), new Unpacker()];
  const root = new Series();
  const few = { ...nothing, windows: windowsOf([1, 2], root) };
  const window = new WindowCounts(shape);
  for (let index = 0; index < 25_000; index++) window.rowOf(root.find({ index }));
  const many = { ...nothing, windows: new Map([[1, window]]) };
  const pieces = [few, few, many, few, few];
  const sent = pieces.map((piece) => structuredClone(packer.pack(piece)));
  expect(sent.map(({ series }) => series.length)).toEqual([7, 0, 25_000, 7, 0]);
  // Pieces may wait for long before they are unpacked.
  const arrived = sent.map((counts) => unpacker.unpack(counts)).map((unpack) => unpack());
  expect(arrived.map(({ windows }) => plain(windows))).toEqual(pieces.map(({ windows }) => plain(windows)));
});

test("behind a piece that cannot be packed, series are told anew", () => {
  const root = new Series();
  let isBroken = false;
  const breaking = (series: Series): string => {
    if (isBroken && keyOf(series).includes("seven")) throw new Error("no key");
    return keyOf(series);
  };
  const [packer, unpacker] = [new Packer(shape, breaking), new Unpacker()];
  const piece = { ...nothing, windows: windowsOf([1, 2], root) };
  isBroken = true;
  expect(() => packer.pack(piece)).toThrow("no key");
  isBroken = false;
  for (let round = 0; round < 2; round++) {
    const arrived = unpacker.unpack(structuredClone(packer.pack(piece)))();
    expect(plain(arrived.windows)).toEqual(plain(piece.windows));
  }
});

test("an error says what it said, and a bug where it was", () => {
  expect(unpackError(structuredClone(packError(new L2iError("log", "gone"))))).toEqual(new L2iError("log", "gone"));
  const bug = new TypeError("no");
  expect(unpackError(structuredClone(packError(bug))).stack).toBe(bug.stack);
  expect(unpackError(packError("text")).message).toBe("text");
});
