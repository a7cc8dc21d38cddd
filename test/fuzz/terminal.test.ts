// Nothing that strangers put into a log reaches a terminal raw, whichever command shows it, nor the files that a person looks into.
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { Desk } from "../cli/desk.ts";
import { expectPrintable, jsonLines } from "../cli/program.ts";
import { hold, patience } from "./budget.ts";
import { logFormat } from "./counted.ts";
import { anyLine } from "./material.ts";

vi.setConfig({ testTimeout: patience });

const log = fc
  .array(anyLine(logFormat), { minLength: 100, maxLength: 200, size: "max" })
  .map((lines) => lines.map((line) => `${line}\n`).join(""));

const invocations = ["errors", "downloads", "instances"].map((pipeline) => ({
  pipeline,
  log: "access.log",
  brainfile: `${pipeline}.json`,
  out: "out.lp",
  format: logFormat,
  ...(pipeline === "instances" && { set: { instance: "vhost" } }),
}));

/** In this order: each may see what the ones before have left. The flag says that all of standard output is JSON lines. */
const commands: readonly (readonly [words: readonly string[], isJson: boolean])[] = [
  [["parse", "access.log", "--format", logFormat], true],
  [["parse", "--explain", "access.log", "--format", logFormat], true],
  [["load", "errors", "access.log", "--format", logFormat, "--rejects", "table.jsonl"], false],
  [
    ["load", "instances", "access.log", "--format", logFormat, "--set", "instance=vhost", "--set", "clients=*.7"],
    false,
  ],
  [["load", "--by", "uri,userAgent", "access.log", "--format", logFormat], false],
  [["load", "--by", "uri,referrer", "access.log", "--format", logFormat, "--json"], true],
  [["check", "multibrain.json"], false],
  [["check", "--json", "multibrain.json"], true],
  [["run", "-vv", "multibrain.json"], false],
  [["status", "multibrain.json"], false],
  [["status", "--json", "multibrain.json"], true],
  [["run", "--json", "--resume", "start", "multibrain.json"], true],
  [["replay", "."], false],
];

test("no command prints what a terminal would obey, and JSON is JSON", () =>
  hold(
    "terminal",
    3,
    fc.asyncProperty(log, async (text) => {
      using desk = new Desk().write("access.log", Buffer.from(text, "latin1")).write("multibrain.json", invocations);
      desk
        .write("case.json", {
          invocation: { pipeline: "errors", log: "access.log", format: logFormat },
          now: "2025-10-26T12:00:00Z",
        })
        .write(
          "expected.lp",
          Buffer.from(`errors,route=${text.slice(0, 500).replaceAll(/[ \n]/g, "_")} count=1i 5\n`, "latin1"),
        );
      for (const [words, isJson] of commands) {
        const result = await desk.l2i(words);
        expect({ words, code: result.code }).toEqual({ words, code: words[0] === "replay" ? 1 : 0 });
        expectPrintable(result);
        if (isJson) jsonLines(result.stdout);
      }
      for (const name of ["table.jsonl", "errors.json.rejects.jsonl"]) {
        const kept = desk.read(name);
        expectPrintable({ code: 0, stdout: kept, stderr: "" });
        for (const { line, offset } of jsonLines(kept))
          expect(text.slice(Number(offset), Number(offset) + String(line).length)).toBe(line);
      }
    }),
  ));
