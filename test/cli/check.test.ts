// `l2i check`: what would fail is found before a run, and nothing is written.
import { chmodSync, mkdirSync, utimesSync } from "node:fs";
import { expect, test } from "vitest";
import { startStandIn } from "../sink/stand-in.ts";
import { combined, Desk, linesOf } from "./desk.ts";
import { mounting, withinBounds } from "./hardship.ts";
import { jsonLines } from "./program.ts";

const checked = (desk: Desk, ...words: string[]) => desk.l2i(["check", ...words, "multibrain.json"]);

test("a rotated file beside its log would be counted twice", async () => {
  using desk = new Desk().log(5).write("access.log.1", combined[6]!);
  const entries = ["access.log", "access.log.1"].map((log, index) => ({
    pipeline: "requests",
    log,
    brainfile: `${log}.brain.json`,
    out: "out.lp",
    tag: { file: String(index) },
  }));
  desk.write("multibrain.json", entries);
  const { stdout } = await desk.l2i(["check", "multibrain.json"]);
  expect(stdout).toContain(
    `warning  rotation       ${desk.path("access.log.1")} is called like a rotated file of ${desk.path("access.log")}, which is counted, too`,
  );
});

test("all well: exit 0, every thing that was looked at, nothing touched", async () => {
  using desk = new Desk().log().multibrain();
  const before = desk.snapshot();
  const { code, stdout, stderr } = await checked(desk);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout.replaceAll(desk.folder, "…")).toBe(`requests:access.log
  ok       configuration  pipeline requests, measurement requests
  ok       brainfile      …/brain.json will be made by the first run
  ok       log            …/access.log, 36290 new bytes, format combined; of a sample of 288 lines the pipeline counts 288; about 12 series a window
  ok       sink           …/out.lp
`);
  expect(await checked(desk, "-q")).toEqual({ code: 0, stdout: "", stderr: "" });
  const json = await checked(desk, "--json");
  expect(jsonLines(json.stdout)).toEqual([
    {
      name: "requests:access.log",
      ok: true,
      findings: ["configuration", "brainfile", "log", "sink"].map((what) => ({
        what,
        level: "ok",
        detail: expect.any(String),
      })),
    },
  ]);
  expect(desk.snapshot()).toEqual(before);
});

