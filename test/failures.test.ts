// docs/failures.md is true: every failure in it is made to happen, says what the page says, in one line and with that exit code,
// and once its cause is gone every line is counted exactly once. No failure is without a case here, no case without its row.
import { EventEmitter, once } from "node:events";
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
} from "node:fs";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { combined, Desk } from "./cli/desk.ts";
import { bound, disk, mounting, pipe, step, stepResult } from "./cli/hardship.ts";
import { type Result, start } from "./cli/program.ts";
import { type Reply, startStandIn } from "./sink/stand-in.ts";
import { sampled } from "./sampled.ts";

/** Message and exit code of each row. */
const rows = [...readFileSync("docs/failures.md", "utf8").matchAll(/^\| `(.+?)` \| (\d) \|/gm)].map(
  ([, message = "", code]) => ({ message, code: Number(code) }),
);

test("there are enough of them, each once", () => {
  expect(rows.length).toBeGreaterThanOrEqual(20);
  expect(new Set(rows.map(({ message }) => message)).size).toBe(rows.length);
});

const lines = 50;

interface Case {
  /** What only its row has in its message. */
  readonly row: string;
  /** Options beside pipeline, log, brainfile and out. */
  readonly options?: object;
  /** Options that are the cause of the failure. */
  readonly wrong?: (url: string) => object;
  /** What the store answers while it lasts; without it points go to a file. */
  readonly reply?: Reply;
  /** Brings it about. */
  readonly make?: (desk: Desk) => unknown;
  /** Takes the place of a plain run. */
  readonly run?: (desk: Desk, store: Store) => Promise<Result>;
  /** Removes the cause, as far as that is more than other options and a store that works. */
  readonly mend?: (desk: Desk) => unknown;
  /** Lines that are counted in the end: all of them, but where the failure tells of a loss. */
  readonly counted?: number;
}

interface Store {
  readonly url: string;
  /** The first request has come. */
  readonly asked: Promise<unknown>;
}

const remove =
  (name: string) =>
  (desk: Desk): unknown =>
    desk.remove(name);
const mode =
  (name: string, bits: number) =>
  (desk: Desk): void =>
    chmodSync(desk.path(name), bits);
const runOnce = async (desk: Desk): Promise<void> =>
  expect(await desk.run()).toEqual({ code: 0, stdout: "", stderr: "" });
const loadWith = (rotated: string): string[] => [
  "load",
  "requests",
  "access.log",
  rotated,
  "--brainfile",
  "brain.json",
];
const more = combined.slice(lines, lines + 10).join("");
/** Logs that are worth worker threads if they are put behind each other. */
const backlog = 1000;
const error = (text: string) => ({ error: text });
const conflict: Reply = { status: 400, body: error("field type conflict") };

