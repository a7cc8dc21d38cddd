// `l2i load` by hand: tables, files, standard input, compressed and rotated logs.
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { combined, Desk, linesOf } from "./desk.ts";
import { jsonLines } from "./program.ts";
import { sampled } from "../sampled.ts";

test("without a sink it prints the frequencies as a table, and the books", async () => {
  using desk = new Desk().log(47);
  const before = desk.snapshot();
  const { code, stdout, stderr } = await desk.l2i(["load", "requests", "access.log"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout.replace(/in \d+ ms/, "in 9 ms")).toBe(`method  status  count   share  bytes_sum  bytes_max  over time
GET     200        30  63.8 %     432901     250000  █▅
HEAD    200         4   8.5 %                        ██
DELETE  204         3   6.4 %                        █▄
GET     206         3   6.4 %      61501      51500   █
POST    201         3   6.4 %        120         40  █▄
GET     304         1   2.1 %                         █
GET     404         1   2.1 %        236        236   █
GET     416         1   2.1 %        354        354   █
GET     503         1   2.1 %         20         20  █

47 lines of 1 file in 9 ms: 47 matched, 0 ignored, 0 rejected, 0 failed
Windows from 2025-10-26T00:40:00Z to 2025-10-26T00:41:00Z; a bar is 1 min
`);
  expect(desk.snapshot()).toEqual(before);
});

test("a long table is cut, and so are long values", async () => {
  using desk = new Desk();
  const lines = Array.from({ length: 60 }, (_, index) =>
    combined[0]!.replace("/api/orders/14650", longPath(index)).replace(" 200 ", " 404 "),
  );
  desk.write("access.log", lines.join(""));
  const { stdout } = await desk.l2i(["load", "errors", "access.log", "--top", "40"]);
  expect(stdout).toContain("… and 20 more, 20 lines (--top 60 shows all)\n");
  expect(stdout).toMatch(/(?:very-long-){5}very-long…  /);
  for (const line of stdout.split("\n")) expect(line.length).toBeLessThan(160);
});

function longPath(index: number): string {
  const letters = "abcdefghij"[index % 10]! + "klmnopqrst"[Math.floor(index / 10)]!;
  return `/${"very-long-".repeat(index % 2 ? 1 : 12)}${letters}`;
}

test("a pipeline that counts nothing says so", async () => {
  using desk = new Desk().log(3);
  const { code, stdout } = await desk.l2i(["load", "downloads", "access.log"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^The pipeline downloads counted no line\.\n\n3 lines of 1 file in \d+ ms: 0 matched, 3 ignored/,
  );
});

test("lines that do not match are said, with two of them and the way to see all", async () => {
  using desk = new Desk().log(3).append("access.log", "garbage\nmore garbage\nand more\n");
  const said = '3 lines did not match the format; "l2i parse" shows them, --rejects FILE keeps them\n';
  const table = await desk.l2i(["load", "requests", "access.log"]);
  expect(table).toMatchObject({ code: 0, stderr: "" });
  expect(table.stdout).toMatch(
    new RegExp(`\n${said}  access\\.log, byte \\d+: garbage\n  access\\.log, byte \\d+: more garbage\n$`),
  );
  const { stderr } = await desk.l2i(["load", "requests", "access.log", "--out", "out.lp"]);
  expect(stderr).toContain(`WARN requests:access.log: ${said}`);
  const kept = await desk.l2i(["load", "requests", "access.log", "--rejects", "rejects.jsonl"]);
  expect(kept).toMatchObject({ code: 0, stderr: "" });
  expect(kept.stdout).toContain("3 lines did not match the format; they are kept in /");
  expect(jsonLines(desk.read("rejects.jsonl"))).toMatchObject([
    { file: "access.log", line: "garbage" },
    { line: "more garbage" },
    { line: "and more" },
  ]);
});

test("--out writes points to a file and says how it went; --out - prints them alone", async () => {
  using desk = new Desk().log(47);
  const words = ["load", "requests", "access.log", "--host", "desk"];
  const toFile = await desk.l2i([...words, "--out", "out.lp"]);
  expect(toFile.stdout).toMatch(
    /^requests:access\.log: 47 new lines \(47 matched\), \d+ bytes, \d+ points, \d+ ms, to \/.*\.lp\n$/,
  );
  expect(desk.counted()).toBe(47);
  const toStdout = await desk.l2i([...words, "--out", "-"]);
  expect(toStdout).toEqual({ code: 0, stdout: desk.read("out.lp"), stderr: "" });
  expect(await desk.l2i([...words, "--dry-run"])).toEqual(toStdout);
  expect(await desk.l2i([...words, "--out", "quiet.lp", "-q"])).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(await desk.l2i([...words, "--out", "-", "--json"])).toMatchObject({ code: 2, stdout: "" });
});

test("--json prints the outcome alone, with the frequencies where there is no sink", async () => {
  using desk = new Desk().log(47);
  const words = ["load", "requests", "access.log", "--json"];
  const { code, stdout, stderr } = await desk.l2i([...words, "--top", "1"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(jsonLines(stdout)).toMatchObject([
    {
      outcome: "loaded",
      lines: 47,
      matched: 47,
      points: 0,
      files: 1,
      timescale: { from: "2025-10-26T00:40:00.000Z", slotMs: 60_000 },
      categories: [
        {
          attributes: { method: "GET", status: "200" },
          count: 30,
          share: 30 / 47,
          values: { bytes: { sum: 432901, min: 2, max: 250000 } },
          overTime: [19, 11],
        },
      ],
      moreCategories: 8,
      rejectExamples: [],
    },
  ]);
  const [toFile] = jsonLines((await desk.l2i([...words, "--out", "out.lp"])).stdout);
  expect(toFile).toMatchObject({ outcome: "loaded", points: 13 });
  expect(toFile).not.toHaveProperty("categories");
});

test("--by counts by fields of the lines, to a table and to points", async () => {
  using desk = new Desk().log(47);
  const table = await desk.l2i(["load", "--by", "status,protocol", "access.log", "--top", "1"]);
  expect(table).toMatchObject({ code: 0, stderr: "" });
  expect(table.stdout).toMatch(/^status {2}protocol {2}count .*\n200 {5}HTTP\/1\.1 {5}34 {2}72\.3 %/);
  const toFile = await desk.l2i([
    "load",
    "access.log",
    "--by",
    "user",
    "--out",
    "-",
    "--window",
    "1h",
    "--host",
    "desk",
  ]);
  expect(toFile.stdout).toBe(
    "by_user,host=desk,log=access.log,user=- count=47i,bytes_sum=495132,bytes_min=1,bytes_max=250000 1761436800000000000\n",
  );
});

test("--since and --until count the lines between, and say how many others there are", async () => {
  using desk = new Desk().log();
  const words = ["load", "requests", "access.log", "--since", "2025-10-26T00:41Z", "--until", "2025-10-26T03:00+02:00"];
  const { stdout } = await desk.l2i(words);
  expect(stdout).toMatch(
    /\n288 lines of 1 file in \d+ ms: 93 matched, 195 ignored \(195 of another time\), 0 rejected/,
  );
  expect(stdout).toContain("Windows from 2025-10-26T00:41:00Z to 2025-10-26T00:59:00Z");
  expect(jsonLines((await desk.l2i([...words, "--json"])).stdout)).toMatchObject([
    { matched: 93, ignored: 195, outside: 195 },
  ]);
});

test("reads standard input", async () => {
  using desk = new Desk();
  const { code, stdout } = await desk.l2i(["load", "requests", "-", "--out", "-"], {
    input: combined.slice(0, 5).join(""),
  });
  expect(code).toBe(0);
  expect(stdout).toContain(",log=stdin,");
});

test("several files are one stream, compressed ones included; a copy is dropped with a word", async () => {
  using desk = new Desk()
    .write("access.log.2.gz", gzipSync(combined.slice(0, 26).join("")))
    .write("access.log.1", combined.slice(26, 47).join(""))
    .write("access.log", combined.slice(47, 65).join(""))
    .write("copy.log", combined.slice(26, 47).join(""));
  const { code, stdout, stderr } = await desk.l2i([
    "load",
    "requests",
    "access.log",
    "access.log.1",
    "copy.log",
    "access.log.2.gz",
  ]);
  expect(code).toBe(0);
  expect(stdout).toContain("65 lines of 3 files");
  expect(stderr).toMatch(/copy\.log holds the same as another file given; it is counted once/);
});

test("an unfinished last line is said", async () => {
  using desk = new Desk().log(3).append("access.log", "127.0.0.1 - ");
  const { stdout, stderr } = await desk.l2i(["load", "requests", "access.log"]);
  expect(stdout).toContain("3 lines of 1 file");
  expect(stderr).toMatch(
    /the last line of \S+access\.log \(12 bytes\) has no line end, so it may be cut; it was not counted/,
  );
});

test("with a brainfile it goes on where it stopped, also when it only shows a table", async () => {
  using desk = new Desk().log(47);
  const words = ["load", "requests", "access.log", "--brainfile", "brain.json"];
  const first = await desk.l2i(words);
  expect(first.stdout).toContain("\n47 lines of 1 file");
  expect(first.stderr).toMatch(/WARN.* 47 lines reached no store, .*brain\.json no later run .*--out .*--dry-run/);
  expect(await desk.l2i(words)).toEqual({ code: 0, stdout: "requests:access.log: nothing new\n", stderr: "" });
  desk.append("access.log", combined.slice(47, 50).join(""));
  const third = await desk.l2i(words);
  expect(third.stdout).toMatch(/^GET {5}200 {9}3 {2}100\.0 %/m);
  expect(third.stdout).toContain("\n3 lines of 1 file");
});

test.each<[said: RegExp, code: number, words: string[]]>(
  sampled([
    [/nope\.log does not exist; name a log file that does/, 1, ["load", "requests", "nope.log"]],
    [/ is not a regular file; name the log file itself/, 1, ["load", "requests", "."]],
    [/the format of \S+odd\.log is not recognised; say --format/, 1, ["load", "requests", "odd.log"]],
    [
      /the pipeline latency needs elapsedUs, which the format combined does not have/,
      1,
      ["load", "latency", "access.log"],
    ],
    [/--brainfile: is the checkpoint of one log/, 2, ["load", "requests", "access.log", "odd.log", "--brainfile", "b"]],
    [
      /--since and --until leave lines out, .* --brainfile/,
      2,
      ["load", "requests", "access.log", "--brainfile", "b", "--since", "2h"],
    ],
    [/--since is not before --until/, 2, ["load", "requests", "access.log", "--since", "1h", "--until", "2h"]],
    [/--top is for the table/, 2, ["load", "requests", "access.log", "--top", "5", "--out", "-"]],
    [/Give a whole number from 1 on/, 2, ["load", "requests", "access.log", "--top", "0"]],
    [
      /no fields to count by; for "useragent", did you mean "userAgent"\?/,
      2,
      ["load", "--by", "status,useragent", "access.log"],
    ],
    [
      /--by counts by fields, in place of a pipeline; take --by or requests away/,
      2,
      ["load", "--by", "status", "requests", "access.log"],
    ],
    [/name the logs behind the pipeline requests, or count by fields with --by/, 2, ["load", "requests"]],
    [
      /the pipeline by_vhost needs vhost, which the format combined does not have/,
      1,
      ["load", "--by", "vhost", "access.log"],
    ],
    [/--resume: needs --brainfile/, 2, ["load", "requests", "access.log", "--resume", "end"]],
  ]),
)("%s: exit %i", async (said, code, words) => {
  using desk = new Desk().log(3).write("odd.log", "what is this\n");
  const result = await desk.l2i(words);
  expect(result).toMatchObject({ code, stdout: "" });
  expect(result.stderr).toMatch(said);
});

test("formats and options of pipelines", async () => {
  using desk = new Desk().write("custom.log", linesOf("apache-combined-elapsed.log").join(""));
  const { code, stdout } = await desk.l2i([
    "load",
    "latency",
    "custom.log",
    "--set",
    "buckets=0.1,1",
    "--json",
    "--format",
    String.raw`%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\" %D`,
  ]);
  expect(code).toBe(0);
  expect(jsonLines(stdout)).toMatchObject([{ lines: 288, matched: 288 }]);
});
