// Two runs at once, runs that are stopped, and runs that are killed.
import { EventEmitter, once } from "node:events";
import { expect, test } from "vitest";
import { type Reply, startStandIn } from "../sink/stand-in.ts";
import { combined, Desk } from "./desk.ts";
import { jsonLines, type Running, start } from "./program.ts";

/** A run that holds its lock while the store lets it wait. */
async function waitingRun(
  desk: Desk,
): Promise<Running & AsyncDisposable & { answer(reply: Reply): void; readonly lines: () => string[] }> {
  let reply: Reply = "hang";
  const requests = new EventEmitter();
  const store = await startStandIn(() => {
    requests.emit("request");
    return reply;
  });
  desk.multibrain({ out: undefined, influxUrl: store.url, influxOrg: "o", influxBucket: "b" });
  const isAsked = once(requests, "request");
  const running = start(["run", "multibrain.json"], { cwd: desk.folder });
  await isAsked;
  return {
    ...running,
    answer: (next) => void (reply = next),
    lines: () => store.received.flatMap(({ lines }) => lines).filter((line) => line.startsWith("requests,")),
    async [Symbol.asyncDispose]() {
      running.child.kill("SIGKILL");
      await store[Symbol.asyncDispose]();
    },
  };
}

test("a second run of the same brainfile is skipped with a warning; the lock is free at once when its holder is killed", async () => {
  using desk = new Desk().log(50);
  await using first = await waitingRun(desk);
  const second = await desk.run("--json");
  expect(second.code).toBe(0);
  expect(jsonLines(second.stdout)).toMatchObject([{ outcome: "skipped", lines: 0 }]);
  expect(jsonLines(second.stderr)).toMatchObject([
    { level: "warn", msg: expect.stringMatching(/skipped, another run holds the brainfile \S+brain\.json/) },
  ]);
  expect(await desk.run("-q")).toEqual({ code: 0, stdout: "", stderr: "" });
  const before = desk.snapshot();
  expect(await desk.run("--dry-run")).toMatchObject({ code: 0, stdout: "" });
  expect(desk.snapshot()).toEqual(before);

  first.child.kill("SIGKILL");
  await first.result;
  first.answer(204);
  expect(await desk.run()).toEqual({ code: 0, stdout: "", stderr: "" });
  const sent = first.lines();
  expect(sent).toHaveLength(2 * new Set(sent).size); // the very same points, once more
  expect(desk.brain()).toMatchObject({ pendingPoints: 0, offset: combined.slice(0, 50).join("").length });
});

test.each([
  ["SIGTERM", 143],
  ["SIGINT", 130],
] as const)("%s ends a run with %i; what was counted is sent by the next one", async (signal, code) => {
  using desk = new Desk().log(50);
  await using first = await waitingRun(desk);
  first.child.kill(signal);
  expect(await first.result).toEqual({
    code,
    stdout: "",
    stderr: `l2i: stopped by ${signal}; the next run goes on behind the last line whose points are acknowledged\n`,
  });
  expect(desk.brain()).toMatchObject({ offset: 0 });
  first.answer(204);
  expect(await desk.run("-v")).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/sends \d+ points of an earlier run again/),
  });
  const sent = first.lines();
  expect(sent).toHaveLength(2 * new Set(sent).size);
});

test("a signal gets through while a large file is counted", async () => {
  using desk = new Desk();
  const lines = combined.join("");
  desk.write("large.log", lines.repeat(Math.ceil((96 * 1024 * 1024) / lines.length)));
  const { child, result } = start(["load", "requests", "large.log", "-v"], { cwd: desk.folder });
  child.stderr!.once("data", () => child.kill("SIGTERM"));
  const { code, stdout, stderr } = await result;
  expect({ code, stdout }).toEqual({ code: 143, stdout: "" });
  expect(stderr).toMatch(/l2i: stopped by SIGTERM\n$/);
});

test("a signal gets through while standard input is silent", async () => {
  using desk = new Desk();
  const { child, result } = start(["parse", "-"], { cwd: desk.folder });
  child.stdin!.write(combined.slice(0, 288).join("").repeat(3));
  child.stdout!.once("data", () => child.kill("SIGINT"));
  expect(await result).toMatchObject({ code: 130, stderr: "l2i: stopped by SIGINT\n" });
});

test("a store that cannot be reached is tried once a run; all arrives when it is back", async () => {
  using desk = new Desk().log(50);
  const common = {
    pipeline: "requests",
    log: "access.log",
    influxOrg: "o",
    influxBucket: "b",
    timeout: "1s",
    host: "desk",
  };
  const entries = (url: string) =>
    [1, 2, 3].map((n) => ({ ...common, influxUrl: url, brainfile: `${n}.json`, name: `n${n}`, tag: { n: String(n) } }));
  desk.write("multibrain.json", entries("http://127.0.0.1:1"));
  const down = await desk.run("--json");
  expect(down.code).toBe(1);
  expect(jsonLines(down.stdout).map(({ outcome, offset }) => [outcome, offset])).toEqual([
    ["failed", 0],
    ["failed", 0],
    ["failed", 0],
  ]);
  expect(jsonLines(down.stderr)).toMatchObject([
    { level: "error", msg: expect.stringMatching(/^n1: http:\/\/127\.0\.0\.1:1 \(bucket b\): connection refused/) },
  ]);

  await using store = await startStandIn(() => 204);
  desk.write("multibrain.json", entries(store.url));
  expect(await desk.run()).toEqual({ code: 0, stdout: "", stderr: "" });
  const counts = store.received
    .flatMap(({ lines }) => lines)
    .flatMap((line) => /^requests,.* count=(\d+)i/.exec(line)?.[1] ?? []);
  expect(counts.reduce((sum, count) => sum + Number(count), 0)).toBe(3 * 50);
});
