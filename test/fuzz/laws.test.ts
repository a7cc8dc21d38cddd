// What holds for every log, whoever wrote its lines: nothing is lost, nothing is counted twice, nothing gets out of its place.
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { L2iError } from "../../src/errors.ts";
import { detectFormat, formatOf } from "../../src/format/find-format.ts";
import type { Format } from "../../src/format/format.ts";
import { fieldNames, type LogRecord } from "../../src/format/record.ts";
import { splitLine } from "../../src/sink/line-protocol.ts";
import { escapeAsHttpd } from "../format/httpd.ts";
import { seed } from "../laboratory/seed.ts";
import { hold, patience } from "./budget.ts";
import { count, keyOf, logFormat as fullFormat, parsePoint, tasks } from "./counted.ts";
import { anyLine, changedLine, hostile, lineOf, logFormat, logOf, preset } from "./material.ts";

vi.setConfig({ testTimeout: patience });

const all = await tasks();
const parts = await tasks("parts");
const one = { portions: [65_536], chunks: 1_000 };
const cut = fc.record({
  portions: fc.array(fc.oneof(fc.integer({ min: 1, max: 99 }), fc.integer({ min: 1, max: 70_000 })), {
    minLength: 1,
    maxLength: 5,
  }),
  chunks: fc.integer({ min: 1, max: 3 }),
});

/** Lines that count: with a line end, and not empty. */
const linesOf = (log: string): string[] =>
  log
    .slice(0, log.lastIndexOf("\n") + 1)
    .match(/[^\n]*\n/g)
    ?.filter((line) => !/^\r?\n$/.test(line)) ?? [];

test("the books balance: every line is matched, ignored, rejected or failed, and what is matched is in the points", () =>
  hold(
    "books",
    300,
    fc.asyncProperty(logOf(fullFormat), fc.constantFrom(...all, ...parts), async (log, task) => {
      const { tally, points } = await count(task, log, one);
      const { lines, matched, ignored, rejected, failed } = tally;
      expect({ lines, failed }).toEqual({ lines: linesOf(log).length, failed: 0 });
      expect(matched + ignored + rejected).toBe(lines);
      const counts = points.map((point) => Number(/ count=(\d+)i/.exec(point)?.[1]));
      expect(counts.reduce((sum, each) => sum + each, 0)).toBe(matched);
    }),
  ));

test("line protocol is one line a point, and reads back as the tags that were meant", () =>
  hold(
    "line protocol",
    300,
    fc.asyncProperty(logOf(fullFormat), fc.constantFrom(...all, ...parts), async (log, task) => {
      const { points, expected } = await count(task, log, one);
      const found = new Map<string, number>();
      for (const line of points) {
        expect(line).not.toMatch(/\p{Cc}|\p{Cs}/u);
        const { measurement, tags, fields, timestamp } = parsePoint(line);
        expect(measurement).toBe(task.measurementName);
        expect(splitLine(line)).toMatchObject({ timestamp: String(timestamp) });
        for (const [key, value] of tags) {
          expect(key).toMatch(/^[a-z_]{1,32}$/);
          expect(Buffer.byteLength(value)).toBeLessThanOrEqual(256);
        }
        for (const value of fields.values()) expect(value).toMatch(/^\d+i$|^-?\d+(\.\d+)?(e[+-]\d+)?$/);
        const window = Math.floor(Number(timestamp / 1_000_000n) / task.windowMs) * task.windowMs;
        const key = keyOf(window, tags);
        found.set(key, (found.get(key) ?? 0) + Number.parseInt(fields.get("count")!, 10));
      }
      expect(found).toEqual(expected);
    }),
  ));

test("how the bytes arrive, and how they are cut into chunks and pieces, changes nothing", () =>
  hold(
    "any cut",
    200,
    fc.asyncProperty(logOf(fullFormat), fc.constantFrom(...all), cut, async (log, task, some) => {
      const { tally, points } = await count(task, log, some);
      const whole = await count(task, log, one);
      expect({ tally, points }).toEqual({ tally: whole.tally, points: whole.points });
    }),
  ));

/** Formats that can be read back, each with lines of its own. */
const formatAndLines = fc
  .oneof(preset, logFormat.filter(isReadable))
  .chain((spec) =>
    fc.record({ spec: fc.constant(spec), lines: fc.array(anyLine(spec), { minLength: 1, maxLength: 4 }) }),
  );

function isReadable(spec: string): boolean {
  try {
    return formatOf(spec).fields.includes("time");
  } catch (error) {
    if (error instanceof L2iError) return false;
    throw error;
  }
}

