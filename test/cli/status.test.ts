// `l2i status`: how far each log is read, and what a person should look at.
import { utimesSync } from "node:fs";
import { sampled } from "../sampled.ts";
import { expect, test } from "vitest";
import { startStandIn } from "../sink/stand-in.ts";
import { combined, Desk } from "./desk.ts";
import { pipe } from "./hardship.ts";
import { jsonLines, type Result } from "./program.ts";
import { Terminal } from "./terminal.ts";

const status = (desk: Desk, ...words: string[]) => desk.l2i(["status", ...words, "multibrain.json"]);

/** The cells of the table. */
const columns = ({ stdout }: Result): string[][] =>
  stdout
    .split("\n")
    .slice(0, -1)
    .map((line) => line.split(/ {2,}/));

const keys =
  "name log brainfile offset size lagBytes lastRun lastUpdate newest pendingPoints failingSince error rejects refused".split(
    " ",
  );

test("before the first run, after it, and when the log has grown", async () => {
  using desk = new Desk().log(100).multibrain();
  const size = desk.read("access.log").length;
  const before = await status(desk);
  expect(before).toMatchObject({ code: 0, stderr: "" });
  expect(columns(before)).toEqual([
    ["state", "invocation", "log", "last run", "newest line", "behind", "pending"],
    ["new", "requests:access.log", desk.path("access.log"), "never", "-", "13.8 kB", "0"],
  ]);

  await desk.run();
  const files = desk.snapshot();
  const after = jsonLines((await status(desk, "--json")).stdout);
  expect(after.map(Object.keys)).toEqual([keys]);
  expect(after).toMatchObject([
    {
      name: "requests:access.log",
      offset: size,
      size,
      lagBytes: 0,
      newest: "2025-10-26T00:59:59.000Z",
      pendingPoints: 0,
      failingSince: null,
      error: null,
      rejects: null,
      refused: null,
    },
  ]);
  expect(desk.snapshot()).toEqual(files);

  desk.append("access.log", "0123456789");
  const grown = await status(desk);
  expect(grown).toMatchObject({ code: 0, stderr: "" });
  expect(columns(grown)[1]).toEqual([
    "ok",
    "requests:access.log",
    desk.path("access.log"),
    "just now",
    "2025-10-26T00:59:59Z",
    expect.stringMatching(/^\d+ s, 10 B$/),
    "0",
  ]);
  expect(await status(desk, "-q")).toEqual({ code: 0, stdout: "", stderr: "" });
});

test("the lag counts what waits in rotated files", async () => {
  using desk = new Desk().log(10).multibrain();
  await desk.run();
  desk.write("access.log.1", combined.slice(0, 15).join("")).write("access.log", combined.slice(15, 18).join(""));
  const lag = combined.slice(10, 18).join("").length;
  expect(jsonLines((await status(desk, "--json")).stdout)).toMatchObject([{ lagBytes: lag }]);
});

test("rejects and refused points that lie aside", async () => {
  const conflict = {
    status: 422,
    body: {
      code: "unprocessable entity",
      message:
        'failure writing points to database: partial write: field type conflict: input field "count" on measurement "requests" is type integer, already exists as type float dropped=1',
    },
  };
  await using store = await startStandIn(({ lines }) =>
    lines.some((line) => line.includes("status=503")) ? conflict : 204,
  );
  using desk = new Desk().log(30).append("access.log", "garbage\nmore\n");
  desk.multibrain({ out: undefined, influxUrl: store.url, influxOrg: "o", influxBucket: "b" });
  expect(await desk.run()).toMatchObject({ code: 1 });
  const { code, stdout } = await status(desk);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^refused +requests:access\.log /m);
  expect((await status(desk, "-q")).stdout).toBe(
    `requests:access.log: 1 refused point in ${desk.path("brain.json.refused.lp")}; look at them, then remove the file\n`,
  );
  expect(stdout).toContain(
    `requests:access.log: 2 rejected lines in ${desk.path("brain.json.rejects.jsonl")}; look at them, then remove the file`,
  );
  expect(stdout).toContain(
    `requests:access.log: 1 refused point in ${desk.path("brain.json.refused.lp")}; look at them, then remove the file`,
  );
  expect(jsonLines((await status(desk, "--json")).stdout)).toMatchObject([
    {
      rejects: { file: desk.path("brain.json.rejects.jsonl"), lines: 2 },
      refused: { file: desk.path("brain.json.refused.lp"), lines: 1 },
    },
  ]);
});

test("a store that is down: failing since, and what is pending", async () => {
  using desk = new Desk()
    .log(30)
    .multibrain({ out: undefined, influxUrl: "http://127.0.0.1:1", influxDatabase: "d", timeout: "1s" });
  expect(await desk.run()).toMatchObject({ code: 1, stdout: "" });
  const [after] = jsonLines((await status(desk, "--json")).stdout);
  expect(after).toMatchObject({
    offset: 0,
    failingSince: expect.stringMatching(/^\d{4}-/),
    error: expect.stringContaining("connection refused"),
  });
  expect(after!["pendingPoints"]).toBeGreaterThan(0);
  const { code, stdout } = await status(desk);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^failing +requests:access\.log .* \d+ s, \S+ kB +[1-9]\d*$/m);
  expect(stdout).toMatch(
    /^requests:access\.log: failing since \S+Z, just now: http:\/\/127\.0\.0\.1:1 .*connection refused.*\nrequests:access\.log: \d+ points counted, and not known to be acknowledged by the store; the next run sends them again$/m,
  );
});

