// `l2i verify`: are the numbers in the store right? It finds every fault that is there, says none that is not, and mends what can be.
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apacheTime } from "../laboratory/laboratory.ts";
import { type InfluxDB, startInfluxdb } from "../servers/influxdb.ts";
import { startVictoriaMetrics, type VictoriaMetrics } from "../servers/victoria-metrics.ts";
import { passing } from "../laboratory/proxy.ts";
import { MortalInfluxdb } from "../laboratory/mortal-influxdb.ts";
import { startStandIn } from "../sink/stand-in.ts";
import { combined, Desk } from "./desk.ts";
import { pipe } from "./hardship.ts";
import { jsonLines, type Result, start } from "./program.ts";
import { sampled } from "../sampled.ts";

const noon = Date.parse("2026-01-02T12:00:00Z");
const minute = 60_000;
const day = 86_400_000;

const lineAt = (time: number, status = 200, bytes = 100, path = "/"): string =>
  `10.0.0.1 - - [${apacheTime(time)}] "GET ${path} HTTP/1.1" ${status} ${bytes} "-" "test"\n`;

/** One line every ten seconds. */
const linesFrom = (time: number, lines: number, status = 200): string =>
  Array.from({ length: lines }, (_, index) => lineAt(time + index * 10_000, status, index)).join("");

const verify = (desk: Desk, ...words: string[]): Promise<Result> => desk.l2i(["verify", ...words, "multibrain.json"]);

async function found(desk: Desk, ...words: string[]): Promise<Record<string, unknown>> {
  const { stdout } = await verify(desk, "--json", ...words);
  return jsonLines(stdout)[0]!;
}

async function runs(desk: Desk, ...words: string[]): Promise<void> {
  expect(await desk.run(...words)).toMatchObject({ code: 0, stdout: "" });
}

/** Many runs over a log that is rotated and compressed, with late lines, lines from the future, and garbage. */
async function play(desk: Desk): Promise<void> {
  desk.write("access.log", linesFrom(noon, 60));
  await runs(desk);
  desk.append("access.log", lineAt(noon + 30 * minute) + lineAt(noon + 31 * minute, 404) + "garbage\n");
  await runs(desk);
  desk.append(
    "access.log",
    lineAt(noon + minute, 200, 7) + lineAt(noon + minute, 500) + lineAt(Date.now() + 1.5 * day),
  );
  await runs(desk);
  const first = desk.read("access.log") + lineAt(noon + 2 * minute);
  desk.write("access.log.1", first).write("access.log", linesFrom(noon + 32 * minute, 30));
  await runs(desk);
  desk.write("access.log.1.gz", gzipSync(first + lineAt(noon + 3 * minute))).remove("access.log.1");
  desk.append("access.log", linesFrom(noon + 37 * minute, 10, 304));
  await runs(desk);
}

/** What `play` logs: all but the garbage. */
const played = 60 + 2 + 3 + 1 + 1 + 30 + 10;

const allEqual = (lines: number): RegExp =>
  new RegExp(`^requests:access\\.log: \\S+Z to \\S+Z, \\d+ windows?, \\d+ series, ${lines} lines?: all equal\n$`);

test("a file: all is equal after many runs", async () => {
  using desk = new Desk().multibrain();
  await play(desk);
  expect(await verify(desk)).toEqual({ code: 0, stdout: expect.stringMatching(allEqual(played)), stderr: "" });
  expect(await found(desk)).toMatchObject({ outcome: "equal", lines: played, different: 0, leftOut: [] });
});

test("nothing is written, not even where something differs", async () => {
  using desk = new Desk().multibrain();
  await play(desk);
  desk.append("out.lp", `requests,host=desk,log=access.log,method=GET,status=200 count=9i ${noon}000000\n`);
  const files = desk.snapshot();
  expect(await verify(desk)).toMatchObject({ code: 1, stderr: "" });
  expect(desk.snapshot()).toEqual(files);
});

test("before the first run there is nothing to compare", async () => {
  using desk = new Desk().log(10).multibrain();
  expect(await verify(desk)).toEqual({ code: 0, stdout: "requests:access.log: nothing to compare\n", stderr: "" });
  await runs(desk);
  desk.append("access.log", combined.slice(10, 20).join(""));
  expect(await verify(desk)).toMatchObject({ code: 0, stdout: expect.stringMatching(allEqual(10)) });
});

