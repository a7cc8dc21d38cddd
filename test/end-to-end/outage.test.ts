// A store that is down, dies, or breaks the connection: one clear line, nothing lost, nothing twice, once it is back.
import { afterEach, beforeEach, expect, test } from "vitest";
import { combined, Desk } from "../cli/desk.ts";
import { type Result, start } from "../cli/program.ts";
import { apacheTime } from "../laboratory/laboratory.ts";
import { sorted, sumsOfLines } from "../laboratory/sums.ts";
import { MortalInfluxdb } from "../laboratory/mortal-influxdb.ts";
import { passing, type Treatment } from "../laboratory/proxy.ts";
import { sumsInInfluxdb } from "../laboratory/stored-sums.ts";

const minute = 60_000;

const cutAfterCommit: Treatment = { ...passing, answer: "cut" };

let store: MortalInfluxdb;
let desk: Desk;
beforeEach(async () => {
  store = await MortalInfluxdb.start("l2i");
  desk = new Desk();
  configure();
});
afterEach(async () => {
  desk[Symbol.dispose]();
  await store[Symbol.asyncDispose]();
});

/** One invocation over access.log into the store behind the proxy. */
function configure(options: object = {}): void {
  desk.multibrain({
    out: undefined,
    influxUrl: store.proxy.url,
    influxDatabase: "l2i",
    timeout: "700ms",
    ...options,
  });
}

/** What one load of the lines makes of them. */
async function pointsOf(lines: readonly string[], ...options: string[]): Promise<string[]> {
  const words = ["load", "requests", "-", "--out", "-", "--host", "desk", "--tag", "log=access.log", ...options];
  const { code, stdout } = await desk.l2i(words, { input: lines.join("") });
  expect(code).toBe(0);
  return stdout.trimEnd().split("\n");
}

const expected = async (...given: Parameters<typeof pointsOf>): Promise<string[]> =>
  sorted(sumsOfLines(await pointsOf(...given), minute));

const stored = async (): Promise<string[]> => sorted(await sumsInInfluxdb(store.url, "l2i", minute));

const expectSilence = ({ code, stdout, stderr }: Result, expectedCode: number): void =>
  expect([code, stdout, stderr]).toEqual([expectedCode, "", ""]);

function expectOneLine({ code, stdout, stderr }: Result, text: RegExp): void {
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(text);
  expect(stderr.trimEnd().split("\n").length).toBe(1);
}

test("a store that is down is said once, moves nothing, and gets everything when it is back", async () => {
  await store.proxy.open();
  desk.log(100);
  expectSilence(await desk.run(), 0);
  const { offset } = desk.brain();

  await store.proxy.shut();
  desk.append("access.log", combined.slice(100, 200).join(""));
  expectOneLine(await desk.run(), /ERROR requests:access\.log: .*connection refused.*/);
  expect(desk.brain()).toMatchObject({ offset });
  expectSilence(await desk.run(), 1);
  desk.append("access.log", combined.slice(200).join(""));
  expectSilence(await desk.run(), 1);
  expect(desk.brain()).toMatchObject({ offset });
  expect(await stored()).toEqual(await expected(combined.slice(0, 100)));

  await store.proxy.open();
  expectSilence(await desk.run(), 0);
  expect(desk.brain()).toMatchObject({ offset: desk.read("access.log").length, failing: null, pendingPoints: 0 });
  expect(await stored()).toEqual(await expected(combined));
  expectSilence(await desk.run(), 0);
  expect(await stored()).toEqual(await expected(combined));
});

test("a store that is down from the very first run", async () => {
  desk.log();
  expectOneLine(await desk.run(), /connection refused/);
  expect(desk.brain()).toMatchObject({ offset: 0, sha: "" });
  expectSilence(await desk.run(), 1);
  await store.proxy.open();
  expectSilence(await desk.run(), 0);
  expect(await stored()).toEqual(await expected(combined));
});

