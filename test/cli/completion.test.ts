// Completion and the manual page: what bash really offers, and what man's own formatter says of the page.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { invocationOptions } from "../../src/invocation/options.ts";
import { pipelineNames } from "../../src/pipeline/builtin.ts";
import { l2i } from "./program.ts";

const folder = mkdtempSync(join(tmpdir(), "l2i-completion-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a tool makes of text on standard input. */
function ran(input: string, command: string, ...words: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr, error } = spawnSync(command, words, { input, cwd: folder, encoding: "utf8" });
  if (error) throw error;
  return { status, output: stdout + stderr };
}

test("bash offers commands, options, what may follow them, and files", async () => {
  const { stdout: script } = await l2i(["show", "bash-completion"]);
  writeFileSync(join(folder, "shop's log"), "");
  const lines: [words: string[], offered: string[]][] = [
    [["re"], ["report", "repl", "replay"]],
    [["run", "--o"], ["--only"]],
    [
      ["run", "--resume", ""],
      ["start", "end"],
    ],
    [["load", "la"], ["latency"]],
    [
      ["load", ""],
      [...pipelineNames, "shop's log"],
    ],
    [["load", "requests", "sh"], ["shop's log"]],
    [
      ["load", "requests", "x", "--format", "com"],
      ["common", "combined", "combined_elapsed"],
    ],
    [
      ["load", "requests", "x", "--edges", "="],
      ["drop", "keep"],
    ],
    [["load", "requests", "x", "--edges", "=", "k"], ["keep"]],
    [["load", "requests", "x", "--name", ""], []],
    [
      ["load", "--by", "m"],
      ["method", "message"],
    ],
    [["parse", "--derived", "br"], ["browser"]],
    [["show", "zsh"], ["zsh-completion"]],
    [["help", "sta"], ["status"]],
  ];
  const asked = lines.map(
    ([words]) =>
      `COMP_WORDS=(l2i ${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length}; _l2i; (IFS=,; echo "\${COMPREPLY[*]}")`,
  );
  const { output } = ran([script, ...asked].join("\n"), "bash", "-u");
  expect(output.split("\n").slice(0, -1)).toEqual(lines.map(([, offered]) => offered.join(",")));
});

test.each(["bash", "zsh"])("%s knows each option of load", async (shell) => {
  const { stdout } = await l2i(["show", `${shell}-completion`]);
  for (const { long } of invocationOptions(["log"])) expect(stdout).toContain(`${long}`);
});

test("the manual page has all commands and options, and groff has nothing to say about it", async () => {
  const { stdout: page } = await l2i(["show", "man"]);
  const warnings = ran(page, "groff", "-man", "-ww", "-z", "-Tutf8");
  expect(warnings).toEqual({ status: 0, output: "" });
  const { output } = ran(page, "groff", "-man", "-Tascii", "-P-c", "-P-b", "-P-u");
  for (const command of ["run", "load", "verify"])
    expect(output).toMatch(new RegExp(`^ +l2i ${command} \\[options\\]`, "m"));
  for (const { flags } of invocationOptions(["log"])) expect(output).toContain(`  ${flags.replaceAll(/[<>]/g, "")}`);
  expect(output).toContain("Exit codes: 0 all well");
  expect(output).toContain("* * * * *  l2i run multibrain.json");
});