describe("InfluxDB 1, with credentials and a retention policy", () => {
  const auth = { username: "some one", password: `it's "\\secret"` };
  let store: InfluxDB;
  beforeAll(async () => void (store = await startInfluxdb({ auth })));
  afterAll(async () => store.stop());

  async function deskFor(database: string, options: object = {}): Promise<Desk> {
    await store.createDatabase(database);
    await store.query(`CREATE RETENTION POLICY "long \\"one\\"" ON "${database}" DURATION INF REPLICATION 1`);
    return new Desk().multibrain({
      out: undefined,
      influxUrl: store.url,
      influxDatabase: database,
      influxRetentionPolicy: 'long "one"',
      influxUsername: auth.username,
      influxPassword: auth.password,
      ...options,
    });
  }

  const write = (database: string, line: string): Promise<Response> =>
    fetch(`${store.url}/write?db=${database}&rp=${encodeURIComponent('long "one"')}&precision=ns`, {
      method: "POST",
      body: line,
      headers: { authorization: `Basic ${btoa(`${auth.username}:${auth.password}`)}` },
    });

  test("all is equal after many runs", async () => {
    using desk = await deskFor("equal");
    await play(desk);
    expect(await verify(desk)).toEqual({ code: 0, stdout: expect.stringMatching(allEqual(played)), stderr: "" });
  });

  const series = "requests,host=desk,log=access.log,method=GET";
  test.each<[what: string, spoil: (database: string) => Promise<unknown>, row: RegExp]>(
    sampled<[what: string, spoil: (database: string) => Promise<unknown>, row: RegExp]>([
      [
        "deleted",
        (database) => store.query(`DELETE FROM requests WHERE status = '404'`, database),
        /2026-01-02T12:31:00Z {2}method=GET status=404 {2}count +1 +0\n/,
      ],
      [
        "changed",
        (database) => write(database, `${series},status=200 count=7i ${noon}000000`),
        /2026-01-02T12:00:00Z {2}method=GET status=200 {2}count +6 +7\n/,
      ],
      [
        "changed in a value",
        (database) => write(database, `${series},status=200 bytes_max=7 ${noon}000000`),
        /2026-01-02T12:00:00Z {2}method=GET status=200 {2}bytes_max +5 +7\n/,
      ],
      [
        "added, at a nanosecond of its own",
        (database) =>
          write(database, `${series},status=200 count=3i,bytes_sum=1,bytes_min=0,bytes_max=9999 ${noon}000001`),
        /2026-01-02T12:00:00Z {2}method=GET status=200 {2}count +6 +9\n/,
      ],
      [
        "added, of a series that is not in the log",
        (database) => write(database, `${series},status=777 count=3i ${noon}000000`),
        /2026-01-02T12:00:00Z {2}method=GET status=777 {2}count +0 +3\n/,
      ],
    ]),
  )("a point that was %s is found and mended", async (what, spoil, row) => {
    const database = `spoilt ${what}`.replaceAll(/\W/g, "_");
    using desk = await deskFor(database);
    await play(desk);
    await spoil(database);
    const differs = await verify(desk);
    expect(differs).toMatchObject({ code: 1, stderr: "" });
    expect(differs.stdout).toMatch(/, \d+ lines: 1 difference\nwindow +series +field +log +store\n/);
    expect(differs.stdout).toMatch(row);
    expect(await verify(desk, "--repair")).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/: 1 difference, mended with \d+ points?; all equal now\n/),
      stderr: "",
    });
    expect(await verify(desk)).toMatchObject({ code: 0, stdout: expect.stringMatching(allEqual(played)) });
    desk.append("access.log", linesFrom(noon + 39 * minute, 10, 404));
    await runs(desk);
    expect(await verify(desk)).toMatchObject({ code: 0, stdout: expect.stringMatching(allEqual(played + 10)) });
  });

  test("minimum and maximum of a window are right after a repair for whoever asks for them", async () => {
    using desk = await deskFor("extremes");
    await play(desk);
    await write("extremes", `${series},status=200 count=3i,bytes_sum=1,bytes_min=-5,bytes_max=9999 ${noon}000001`);
    await verify(desk, "--repair");
    const asked = await store.query(
      `SELECT sum("count") AS n, sum(bytes_sum) AS s, min(bytes_min) AS least, max(bytes_max) AS most FROM "long \\"one\\"".requests WHERE status = '200' AND time >= ${noon}000000 AND time < ${noon + minute}000000`,
      "extremes",
    );
    expect(asked).toMatchObject([{ n: 6, s: 15, least: 0, most: 5 }]);
  });

  test("hostile text in tags, attributes and names", async () => {
    using desk = await deskFor("hostile", {
      pipeline: "sizes",
      measurement: `what, "is" 'this'=#`,
      host: `a "b", 'c'=d é😀`,
      tag: { "odd, 'key'": `x " y`, time_of: "0 OR 1=1" },
    });
    const paths = [`/a\\"b`, "/a'b", "/a,b", "/a=b", "/\u00e9\u{1F600}", "/a%0Ab", "/' OR 'x'='x", "/\\x", "/a b"];
    desk.write("access.log", paths.map((path, index) => lineAt(noon + index * 1000, 200, index, path)).join(""));
    await runs(desk);
    const all = await found(desk);
    expect(all).toMatchObject({ outcome: "equal", lines: paths.length });
    expect(all["series"]).toBeGreaterThan(5);
    await store.query(`DROP SERIES FROM /what.*/ WHERE route =~ /OR/`, "hostile");
    expect(await found(desk)).toMatchObject({ outcome: "different", different: 1 });
    expect(await found(desk, "--repair")).toMatchObject({ outcome: "repaired" });
    expect(await found(desk)).toMatchObject({ outcome: "equal", lines: paths.length });
  });

  test("another invocation's series, which have a tag more, are none of ours", async () => {
    using desk = await deskFor("shared");
    const [ours] = JSON.parse(desk.read("multibrain.json"));
    const theirs = { ...ours, name: "theirs", log: "other/access.log", brainfile: "theirs.json", tag: { site: "b" } };
    desk.write("multibrain.json", [ours, theirs]).write("access.log", linesFrom(noon, 30));
    await desk.l2i(["run", "--only", "requests:access.log", "multibrain.json"]);
    await write("shared", `${series},site=b,status=200 count=5i ${noon}000000`);
    expect(await found(desk, "--only", "requests:access.log")).toMatchObject({ outcome: "equal", lines: 30 });
  });

  test("a wrong password and a missing database are said, and no secret", async () => {
    using desk = await deskFor("said");
    desk.log(3);
    await runs(desk);
    const [entry] = JSON.parse(desk.read("multibrain.json"));
    desk.write("multibrain.json", [{ ...entry, influxPassword: "wrong-secret" }]);
    const wrong = await verify(desk);
    expect(wrong).toMatchObject({ code: 1, stdout: "" });
    expect(wrong.stderr).toMatch(
      /ERROR requests:access\.log: http:\S+ \(database said\): the store answered 401 .*check the token, or user and password/,
    );
    desk.write("multibrain.json", [{ ...entry, influxDatabase: "nowhere" }]);
    const missing = await verify(desk);
    expect(missing).toMatchObject({ code: 1, stdout: "" });
    expect(missing.stderr).toMatch(
      /the store refused the query \(database not found: nowhere\); create what is missing/,
    );
    for (const { stderr } of [wrong, missing]) expect(stderr).not.toMatch(/secret|c2VjcmV0|Basic/);
  });
});

