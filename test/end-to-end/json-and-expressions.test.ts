// What only options tell of a format, names in JSON with a schema and an expression, through the whole program: resumed in the middle of
// a line, rotated, compressed, recounted, and in worker threads, against a count that the test makes for itself.
import { gzipSync } from "node:zlib";
import { renameSync } from "node:fs";
import { expect, test } from "vitest";
import { Desk } from "../cli/desk.ts";
import { addTo, lastPoints, type Sums, sorted, sumsOfLines } from "../laboratory/sums.ts";

/** What a line is to say. */
interface Request {
  readonly time: number;
  readonly method: string;
  readonly status: number;
  readonly bytes: number;
}

interface Kind {
  readonly options: object;
  readonly lineOf: (request: Request) => string;
  /** A line that is none of them. */
  readonly reject: string;
}

/** As a clock in Berlin shows it. */
function inBerlin(time: number): string {
  return new Date(time).toLocaleString("sv-SE", { timeZone: "Europe/Berlin" });
}

const kinds: Readonly<Record<string, Kind>> = {
  "json with names and a schema of one's own": {
    options: {
      format: "json",
      field: { time: "at.ms", method: "request.verb", status: "code", bytes: "request.size" },
      schema: "lines.json",
    },
    lineOf: ({ time, method, status, bytes }) =>
      JSON.stringify({
        at: { ms: String(time) },
        request: { verb: method, size: `${bytes}`, path: "/ü" },
        code: status,
      }),
    reject: '{"at":{"ms":1761480000000},"request":{"verb":"GET"},"code":"200"}',
  },
  "an expression, its times without zone": {
    options: {
      format: String.raw`/^(?<time>[\d-]+ [\d:]+) (?<method>\w+) (?<status>\d+) (?<bytes>\d+)/ %F %T`,
      timezone: "Europe/Berlin",
    },
    lineOf: ({ time, method, status, bytes }) => `${inBerlin(time)} ${method} ${status} ${bytes} ü`,
    reject: "2025-10-26 13:00:00 GET ok 5",
  },
};

const schema = { properties: { code: { type: "integer" } } };

/** From 03:30 on, when the clocks of Berlin have been set back. */
const start = Date.UTC(2025, 9, 26, 2, 30);
const requests = Array.from({ length: 400 }, (_, index): Request => ({
  time: start + index * 1_000,
  method: index % 3 === 0 ? "POST" : "GET",
  status: index % 7 === 0 ? 404 : 200,
  bytes: index,
}));

function counted(all: readonly Request[]): Sums {
  const sums: Sums = new Map();
  for (const { time, method, status, bytes } of all) {
    const window = Math.floor(time / 60_000) * 60_000;
    addTo(sums, `requests,host=desk,log=access.log,method=${method},status=${status} ${window}`, 1, bytes);
  }
  return sums;
}

const loaded = (desk: Desk): string[] => sorted(sumsOfLines(lastPoints(desk.read("out.lp")), 60_000));

test.each(Object.entries(kinds))("%s: every line counts once", async (_, { options, lineOf, reject }) => {
  using desk = new Desk().write("lines.json", schema).multibrain(options);
  const lines = requests.map((request) => `${lineOf(request)}\n`);
  const text = (from: number, to: number): string => lines.slice(from, to).join("");
  const run = async (): Promise<void> => expect(await desk.run()).toEqual({ code: 0, stdout: "", stderr: "" });

  desk.write("access.log", text(0, 150) + lines[150]!.slice(0, 20));
  await run();
  desk.append("access.log", `${lines[150]!.slice(20)}${reject}\n${text(151, 200).replaceAll("\n", "\r\n")}`);
  await run();
  desk.append("access.log", text(200, 250));
  renameSync(desk.path("access.log"), desk.path("access.log.1"));
  desk.write("access.log", text(250, 300));
  await run();
  desk.write("access.log.2.gz", gzipSync(desk.read("access.log.1"))).remove("access.log.1");
  renameSync(desk.path("access.log"), desk.path("access.log.1"));
  desk.write("access.log", text(300, 400));
  await run();

  expect(loaded(desk)).toEqual(sorted(counted(requests)));
  expect(desk.read("brain.json.rejects.jsonl").match(/\n/g)).toHaveLength(1);
  const verified = await desk.l2i(["verify", "multibrain.json"]);
  expect(verified.stdout).toContain("all equal");
  expect(await desk.l2i(["check", "multibrain.json"])).toMatchObject({ code: 0 });
});

test.each(Object.entries(kinds))("%s: worker threads count the same", async (_, { options, lineOf, reject }) => {
  using desk = new Desk().write("lines.json", schema);
  const padding = " ".repeat(2_000); // JSON may have it, and the expression leaves it
  const block = `${requests.map((request) => `${lineOf(request)}${padding}\n`).join("")}${reject}\n`;
  desk.write("access.log", block.repeat(Math.ceil((34 * 1024 * 1024) / block.length)));
  const loads = [1, 2].map(async (jobs) => {
    const entry = { pipeline: "requests", log: "access.log", host: "desk", jobs, ...options };
    desk.write(`${jobs}.json`, [{ ...entry, brainfile: `brain${jobs}.json`, out: `out${jobs}.lp` }]);
    expect(await desk.l2i(["run", `${jobs}.json`])).toEqual({ code: 0, stdout: "", stderr: "" });
    const points = desk.read(`out${jobs}.lp`).split("\n");
    return [points.filter((point) => !point.startsWith("l2i_run,")), desk.read(`brain${jobs}.json.rejects.jsonl`)];
  });
  const [one, two] = await Promise.all(loads);
  expect(one?.[0]?.length).toBeGreaterThan(20);
  expect(two).toEqual(one);
});
