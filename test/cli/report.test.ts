// `l2i report` as a command: where its page goes, what it does not write over, what it says.
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { sampled } from "../sampled.ts";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { combined, Desk } from "./desk.ts";
import { disk, mounting, withinBounds } from "./hardship.ts";

/** What the page of a report has been made of. */
function dataOf(page: string): Record<string, unknown> {
  return JSON.parse(/<script type="application\/json" id="data">(.*?)<\/script>/s.exec(page)![1]!);
}

test("the page goes into a file, or to standard output", async () => {
  using desk = new Desk()
    .log()
    .write("access.log.1.gz", gzipSync(combined.slice(0, 3).join("").replaceAll("2025", "2024")));
  const said = "report.html: 291 lines of 2 files, 0 rejected\n";
  expect(await desk.l2i(["report", "access.log", "access.log.1.gz", "-o", "report.html"])).toEqual({
    code: 0,
    stdout: said,
    stderr: "",
  });
  const page = desk.read("report.html");
  expect(dataOf(page)).toMatchObject({
    lines: 291,
    timezone: "UTC",
    logs: [{ name: "access.log.1.gz" }, { name: "access.log" }],
  });
  for (const words of [["-"], ["-", "-o", "-"]]) {
    const { code, stdout, stderr } = await desk.l2i(["report", ...words], { input: combined.join("") });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(dataOf(stdout)).toMatchObject({ lines: 288, logs: [{ name: "stdin", format: "combined" }] });
  }
});

test("a page is made anew in the place of the old one, also behind a link, and -q says nothing", async () => {
  using desk = new Desk().log(3);
  symlinkSync("real.html", desk.path("report.html"));
  for (const lines of [3, 5])
    expect(await desk.log(lines).l2i(["report", "access.log", "-q", "-o", "report.html"])).toEqual({
      code: 0,
      stdout: "",
      stderr: "",
    });
  expect(dataOf(desk.read("real.html"))).toMatchObject({ lines: 5 });
  expect(desk.has("real.html.tmp")).toBe(false);
});

test("times without a zone are shown in that of the log", async () => {
  using desk = new Desk().write(
    "haproxy.log",
    '192.0.2.7:1 [26/Oct/2025:10:00:00.123] http~ app/one 0/0/1/2/3 200 512 - - ---- 1/1/1/1/0 0/0 "GET /a HTTP/1.1"\n',
  );
  const words = ["report", "haproxy.log", "--format", "haproxy_http", "-o", "-"];
  expect((await desk.l2i(words)).stderr).toMatch(/timezone: the times in this format have no zone/);
  const { stdout } = await desk.l2i([...words, "--timezone", "Asia/Tokyo"]);
  const time = Date.UTC(2025, 9, 26, 1, 0, 0, 123);
  expect(dataOf(stdout)).toMatchObject({ timezone: "Asia/Tokyo", span: [time - 123, time] });
});

test("what is left out is told, on the page and beside it", async () => {
  using desk = new Desk()
    .write("access.log", `${combined.slice(0, 3).join("")}cut off`)
    .write("empty.log", "")
    .write("bad.log.gz", gzipSync(combined.slice(5).join("")).subarray(0, 3000));
  const { code, stderr } = await desk.l2i(["report", "access.log", "empty.log", "bad.log.gz", "-o", "report.html"]);
  expect(code).toBe(0);
  const { warnings } = dataOf(desk.read("report.html")) as { warnings: string[] };
  expect(warnings.toSorted()).toEqual([
    "bad.log.gz ends early: unexpected end of file; what it held behind that is lost",
    "empty.log has no complete line",
    "the last line of access.log (7 bytes) has no line end, so it may be cut; it was not counted",
    expect.stringMatching(/^the last line of bad\.log\.gz \(\d+ bytes\) has no line end/),
  ]);
  expect(stderr.trimEnd().split("\n")).toHaveLength(4);
});