describe("VictoriaMetrics, written to in parts", () => {
  let store: VictoriaMetrics;
  beforeAll(async () => void (store = await startVictoriaMetrics()));
  afterAll(async () => store.stop());

  test.each<[api: string, host: string, options: object]>([
    ["/api/v2/write", "two", { influxOrg: "o", influxBucket: "b" }],
    ["/write", "one", { influxDatabase: "d" }],
  ])(
    "all is equal after many runs through %s; what was added is found, and cannot be mended",
    async (_, host, options) => {
      using desk = new Desk().multibrain({ out: undefined, writes: "parts", influxUrl: store.url, host, ...options });
      await play(desk);
      expect(await verify(desk)).toEqual({ code: 0, stdout: expect.stringMatching(allEqual(played)), stderr: "" });
      const db = host === "one" ? ",db=d" : "";
      const line = `requests,host=${host},log=access.log,method=GET,status=200${db} count=2i ${noon + 77}000000`;
      await fetch(`${store.url}/api/v2/write?precision=ns`, { method: "POST", body: line });
      expect(await verify(desk)).toMatchObject({
        code: 1,
        stdout: expect.stringMatching(/2026-01-02T12:00:00Z {2}method=GET status=200 {2}count +6 +8\n/),
      });
      const refused = await verify(desk, "--repair");
      expect(refused).toMatchObject({ code: 2, stdout: "" });
      expect(refused.stderr).toMatch(
        /requests:access\.log: --repair writes points anew, which a store that takes "parts" does not overwrite; delete/,
      );
    },
  );

  test("buckets of parts add up, and zeros count nothing", async () => {
    const rule = `export default {
      fields: ["status"], values: { b: { field: "bytes", buckets: [5, 100] } },
      zeros: [{ status: 999 }], categorize: ({ status }) => ({ status }),
    };`;
    const influx = { out: undefined, writes: "parts", influxUrl: store.url, influxBucket: "b" };
    using desk = new Desk().write("rule.mjs", rule).multibrain({ ...influx, pipeline: "./rule.mjs", host: "three" });
    await play(desk);
    expect((await verify(desk)).stdout).toContain(`${played} lines: all equal`);
    const held = async (name: string, status: number): Promise<number[]> =>
      (await store.export(`{__name__="rule_${name}",host="three",status="${status}"}`)).flatMap(({ values }) => values);
    expect([await held("b_bucket_5", 404), await held("b_bucket_100", 404)]).toEqual([[0], [1]]);
    expect(new Set(await held("count", 999))).toEqual(new Set([0]));
  });
});