const read = (format: Format, text: string, start = 0): [LogRecord | null, end: number] => {
  const parser = format.parser(fieldNames, "UTC");
  const record = parser.parse(text, start);
  return [record, record ? parser.end - start : 0];
};

test("a line means the same whatever stands before and behind it, and whatever was read before", () =>
  hold(
    "neighbours",
    500,
    fc.property(formatAndLines, fc.constantFrom("\n", "\r\n"), ({ spec, lines }, lineEnd) => {
      const format = formatOf(spec);
      const text = lines.map((line) => line + lineEnd).join("");
      const reused = format.parser(fieldNames, "UTC");
      let start = 0;
      for (const line of lines) {
        const whole = line + lineEnd;
        const [alone, length] = read(format, whole);
        expect(read(format, text, start)).toEqual([alone, length]);
        expect(reused.parse(text, start)).toEqual(alone);
        if (alone) expect([length, Number.isFinite(alone.time)]).toEqual([whole.length, true]);
        start += whole.length;
      }
    }),
  ));

test("what a line says of itself is within its bounds, and explaining and recognising take any line", () =>
  hold(
    "explain",
    200,
    fc.property(formatAndLines, ({ spec, lines }) => {
      const format = formatOf(spec);
      for (const line of lines) {
        const [record] = read(format, `${line}\n`);
        for (const field of ["status", "bytes", "port", "elapsedUs"] as const)
          expect(record?.[field] ?? 0).toSatisfy((value) => Number.isSafeInteger(value) && Number(value) >= 0);
        if (record) expect(record.time).toSatisfy((time) => Number(time) >= 0 && Number(time) < Date.UTC(2262, 0, 1));
        const { at, expected } = format.explain(`${line}\n`);
        expect(at).toBeLessThanOrEqual(line.length);
        expect(expected).not.toBe("");
      }
      detectFormat(lines.map((line) => `${line}\n`).join(""));
    }),
  ));

const quoted = hostile.map((text) => `"${escapeAsHttpd(text)}"`);
const good = fc
  .tuple(quoted, quoted, quoted)
  .map(
    ([request, referrer, agent]) => `192.0.2.7 - - [10/Oct/2000:13:55:36 -0700] ${request} 200 5 ${referrer} ${agent}`,
  );

test("a line that is torn, or glued to the rest of another, is never a good one", () =>
  hold(
    "torn",
    1_000,
    fc.property(good, fc.oneof(good, changedLine), fc.nat(), (first, second, at) => {
      const parser = formatOf("combined").parser([]);
      const isGood = (line: string): boolean => parser.parse(`${line}\n`, 0) !== null;
      const front = first.slice(0, 10 + (at % (first.length - 10)));
      expect(isGood(first)).toBe(true);
      expect(isGood(front)).toBe(false);
      if (!/^\r?$/.test(second)) expect(isGood(first + second)).toBe(false);
      if (isGood(second)) expect(isGood(front + second)).toBe(false);
    }),
  ));

test("records with names such as __proto__ change no prototype", async () => {
  const before = [Object.prototype, Array.prototype, Map.prototype].map((each) => Object.getOwnPropertyNames(each));
  const names = ["__proto__", "constructor", "toString", "valueOf", "hasOwnProperty"];
  const log = names
    .flatMap((name) => [name, name])
    .map(
      (name) =>
        `${name}:1 ${name} ${name} ${name} [26/Oct/2025:02:40:00 +0200] "GET /${name}/downloads?${name} HTTP/1.1" 404 5 "${name}" "${name} bot" 9\n`,
    )
    .join("");
  for (const task of all) {
    const { tally, points, expected } = await count(task, log, one);
    expect([tally.lines, tally.rejected]).toEqual([2 * names.length, 0]);
    expect([...expected.values()].reduce((sum, each) => sum + each, 0)).toBe(tally.matched);
    if (task.name === "by vhost")
      expect(points.map((point) => /instance=(\w+)/.exec(point)?.[1])).toEqual(
        names.map((name) => name.toLowerCase()).toSorted(),
      );
  }
  expect([Object.prototype, Array.prototype, Map.prototype].map((each) => Object.getOwnPropertyNames(each))).toEqual(
    before,
  );
  expect(Object.keys({})).toEqual([]);
});

test("the lines are good enough to get far: some of them are counted by every pipeline", async () => {
  const log = fc.sample(lineOf(fullFormat), { seed, numRuns: 3_000 }).map((line) => `${line}\n`);
  for (const task of all) {
    const { lines, matched, rejected } = (await count(task, log.join(""), one)).tally;
    expect(matched).toBeGreaterThan(0);
    expect(rejected).toSatisfy((rejects) => Number(rejects) > lines / 10 && Number(rejects) < 0.95 * lines);
  }
});