test("influxd is killed while it is being written to", async () => {
  // Every line is a point: 12,000 points are three requests.
  const noon = Date.parse("2026-01-02T12:00:00Z");
  const lines = Array.from(
    { length: 12_000 },
    (_, index) => `10.0.0.1 - - [${apacheTime(noon + 1000 * index)}] "GET / HTTP/1.1" 200 ${index} "-" "test"\n`,
  );
  configure({ window: "1s", lateness: "4h" }); // so that all of them are open, and one segment
  desk.write("access.log", lines.join(""));
  await store.proxy.open();
  let requests = 0;
  store.proxy.treat = async () => (++requests < 2 ? passing : cutAfterCommit);
  store.proxy.onCommitted = async () => void (requests >= 2 && (await store.kill()));
  expectOneLine(await desk.run(), /ERROR requests:access\.log: /);
  expect(requests).toBeGreaterThanOrEqual(2); // it is tried again for a while
  expect(desk.brain()).toMatchObject({ offset: 0, pendingPoints: 12_000 });
  store.proxy.treat = async () => passing;
  store.proxy.onCommitted = async () => {};
  await store.revive();
  const before = await stored();
  expect(before.length).toBeGreaterThan(0);
  expectSilence(await desk.run(), 0);
  expect(await stored()).not.toEqual(before);
  expect(await stored()).toEqual(await expected(lines, "--window", "1s"));
});

test.each(["totals", "parts"])("the connection breaks after the store has committed, %s", async (writes) => {
  configure({ writes });
  await store.proxy.open();
  desk.log(150);
  store.proxy.treat = async () => cutAfterCommit;
  expectOneLine(await desk.run(), /ERROR requests:access\.log: .*(connection was cut|no answer)/);
  expect(await stored()).toEqual(await expected(combined.slice(0, 150)));
  desk.append("access.log", combined.slice(150).join(""));
  expectSilence(await desk.run(), 1);
  store.proxy.treat = async () => passing;
  expectSilence(await desk.run(), 0);
  expect(await stored()).toEqual(await expected(combined));
});

test("the loader is killed after the store has committed", async () => {
  await store.proxy.open();
  const lines = [...combined.slice(0, 150), "no line of this format\n"];
  desk.write("access.log", lines.join(""));
  const { child, result } = start(["run", "multibrain.json"], { cwd: desk.folder });
  store.proxy.treat = async () => cutAfterCommit;
  store.proxy.onCommitted = async () => void child.kill("SIGKILL");
  await result;
  expect(child.signalCode).toBe("SIGKILL");
  expect(await stored()).toEqual(await expected(combined.slice(0, 150)));
  store.proxy.treat = async () => passing;
  store.proxy.onCommitted = async () => {};
  desk.append("access.log", combined.slice(150).join(""));
  expectSilence(await desk.run(), 0);
  expect(await stored()).toEqual(await expected(combined));
  expect(desk.read("brain.json.rejects.jsonl").trimEnd().split("\n").length).toBe(1);
});

test("a log that is deleted after it was counted is not missed", async () => {
  desk.log(150);
  expectOneLine(await desk.run(), /connection refused/);
  desk.write("access.log", combined.slice(150).join(""));
  await store.proxy.open();
  const { code, stderr } = await desk.run();
  expect([code, stderr]).toEqual([0, expect.stringMatching(/ WARN requests:access\.log: gap: /)]);
  expect(await stored()).toEqual(await expected(combined));
});

test("a configuration that changed meanwhile counts only what comes after", async () => {
  desk.log(150);
  expectOneLine(await desk.run(), /connection refused/);
  configure({ tag: { release: "2" }, window: "5m", writes: "parts" });
  desk.append("access.log", combined.slice(150).join(""));
  await store.proxy.open();
  expectSilence(await desk.run(), 0);
  const five = 5 * minute;
  const sums = sorted(await sumsInInfluxdb(store.url, "l2i", five));
  const older = sumsOfLines(await pointsOf(combined.slice(0, 150)), five);
  const newer = sumsOfLines(await pointsOf(combined.slice(150), "--tag", "release=2"), five);
  expect(sums).toEqual(sorted(new Map([...older, ...newer])));
});
