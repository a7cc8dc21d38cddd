// Invocations of one log run side by side and read it once. Nobody can tell by what comes out: each counts what it would count alone.
import { appendFileSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { expect, test } from "vitest";
import { pipelineNames } from "../../src/pipeline/builtin.ts";
import { startStandIn } from "../sink/stand-in.ts";
import { combined, Desk, linesOf } from "./desk.ts";
import { jsonLines, start } from "./program.ts";

const elapsed = linesOf("apache-combined-elapsed.log");

/** One invocation of each pipeline over access.log, each with an out file of its own. */
const entries = pipelineNames.map((pipeline) => ({
  pipeline,
  log: "access.log",
  brainfile: `${pipeline}.json`,
  out: `${pipeline}.lp`,
  host: "desk",
}));

const points = (desk: Desk): string[][] =>
  entries.map(({ out }) =>
    desk.has(out)
      ? desk
          .read(out)
          .split("\n")
          .filter((line) => !line.startsWith("l2i_run,"))
      : [],
  );

test("each counts what it would count alone, from wherever it stands, through rotation and late lines", async () => {
  using together = new Desk().write("multibrain.json", entries);
  using alone = new Desk();
  const steps: ((desk: Desk) => void)[] = [
    (desk) => desk.write("access.log", elapsed.slice(0, 200).join("")),
    (desk) => desk.append("access.log", `nonsense\n${elapsed.slice(200, 240).join("")}`),
    (desk) => {
      desk.append("access.log", elapsed.slice(240).join(""));
      renameSync(desk.path("access.log"), desk.path("access.log.1"));
      desk.write("access.log", `\r\n${elapsed.slice(5, 90).join("")}half a line`);
    },
  ];
  for (const [number, step] of steps.entries()) {
    step(together);
    step(alone);
    // Before the last step two of them lag behind.
    if (number === 1) {
      for (const { pipeline } of entries.slice(2))
        expect(await together.run("--only", `${pipeline}:access.log`)).toMatchObject({ code: 0, stderr: "" });
    } else expect(await together.run()).toMatchObject({ code: 0, stderr: "" });
    for (const entry of number === 1 ? entries.slice(2) : entries) {
      alone.write("multibrain.json", [entry]);
      expect(await alone.run()).toMatchObject({ code: 0, stderr: "" });
    }
    expect(points(together)).toEqual(points(alone));
  }
  for (const { brainfile } of entries)
    expect(together.brain(brainfile)).toMatchObject({ offset: alone.brain(brainfile)["offset"], pendingPoints: 0 });
});

const entryOf = (name: string, out: string) => ({
  pipeline: "requests",
  name,
  tag: { name },
  log: "access.log",
  brainfile: `${name}.json`,
  out,
});

test("the one whose file all read from fails in the middle of the log", async () => {
  const times = 1800; // several segments
  using desk = new Desk().write("access.log", combined.join("").repeat(times));
  desk.write("multibrain.json", [entryOf("a", "/dev/full"), entryOf("b", "b.lp"), entryOf("c", "/dev/full")]);
  const { stdout, stderr } = await desk.run("--json");
  const lines = times * combined.length;
  expect(jsonLines(stdout).map(({ name, outcome, lines: counted }) => [name, outcome, counted])).toEqual([
    ["a", "failed", 0],
    ["b", "loaded", lines],
    ["c", "failed", 0],
  ]);
  expect(stderr).not.toContain("cannot be read");
  expect(desk.brain("b.json")).toMatchObject({ offset: desk.read("access.log").length, pendingPoints: 0 });
});

test("one that fails, one that is skipped and one that has nothing to do leave the others alone", async () => {
  using desk = new Desk().log(100);
  const [a, b, c, d] = ["a", "b", "c", "d"].map((name) => entryOf(name, `${name}.lp`));
  desk.write("multibrain.json", [d]);
  await desk.run();
  mkdirSync(desk.path("b.lp"));
  desk.write("multibrain.json", [a, { ...b }, { ...c, set: {} }, d]);
  const { code, stdout, stderr } = await desk.run("--json");
  expect(code).toBe(1);
  expect(jsonLines(stdout).map(({ name, outcome, lines }) => [name, outcome, lines])).toEqual([
    ["a", "loaded", 100],
    ["b", "failed", expect.any(Number)],
    ["c", "loaded", 100],
    ["d", "unchanged", 0],
  ]);
  expect(jsonLines(stderr)).toHaveLength(1);
  expect([desk.counted("a.lp"), desk.counted("c.lp"), desk.counted("d.lp")]).toEqual([100, 100, 100]);
});

test("a store that is out of reach costs one time-out, and all catch up later", async () => {
  using desk = new Desk().log(100);
  let isDead = true;
  await using store = await startStandIn(() => (isDead ? "hang" : 204));
  const entry = (name: string): object => ({
    pipeline: "requests",
    name,
    tag: { name },
    log: "access.log",
    brainfile: `${name}.json`,
    influxUrl: store.url,
    influxBucket: "b",
    timeout: "1s",
  });
  desk.write("multibrain.json", [entry("a"), entry("b"), entry("c")]);
  const { code, stderr } = await desk.run();
  expect(code).toBe(1);
  expect(store.received).toHaveLength(1);
  expect(stderr.trim().split("\n")).toHaveLength(1);
  isDead = false;
  expect(await desk.run()).toMatchObject({ code: 0 });
  for (const name of ["a", "b", "c"]) expect(desk.brain(`${name}.json`)).toMatchObject({ pendingPoints: 0 });
});

const intoOne = (name: string): object => ({
  pipeline: "requests",
  name,
  tag: { name },
  log: "access.log",
  brainfile: `${name}.json`,
  out: "out.lp",
});

test("those that write into one file do so in the order of the multibrain", async () => {
  using desk = new Desk().log(100);
  const names = ["f", "e", "d", "c", "b", "a"];
  desk.write("multibrain.json", names.map(intoOne));
  expect(await desk.run()).toMatchObject({ code: 0, stderr: "" });
  const written = desk.read("out.lp").match(/(?<=^requests.*,name=)./gm)!;
  expect([...new Set(written)]).toEqual(names);
  expect(written).toEqual(written.toSorted().toReversed());
});

test("a log that grows all the time", async () => {
  using desk = new Desk().log(50);
  desk.write("multibrain.json", ["a", "b", "c", "d"].map(intoOne));
  let lines = 50;
  const grow = setInterval(() => {
    appendFileSync(desk.path("access.log"), combined[lines % combined.length]!);
    lines++;
  }, 1);
  for (let run = 0; run < 8; run++) expect(await desk.run()).toMatchObject({ code: 0, stderr: "" });
  clearInterval(grow);
  await desk.run();
  expect(desk.counted()).toBe(4 * lines);
  expect(readFileSync(desk.path("access.log"), "utf8").split("\n")).toHaveLength(lines + 1);
});

test("killed again and again: each goes on from where it stood, and all end exact", async () => {
  using desk = new Desk().write("access.log", "");
  const lines = 60 * combined.length;
  desk.write(
    "multibrain.json",
    ["a", "b", "c", "d"].map((name) => ({ ...intoOne(name), out: `${name}.lp` })),
  );
  for (let part = 0; part < 6; part++) {
    desk.append("access.log", combined.join("").repeat(10));
    const { child, result } = start(["run", "multibrain.json"], { cwd: desk.folder });
    setTimeout(() => child.kill("SIGKILL"), 150 + 40 * part);
    await result;
  }
  expect(await desk.run()).toMatchObject({ code: 0, stderr: "" });
  expect(["a", "b", "c", "d"].map((name) => desk.counted(`${name}.lp`))).toEqual([lines, lines, lines, lines]);
});
