import { Command } from "commander";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readInvocations } from "../../src/invocation/multibrain.ts";
import { entryFromFlags, entryFromWords, invocationOptions, numbersFromText } from "../../src/invocation/options.ts";
import { flagOf } from "../../src/invocation/problems.ts";
import { descriptionOf, optionKeys } from "../../src/invocation/schema.ts";
import { context, refusal } from "./context.ts";
import { soundEntry, validEntry } from "./entries.ts";

type Entry = { readonly [key: string]: unknown };

/** An entry as command-line words: the options in the given order, `--flag=value` where `isJoined` says so. */
function wordsOf({ pipeline, ...options }: Entry, order: readonly number[], isJoined: boolean): unknown[] {
  const words = Object.entries(options).flatMap(([key, value]) => {
    if (typeof value === "boolean") return value ? [[flagOf(key)]] : [];
    return textsOf(value).map((text) => (isJoined ? [`${flagOf(key)}=${text}`] : [flagOf(key), text]));
  });
  const shuffled = words
    .map((pair, index) => ({ pair, rank: order[index % order.length]! }))
    .toSorted((left, right) => left.rank - right.rank);
  return [pipeline, ...shuffled.flatMap(({ pair }) => pair)];
}

function textsOf(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [String(value)];
  return Object.entries(value).flatMap(([key, inner]) =>
    (Array.isArray(inner) ? inner : [inner]).map((one) => `${key}=${String(one)}`),
  );
}

/** What words can say. */
const inWords = (entries: fc.Arbitrary<Entry>): fc.Arbitrary<Entry> =>
  entries.map((entry) =>
    Object.fromEntries(Object.entries(entry).filter(([key]) => !["classify", "zeros"].includes(key))),
  );

const order = fc.array(fc.nat(9), { minLength: 1, maxLength: 40 });

// A list keeps its order only where its options do.
const inOrder = fc.constant([0]);

const isEmptyMap = (value: unknown): boolean =>
  typeof value === "object" && value !== null && Object.keys(value).length === 0;
const withoutEmptyMaps = (entry: Entry): Entry =>
  Object.fromEntries(Object.entries(entry).filter(([, value]) => !isEmptyMap(value)));

const unquoted = (json: unknown): string[] =>
  refusal(() => readInvocations(json, context))
    .map((line) => line.replaceAll('"', ""))
    .toSorted();

describe("words are the same as objects", () => {
  test("as invocations", () => {
    fc.assert(
      fc.property(inWords(soundEntry), inOrder, fc.boolean(), (entry, ranks, isJoined) => {
        expect(readInvocations([wordsOf(entry, ranks, isJoined)], context)).toEqual(readInvocations([entry], context));
      }),
      { numRuns: 100 },
    );
  });

  test("as problems", () => {
    const wrong = {
      window: "5x",
      timezone: "Mars",
      maxSeries: 0,
      timeout: "1m30s",
      tag: { time: "x" },
      pipeline: "x",
      log: "",
      influxUrl: "h",
    };
    fc.assert(
      fc.property(inWords(validEntry), fc.subarray(Object.entries(wrong)), fc.boolean(), (entry, changes, isJoined) => {
        const changed = withoutEmptyMaps({ ...entry, ...Object.fromEntries(changes) });
        expect(unquoted([wordsOf(changed, [0], isJoined)])).toEqual(unquoted([changed]));
      }),
    );
  });

  test("in any order", () => {
    fc.assert(
      fc.property(inWords(soundEntry), order, fc.boolean(), (entry, ranks, isJoined) => {
        const withoutLists = { ...entry, set: { a: "b" } };
        expect(readInvocations([wordsOf(withoutLists, ranks, isJoined)], context)).toEqual(
          readInvocations([withoutLists], context),
        );
      }),
    );
  });
});

describe("words", () => {
  test.each<[string[], object]>([
    [["requests"], { pipeline: "requests" }],
    [["--log", "x", "requests"], { pipeline: "requests", log: "x" }],
    [["requests", "--log", "--x"], { pipeline: "requests", log: "--x" }],
    [["requests", "--log="], { pipeline: "requests", log: "" }],
    [["--", "requests"], { pipeline: "requests" }],
    [["requests", "--tag", "a=b=c", "--tag", "d="], { pipeline: "requests", tag: { a: "b=c", d: "" } }],
    [
      ["requests", "--set", "a=1", "--set", "b=x\ny", "--set=a=2"],
      { pipeline: "requests", set: { a: ["1", "2"], b: "x\ny" } },
    ],
    [["requests", "--window", "1m", "--window", "5m"], { pipeline: "requests", window: "5m" }],
    [["requests", "--max-series", "5"], { pipeline: "requests", maxSeries: "5" }],
  ])("%j", (words, entry) => expect(entryFromWords(words)).toEqual({ entry, problems: [] }));

  test("all misspelt options are named, without their values", () => {
    expect(
      entryFromWords(["requests", "--lgo=a", "--influx-tokn", "s3cret", "-x"]).problems.map(({ message }) => message),
    ).toEqual([
      '"--lgo" is not an option; did you mean --log?',
      '"--influx-tokn" is not an option; did you mean --influx-token?',
      expect.stringMatching(/^"-x" is not an option; /u),
    ]);
  });

  test.each(["a", "=a", "", "__proto__=x"])("--set %j is refused", (text) => {
    expect(entryFromWords(["requests", "--set", text]).problems).toMatchObject([{ path: ["set"] }]);
  });
});

test.each([
  [
    { maxSeries: "5", maxLine: "1.5" },
    { maxSeries: 5, maxLine: 1.5 },
  ],
  [
    { maxSeries: "", maxLine: "0x10" },
    { maxSeries: "", maxLine: "0x10" },
  ],
  [
    { maxSeries: "1e3", maxLine: "9".repeat(40) },
    { maxSeries: "1e3", maxLine: "9".repeat(40) },
  ],
  [
    { name: "5", window: "5", set: { a: "5" } },
    { name: "5", window: "5", set: { a: "5" } },
  ],
])("numbers from the text of %j", (entry, expected) => expect(numbersFromText(entry)).toEqual(expected));

test("options of a command that are none of an invocation are passed over", () => {
  expect(entryFromFlags({ json: true, verbose: 2, window: "5m", host: undefined, constructor: "x" })).toEqual({
    entry: { window: "5m" },
    problems: [],
  });
});

describe("the help", () => {
  const command = new Command("load").configureOutput({ getOutHelpWidth: () => 1000 });
  for (const option of invocationOptions(["log"])) command.addOption(option);
  const help = command.helpInformation();

  test("shows every option with its description, but for those left out", () => {
    for (const key of optionKeys.filter((each) => !["pipeline", "classify", "zeros", "log"].includes(each))) {
      expect(help).toMatch(new RegExp(`^ +${flagOf(key)}(?: <[A-Za-z|=]+>)? +\\S`, "mu"));
      expect(help).toContain(descriptionOf(key).slice(0, -1));
    }
    expect(help).not.toMatch(/--log |--pipeline/u);
  });

  test("shows defaults, in groups", () => {
    expect(help).toContain("Length of a time bucket (default: 1m).");
    expect(help).toContain("before the rest is counted as one (default: 10000).");
    expect(help.match(/^\S.*:$/gmu)).toEqual([
      "What to count:",
      "How to read:",
      "How to count:",
      "Where to write:",
      "Limits:",
      "Options:",
    ]);
  });
});
