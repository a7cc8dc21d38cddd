// Most runs find nothing new. They are over at the door of the program, l2i.js, without the rest of it: shown by running the
// door where the rest is not there. Whatever is out of the ordinary gets past it, and is found out and said as ever.
import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  cpSync,
  linkSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { takeLock } from "../../src/lock.ts";
import { startStandIn } from "../sink/stand-in.ts";
import { combined, Desk } from "./desk.ts";
import { shell } from "./program.ts";
import { sampled } from "../sampled.ts";

const silence = { code: 0, stdout: "", stderr: "" };

const door = mkdtempSync(join(tmpdir(), "l2i-door-"));
for (const file of ["l2i.js", "package.json"]) cpSync(join("dist", file), join(door, file));
afterAll(() => rmSync(door, { recursive: true, force: true }));

interface Env {
  readonly [name: string]: string;
}

/** Is the door alone enough for the run? */
function isQuiet(desk: Desk, env: Env = {}, words: readonly string[] = ["run", "multibrain.json"]): boolean {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(door, "l2i.js"), ...words], {
    cwd: desk.folder,
    env,
    encoding: "utf8",
  });
  if (status === 0) expect(stdout + stderr).toBe("");
  else expect(stderr).toMatch(/no such file.*parts\/main-/);
  return status === 0;
}

/** Two invocations over one log, one of them in command-line words; both were run. */
async function settled(options: object = {}, env: Env = {}): Promise<Desk> {
  const desk = new Desk().longLog();
  desk.write("multibrain.json", {
    defaults: { host: "desk" },
    invocations: [
      { pipeline: "requests", log: "access.log", brainfile: "brain.json", out: "out.lp", ...options },
      ["errors", "--log", "access.log", "--brainfile", "words.json", "--out", "words.lp"],
    ],
  });
  expect(await desk.l2i(["run", "multibrain.json"], { env })).toEqual(silence);
  return desk;
}

test("a multibrain with comments is as quiet", async () => {
  using desk = await settled();
  desk.write("multibrain.json", `// what we count\n${desk.read("multibrain.json")}/* so far */`);
  expect(isQuiet(desk)).toBe(false);
  expect(await desk.run()).toEqual(silence);
  expect(isQuiet(desk)).toBe(true);
});

test("a quiet run needs the door alone, and writes nothing but the mtimes of the brainfiles", async () => {
  using desk = await settled();
  const brainfiles = ["brain.json", "words.json"];
  for (const name of brainfiles) utimesSync(desk.path(name), 1, 1);
  const state = (): string[] => desk.snapshot().map((line) => (/^(?:brain|words)\.json /.test(line) ? "" : line));
  const kept = (): unknown[] => brainfiles.map((name) => [desk.read(name), statSync(desk.path(name)).ino]);
  const before = [state(), kept()];
  expect(isQuiet(desk)).toBe(true);
  expect([state(), kept()]).toEqual(before);
  for (const name of brainfiles) expect(Date.now() - statSync(desk.path(name)).mtimeMs).toBeLessThan(60_000);
});

test.each<[what: string, happen: (desk: Desk) => void, outcome: object]>(
  sampled([
    ["a line that is new", (desk) => desk.append("access.log", combined[0]!), silence],
    ["a rotation", rotate, silence],
    ["lines in a rotated log", (desk) => appendFileSync(desk.path("access.log.1"), combined[0]!), silence],
    [
      "an edit in place that left size and mtime",
      (desk) => {
        const { atime, mtime } = statSync(desk.path("access.log"));
        desk.write("access.log", desk.read("access.log").replaceAll("127.", "128."));
        utimesSync(desk.path("access.log"), atime, mtime);
      },
      {},
    ],
    ["a log that is gone", (desk) => desk.remove("access.log"), {}],
    ["a brainfile that is gone", (desk) => desk.remove("words.json"), silence],
    [
      "a brainfile that is damaged",
      (desk) => desk.write("words.json", "{"),
      { code: 1, stderr: expect.stringContaining("cannot be understood") },
    ],
    [
      "points for the log itself",
      (desk) => {
        desk.remove("out.lp");
        linkSync(desk.path("access.log"), desk.path("out.lp"));
      },
      { code: 2, stderr: expect.stringContaining("is the log under another name") },
    ],
  ]),
)("what happens on the disk is noticed: %s", async (_, happen, outcome) => {
  using desk = await settled();
  rotate(desk);
  expect(await desk.run()).toEqual(silence);
  expect(isQuiet(desk)).toBe(true);
  happen(desk);
  expect(isQuiet(desk)).toBe(false);
  expect(await desk.run()).toMatchObject(outcome);
});