test.each<[said: RegExp, words: string[], code?: number]>(
  sampled<[said: RegExp, words: string[], code?: number]>([
    [
      /^l2i: --out: would be written to the file that <log> names; give it one of its own\n$/,
      ["access.log", "-o", "access.log"],
    ],
    [/^l2i: link\.html is there already, and is no report; /, ["access.log", "-o", "link.html"]],
    [
      /^l2i: notes\.txt is there already, and is no report; name another file, or remove it\n$/,
      ["access.log", "-o", "notes.txt"],
    ],
    [/cannot write to .*folder: this is a folder/, ["access.log", "-o", "folder"], 1],
    [/cannot write to .*nowhere\/x\.html: its folder does not exist/, ["access.log", "-o", "nowhere/x.html"], 1],
    [/cannot write to \/dev\/full: no space left on the device/, ["access.log", "-o", "/dev/full"], 1],
    [/missing\.log does not exist/, ["missing.log", "-o", "x.html"], 1],
    [
      /^l2i: --downloads: "files" is no path; begin it with "\/"\n$/,
      ["access.log", "--downloads", "files", "-o", "x.html"],
    ],
    [
      /a report is made of requests: it needs uri and status, which the format nginx_error does not have/,
      ["error.log", "-o", "x.html"],
    ],
    [/--timezone: "Mars" is not an IANA time zone/, ["access.log", "--timezone", "Mars", "-o", "x.html"]],
    [/unknown option '--brainfile'/, ["access.log", "--brainfile", "b.json", "-o", "x.html"]],
  ]),
)("%s", async (said, words, code = 2) => {
  using desk = new Desk().log(3).write("notes.txt", "remember the milk\n");
  desk.write("error.log", "2025/10/26 02:40:05 [error] 7#7: *1 open() failed, client: 192.0.2.7\n");
  symlinkSync("access.log", desk.path("link.html"));
  mkdirSync(desk.path("folder"));
  const before = desk.snapshot();
  const result = await desk.l2i(["report", ...words]);
  expect({ code: result.code, stdout: result.stdout }).toEqual({ code, stdout: "" });
  expect(result.stderr).toMatch(said);
  expect(desk.snapshot()).toEqual(before);
});

test("the licence of what is in the page goes with it", () => {
  expect(readFileSync("dist/LICENSES.txt", "utf8")).toMatch(/^uplot [\d.]+ \(MIT\)$/m);
});

test("nothing but the page is touched, and its permissions stay", async () => {
  using desk = new Desk().log().write("page.tmp", combined.join("")).write("page.html.tmp", "mine");
  expect(await desk.l2i(["report", "page.tmp", "-o", "page"])).toMatchObject({ code: 0 });
  expect(await desk.l2i(["report", "access.log", "-o", "page.html"])).toMatchObject({ code: 0 });
  expect(desk.read("page.tmp")).toBe(combined.join(""));
  expect(desk.read("page.html.tmp")).toBe("mine");
  chmodSync(desk.path("page.html"), 0o600);
  const together = await Promise.all([1, 2, 3].map(() => desk.l2i(["report", "access.log", "-o", "page.html"])));
  expect(together.map(({ code }) => code)).toEqual([0, 0, 0]);
  expect(statSync(desk.path("page.html")).mode & 0o777).toBe(0o600);
  expect(readdirSync(desk.folder).toSorted()).toEqual(["access.log", "page", "page.html", "page.html.tmp", "page.tmp"]);
});

test("of thousands of files the page names some", async () => {
  using desk = new Desk();
  const names = Array.from({ length: 280 }, (_, index) => `${"<".repeat(200)}${index}`);
  for (const [index, name] of names.entries()) desk.write(name, `${combined[index]}cut ${index}`);
  const { stdout } = await desk.l2i(["report", ...names, "-o", "page.html"]);
  expect(stdout).toBe("page.html: 280 lines of 280 files, 0 rejected\n");
  expect(desk.read("page.html")).toContain("230 more of such warnings");
  expect(desk.read("page.html").length).toBeLessThan(500_000);
});

test("where the folder may not be written in, the page in it may; a name may be as long as names may be", async () => {
  using desk = new Desk().log();
  const name = `${"n".repeat(250)}.html`;
  mkdirSync(desk.path("pages"));
  expect(await desk.l2i(["report", "access.log", "-o", `pages/${name}`])).toMatchObject({ code: 0 });
  const before = desk.read(`pages/${name}`);
  desk.log(100);
  chmodSync(desk.path("pages"), 0o555);
  const { code, stderr } = await withinBounds(`report access.log -o pages/${name}`, desk);
  chmodSync(desk.path("pages"), 0o755);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(dataOf(before)["lines"]).toBe(288);
  expect(dataOf(desk.read(`pages/${name}`))["lines"]).toBe(100);
});

test("on a full disk the old page stays, and nothing else is left", async () => {
  using desk = new Desk().log();
  const run = "l2i report access.log -o disk/page.html";
  const lines = [
    disk("disk", "256k"),
    run,
    "cp disk/page.html before.html",
    "dd if=/dev/zero of=disk/fill bs=1k 2> /dev/null || true",
    `${run} 2> stderr && exit 1`,
    "cmp disk/page.html before.html; ls -A disk",
  ];
  const { code, stdout } = await mounting(lines.join("\n"), desk);
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/\nfill\npage\.html\n$/) });
  expect(desk.read("stderr")).toContain("page.html: no space left on the device");
});
