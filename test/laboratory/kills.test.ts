// A run that is killed at each of its changes of the disk, before, within and after it, and at each stage of a write; and the run
// after it. So every step between reading and the last save has its crash, and none leaves a line uncounted or counted twice.
import { expect, test } from "vitest";
import { combined, Desk } from "../cli/desk.ts";
import { jsonLines, start } from "../cli/program.ts";
import { type InfluxDB, startInfluxdb } from "../servers/influxdb.ts";
import { isWhole, sampled } from "../sampled.ts";
import { laboratoryEnvironment } from "./processes.ts";
import { passing, Proxy, type Treatment } from "./proxy.ts";
import { seed } from "./seed.ts";
import { sumsInInfluxdb } from "./stored-sums.ts";
import { lastPoints, sorted, sumsOfLines } from "./sums.ts";

const now = Date.parse("2026-01-02T12:00:00Z");
const minute = 60_000;
/** With a reject, so that the file for those is written, too. */
const lines = [...combined.slice(0, 150), "no line of this format\n", ...combined.slice(150)];

/** The points of an undisturbed load. */
async function expectedSums(): Promise<string[]> {
  using desk = new Desk().write("access.log", lines.join("")).multibrain();
  await desk.run();
  return sorted(sumsOfLines(lastPoints(desk.read("out.lp")), minute));
}

/** In the state between two runs, the folder named as `anyFolder`. */
async function halfLoaded(): Promise<{ [name: string]: string }> {
  using desk = new Desk().write("access.log", lines.slice(0, 100).join("")).multibrain();
  expect(await desk.run()).toMatchObject({ code: 0 });
  const files = ["multibrain.json", "brain.json", "out.lp"];
  return Object.fromEntries(files.map((name) => [name, desk.read(name).replaceAll(desk.folder, anyFolder)]));
}

const anyFolder = "<folder>";

/** `npm test` takes one of these, another one each time. */
const moments = (["before", "within", "after"] as const).filter((_, index) => isWhole || index === seed % 3);

test.each(moments)("killed %s every change of the disk", async (when) => {
  const [expected, before] = await Promise.all([expectedSums(), halfLoaded()]);
  let deaths = 0;
  // At each change in turn, until it survives.
  for (let change = 0; ; change++) {
    using desk = new Desk().write("access.log", lines.join(""));
    for (const [name, content] of Object.entries(before)) desk.write(name, content.replaceAll(anyFolder, desk.folder));
    const env = laboratoryEnvironment({ now, death: { change, when } });
    const { child, result } = start(["run", "multibrain.json"], { cwd: desk.folder, env });
    await result;
    const rerun = await desk.run("--json");
    expect([rerun.code, rerun.stderr]).toEqual([0, ""]);
    expect(sorted(sumsOfLines(lastPoints(desk.read("out.lp")), minute))).toEqual(expected);
    expect(jsonLines(desk.read("brain.json.rejects.jsonl"))).toContainEqual(
      expect.objectContaining({ line: "no line of this format" }),
    );
    if (child.signalCode !== "SIGKILL") break;
    deaths++;
  }
  // Rejects, intent, points, acknowledgement and the own point: less would mean that the changes are not seen.
  expect(deaths).toBeGreaterThan(10);
});

const silent: Treatment["answer"] = "silence";

test.each<[stage: string, signal: NodeJS.Signals, treatment: Treatment]>(
  sampled<[stage: string, signal: NodeJS.Signals, treatment: Treatment]>([
    ["before anything of the write arrives", "SIGKILL", { pass: () => [], answer: silent }],
    ["in the middle of the write", "SIGKILL", { pass: (all) => all.slice(all.length >> 1), answer: silent }],
    ["before the acknowledgement", "SIGKILL", { ...passing, answer: silent }],
    ["at the acknowledgement", "SIGKILL", passing],
    ["before anything of the write arrives", "SIGTERM", { pass: () => [], answer: silent }],
    ["in the middle of the write", "SIGTERM", { pass: (all) => all.slice(all.length >> 1), answer: silent }],
    ["before the acknowledgement", "SIGTERM", { ...passing, answer: silent }],
    ["at the acknowledgement", "SIGTERM", passing],
  ]),
)("stopped %s by %s", async (_, signal, treatment) => {
  const expected = await expectedSums();
  await using store: InfluxDB = await startInfluxdb();
  await store.createDatabase("l2i");
  await using proxy = new Proxy();
  proxy.leadTo(store.url);
  await proxy.open();
  using desk = new Desk().write("access.log", lines.join(""));
  desk.multibrain({ out: undefined, influxUrl: proxy.url, influxDatabase: "l2i" });
  const { child, result } = start(["run", "multibrain.json"], { cwd: desk.folder });
  proxy.treat = async () => treatment;
  proxy.onCommitted = async () => void child.kill(signal);
  await result;
  proxy.treat = async () => passing;
  proxy.onCommitted = async () => {};
  expect(await desk.run()).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(sorted(await sumsInInfluxdb(store.url, "l2i", minute))).toEqual(expected);
});
