// The laws of exactly-once, for the real program on real files: however a log is cut into runs, whatever happens to the log, to
// the store, to the program and to its configuration in between, the sums in the store are the lines that were logged.
import fc from "fast-check";
import { expect, test } from "vitest";
import { combinedLine, histories, play, settings } from "./history.ts";
import { InProcess } from "./in-process.ts";
import { Laboratory } from "./laboratory.ts";
import { keeps, MemoryStore } from "./memory-store.ts";
import { seed } from "./seed.ts";
import { sorted } from "./sums.ts";

const start = Date.parse("2026-01-02T12:00:00Z");
const second = 1000;
const minute = 60 * second;

/** Milliseconds; what failed by then is told as it stands, rather than that time ran out while it was made smaller. */
const patience = 100 * second;

const lineOrGarbage = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      shift: fc.integer({ min: -40 * 60, max: 60 }),
      bytes: fc.nat(9),
      status: fc.constantFrom(200, 404),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ shift: fc.constantFrom(600, 90_000, 200_000), bytes: fc.nat(9), status: fc.constant(200) }),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom("garbage\n", "\n", "\r\n", `${"x".repeat(300)}\n`, `${"x".repeat(200_000)}\n`),
  },
);

test("any cut of a log into runs gives the sums of one run", async () => {
  console.log(`any cut: seed ${seed}`);
  await fc.assert(
    fc.asyncProperty(
      fc.array(lineOrGarbage, { minLength: 1, maxLength: 60, size: "max" }),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 7, size: "max" }),
      fc.constantFrom("totals", "parts"),
      fc.boolean(),
      async (lines, cuts, writes, isCrlf) => {
        const text = lines
          .map((line, index) =>
            typeof line === "string"
              ? line
              : combinedLine(
                  start + index * 20 * second + line.shift * second,
                  "GET",
                  line.status,
                  line.bytes,
                  String(index),
                ),
          )
          .join("")
          .replaceAll(/\r?\n/g, isCrlf ? "\r\n" : "\n");
        const ends = [...cuts.map((cut) => Math.floor(cut * text.length)), text.length].toSorted((a, b) => a - b);
        const options = { format: "combined", writes, maxLine: 250, rejects: "rejects.jsonl" };
        const whole = await loaded(text, [text.length], options);
        const pieces = await loaded(text, ends, options);
        expect(pieces).toEqual(whole);
      },
    ),
    { seed, numRuns: 60, interruptAfterTimeLimit: patience },
  );
});

async function loaded(text: string, ends: readonly number[], options: object): Promise<unknown> {
  using lab = new Laboratory();
  const store = new MemoryStore();
  lab.sink = store;
  const books = { lines: 0, matched: 0, rejected: 0, bytes: 0 };
  let written = 0;
  for (const end of ends) {
    lab.appendText(text.slice(written, end));
    written = end;
    lab.now = start + minute * 20;
    const outcome = await lab.run({ ...options });
    expect(outcome.outcome).not.toBe("failed");
    for (const key of Object.keys(books) as (keyof typeof books)[]) books[key] += outcome[key];
  }
  return { books, sums: sorted(store.sums(minute)) };
}

test("any history of a log, its server, its store and its loader ends exact", async () => {
  console.log(`histories: seed ${seed}`);
  await fc.assert(
    fc.asyncProperty(histories, settings, keeps, async (history, setting, dice) => {
      const world = new InProcess(new MemoryStore(setting.isOverwriting ? [false] : dice), false);
      try {
        await play(history, setting, world);
      } finally {
        await world.dispose();
      }
    }),
    { seed, numRuns: 60, interruptAfterTimeLimit: patience },
  );
});