const cases: Case[] = [
  { row: "name the multibrain.json to work with", run: (desk) => desk.l2i(["run", "nowhere.json"]) },
  { row: "this is not JSON", make: (desk) => desk.write("multibrain.json", "[{,}]") },
  { row: "is unknown; did you mean", wrong: () => ({ windw: "1m" }) },
  { row: "the environment has no variable", wrong: () => ({ host: "${L2I_NOWHERE}" }) },
  {
    row: "the secret in this file cannot be read",
    wrong: () => ({ out: undefined, influxUrl: "http://h", influxBucket: "b", influxTokenFile: "none" }),
  },
  { row: "is the same file as that of", make: (desk) => twice(desk, { name: "other", tag: { n: "2" } }) },
  { row: "writes the same series as", make: (desk) => twice(desk, { name: "other", brainfile: "other.json" }) },
  {
    row: "is the log under another name",
    make: (desk) => symlinkSync("access.log", desk.path("out.lp")),
    mend: (desk) => unlinkSync(desk.path("out.lp")),
  },
  { row: "the JSON Schema … cannot be read", wrong: () => ({ format: "json", schema: "none.json" }) },
  {
    row: "the JSON Schema …: …",
    make: (desk) => desk.write("lines.json", '{"type": "objekt"}'),
    wrong: () => ({ format: "json", schema: "lines.json" }),
  },
  { row: "are for JSON lines", wrong: () => ({ format: "combined", field: { status: "code" }, schema: "none.json" }) },
  { row: "looks around", wrong: () => ({ format: "/(?<time>.)(?=x)/" }) },
  { row: "the pipeline … needs", wrong: () => ({ pipeline: "latency", format: "combined" }) },
  { row: "has no default export", ...withRule("export const x = 1;") },
  { row: "is no JavaScript that can be read", ...withRule("export default {") },
  { row: "threw when it was imported", ...withRule("nowhere();") },
  {
    row: "what a rule left running failed",
    ...withRule(
      'export default { fields: [], categorize: () => (void Promise.reject(new Error("late")), { kind: "any" }) };',
    ),
  },
  {
    row: "stopped before all was done by a rule",
    ...withRule("export default { fields: [], categorize: () => globalThis.process.exit(0) };"),
  },
  {
    row: "may be a path or an expression",
    wrong: () => ({ classify: [{ when: { uri: "/admin/" }, set: { type: "admin" } }] }),
  },
  { row: "is nothing that the pipeline", wrong: () => ({ zeros: [{ status: 500 }] }) },
  { row: "asks for quantiles of", wrong: () => ({ pipeline: "sizes", set: { quantiles: true }, writes: "parts" }) },
  { row: "answers with this attribute, too", wrong: () => ({ classify: [{ when: {}, set: { method: "any" } }] }) },
  {
    row: "holds a secret that every user",
    options: { influxToken: "s3cret" },
    reply: 204,
    make: mode("multibrain.json", 0o644),
  },

  { row: "does not exist, and no rotated file", make: remove("access.log"), mend: (desk) => desk.log(lines) },
  {
    row: "let the user that runs l2i have it",
    make: mode("access.log", 0),
    run: bound,
    mend: mode("access.log", 0o644),
  },
  {
    row: "the folder of the log, …, cannot be read",
    options: { log: "logs/access.log" },
    make: hideLog,
    run: bound,
    mend: mode("logs", 0o755),
  },
  { row: "the folder of the log, …, does not exist", wrong: () => ({ log: "lgos/access.log" }) },
  {
    row: "where what was counted until now is",
    run: async (desk) => {
      await runOnce(desk);
      return desk.multibrain({ out: "other.lp" }).run();
    },
  },
  {
    row: "and was not named",
    make: (desk) => desk.write("access.log.1", more).write("access.log.2", combined[lines + 10]!),
    run: (desk) => desk.l2i([...loadWith("access.log.1"), "--out", "out.lp"]),
  },
  {
    row: "was there before the first run with",
    make: async (desk) => {
      desk.write("access.log.1.gz", gzipSync(more));
      await runOnce(desk);
    },
    run: (desk) => desk.l2i([...loadWith("access.log.1.gz"), "--dry-run"]),
  },
  {
    row: "is not a regular file",
    make: (desk) => mkdirSync(desk.remove("access.log").path("access.log")),
    mend: restoreLog,
  },
  {
    row: "the disk does not work (EIO)",
    make: breakDisk,
    mend: (desk) => desk.remove("access.log.1.gz").write("access.log.1", combined.slice(0, lines).join("")),
    counted: lines + 10,
  },
  {
    row: "cannot start the program",
    make: async (desk) => {
      await runOnce(desk);
      desk.write("access.log.1.xz", "whatever").write("access.log", more);
    },
    run: (desk) => desk.l2i(["run", "multibrain.json"], { env: { PATH: "/nowhere" } }),
    mend: (desk) => desk.remove("access.log.1.xz").write("access.log.1", combined.slice(0, lines).join("")),
    counted: lines + 10,
  },
  {
    row: "it cannot be decompressed",
    make: (desk) => desk.write("other.log.gz", "no gzip"),
    run: (desk) => desk.l2i(["load", "requests", "other.log.gz", "--out", "-"]),
  },
  {
    row: "the format of … is not recognised",
    make: (desk) => desk.write("access.log", "what is this\n"),
    mend: (desk) => desk.log(lines),
  },
  {
    row: "the line #Fields: of …",
    make: (desk) => desk.write("access.log", "#Fields: time c-ip sc-status\n11:10:00 192.0.2.7 200\n"),
    mend: (desk) => desk.log(lines),
  },
  { row: "was edited in place", make: edit, mend: (desk) => desk.run("--resume", "end"), counted: 3 * combined.length },
  {
    row: "gap: …, read up to",
    make: async (desk) => (await runOnce(desk), desk.write("access.log", more)),
    counted: lines + 10,
  },
  { row: "gap: the clock was set back", make: setBack, counted: 2 * lines },
  {
    row: "was changed while it was read",
    options: { jobs: 2 },
    make: makeBacklog,
    // To a worker that looks where its part begins, line ends seem to be gone.
    run: inWorkers(
      "const read = fs.readSync; fs.readSync = (fd, into, at, length, from) => { const got = read(fd, into, at, length, from); if (from % 4096 === 4095) into.fill(32); return got; };",
    ),
    counted: backlog * combined.length,
  },
  {
    row: "a worker thread died",
    options: { jobs: 2 },
    make: makeBacklog,
    run: inWorkers("setTimeout(() => process.exit(7), 10);"),
    counted: backlog * combined.length,
  },
  { row: "ends early: ", make: damage, counted: lines + 10 },
  { row: "lines do not match the format", make: (desk) => desk.append("access.log", "garbage\n".repeat(lines + 1)) },

  {
    row: "the folder of the brainfile … does not exist",
    options: { brainfile: "state/b.json" },
    mend: (desk) => mkdirSync(desk.path("state")),
  },
  {
    row: "the folder of the brainfile … cannot be written: permission",
    options: { brainfile: "state/b.json" },
    make: (desk) => mkdirSync(desk.path("state"), 0o555),
    run: bound,
    mend: mode("state", 0o755),
  },
  {
    row: "the folder of the brainfile … cannot be written: the file system",
    options: { brainfile: "disk/b.json" },
    run: onDisk("mount -o remount,ro disk"),
  },
  {
    row: "the brainfile … cannot be read: permission",
    make: async (desk) => (await runOnce(desk), mode("brain.json", 0)(desk)),
    run: bound,
    mend: mode("brain.json", 0o600),
  },
  {
    row: "the brainfile … cannot be read: it is a symbolic link",
    make: (desk) => symlinkSync("elsewhere", desk.path("brain.json")),
    mend: (desk) => unlinkSync(desk.path("brain.json")),
  },
  {
    row: "the brainfile … cannot be read: this is no regular file",
    make: (desk) => pipe(desk, "brain.json"),
    mend: remove("brain.json"),
  },
  { row: "it was moved to", make: (desk) => desk.write("brain.json", "{"), mend: remove("brain.json.damaged") },
  { row: "and lies at", make: (desk) => desk.write("brain.json.damaged", "{"), mend: remove("brain.json.damaged") },
  {
    row: "the brainfile … cannot be saved",
    options: { brainfile: "disk/b.json" },
    run: onDisk("cat /dev/zero > disk/fill 2> /dev/null || true"),
  },
  { row: "skipped, another run", reply: "hang", wrong: () => ({ timeout: "20s" }), run: runBesideAnother },

  { row: "cannot write to …: its folder", wrong: () => ({ out: "nowhere/out.lp" }) },
  {
    row: "cannot write to …: permission denied",
    make: (desk) => mode("out.lp", 0o400)(desk.write("out.lp", "")),
    run: bound,
    mend: mode("out.lp", 0o600),
  },
  { row: "cannot write to …: no space left", wrong: () => ({ out: "/dev/full" }) },
  { row: "cannot write to …: this is a pipe", make: (desk) => pipe(desk, "out.lp"), mend: remove("out.lp") },
  { row: "connection refused", reply: 204, wrong: () => ({ influxUrl: "http://127.0.0.1:1" }) },
  { row: "no answer", reply: "hang" },
  { row: "the connection was cut", reply: "cut" },
  { row: "it does not speak TLS", reply: 204, wrong: (url) => ({ influxUrl: url.replace("http:", "https:") }) },
  { row: "answered 401", reply: { status: 401, body: error("authorization failed") } },
  { row: "answered 403", reply: { status: 403, body: error("not authorized to write") } },
  { row: "answered 404", reply: { status: 404, body: error('database not found: "b"') } },
  { row: "answered 307", reply: { status: 307, headers: { location: "https://store.example/login" } } },
  { row: "answered 200", reply: { status: 200, headers: { "content-type": "text/html" }, body: "<html>" } },
  { row: "answered 503", reply: 503 },
  { row: "this is no known way", reply: { status: 400, body: error("who knows") } },
  { row: "refused … of … points for good", reply: conflict },
  {
    row: "cannot keep refused points",
    reply: conflict,
    make: (desk) => mkdirSync(desk.path("brain.json.refused.lp")),
    mend: (desk) => rmdirSync(desk.path("brain.json.refused.lp")),
  },
  {
    row: "rejects are counted, but not kept",
    make: (desk) => mkdirSync(desk.append("access.log", "garbage\n").path("brain.json.rejects.jsonl")),
  },
  {
    row: "holds as many rejects",
    make: (desk) =>
      desk.append("access.log", "garbage\n").write("brain.json.rejects.jsonl", `${"x".repeat(10 * 1024 * 1024)}\n`),
  },
  {
    row: "the pipeline … failed on",
    ...withRule('export default { fields: [], categorize: () => ["x"] };'),
    counted: 0,
  },
  {
    row: "the pipeline … takes",
    ...withRule(
      "export default { fields: ['time'], categorize: ({ time }) => { const end = performance.now() + 0.1; while (performance.now() < end); return { odd: time % 2 }; } };",
    ),
    run: (desk) => desk.write("access.log", combined.join("").repeat(12)).run(),
    counted: 12 * combined.length,
  },
  {
    row: "different series in the windows that are open",
    options: { pipeline: "errors", maxSeries: 24, lateness: "10h" },
    make: (desk) => desk.log(),
    counted: combined.filter((line) => /" [45]\d\d /.test(line)).length,
  },
  {
    row: "series in one window",
    options: { pipeline: "errors", maxSeries: 1 },
    make: (desk) => desk.log(),
    counted: combined.filter((line) => /" [45]\d\d /.test(line)).length,
  },
];

test.each(sampled(cases))("$row", async ({ row, options, wrong, reply, make, run, mend, counted = lines }) => {
  const [{ message, code } = { message: "", code: NaN }, ...others] = rows.filter((each) => each.message.includes(row));
  expect(others).toEqual([]);
  let answer = reply ?? 204;
  const stored = new Map<string, number>();
  const asked = new EventEmitter();
  await using store = await startStandIn(({ lines: points }) => {
    asked.emit("request");
    if (answer === 204) for (const point of points) note(point, stored);
    return answer;
  });
  using desk = new Desk().log(lines);
  const goal = reply === undefined ? {} : { out: undefined, influxUrl: store.url, influxBucket: "b", timeout: "3s" };
  desk.multibrain({ ...goal, ...options, ...wrong?.(store.url) });
  await make?.(desk);
  const plainly = (): Promise<Result> => desk.run();

  const failed = await (run ?? plainly)(desk, { url: store.url, asked: once(asked, "request") });
  expect([failed.code, failed.stdout]).toEqual([code, ""]);
  expect(failed.stderr).toMatch(patternOf(message));
  expect(failed.stderr.trimEnd().split("\n")).toHaveLength(1);

  answer = 204;
  desk.multibrain({ ...goal, ...options });
  await mend?.(desk);
  expect(await desk.run()).toMatchObject({ code: 0, stdout: "" });
  expect(await desk.run()).toMatchObject({ code: 0, stdout: "" });
  for (const file of ["out.lp", "brain.json.refused.lp"])
    if (desk.has(file)) for (const point of desk.read(file).split("\n")) note(point, stored);
  expect([...stored.values()].reduce((sum, count) => sum + count, 0)).toBe(counted);
});

test("every row has its case", () => {
  expect(rows.filter(({ message }) => !cases.some(({ row }) => message.includes(row)))).toEqual([]);
});

/** The last count of a point is what a store holds. */
function note(point: string, stored: Map<string, number>): void {
  const [, before, count, after] = /^(?!l2i_run,)(.+) count=(\d+)i.*( \d+)$/.exec(point) ?? [];
  if (before !== undefined) stored.set(before + after, Number(count));
}

const patternOf = (message: string): RegExp =>
  new RegExp(message.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&").replaceAll("…", ".*"));

/** A second invocation over the same log. */
function twice(desk: Desk, second: object): void {
  const [first]: object[] = JSON.parse(desk.read("multibrain.json"));
  desk.write("multibrain.json", [first, { ...first, ...second }]);
}

function hideLog(desk: Desk): void {
  mkdirSync(desk.path("logs"));
  renameSync(desk.path("access.log"), desk.path("logs/access.log"));
  chmodSync(desk.path("logs"), 0o111);
}

/** A rule that is wrong; the built-in pipeline takes its place. */
function withRule(text: string): Pick<Case, "make" | "wrong"> {
  return { make: (desk) => desk.write("rule.mjs", text), wrong: () => ({ pipeline: "./rule.mjs" }) };
}

function restoreLog(desk: Desk): void {
  rmdirSync(desk.path("access.log"));
  desk.log(lines);
}

/** A rotated log on a disk that fails. */
async function breakDisk(desk: Desk): Promise<void> {
  await runOnce(desk);
  symlinkSync("/proc/self/mem", desk.write("access.log", more).path("access.log.1.gz"));
}

function makeBacklog(desk: Desk): void {
  desk.write("access.log", combined.join("").repeat(backlog));
}

/** A run in whose worker threads some lines of JavaScript come first. */
function inWorkers(script: string): (desk: Desk) => Promise<Result> {
  const module = `import fs from "node:fs"; import { isMainThread } from "node:worker_threads"; if (!isMainThread) { ${script} }`;
  const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(module)}` };
  return (desk) => desk.l2i(["run", "multibrain.json"], { env });
}

async function edit(desk: Desk): Promise<void> {
  await runOnce(desk.longLog());
  desk.editInPlace();
}

/** Read while the clock was ahead, then rotated twice; the dates in the names are of two clocks. */
async function setBack(desk: Desk): Promise<void> {
  const ahead = Date.now() + 1_000_000_000;
  utimesSync(desk.path("access.log"), ahead / 1000, ahead / 1000);
  await runOnce(desk);
  desk.write("brain.json", desk.read("brain.json").replace(/"lookedAt":\d+/, `"lookedAt":${ahead}`));
  renameSync(desk.path("access.log"), desk.path("access.log-20400101"));
  desk.write("access.log-20260101", more).write("access.log", combined.slice(2 * lines, 3 * lines).join(""));
}

/** A rotated log of which the second half was never written. */
async function damage(desk: Desk): Promise<void> {
  await runOnce(desk);
  const [whole, cut] = [gzipSync(desk.read("access.log")), gzipSync(more).subarray(0, 12)];
  desk.write("access.log.1.gz", Buffer.concat([whole, cut])).write("access.log", more);
}

/** A run on a small disk of its own, which is a plain folder again behind it. */
function onDisk(spoil: string): (desk: Desk) => Promise<Result> {
  return async (desk) => {
    await mounting(`${disk("disk", "16k")}\n${spoil}\n${step("spoiled")}`, desk);
    return stepResult(desk, "spoiled");
  };
}

async function runBesideAnother(desk: Desk, { asked }: Store): Promise<Result> {
  const other = start(["run", "multibrain.json"], { cwd: desk.folder });
  await asked;
  const result = await desk.run();
  other.child.kill("SIGKILL");
  await other.result;
  return result;
}