/** Leaves a log that is new but for its first lines, as it was when it was looked at last. */
function rotate(desk: Desk): void {
  rmSync(desk.path("access.log.1"), { force: true });
  renameSync(desk.path("access.log"), desk.path("access.log.1"));
  desk.write("access.log", combined.slice(0, 20).toReversed().join(""));
}

test.each<[what: string, edit: (text: string) => string, said: string]>(
  sampled([
    ["no JSON", (text) => `${text},`, "this is not JSON"],
    ["a key that stands twice", (text) => text.replace("{", '{"defaults":{},'), "stands twice"],
    ["an option that is misspelt", (text) => text.replace('"out"', '"oout"'), 'is unknown; did you mean "out"?'],
    ["a value that is wrong", (text) => text.replace('"host":"desk"', '"window":"5x"'), '"5x" is not a duration'],
    ["a pipeline that does not exist", (text) => text.replace("requests", "reqests"), 'did you mean "requests"?'],
    ["a brainfile for two", (text) => text.replace("brain.json", "words.json"), "is the same file as that of"],
    ["a variable that is not set", (text) => text.replace("desk", "${DESK}"), "the environment has no variable DESK"],
    ["words that are wrong", (text) => text.replace("--out", "--uot"), "--uot"],
  ]),
)("a wrong multibrain is refused, however quiet the logs are: %s", async (_, edit, said) => {
  using desk = await settled();
  const right = desk.read("multibrain.json");
  const wrong = edit(right);
  expect(wrong).not.toBe(right);
  desk.write("multibrain.json", wrong);
  expect(isQuiet(desk)).toBe(false);
  expect(await desk.run()).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining(said) });
  expect(isQuiet(desk)).toBe(false);

  desk.write("multibrain.json", right);
  expect(await desk.run()).toEqual(silence);
  expect(isQuiet(desk)).toBe(true);
});

test("a change that is right is noted once, though the log is quiet; an invocation that is new is run", async () => {
  using desk = await settled();
  const changed = JSON.parse(desk.read("multibrain.json").replace('"desk"', '"chair"'));
  desk.write("multibrain.json", changed);
  expect(isQuiet(desk)).toBe(false);
  expect(await desk.run()).toEqual(silence);
  expect(isQuiet(desk)).toBe(true);

  changed.invocations.push({ pipeline: "sizes", log: "access.log", brainfile: "new.json", out: "new.lp" });
  desk.write("multibrain.json", changed);
  expect(isQuiet(desk)).toBe(false);
  expect(await desk.run()).toEqual(silence);
  expect(desk.has("new.lp")).toBe(true);
  expect(isQuiet(desk)).toBe(true);
});

