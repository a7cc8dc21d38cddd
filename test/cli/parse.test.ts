// `l2i parse`: records on standard output, what does not match on standard error.
import { writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { combined, Desk, linesOf } from "./desk.ts";
import { jsonLines } from "./program.ts";

test("prints a JSON object a line, with the fields that the format has", async () => {
  using desk = new Desk().log();
  const { code, stdout, stderr } = await desk.l2i(["parse", "access.log"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const records = jsonLines(stdout);
  expect(records).toHaveLength(combined.length);
  expect(records[6]).toEqual({
    clientIp: "127.0.2.3",
    ident: null,
    user: null,
    time: "2025-10-26T00:40:05.000Z",
    method: "GET",
    uri: "/acme/projects?page=8",
    protocol: "HTTP/1.1",
    status: 200,
    bytes: 1303,
    referrer: null,
    userAgent: "curl/7.88.1",
    request: "GET /acme/projects?page=8 HTTP/1.1",
  });
  expect(Object.keys(records[6]!)).toEqual([
    "clientIp",
    "ident",
    "user",
    "time",
    "method",
    "uri",
    "protocol",
    "status",
    "bytes",
    "referrer",
    "userAgent",
    "request",
  ]);
});

test("shows where lines do not match, and how many", async () => {
  using desk = new Desk().log(2).append("access.log", `grüße\n\r\n${"x".repeat(2000)}\nno end`);
  const { code, stdout, stderr } = await desk.l2i(["parse", "access.log"]);
  expect(code).toBe(0);
  expect(jsonLines(stdout)).toHaveLength(2);
  const start = Buffer.byteLength(combined.slice(0, 2).join(""));
  expect(stderr.split("\n")).toEqual([
    `access.log: byte ${start} does not match: grüße`,
    `access.log: byte ${start + 10} does not match: ${"x".repeat(1000)}…`,
    "access.log: 2 of 4 lines did not match the format combined",
    "access.log: the last line (6 bytes) has no line end, so it may be cut; it was not read",
    "",
  ]);
});

test("goes on behind a file that it cannot read, and exits 1", async () => {
  using desk = new Desk().log(2).write("odd.log", "what is this\n").write("empty.log", "");
  const { code, stdout, stderr } = await desk.l2i(["parse", "-v", "nope.log", "odd.log", "empty.log", "access.log"]);
  expect(code).toBe(1);
  expect(jsonLines(stdout)).toHaveLength(2);
  expect(stderr).toMatch(/ERROR nope\.log does not exist/);
  expect(stderr).toMatch(/ERROR the format of odd\.log is not recognised; say --format/);
  expect(stderr).toMatch(/WARN empty\.log has no complete line/);
  expect(stderr).toMatch(/INFO reads access\.log, format combined\n$/);
});

test("reads standard input and compressed files, in the format given", async () => {
  using desk = new Desk();
  const lines = linesOf("apache-combined-elapsed.log").slice(0, 3).join("");
  const format = String.raw`%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\" %D`;
  const [piped, zipped] = await Promise.all([
    desk.l2i(["parse", "-", "--format", format], { input: lines }),
    desk.write("old.log.gz", gzipSync(lines)).l2i(["parse", "old.log.gz"]),
  ]);
  expect(zipped).toEqual(piped);
  expect(jsonLines(piped.stdout).map(({ elapsedUs }) => typeof elapsedUs)).toEqual(["number", "number", "number"]);
});

test("times without a zone demand one, with exit 2", async () => {
  using desk = new Desk().write("local.log", '"2025-10-26 01:00:00" 200\n');
  const words = ["parse", "local.log", "--format", String.raw`\"%{%Y-%m-%d %H:%M:%S}t\" %>s`];
  const refused = await desk.l2i(words);
  expect(refused).toMatchObject({ code: 2, stdout: "" });
  expect(refused.stderr).toContain("carry no zone; say --timezone, such as --timezone Europe/Berlin");
  const { code, stdout } = await desk.l2i([...words, "--timezone", "Asia/Kolkata"]);
  expect(code).toBe(0);
  expect(jsonLines(stdout)).toEqual([{ time: "2025-10-25T19:30:00.000Z", status: 200 }]);
});

test("a format that is none is exit 2", async () => {
  using desk = new Desk().log(1);
  expect(await desk.l2i(["parse", "access.log", "--format", "combind"])).toMatchObject({
    code: 2,
    stdout: "",
    stderr: expect.stringContaining("combind"),
  });
});

test("--explain shows where a line stopped matching, and what was expected there", async () => {
  using desk = new Desk();
  writeFileSync(
    desk.path("access.log"),
    `${combined[0]}\n10.0.0.1 - - [26/Oct/2025:02:40:00 +0200] "GET / HTTP/1.1" \u001b[31m 5\n`,
  );
  const { stderr } = await desk.l2i(["parse", "--explain", "access.log"]);
  expect(stderr).toContain(`does not match
  10.0.0.1 - - [26/Oct/2025:02:40:00 +0200] "GET / HTTP/1.1" \\x1b[31m 5
                                                             ^ expected %>s
  so far: {"clientIp":"10.0.0.1","method":"GET","uri":"/","protocol":"HTTP/1.1","request":"GET / HTTP/1.1"}
`);
});

test("--explain names the presets that a line would match", async () => {
  using desk = new Desk().write("access.log", combined[0]!);
  const { stderr } = await desk.l2i(["parse", "--explain", "--format", "common", "access.log"]);
  expect(stderr).toContain('^ expected the end of the line\n  so far: {"clientIp":');
  expect(stderr).toContain("\n  it would match combined, lighttpd\n");
});

test("--explain says what each pipeline answers, or why it cannot", async () => {
  using desk = new Desk().log(1);
  const { stdout, stderr } = await desk.l2i(["parse", "--explain", "access.log"]);
  expect(jsonLines(stdout)).toHaveLength(1);
  expect(stderr).toBe(`access.log: byte 0 matches combined
  requests   {"method":"GET","status":200}
  latency    needs elapsedUs, which the format combined does not have
  sizes      {"route":"api","size":"1000"}
  errors     not mine
  downloads  not mine
  uploads    not mine
  instances  {"instance":"api","origin":"customer","status_class":"2xx"}
  crawlers   not mine
`);
});

test("--pipeline explains one alone, a rule with its own fields, too", async () => {
  const rule = `export default {
    fields: ["route", "browser"],
    options: { only: "" },
    categorize: ({ route, browser, status }, { only }) => {
      if (only !== "" && only !== route) return null;
      if (browser === null) throw new Error("no\\u001bbrowser");
      return { route, browser, status };
    },
  };`;
  using desk = new Desk()
    .write("rule.mjs", rule)
    .write("access.log", combined[0]!.replace("curl/7.88.1", "-") + combined[1]!);
  const words = ["parse", "--pipeline", "./rule.mjs", "access.log"];
  expect((await desk.l2i(words)).stderr).toMatch(
    /matches combined\n {2}rule {2}fails: no\\x1bbrowser \(rule\.mjs, line 6\)\n.*\n {2}rule {2}\{"route":"\/docs\/","browser":"other","status":null\}\n$/,
  );
  expect((await desk.l2i([...words, "--set", "only=/none"])).stderr.match(/rule {2}not mine/g)).toHaveLength(2);
  expect((await desk.l2i([...words, "--format", "common"])).stderr).not.toContain("matches");
  expect(await desk.l2i(["parse", "--pipeline", "nope", "access.log"])).toMatchObject({ code: 2, stdout: "" });
});

test("fields made of others are shown where they are asked for, and the format has what they are made of", async () => {
  using desk = new Desk().log(8).write("common.log", linesOf("apache-common.log")[0]!);
  const { stdout } = await desk.l2i(["parse", "--derived", "route,query,bot", "access.log", "common.log"]);
  const records = jsonLines(stdout);
  expect(records[0]).toMatchObject({ route: "/api/orders/*", query: {}, bot: true });
  expect(records[7]).toMatchObject({ query: { q: "résumé", lang: "fr" } });
  expect(Object.keys(records[8]!)).toEqual(expect.arrayContaining(["route", "query"]));
  expect(records[8]).not.toHaveProperty("bot");
  expect((await desk.l2i(["parse", "--derived", "rout", "access.log"])).stderr).toContain("Did you mean route?");
});

test("--since and --until print the lines of that time alone", async () => {
  using desk = new Desk().log();
  const times = async (...words: string[]): Promise<string[]> => {
    const { code, stdout } = await desk.l2i(["parse", ...words, "access.log"]);
    expect(code).toBe(0);
    return jsonLines(stdout).map(({ time }) => String(time));
  };
  const all = await times();
  const [since, until] = [all[100]!, all[200]!];
  const wanted = all.filter((time) => time >= since && time < until);
  expect(await times("--since", since, "--until", until)).toEqual(wanted);
  expect(await times("--since", since)).toEqual(all.filter((time) => time >= since));
  expect(wanted.length).toBeGreaterThan(50);
});
