// The house rule: whatever text meets a regular expression, it takes time linear in it. A checker proves or tries that for every
// literal in src/, for all that src/ makes when it is loaded, and for those of formats and patterns of users.
import { readdirSync, readFileSync } from "node:fs";
import { parseSync } from "oxc-parser";
import { expect, test, vi } from "vitest";
import { Desk } from "../cli/desk.ts";
import { sampled } from "../sampled.ts";
import { isLong } from "./budget.ts";

vi.setConfig({ testTimeout: 300_000 });

type Pattern = readonly [source: string, flags: string];

/** Not linear, and why that does not matter. */
const excused = new Map([
  [String.raw`\/+$`, "the address of a store, which is the user's own"],
  [
    String.raw`(?:\.\d+|[.-]\d{4}-?\d{2}-?\d{2}(?:[-_.T]?\d)*|-\d{9,})?(?:\.(?:gz|zst|xz|bz2))?$`,
    "names of files, at most 255 bytes",
  ],
]);

const files = readdirSync("src", { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => `src/${name}`);

function literals(): Pattern[] {
  return files.flatMap((file) => {
    const found: Pattern[] = [];
    JSON.stringify(parseSync(file, readFileSync(file, "utf8")).program, (_key, node: unknown) => {
      if (typeof node === "object" && node !== null && "regex" in node)
        found.push(patternOf(node.regex as { pattern: string; flags: string }));
      return typeof node === "bigint" ? String(node) : node;
    });
    return found;
  });
}

const patternOf = ({ pattern, flags }: { pattern: string; flags: string }): Pattern => [pattern, flags];

const formats = [
  '%v,%p,%h,%l,%u,%t,"%m %U%q %H",%>s,%b,"%{Referer}i"',
  '%h %l %u %t "%r" %>s %b %{User-Agent}i %D',
  "%u, %u, %u, %t",
  "%U%q %H %u %t",
  "[%{A}i] [%{B}i] %t",
  "%{%Y-%m-%d %H:%M:%S}t %{sec}t%{msec_frac}t %u %u",
];

/** What the program makes of its own tables, of formats, and of patterns that a user gives. */
async function made(): Promise<Pattern[]> {
  const patterns: Pattern[] = [];
  const real = RegExp;
  const watched = new Proxy(real, {
    construct(target, words: [string, string?]) {
      const regex: RegExp = Reflect.construct(target, words);
      patterns.push([regex.source, regex.flags]);
      return regex;
    },
  });
  vi.stubGlobal("RegExp", watched);
  vi.resetModules();
  try {
    const { formatOf } = await import("../../src/format/find-format.ts");
    const { presets } = await import("../../src/format/presets.ts");
    const { fieldNames } = await import("../../src/format/record.ts");
    const { globMatcher } = await import("../../src/pipeline/globs.ts");
    await import("../../src/pipeline/builtin/crawlers.ts");
    await import("../../src/pipeline/builtin/instances.ts");
    await import("../../src/log/rotated-name.ts");
    await import("../../src/invocation/schema.ts");
    for (const format of [...presets.map(({ name }) => name), ...formats]) formatOf(format).parser(fieldNames, "UTC");
    globMatcher(["*a*", "(a+)+$", "a*", "*.[a-z]+", "a*b*c*d", "**", "\\d*", "x|y"]);
  } finally {
    vi.unstubAllGlobals();
  }
  return patterns;
}

test("every regular expression is linear", async () => {
  process.env["RECHECK_BACKEND"] = "pure";
  const { checkSync } = await import("recheck");
  expect(checkSync("(a+)+$", "").status).toBe("vulnerable");
  const [written, generated] = [literals(), await made()];
  expect(written.length).toBeGreaterThan(80);
  expect(generated.length).toBeGreaterThan(20);
  const patterns = new Map(
    [...written, ...generated].map(([source, flags]) => [`/${source}/${flags}`, [source, flags] as const]),
  );
  // The automaton proves, but knows no look-ahead; trying out, which does, takes minutes.
  const options = isLong ? { timeout: 60_000, randomSeed: 1 } : ({ timeout: 2_000, checker: "automaton" } as const);
  const verdicts = sampled([...patterns.values()], 4).map(([source, flags]) => checkSync(source, flags, options));
  const slow = verdicts.flatMap((verdict) =>
    verdict.status === "vulnerable" && !excused.has(verdict.source)
      ? [`/${verdict.source}/${verdict.flags}: ${verdict.attack.pattern}`]
      : [],
  );
  expect(verdicts.filter(({ status }) => status === "safe").length).toBeGreaterThan(verdicts.length / 2);
  expect(slow).toEqual([]);
});

test("a user's expression that cannot be linear is refused before any log is read", async () => {
  const format = "/^(?<time>.)(?=(a+)+$)/";
  using desk = new Desk().write("multibrain.json", [
    { pipeline: "requests", log: "access.log", brainfile: "b.json", out: "out.lp", format },
  ]);
  for (const words of [
    ["load", "requests", "access.log", "--format", format],
    ["parse", "access.log", "--format", format],
    ["run", "multibrain.json"],
  ]) {
    const { code, stdout, stderr } = await desk.l2i(words); // there is no log: reading it would be another failure
    expect({ words, code, stdout }).toEqual({ words, code: 2, stdout: "" });
    expect(stderr).toContain("format: (?= at character 12 looks around, which cannot be done in linear time");
  }
});
