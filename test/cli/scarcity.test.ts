// Machines that give a process less than usual: what is there for speed must not be what it fails for.
import { expect, test } from "vitest";
import { Desk, linesOf } from "./desk.ts";
import { shell } from "./program.ts";

const load = "load latency access.log --out - --host desk --rejects rejects.jsonl";

test.each([
  ["without WebAssembly", `NODE_OPTIONS=--jitless l2i ${load}`],
  ["with too few addresses for its memory", `ulimit -v 4000000; l2i ${load}`],
])("%s the regular expression reads all, and says the same", async (_, command) => {
  using desk = new Desk();
  desk.write("access.log", ["no such line\n", ...linesOf("apache-combined-elapsed.log")].join(""));
  const usual = await desk.l2i(load.split(" "));
  expect(usual).toMatchObject({ code: 0, stdout: expect.stringContaining("latency,") });
  desk.remove("rejects.jsonl");
  const scarce = await shell(command, desk.folder);
  expect(scarce).toMatchObject({ code: 0, stdout: usual.stdout });
  expect(desk.read("rejects.jsonl")).toContain("no such line");
});

test("many invocations of a log with many rotated files need no more open files than there may be", async () => {
  using desk = new Desk().log(10);
  for (let number = 1; number <= 100; number++)
    desk.write(`access.log.${number}`, linesOf("apache-combined.log")[number]!);
  const entries = Array.from({ length: 16 }, (_, index) => ({
    pipeline: "requests",
    name: `${index}`,
    tag: { n: `${index}` },
    log: "access.log",
    brainfile: `${index}.json`,
    out: "out.lp",
  }));
  desk.write("multibrain.json", entries);
  expect(await shell("ulimit -n 1024; l2i run multibrain.json", desk.folder)).toEqual({
    code: 0,
    stdout: "",
    stderr: "",
  });
  expect(desk.counted()).toBe(16 * 10);
});