test("a store that cannot be read back is said to be so", async () => {
  await using store = await startStandIn(({ path }) =>
    path.includes("write") ? 204 : { status: 404, body: "no such page" },
  );
  using desk = new Desk()
    .log(5)
    .multibrain({ out: undefined, influxUrl: store.url, influxBucket: "b", influxToken: "my-token" });
  await runs(desk);
  const { code, stdout, stderr } = await verify(desk);
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(
    /it cannot be read back: it answers neither InfluxQL \(\/query\) nor the export of VictoriaMetrics/,
  );
  const asked = store.received.filter(({ path }) => path.startsWith("/query"));
  expect(asked.map(({ headers }) => headers.authorization)).toEqual(["Token my-token"]);
});

test.each<[what: string, reply: "hang" | "cut" | "cut inside" | { status: number; body: unknown }, said: RegExp]>(
  sampled<[what: string, reply: "hang" | "cut" | "cut inside" | { status: number; body: unknown }, said: RegExp]>([
    ["is silent", "hang", /no answer/],
    ["cuts the connection", "cut", /the connection was cut/],
    [
      "repeats a secret",
      { status: 500, body: { error: "panic: my-token" } },
      /answered 500 \(panic: \*\*\*\); try again later/,
    ],
    ["stops inside", { status: 200, body: '{"results":[{"statem' }, /cannot be read back/],
  ]),
)("a store that %s", async (_, reply, said) => {
  await using store = await startStandIn(({ path }) => (path.includes("write") ? 204 : reply));
  using desk = new Desk().log(5);
  desk.multibrain({ out: undefined, influxUrl: store.url, influxBucket: "b", influxToken: "my-token", timeout: "1s" });
  await runs(desk);
  const { code, stdout, stderr } = await verify(desk);
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(said);
  expect(stderr).not.toContain("my-token");
});

test("the rows are few, and all of them with -v; the range is whole windows", async () => {
  using desk = new Desk().multibrain();
  desk.write("access.log", linesFrom(noon, 6 * 30));
  await runs(desk);
  desk.write("out.lp", "");
  const few = await verify(desk);
  expect(few.stdout).toMatch(/30 windows, 1 series, 180 lines: 30 differences\n/);
  expect(few.stdout).toMatch(/\n… and 10 more \(-v shows all\)\n$/);
  expect((await verify(desk, "-v")).stdout.match(/method=GET/g)).toHaveLength(30);
  const range = ["--since", "2026-01-02T13:09:30+01:00", "--until", "2026-01-02T12:12:30Z"];
  expect((await verify(desk, ...range)).stdout).toMatch(
    /^requests:access\.log: 2026-01-02T12:10:00Z to 2026-01-02T12:12:00Z, 2 windows, 1 series, 12 lines: 2 differences\n/,
  );
  expect(await found(desk, "--since", "2025-01-01T00:00Z", "--until", "2025-01-02T00:00Z")).toMatchObject({
    outcome: "nothing",
    leftOut: [{ since: "2025-01-01T00:00:00.000Z", until: "2025-01-02T00:00:00.000Z", why: "before" }],
  });
  expect(await found(desk, "--repair", ...range)).toMatchObject({ outcome: "repaired", points: 2 });
  expect(await found(desk, ...range)).toMatchObject({ outcome: "equal" });
  expect(await found(desk)).toMatchObject({ outcome: "different", different: 28 });
});

