// What a stranger meets first: help, and what is said to a misspelt word.
import { expect, test } from "vitest";
import { l2i } from "./program.ts";

const commands = ["init", "run", "check", "status", "verify", "load", "report", "parse", "repl", "show", "replay"];

test("without a word the help goes to standard error, with exit 2", async () => {
  const { code, stdout, stderr } = await l2i([]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  for (const command of commands) expect(stderr).toMatch(new RegExp(`^  ${command} `, "m"));
});

test("the help names commands, examples and exit codes, in 85 columns", async () => {
  const { code, stdout, stderr } = await l2i(["--help"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain("Examples:");
  expect(stdout).toContain("Exit codes: 0 all well");
  for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(85);
});

test.each(commands)("l2i %s --help tells what it takes", async (command) => {
  const [help, asked] = await Promise.all([l2i([command, "--help"]), l2i(["help", command])]);
  expect(help).toEqual({ ...asked, code: 0, stderr: "" });
  expect(help.stdout).toMatch(new RegExp(`^Usage: l2i ${command} .*(?:<|\\[log)`));
  expect(help.stdout).toMatch(/^ {2}-h, --help/m);
});

test("the options of load stand in groups, with their defaults", async () => {
  const { stdout } = await l2i(["load", "--help"]);
  const groups = [...stdout.matchAll(/^(\S[^:\n]*):$/gm)].map(([, title]) => title);
  expect(groups).toEqual([
    "Arguments",
    "What to count",
    "How to read",
    "How to count",
    "Where to write",
    "Limits",
    "Options",
    "Examples",
  ]);
  const plain = stdout.replaceAll(/\s+/g, " ");
  expect(plain).toContain("--window <DURATION> Length of a time bucket (default: 1m).");
  expect(plain).toContain("(default: 10000)");
});

test("--version is the version alone", async () => {
  expect(await l2i(["--version"])).toEqual({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), stderr: "" });
});

test.each<[said: RegExp, words: string[]]>([
  [/^l2i: unknown command 'lod'\n\(Did you mean load\?\)\n/, ["lod"]],
  [
    /^l2i: unknown option '--windw'\n\(Did you mean --window\?\)\n\("l2i load --help" tells more\)\n$/,
    ["load", "requests", "x.log", "--windw", "5m"],
  ],
  [/^l2i: unknown option '--onyl'\n\(Did you mean --only\?\)/, ["run", "--onyl", "x", "m.json"]],
  [/^l2i: missing required argument 'multibrain.json'\n\("l2i run --help" tells more\)/, ["run"]],
  [/^l2i: too many arguments/, ["run", "a.json", "b.json"]],
  [/^l2i: option '--only <NAME>' argument missing/, ["run", "m.json", "--only"]],
  [/Did you mean pipelines\?/, ["show", "pipeline"]],
  [/There are pipelines, formats, schema, man, /, ["show", "everything"]],
  [/Allowed choices are start, end\./, ["run", "--resume", "begin", "m.json"]],
  [/'-q, --quiet' cannot be used with option '-v, --verbose'/, ["run", "-q", "-v", "m.json"]],
  [/^l2i: <pipeline>: "requestz" is not a pipeline; did you mean "requests"\?\n$/, ["load", "requestz", "x.log"]],
  [
    /^l2i: 3 problems, nothing ran:\n(?: {2}--\S+: .+\n){3}$/,
    ["load", "requests", "x.log", "--window", "5x", "--tag", "a", "--timezone", "Mars"],
  ],
])("exit 2 and %s", async (said, words) => {
  const { code, stdout, stderr } = await l2i(words);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(said);
});