test("a folder of the brainfile that is not there is said, with the way to make it", async () => {
  using desk = new Desk().log().multibrain({ brainfile: "state/b.json" });
  const said = `the folder of the brainfile ${desk.path("state/b.json")} does not exist; create it (mkdir -p ${desk.path("state")})`;
  expect((await desk.l2i(["status", "multibrain.json"])).stdout).toContain(`\nrequests:access.log: ${said}\n`);
  expect((await desk.run()).stderr).toContain(said);
});

test("a damaged brainfile and a missing log are said, and the rest is shown", async () => {
  using desk = new Desk()
    .log(3)
    .write("damaged.json", "{")
    .write("multibrain.json", [
      { name: "damaged", pipeline: "requests", log: "access.log", brainfile: "damaged.json", out: "1.lp" },
      { name: "gone", pipeline: "requests", log: "gone.log", brainfile: "gone.json", out: "2.lp" },
    ]);
  const { code, stdout, stderr } = await status(desk);
  expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
  expect(stdout).toMatch(/^damaged: the brainfile \S+ cannot be understood: .*; put a good copy in its place/m);
  expect(stdout).toMatch(/^gone: \S+gone\.log does not exist.*; check the path$/m);
  expect(stdout).toMatch(/^broken +gone +\S+gone\.log +never +- +\? +0$/m);
});

const minute = 60_000;

test.each<[minutes: number, lines: number, said: string | null]>(
  sampled<[minutes: number, lines: number, said: string | null]>([
    [59, 10, null],
    [61, 0, null],
    [61, 10, "1 h ago"],
    [3 * 60 + 20, 10, "3 h ago"],
    [50 * 60, 10, "2 days ago"],
  ]),
)("a last run %i minutes ago, while the log has grown by %i lines", async (minutes, lines, said) => {
  using desk = new Desk().log(100).multibrain();
  await desk.run();
  const grown = combined.slice(100, 100 + lines).join("");
  desk.append("access.log", grown);
  const time = (Date.now() - minutes * minute) / 1000;
  utimesSync(desk.path("brain.json"), time, time);
  const { code, stdout } = await status(desk);
  expect(code).toBe(said === null ? 0 : 1);
  expect(/^late /m.test(stdout)).toBe(said !== null);
  const note = `requests:access.log: last run ${said}, and ${grown.length} bytes of log wait for the next; is cron alive?\n`;
  expect(stdout.includes("is cron alive?")).toBe(said !== null);
  expect(stdout.endsWith(said === null ? "\n" : note)).toBe(true);
});

test("a cron that never came is found, once the multibrain has lain there for an hour", async () => {
  using desk = new Desk().log(10).multibrain();
  expect(await status(desk)).toMatchObject({ code: 0 });
  const time = (Date.now() - 61 * minute) / 1000;
  utimesSync(desk.path("multibrain.json"), time, time);
  expect(await status(desk, "-q")).toEqual({
    code: 1,
    stdout: `requests:access.log: no run in the 1 h since the multibrain was changed, and ${desk.read("access.log").length} bytes of log wait for the next; is cron alive?\n`,
    stderr: "",
  });
});

test("colours on a terminal, unless NO_COLOR is set", async () => {
  using desk = new Desk().log(10).multibrain();
  const onTerminal = async (env: { readonly [name: string]: string }): Promise<string> => {
    using terminal = new Terminal("status multibrain.json", { cwd: desk.folder, env });
    await terminal.end();
    return terminal.raw;
  };
  expect(await onTerminal({})).toContain("\u001b[36mnew\u001b[39m  ");
  expect(await onTerminal({ NO_COLOR: "1" })).toMatch(/^new {4}requests/m);
});

test("a quiet run tells a quiet log from a dead cron", async () => {
  using desk = new Desk().log(100).append("access.log", "unfinished").multibrain();
  await desk.run();
  const time = (Date.now() - 120 * minute) / 1000;
  utimesSync(desk.path("brain.json"), time, time);
  expect((await status(desk)).stdout).toContain("last run 2 h ago, and 10 bytes of log wait for the next");
  await desk.run();
  expect((await status(desk)).stdout).not.toContain("is cron alive?");
});

test("what lies where rejects should be is not waited for", async () => {
  using desk = new Desk().log(3).multibrain();
  pipe(desk, "brain.json.rejects.jsonl");
  pipe(desk, "brain.json.refused.lp");
  expect(await status(desk, "--json")).toMatchObject({ code: 0, stdout: expect.stringContaining('"rejects":null') });
});