test.each<[words: string[], said: RegExp]>(
  sampled([
    [
      ["--since", "yesterday"],
      /--since <TIME>' argument 'yesterday' is invalid. Give a time with its zone, such as 2026-01-02T12:00Z/,
    ],
    [["--until", "2026-01-02"], /--until <TIME>' argument '2026-01-02' is invalid/],
    [["--until", "2026-01-02T12:00"], /with its zone/],
    [["--since", "2026-02-30T12:00Z"], /is invalid/],
    [["--since", "1h", "--until", "2h"], /--since is not before --until/],
    [["--only", "nobody"], /--only nobody: /],
  ]),
)("exit 2: %j", async (words, said) => {
  using desk = new Desk().log(3).multibrain();
  const { code, stdout, stderr } = await verify(desk, ...words);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(said);
});

test("standard output cannot be read back", async () => {
  using desk = new Desk().log(3).multibrain({ out: "-" });
  expect(await verify(desk)).toMatchObject({ code: 2, stderr: expect.stringMatching(/--out -\) cannot be read back/) });
});

test("points that wait for their acknowledgement are to be sent first", async () => {
  using desk = new Desk().log(30);
  desk.multibrain({ out: undefined, influxUrl: "http://127.0.0.1:1", influxDatabase: "d", timeout: "1s" });
  await desk.run();
  expect(await verify(desk)).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringMatching(
      /ERROR requests:access\.log: \d+ points of the last run are not acknowledged .*"l2i run" sends them/,
    ),
  });
});

test("points that the store refused are told apart", async () => {
  const conflict = {
    error:
      'partial write: field type conflict: input field "count" on measurement "requests" is type integer, already exists as type float dropped=1',
  };
  await using store = await startStandIn(({ lines }) =>
    lines.some((line) => line.includes("status=404")) ? { status: 400, body: conflict } : 204,
  );
  using desk = new Desk();
  desk.write("access.log", linesFrom(noon, 12) + linesFrom(noon, 6, 404));
  desk.multibrain({ out: undefined, influxUrl: store.url, influxDatabase: "d" });
  expect(await desk.run()).toMatchObject({ code: 1 });
  const taken = store.received.flatMap(({ lines }) => lines).filter((line) => !line.includes("status=404"));
  desk.multibrain({ out: "out.lp" }).write("out.lp", `${taken.join("\n")}\n`);
  const { code, stdout } = await verify(desk);
  expect(code).toBe(1);
  expect(stdout).toMatch(/method=GET status=404 {2}count \(refused\) +6 +0\n/);
  expect(stdout).toContain(
    `refused by the store: 1 of them; the points are kept in ${desk.path("brain.json.refused.lp")}\n`,
  );
});

test.each(["out.lp", "brain.json.refused.lp"])("a pipe in the place of %s is not waited for", async (name) => {
  using desk = new Desk().multibrain().write("access.log", linesFrom(noon, 60));
  await runs(desk);
  if (desk.has(name)) desk.remove(name);
  pipe(desk, name);
  const { code, stderr } = await verify(desk);
  expect([code, stderr]).toEqual([1, expect.stringContaining(`${name} is not a regular file`)]);
});

test("a repair that is killed after the store has committed leaves nothing wrong behind", async () => {
  await using store = await MortalInfluxdb.start("l2i");
  await store.proxy.open();
  using desk = new Desk().multibrain({ out: undefined, influxUrl: store.proxy.url, influxDatabase: "l2i" });
  desk.write("access.log", linesFrom(noon, 60));
  await runs(desk);
  const series = "requests,host=desk,log=access.log,method=GET,status=200";
  for (const time of [noon, noon + 7, noon + 9 * minute + 3])
    await fetch(`${store.url}/write?db=l2i&precision=ms`, { method: "POST", body: `${series} count=50i ${time}` });
  expect(await found(desk)).toMatchObject({ outcome: "different", different: 2 });
  const { child, result } = start(["verify", "--repair", "multibrain.json"], { cwd: desk.folder });
  store.proxy.treat = async () => ({ ...passing, answer: "silence" });
  store.proxy.onCommitted = async () => void child.kill("SIGKILL");
  await result;
  expect(child.signalCode).toBe("SIGKILL");
  expect(desk.brain()).toMatchObject({ pendingPoints: 4 });
  store.proxy.treat = async () => passing;
  store.proxy.onCommitted = async () => {};
  desk.append("access.log", linesFrom(noon + 9 * minute, 3));
  expect(await verify(desk)).toMatchObject({ code: 1, stderr: expect.stringContaining("not acknowledged") });
  await runs(desk);
  expect(await verify(desk)).toMatchObject({ code: 0, stdout: expect.stringMatching(allEqual(63)) });
});
