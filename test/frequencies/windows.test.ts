// Laws of counting: no line is lost or doubled, however the input is cut into pieces and segments.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Parser } from "../../src/format/format.ts";
import type { LogRecord } from "../../src/format/record.ts";
import { ParserReader } from "../../src/format/parser-reader.ts";
import { Categorizer, type Categorize } from "../../src/frequencies/categorizer.ts";
import { countChunk, type Counting, type Lines, Piece, type PieceCounts } from "../../src/frequencies/piece.ts";
import type { AttributeEntry } from "../../src/frequencies/series.ts";
import {
  closeWindows,
  newWindowState,
  Segment,
  type Windowing,
  type WindowState,
} from "../../src/frequencies/windows.ts";
import type { WindowPoint } from "../../src/frequencies/window-totals.ts";

/** A series key that any attributes fit. */
const keyOf = (attributes: readonly AttributeEntry[]): string =>
  JSON.stringify(attributes.toSorted(([a], [b]) => (a < b ? -1 : 1)));

const now = 10_000_000;
const minute = 60_000;
const windowing: Windowing = {
  windowMs: minute,
  latenessMs: 10 * minute,
  maxSeries: 1000,
  mostOpen: 100_000,
  parts: false,
  zeros: [],
  seriesOf: (attributes) => keyOf(attributes),
};

/** Lines `TIME SERIES BYTES`. */
const parser: Parser = {
  end: 0,
  parse(text, start) {
    this.end = text.indexOf("\n", start) + 1;
    const [time, method, bytes] = text.slice(start, this.end - 1).split(" ");
    return time === "bad" ? null : ({ time: Number(time), method, bytes: Number(bytes) } as LogRecord);
  },
};
const reader = new ParserReader(parser, [{ fields: ["method"], values: ["bytes"] }]);
const categorizerOf = (categorize: Categorize): Categorizer => new Categorizer(reader.views[0]!, categorize, true);
const counting: Counting = {
  view: reader.views[0]!,
  categorizer: categorizerOf(({ method }) => (method === "ignored" ? null : { method })),
  values: 1,
  distributions: [],
  windowMs: minute,
  now,
  maxLine: 1000,
};

const countInto = (piece: Piece, text: string, with_: Partial<Lines> = {}): void =>
  countChunk({ bytes: Buffer.from(text, "latin1"), offset: 0, isOverlong: false, ...with_ }, reader, [piece]);

interface Line {
  readonly time: number;
  readonly series: string;
}

const begunOf = (lines: readonly Line[], with_: Partial<Counting> = {}): Piece => {
  const piece = new Piece({ ...counting, ...with_ });
  countInto(piece, lines.map(({ time, series }) => `${time} ${series} 5\n`).join(""));
  return piece;
};
const pieceOf = (lines: readonly Line[], with_: Partial<Counting> = {}): PieceCounts => begunOf(lines, with_).finish();

/** Counts segments of pieces one after the other; the last value of a series and time counts, as in a store that overwrites. */
function store(
  segments: readonly (readonly (readonly Line[])[])[],
  with_: Partial<Windowing> = {},
): { sums: Map<string, number>; late: number } {
  const points = new Map<string, WindowPoint>();
  let state: WindowState = newWindowState;
  let late = 0;
  for (const pieces of segments) {
    const segment = new Segment(state, { ...windowing, ...with_ });
    for (const lines of pieces) segment.merge(pieceOf(lines));
    const { points: more, next } = segment.finish();
    for (const point of more) points.set(`${point.series} ${point.time}`, point);
    late += segment.late;
    state = next;
  }
  const sums = new Map<string, number>();
  for (const { series, time, total } of points.values()) {
    const key = `${series} ${Math.floor(time / minute)}`;
    sums.set(key, (sums.get(key) ?? 0) + total.count);
    if (total.count > 0) expect(total.values).toEqual([5 * total.count, 5, 5]);
  }
  return { sums, late };
}

