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
