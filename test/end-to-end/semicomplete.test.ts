// Ten thousand lines of a real server, half of them out of order, through the whole program, and counted a second time by awk,
// which knows nothing of our parser and windows.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { Desk } from "../cli/desk.ts";
import { hasSharedData } from "../format/shared-data.ts";
import { addTo, sorted, sumsOfLines, type Sums } from "../laboratory/sums.ts";

const log = "../shared/data/logs/apache-combined/semicomplete-2015.log";

/** A request between quotes, then status and bytes; a line must end with the quote of its user agent. Times are +0000. */
const awk = String.raw`
  /"$/ {
    split(substr($4, 2), time, ":")
    split($0, quoted, "\"")
    split(quoted[2], request, " ")
    split(quoted[3], answer, " ")
    key = time[1] " " time[2] ":" time[3] "\t" request[1] "\t" answer[1]
    count[key]++
    bytes[key] += answer[2]
  }
  END { for (key in count) print key "\t" count[key] "\t" bytes[key] }
`;

function countedByAwk(): Sums {
  const sums: Sums = new Map();
  const table = execFileSync("awk", [awk, log], { encoding: "utf8", env: { ...process.env, LC_ALL: "C" } });
  for (const row of table.trim().split("\n")) {
    const [minute = "", method, status, count, bytes] = row.split("\t");
    const window = Date.parse(`${minute.replaceAll("/", " ")} UTC`);
    addTo(
      sums,
      `requests,host=desk,log=semicomplete-2015.log,method=${method},status=${status} ${window}`,
      Number(count),
      Number(bytes),
    );
  }
  return sums;
}

describe.runIf(hasSharedData)("semicomplete-2015.log", () => {
  const words = [
    "load",
    "requests",
    resolve(log),
    "--brainfile",
    "brain.json",
    "--out",
    "out.lp",
    "--host",
    "desk",
    "--json",
  ];

  test("9,999 lines are counted as awk counts them, per minute, method and status", async () => {
    using desk = new Desk();
    const { code, stdout } = await desk.l2i(words);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      outcome: "loaded",
      lines: 10_000,
      matched: 9_999,
      ignored: 0,
      rejected: 1,
      failed: 0,
      gap: 0,
      lagBytes: 0,
      offset: readFileSync(log).length,
    });
    const oracle = countedByAwk();
    expect([...oracle.values()].reduce((sum, [count]) => sum + count, 0)).toBe(9_999);
    expect(sorted(sumsOfLines(desk.read("out.lp").trim().split("\n"), 60_000))).toEqual(sorted(oracle));
  });

  test("the reject is kept with its file, offset and line", async () => {
    using desk = new Desk();
    await desk.l2i(words);
    const lines = readFileSync(log, "latin1").split("\n");
    const cut = lines.findIndex((line) => line !== "" && !line.endsWith('"'));
    const offset = lines.slice(0, cut).join("\n").length + 1;
    expect(JSON.parse(desk.read("brain.json.rejects.jsonl"))).toEqual({
      file: expect.stringContaining("semicomplete-2015.log"),
      offset,
      line: lines[cut],
      reason: "format",
    });
  });

  test("a second run finds nothing new and writes nothing", async () => {
    using desk = new Desk();
    await desk.l2i(words);
    const before = desk.read("out.lp");
    const { code, stdout } = await desk.l2i(words);
    expect([code, JSON.parse(stdout).outcome]).toEqual([0, "unchanged"]);
    expect(desk.read("out.lp")).toBe(before);
  });
});