const line = fc.record({
  time: fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: now - 40 * minute, max: now }) },
    { weight: 1, arbitrary: fc.constantFrom(now + minute, now + 6 * minute, now + 2 * 86_400_000, 0) },
  ),
  series: fc.constantFrom("GET", "POST", "PUT"),
});
const segments = fc.array(fc.array(fc.array(line, { maxLength: 8 }), { maxLength: 4 }), { maxLength: 8 });

test.each([false, true])("every line counts once, late and future ones too (parts: %s)", (parts) => {
  fc.assert(
    fc.property(segments, (cut) => {
      const expected = new Map<string, number>();
      for (const { time, series } of cut.flat(2)) {
        const key = `${windowing.seriesOf([["method", series]])} ${Math.floor(time / minute)}`;
        expected.set(key, (expected.get(key) ?? 0) + 1);
      }
      expect(store(cut, { parts }).sums).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});

test("how a segment is cut into pieces changes nothing, the cap included", () => {
  fc.assert(
    fc.property(segments, fc.integer({ min: 1, max: 3 }), (cut, maxSeries) => {
      const whole = cut.map((pieces) => [pieces.flat()]);
      expect([...store(cut, { maxSeries }).sums]).toEqual([...store(whole, { maxSeries }).sums]);
    }),
  );
});

test("series beyond the cap are counted as _other, and the attribute is named", () => {
  const segment = new Segment(newWindowState, { ...windowing, maxSeries: 2 });
  segment.merge(pieceOf(["a", "b", "c", "d", "a"].map((series) => ({ time: now, series }))));
  const counts = Object.fromEntries(Array.from(segment.finish().points, ({ series, total }) => [series, total.count]));
  expect(counts).toEqual({ '[["method","a"]]': 2, '[["method","b"]]': 1, '[["method","_other"]]': 2 });
  expect(segment.overflow).toBe("method");
});

test("a window closes by the newest line, not by the clock, and a wrong clock in a line closes none", () => {
  const first = new Segment(newWindowState, windowing);
  first.merge(
    pieceOf([
      { time: now - 30 * minute, series: "GET" },
      { time: now + 6 * minute, series: "GET" },
    ]),
  );
  const { next } = first.finish();
  expect(next.newest).toBe(now - 30 * minute);
  expect(next.closedBefore).toBe(Math.floor((now - 40 * minute) / minute) * minute);
  expect([...next.open.keys()].length).toBe(2);
});

test("a segment writes the full totals of the series that it got lines of, and no others", () => {
  const first = new Segment(newWindowState, windowing);
  first.merge(pieceOf(["a", "a", "b"].map((series) => ({ time: now, series }))));
  const second = new Segment(first.finish().next, windowing);
  second.merge(pieceOf([{ time: now, series: "a" }]));
  expect([first.entries, second.entries]).toEqual([2, 1]);
  expect(Array.from(second.finish().points, ({ series, total }) => [series, total.count])).toEqual([
    ['[["method","a"]]', 3],
  ]);
});

test("a flood of open windows closes the oldest ones before their time, and what comes for them is late, not lost", () => {
  const tomorrow = (window: number) => now + (60 + window) * minute;
  const flood = new Segment(newWindowState, { ...windowing, maxSeries: 100_000 });
  for (const window of [0, 1, 2])
    flood.merge(pieceOf(Array.from({ length: 40_000 }, (_, i) => ({ time: tomorrow(window), series: String(i) }))));
  const { points, next } = flood.finish();
  expect(points.size).toBe(120_000);
  expect([...next.open.keys()]).toEqual([1, 2].map((window) => Math.floor(tomorrow(window) / minute) * minute));
  const later = new Segment(next, windowing);
  later.merge(pieceOf([now, tomorrow(0), tomorrow(1)].map((time) => ({ time, series: "1" }))));
  expect(later.late).toBe(2);
  expect(Array.from(later.finish().points, ({ total, time }) => [total.count, time % minute])).toEqual([
    [1, 2],
    [1, 2],
    [2, 0],
  ]);
});

const isFull = (count: number, lineAt: (index: number) => { time: number; series: string }): boolean =>
  begunOf(Array.from({ length: count }, (_, index) => lineAt(index))).isFull;

test("a piece is full before a flood of series or of windows fills the memory", () => {
  expect([9_989, 9_990].map((count) => isFull(count, (index) => ({ time: now, series: `${index}` })))).toEqual([
    false,
    true,
  ]);
  expect([909, 910].map((count) => isFull(count, (index) => ({ time: index * minute, series: "GET" })))).toEqual([
    false,
    true,
  ]);
});

test("a segment knows which windows it is done with: those that lateness has passed, and late ones", () => {
  const segment = new Segment({ ...newWindowState, closedBefore: now - 90 * minute }, windowing);
  const { latenessMs } = windowing;
  const times = [-100 * minute, -latenessMs - 2 * minute, -latenessMs - minute, -latenessMs + minute, 0];
  segment.merge(pieceOf(times.map((time) => ({ time: now + time, series: "GET" }))));
  expect(segment.done).toBe(3);
});

test("late lines get a timestamp of their own inside their window", () => {
  const state: WindowState = { ...newWindowState, closedBefore: now, newest: now, segment: 7 };
  const segment = new Segment(state, windowing);
  segment.merge(pieceOf([{ time: 5 * minute + 1, series: "GET" }]));
  const [point] = [...segment.finish().points];
  expect([point?.window, point?.time, segment.late]).toEqual([5 * minute, 5 * minute + 1 + 7, 1]);
});

test("a changed window length closes what is open, rounded up to the new length", () => {
  const open = new Map([[60_000, new Map()]]);
  expect(closeWindows({ ...newWindowState, open }, minute, 5 * minute)).toMatchObject({ closedBefore: 300_000 });
  expect(closeWindows(newWindowState, minute, 5 * minute).closedBefore).toBe(-Infinity);
});

test("the books balance: matched, ignored, rejected and failed are all lines; empty ones are none", () => {
  const piece = new Piece({
    ...counting,
    maxLine: 40,
    categorizer: categorizerOf(({ method }) =>
      method === "throws" ? throwing() : method === "ignored" ? null : { method },
    ),
  });
  const long = `1 GET ${"5".repeat(60)}`;
  countInto(piece, `1 GET 5\n\n\r\nbad\n1 ignored 5\n1 throws 5\n${long}\n`, { offset: 100 });
  countInto(piece, "beginning of a line of megabytes", { offset: 500, isOverlong: true });
  const { tally, rejects, firstFailure } = piece.finish();
  expect(tally).toEqual({ lines: 6, matched: 1, ignored: 1, rejected: 3, failed: 1 });
  expect(rejects.map(({ offset, reason }) => [offset, reason])).toEqual([
    [111, "format"],
    [138, "too long"],
    [500, "too long"],
  ]);
  expect(firstFailure?.offset).toBe(127);
});

function throwing(): never {
  throw new Error("a mistake in a rule");
}

test("attributes are kept apart by name and value, hostile ones too, whatever their order", () => {
  const answers = [
    { a: "x\u0002b\u0001y" },
    { a: "x", b: "y" },
    { b: "y", a: "x" },
    { a: 1 },
    { a: "1" },
    JSON.parse('{"__proto__":"z"}'),
  ];
  const piece = new Piece({ ...counting, categorizer: categorizerOf(({ method }) => answers[Number(method)]) });
  countInto(piece, answers.map((_, index) => `1 ${index} 5\n`).join(""));
  const segment = new Segment(newWindowState, {
    ...windowing,
    seriesOf: (attributes) => keyOf(attributes.map(([name, value]) => [name, String(value)])),
  });
  segment.merge(piece.finish());
  expect(Array.from(segment.finish().points, ({ series, total }) => [series, total.count])).toEqual([
    ['[["__proto__","z"]]', 1],
    ['[["a","1"]]', 2],
    ['[["a","x"],["b","y"]]', 2],
    ['[["a","x\\u0002b\\u0001y"]]', 1],
  ]);
});

const zeroOf = (method: string): string => keyOf([["method", method]]);

/** Minutes before now of points with and without a count of a series. */
function minutesOf(points: Iterable<WindowPoint>, method: string): { zeros: number[]; counted: number[] } {
  const own = [...points].filter(({ series }) => series === zeroOf(method));
  const minutes = (isZero: boolean): number[] =>
    own.filter(({ total }) => (total.count === 0) === isZero).map(({ window }) => (window - startOf(now)) / minute);
  return { zeros: minutes(true), counted: minutes(false) };
}

const startOf = (time: number): number => Math.floor(time / minute) * minute;
const at = (minutes: number, series = "GET"): Line => ({ time: now + minutes * minute, series });

test("zeros stand where nothing matched, from the newest line so far to the newest one now", () => {
  const zeros = { ...windowing, zeros: [zeroOf("PATCH"), zeroOf("GET")] };
  const first = new Segment(newWindowState, zeros);
  first.merge(pieceOf([at(-8, "ignored"), at(-6), at(-5, "ignored")]));
  const { points, next } = first.finish();
  expect(minutesOf(points, "PATCH")).toEqual({ zeros: [-7, -6, -5], counted: [] });
  expect(minutesOf(points, "GET")).toEqual({ zeros: [-7, -5], counted: [-6] });
  const second = new Segment(next, zeros);
  second.merge(pieceOf([at(-2), at(-7, "POST"), at(6)]));
  const more = second.finish();
  expect(minutesOf(more.points, "GET")).toEqual({ zeros: [-4, -3], counted: [-2, 6] });
  const third = new Segment({ ...more.next, closedBefore: startOf(now) }, zeros);
  third.merge(pieceOf([at(-9), at(1, "POST")]));
  expect(minutesOf([...third.finish().points], "GET")).toEqual({ zeros: [0, 1], counted: [-9] });
});

const told = (points: readonly WindowPoint[]): string[] =>
  points.map(({ series, time, total }) => `${series} ${total.count} at ${time - startOf(now)}`);

test("zeros are bounded by series and by number, and of parts they have timestamps of their own", () => {
  const pointsOf = (with_: Partial<Windowing>, ...lines: Line[]): WindowPoint[] => {
    const segment = new Segment(newWindowState, { ...windowing, zeros: [zeroOf("A"), zeroOf("B")], ...with_ });
    segment.merge(pieceOf(lines));
    return [...segment.finish().points];
  };
  expect(told(pointsOf({ maxSeries: 2 }, at(-1), at(0))).filter((point) => point.includes(" 0 at"))).toEqual([
    `${zeroOf("A")} 0 at 0`,
  ]);
  expect(pointsOf({}, { time: 1, series: "GET" }, at(0)).length).toBeLessThan(50_010);
  expect(told(pointsOf({ parts: true }, at(-1, "A"), at(0, "A")))).toEqual([
    `${zeroOf("A")} 1 at ${1 - minute}`,
    `${zeroOf("A")} 1 at 1`,
    `${zeroOf("B")} 0 at 1`,
  ]);
});

test("however lines come, a zero never takes the place of a count, and is missing nowhere between them", () => {
  fc.assert(
    fc.property(segments, (cut) => {
      const { sums } = store(cut, { zeros: [zeroOf("GET"), zeroOf("PATCH")] });
      expect(new Map([...sums].filter(([, count]) => count > 0))).toEqual(store(cut).sums);
      const [first = []] = cut;
      const times = first.flat().map(({ time }) => time);
      const seen = times.filter((time) => time <= now + 5 * minute).map((time) => Math.floor(time / minute));
      for (let window = Math.max(...seen); window > Math.max(Math.min(...seen), 100); window--)
        expect(sums.has(`${zeroOf("PATCH")} ${window}`)).toBe(true);
    }),
  );
});