test.each([
  ["${WINDOW}", "as it is written"],
  [String.raw`\u0024\u007bWINDOW}`, "escaped"],
])("another value in the environment is noticed: %s, %s", async (reference) => {
  const env = { WINDOW: "1m", PATH: process.env["PATH"] ?? "", OTHER: "1" };
  using desk = await settled({ window: "1m" }, env);
  desk.write("multibrain.json", desk.read("multibrain.json").replace('"1m"', `"${reference}"`));
  expect(await desk.l2i(["run", "multibrain.json"], { env })).toEqual(silence);
  expect(isQuiet(desk, env)).toBe(true);
  expect(isQuiet(desk, { ...env, OTHER: "2" })).toBe(true); // nobody asks for it
  expect(isQuiet(desk, { ...env, WINDOW: "5x" })).toBe(false);
  expect(await desk.l2i(["run", "multibrain.json"], { env: { ...env, WINDOW: "5x" } })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("is not a duration"),
  });
});

test("a token is looked at anew when its file, its permissions or its variable change; none lies in a brainfile", async () => {
  await using store = await startStandIn(() => 204);
  using desk = new Desk().log(50).write("token", "in-the-file\n");
  chmodSync(desk.path("token"), 0o600);
  const common = { influxUrl: store.url, influxBucket: "b" };
  desk.write("multibrain.json", [
    { pipeline: "requests", log: "access.log", brainfile: "1.json", ...common, influxTokenFile: "token" },
    { pipeline: "errors", log: "access.log", brainfile: "2.json", ...common },
  ]);
  const env = { INFLUX_TOKEN: "in-the-environment" };
  const run = (more: Env = {}) => desk.l2i(["run", "multibrain.json"], { env: { ...env, ...more } });
  expect(await run()).toEqual(silence);
  expect(isQuiet(desk, env)).toBe(true);
  expect(desk.read("1.json") + desk.read("2.json")).not.toMatch(/in-the/);

  expect(isQuiet(desk, { INFLUX_TOKEN: "wrong\n" })).toBe(false);
  expect(await run({ INFLUX_TOKEN: "wrong\n" })).toMatchObject({ code: 2 });

  chmodSync(desk.path("token"), 0o604);
  for (const _ of "twice") {
    expect(isQuiet(desk, env)).toBe(false);
    expect(await run()).toMatchObject({ code: 0, stderr: expect.stringContaining("every user of this machine") });
  }
  chmodSync(desk.path("token"), 0o600);
  expect(await run()).toEqual(silence);
  expect(isQuiet(desk, env)).toBe(true);

  desk.write("token", "wröng");
  expect(isQuiet(desk, env)).toBe(false);
  expect(await run()).toMatchObject({ code: 2, stderr: expect.stringContaining("the secret in this file") });
});

test("a JSON Schema is looked at, too", async () => {
  using desk = new Desk().write("access.log", '{"time":1761480000,"status":200}\n').write("s.json", "{}");
  desk.multibrain({ format: "json", schema: "s.json" });
  expect(await desk.run()).toEqual(silence);
  expect(isQuiet(desk)).toBe(true);
  desk.write("s.json", '{"type": "objekt"}');
  expect(isQuiet(desk)).toBe(false);
});

test("a failure that lasts is tried again and told again", async () => {
  const store = { influxUrl: "http://127.0.0.1:1", influxBucket: "b", timeout: "1s" };
  using desk = new Desk().log(50).multibrain({ out: undefined, ...store });
  for (const _ of "twice") {
    expect(await desk.run()).toMatchObject({ code: 1 });
    expect(isQuiet(desk)).toBe(false);
  }
});

test("a run is skipped with a warning while another holds a brainfile, though nothing is new", async () => {
  using desk = await settled();
  const lock = await takeLock(desk.path("words.json"));
  expect(isQuiet(desk)).toBe(false);
  expect(await desk.run()).toMatchObject({ code: 0, stderr: expect.stringContaining("skipped, another run holds") });
  await lock!.release();
  expect(isQuiet(desk)).toBe(true);
});

test.each(["-v", "--json", "--dry-run", "--only=requests:access.log", "--resume=end"])(
  "a run with flags is the whole program's: %s",
  async (flag) => {
    using desk = await settled();
    expect(isQuiet(desk, {}, ["run", flag, "multibrain.json"])).toBe(false);
    expect(isQuiet(desk, {}, ["run", "multibrain.json", flag])).toBe(false);
  },
);