const letters = "abcdefghij";
const pathLine = (index: number): string =>
  combined[0]!.replace(/"\S+ \S+ /, `"GET /${letters[index % 10]}${letters[Math.floor(index / 10) % 10]} `);

test("it says how many series there will be, of a rule, too, and which attribute grows", async () => {
  const rule = 'export default { fields: ["route", "bot"], categorize: ({ route, bot }) => ({ path: route, bot }) };';
  using desk = new Desk()
    .write("paths.mjs", rule)
    .write(
      "access.log",
      Array.from({ length: 800 }, (_, index) => pathLine(index < 400 ? index % 30 : index % 100)).join(""),
    )
    .multibrain({ pipeline: "./paths.mjs", maxSeries: 50 });
  const said = 'series a window, "path" takes ever new values (100 in 800 lines)';
  const { code, stdout } = await checked(desk);
  expect(code).toBe(0);
  expect(stdout).toContain(said);
  expect(stdout).toMatch(
    /warning {2}log {12}the pipeline paths makes about \d+ series in one window, most by the attribute "path"; what is more than 50 is counted as _other/,
  );
  expect((await desk.l2i(["check", "--pipeline", "./paths.mjs", "access.log"])).stdout).toMatch(
    /about \d+ series a window, "path" takes ever new values/,
  );
});

test("after a run it knows what is new", async () => {
  using desk = new Desk().log(100).multibrain();
  await desk.run();
  desk.append("access.log", combined[100]!);
  const { code, stdout } = await checked(desk);
  expect(code).toBe(0);
  expect(stdout).toMatch(/brainfile {6}\S+brain\.json, offset \d+, last update /);
  expect(stdout).toContain(
    `access.log, ${combined[100]!.length} new bytes, format combined; of a sample of 1 line the pipeline counts 1`,
  );
});

test("problems: exit 1, each with the way out; other invocations are still looked at", async () => {
  using desk = new Desk().log(3).write("odd.log", "what is this\n").write("file", "").write("damaged.json", "{");
  mkdirSync(desk.path("folder"));
  const entries = [
    { name: "no log", log: "nope.log", out: "1.lp" },
    { name: "odd log", log: "odd.log", out: "2.lp" },
    { name: "damaged", log: "access.log", out: "3.lp", brainfile: "damaged.json" },
    { name: "no folder", log: "access.log", out: "4.lp", brainfile: "nowhere/brain.json" },
    { name: "out is a folder", log: "access.log", out: "folder" },
    { name: "out has no folder", log: "access.log", out: "nowhere/5.lp" },
    { name: "out through a file", log: "access.log", out: "file/6.lp" },
    { name: "well", log: "access.log", out: "7.lp" },
  ];
  desk.write(
    "multibrain.json",
    entries.map((entry, index) => ({ pipeline: "requests", brainfile: `${index}.json`, ...entry })),
  );
  const before = desk.snapshot();
  const { code, stdout } = await checked(desk, "-q");
  expect(code).toBe(1);
  for (const problem of [
    /^no log\n {2}PROBLEM {2}log {12}\S+nope\.log does not exist.*check the path$/m,
    /^odd log\n {2}PROBLEM {2}log {12}the format of \S+ is not recognised; say --format/m,
    /^damaged\n {2}PROBLEM {2}brainfile {6}.* cannot be understood: .*; put a good copy in its place, or remove it/m,
    /^no folder\n {2}PROBLEM {2}brainfile {6}/m,
    /^out is a folder\n {2}PROBLEM {2}sink {11}\S+ is a folder; name a file in it$/m,
    /^out has no folder\n {2}PROBLEM {2}sink {11}\S+nowhere does not exist; make it, or name another file$/m,
    /^out through a file\n {2}PROBLEM {2}sink {11}\S+file is a file, not a folder; name another file$/m,
  ])
    expect(stdout).toMatch(problem);
  expect(stdout).not.toContain("well\n");
  const json = jsonLines((await checked(desk, "--json")).stdout);
  expect(json.map(({ ok }) => ok)).toEqual([false, false, false, false, false, false, false, true]);
  expect(desk.snapshot()).toEqual(before);
});

test("warnings do not make it fail: lines that do not match, a pipeline that counts nothing, a gap", async () => {
  using desk = new Desk().log(3).append("access.log", "garbage\n").multibrain({ pipeline: "downloads" });
  const { code, stdout } = await checked(desk, "-q");
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /warning {2}log {12}1 of 4 lines do not match the format, first the one at byte \d+ of \S+; "l2i parse" shows them/,
  );
  expect(stdout).toMatch(
    /warning {2}log {12}the pipeline downloads ignores all 3 lines of the sample; are its options right\?/,
  );
  await desk.run();
  desk.write("access.log", combined.slice(50, 60).join(""));
  expect((await checked(desk)).stdout).toMatch(
    /warning {2}log {12}gap: access\.log, read up to byte \d+, is gone or was cut short/,
  );
});

test("a first line that is longer than a sample hides no log that a run does not recognise", async () => {
  const long = `${"x".repeat(100_000)}\n`;
  using desk = new Desk().multibrain().write("access.log", `${long}what is this\n`);
  for (const { code, stdout, stderr } of [await checked(desk), await desk.run()]) {
    expect(code).toBe(1);
    expect(stdout + stderr).toMatch(/the format of \S+ is not recognised; say --format/);
  }
  desk.write("access.log", long + combined.slice(0, 3).join(""));
  expect((await checked(desk)).stdout).toMatch(/ok {7}log .*, format combined; the next line is too long for a sample/);
  expect((await desk.run()).code).toBe(0);
  expect(desk.counted()).toBe(3);
});

test("a wrong configuration is exit 2", async () => {
  using desk = new Desk().log(3).multibrain({ set: { prefix: "/x/" } });
  const { code, stdout } = await checked(desk);
  expect(code).toBe(2);
  expect(stdout).toContain("PROBLEM  configuration  requests:access.log: the pipeline requests has no options");
});

test("an edit in place is found, with the two ways out", async () => {
  using desk = new Desk().longLog().multibrain();
  await desk.run();
  desk.editInPlace();
  const { code, stdout } = await checked(desk);
  expect(code).toBe(1);
  expect(stdout).toMatch(/PROBLEM {2}log {12}\S+ was edited in place before byte \d+.*--resume end .*--resume start/);
});

test("a store is asked in the way a run would, once, and gets no point", async () => {
  await using store = await startStandIn(({ headers }) =>
    headers["authorization"] === "Token good"
      ? 204
      : { status: 401, body: { code: "unauthorized", message: "unauthorized access" } },
  );
  using desk = new Desk().log(3);
  const common = { pipeline: "requests", log: "access.log", influxUrl: store.url, influxOrg: "o", influxBucket: "b" };
  desk.write("multibrain.json", [
    { ...common, name: "good", brainfile: "1.json", influxToken: "good" },
    { ...common, name: "good too", brainfile: "2.json", influxToken: "good", tag: { n: "2" } },
    { ...common, name: "bad", brainfile: "3.json", influxToken: "bad", tag: { n: "3" } },
  ]);
  const { code, stdout } = await checked(desk);
  expect(code).toBe(1);
  expect(stdout).toContain(`ok       sink           ${store.url} (bucket b) answers\n`);
  expect(stdout).toMatch(/^bad\n[^]*PROBLEM {2}sink {11}.*answered 401 \(.*unauthorized access.*\); check the token/m);
  expect(store.received.flatMap(({ lines }) => lines).filter((line) => line !== "")).toEqual([
    "# l2i check",
    "# l2i check",
  ]);
});

test("a store that is down is a problem", async () => {
  using desk = new Desk().log(3).multibrain({ out: undefined, influxUrl: "http://127.0.0.1:1", influxDatabase: "d" });
  const { code, stdout } = await checked(desk);
  expect(code).toBe(1);
  expect(stdout).toMatch(/PROBLEM {2}sink {11}http:\/\/127\.0\.0\.1:1 \(database d\): connection refused/);
});

test("attributes that points cannot have are found in the sample", async () => {
  using desk = new Desk()
    .write("access.log", linesOf("apache-combined.log").join(""))
    .multibrain({ tag: { method: "mine" } });
  const { code, stdout } = await checked(desk);
  expect(code).toBe(1);
  expect(stdout).toMatch(
    /PROBLEM {2}log {12}the pipeline requests answered with the attribute "method", which is a tag of every point/,
  );
});

test("rules that write the same series are found, as a run finds them", async () => {
  const rule = "export default { fields: ['status'], categorize: ({ status }) => ({ status }) };";
  using desk = new Desk().log(3).write("rule.mjs", rule).write("other.mjs", rule.replace("{", '{ name: "rule",'));
  desk.write(
    "multibrain.json",
    ["rule", "other"].map((name) => ({
      name,
      pipeline: `./${name}.mjs`,
      log: "access.log",
      brainfile: `${name}.json`,
      out: "out.lp",
    })),
  );
  const said = /other: writes the same series as rule \(measurement "rule", equal constant tags\)/;
  for (const words of [[], ["--config-only"]])
    expect(await checked(desk, ...words)).toMatchObject({ code: 2, stdout: expect.stringMatching(said) });
  expect(await desk.run()).toMatchObject({ code: 2, stderr: expect.stringMatching(said) });
});

test("--config-only looks at the multibrain alone: no log, folder, token or store needs to be there", async () => {
  using desk = new Desk();
  const entry = { pipeline: "requests", log: "/nowhere/access.log", brainfile: "/nowhere/brain.json" };
  const store = {
    influxUrl: "http://127.0.0.1:1",
    influxOrg: "o",
    influxBucket: "b",
    influxTokenFile: "/nowhere/token",
  };
  desk.write("multibrain.json", [{ ...entry, ...store }]);
  expect(await checked(desk)).toMatchObject({ code: 2 });
  expect(await checked(desk, "--config-only")).toEqual({
    code: 0,
    stdout: "requests:access.log\n  ok       configuration  pipeline requests, measurement requests\n",
    stderr: "",
  });
  desk.write("multibrain.json", [{ ...entry, ...store, set: { prefix: "/x/" } }]);
  expect(await checked(desk, "--config-only")).toMatchObject({ code: 2 });
});

test("how logrotate rotates a log is told once, with what would make lines be missed", async () => {
  using desk = new Desk().log(3);
  desk.write(
    "multibrain.json",
    ["requests", "errors"].map((pipeline) => ({
      pipeline,
      log: "access.log",
      brainfile: `${pipeline}.json`,
      out: "out.lp",
    })),
  );
  desk.write("logrotate.conf", `weekly\nrotate 4\n${desk.path("*.log")} {\n  daily\n  copytruncate\n}\n`);
  const { stdout } = await mounting(
    "mount -t tmpfs none /etc\ncp logrotate.conf /etc/logrotate.conf\nl2i check multibrain.json",
    desk,
  );
  const rotation = stdout.split("\n").filter((line) => line.includes(" rotation "));
  expect(rotation).toEqual([
    "  ok       rotation       /etc/logrotate.conf, daily, rotate 4, copytruncate",
    expect.stringMatching(
      /^ {2}warning {2}rotation {7}copytruncate loses .*; take it away, .* \(\/etc\/logrotate\.conf\)$/,
    ),
  ]);
});

test("rotated files that cannot be read", async () => {
  using desk = new Desk().log(3).write("access.log.1", combined[4]!).write("access.log.2", combined[5]!).multibrain();
  for (const name of ["access.log.1", "access.log.2"]) chmodSync(desk.path(name), 0o000);
  const { code, stdout } = await withinBounds("check -q multibrain.json", desk);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^requests:access\.log\n {2}warning {2}rotation {7}\S+access\.log\.1 cannot be read: permission denied; .* Let logrotate make logs .*\n$/,
  );
});

const dated = (time: string): string => combined[0]!.replace(/\[.*?\]/, `[${time}]`);

test("a clock that is wrong, the server's or this one", async () => {
  using desk = new Desk().write("access.log", `${combined[0]!}${dated("01/Jan/2199:00:00:00 +0000")}`).multibrain();
  expect((await checked(desk, "-q")).stdout).toMatch(
    /warning {2}log {12}the newest line of \S+access\.log is \d+ days ahead of the clock of this machine; set the clock right/,
  );
  desk.log(3);
  expect((await checked(desk, "-q")).stdout).toBe("");
  const future = Date.now() / 1000 + 7300;
  utimesSync(desk.path("access.log"), future, future);
  expect((await checked(desk, "-q")).stdout).toMatch(
    /warning {2}log {12}\S+access\.log was written 2 h ahead of the clock of this machine; set the clock right/,
  );
});

test("times without zone, where clocks are put back in autumn", async () => {
  const line =
    '127.0.0.1:43180 [26/Oct/2025:02:40:00.123] http-in web/srv1 0/0/1/5/6 200 312 - - ---- 1/1/0/0/0 0/0 "GET /a HTTP/1.1"\n';
  using desk = new Desk().write("access.log", line).multibrain({ timezone: "Europe/Berlin" });
  expect(await checked(desk, "-q")).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(
      /warning {2}log {12}the times of the format haproxy_http carry no zone, so in the hour that clocks in Europe\/Berlin show twice .*; let the server log UTC/,
    ),
  });
  desk.multibrain({ timezone: "Asia/Tokyo" });
  expect((await checked(desk, "-q")).stdout).toBe("");
});

test("brainfiles that nobody uses any more, and one whose log grows on", async () => {
  using desk = new Desk().log(3).multibrain();
  await desk.run();
  desk.write("gone.json", desk.read("brain.json")).write("other.json", "{}").append("access.log", combined[3]!);
  expect((await checked(desk, "-q")).stdout).toBe("");
  const time = Date.now() / 1000 - 3 * 86_400;
  for (const name of ["gone.json", "other.json", "brain.json"]) utimesSync(desk.path(name), time, time);
  const { code, stdout } = await checked(desk, "-q");
  expect(code).toBe(0);
  expect(stdout.replaceAll(desk.folder, "…")).toBe(`requests:access.log
  warning  brainfile      …/gone.json is a brainfile that no invocation here names, and no run has used it for 3 days; remove it, unless another multibrain names it
  warning  log            last run 3 days ago, and ${combined[3]!.length} bytes of log wait for the next; is cron alive?
`);
});