test("a multibrain that comes through a pipe is read but once", async () => {
  using desk = await settled();
  const { code, stderr } = await shell("l2i run <(sed 's|access.log|/nowhere|' multibrain.json)", desk.folder);
  expect([code, stderr]).toEqual([1, expect.stringContaining("brainfile")]);
});

test("a brainfile of an older program, which lacks the proof, is read as ever", async () => {
  using desk = await settled();
  const [header, ...rest] = desk.read("brain.json").split("\n");
  const { validated, ...older } = JSON.parse(header!);
  expect(validated).toMatchObject({ log: desk.path("access.log"), out: desk.path("out.lp"), secretFile: null });
  desk.write("brain.json", [JSON.stringify(older), ...rest].join("\n"));
  const before = desk.counted();
  expect(isQuiet(desk)).toBe(false);
  expect(await desk.run()).toEqual(silence);
  expect(desk.counted()).toBe(before);
  expect(desk.brain()).toMatchObject({ ...older, validated, lastupdate: older.lastupdate });
  expect(isQuiet(desk)).toBe(true);
});

test("a store that never answers costs a run of many invocations one time-out", async () => {
  await using store = await startStandIn(() => "hang");
  using desk = new Desk().log(50);
  const entries = Array.from({ length: 50 }, (_, n) => ({
    pipeline: "requests",
    log: "access.log",
    brainfile: `${n}.json`,
    name: `n${n}`,
    tag: { n: String(n) },
    influxUrl: store.url,
    influxBucket: "b",
    timeout: "1s",
  }));
  desk.write("multibrain.json", entries);
  for (const run of [1, 2]) {
    const { code, stderr } = await desk.run();
    expect(code).toBe(1);
    if (run === 1) expect(stderr).toMatch(/^\S+ ERROR n0: [^\n]*: no answer; gave up within 1 s \(timeout\)\n$/);
    expect(store.received).toHaveLength(run);
  }
});

test("an address where nobody answers costs a run one time-out, however many databases are there", async () => {
  await using store = await startStandIn(() => "hang");
  using desk = new Desk().log(50);
  const entries = Array.from({ length: 6 }, (_, n) => {
    desk.write(`${n}.log`, desk.read("access.log"));
    const databases = n % 2 === 0 ? { influxBucket: `b${n}` } : { influxDatabase: `d${n}` };
    return {
      pipeline: "requests",
      log: `${n}.log`,
      brainfile: `${n}.json`,
      influxUrl: store.url,
      timeout: "1s",
      ...databases,
    };
  });
  desk.write("multibrain.json", [
    ...entries,
    { ...entries[0], name: "same", brainfile: "same.json", influxBucket: "same" },
  ]);
  const { code, stderr } = await desk.run();
  expect([code, stderr.match(/ERROR/g)?.length]).toEqual([1, 1]);
  expect(store.received).toHaveLength(1);
});

test("a store that answers, but does not take what one bucket gets, is asked for the others", async () => {
  await using store = await startStandIn(({ path }) => (path.includes("bucket=busy") ? 503 : 204));
  using desk = new Desk().log(50);
  const entries = ["busy", "b1", "b2"].map((influxBucket) => ({
    pipeline: "requests",
    log: "access.log",
    name: influxBucket,
    brainfile: `${influxBucket}.json`,
    influxUrl: store.url,
    influxBucket,
    timeout: "1s",
  }));
  desk.write("multibrain.json", entries);
  const { code, stderr } = await desk.run();
  expect([code, stderr.match(/ERROR/g)?.length]).toEqual([1, 1]);
  const { stderr: again } = await desk.l2i(["run", "-v", "multibrain.json"]);
  expect(again).toMatch(/b1: nothing new\n.*b2: nothing new/);
});
