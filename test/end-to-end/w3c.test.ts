// Logs whose columns change within the file: whoever reads them, from wherever, knows which ones are in force.
import { appendFileSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Desk } from "../cli/desk.ts";
import { l2i } from "../cli/program.ts";
import { Laboratory } from "../laboratory/laboratory.ts";

const wide =
  "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status sc-bytes time-taken";
const narrow = "#Fields: date time c-ip sc-status cs-method cs-uri-stem";
const minutes = (at: number): string => `2026-01-02 11:${String(10 + at).padStart(2, "0")}:00`;
const wideLine = (at: number, status: number): string =>
  `${minutes(at)} 192.0.2.11 GET /a b=c 443 - 192.0.2.7 curl/8 ${status} 100 18`;
const narrowLine = (at: number, status: number): string => `${minutes(at)} 192.0.2.8 ${status} POST /b`;
const head =
  "#Software: Microsoft Internet Information Services 10.0\r\n#Version: 1.0\r\n#Date: 2026-01-02 00:00:00\r\n";
const lines = (all: readonly string[]): string => all.map((line) => `${line}\r\n`).join("");

const log =
  head +
  lines([wide, wideLine(0, 200), wideLine(1, 404), narrow, narrowLine(1, 201), narrowLine(2, 201)]) +
  head +
  lines([narrow, narrowLine(3, 202), wide, wideLine(4, 200), narrow, narrowLine(5, 203), narrowLine(6, 203)]); // prettier-ignore
const counted = 8;

/** The points of one load of the whole log. */
async function whole(options: Laboratory["options"] = {}): Promise<string[]> {
  using lab = new Laboratory();
  lab.options = options;
  lab.appendText(log);
  await lab.run();
  return lab.points().toSorted();
}

test("read at once", async () => {
  const points = await whole();
  expect(points.join("\n")).not.toContain("invalid");
  const counts = points.map((point) => `${/status=\d+/.exec(point)![0]} ${/count=\d+/.exec(point)![0]}`);
  expect(counts.toSorted()).toEqual([
    "status=200 count=1", "status=200 count=1", "status=201 count=1", "status=201 count=1", "status=202 count=1",
    "status=203 count=1", "status=203 count=1", "status=404 count=1",
  ]); // prettier-ignore
});

test.each([["auto"], ["w3c"]])("written byte by byte and read after each few, format %s", async (format) => {
  using lab = new Laboratory();
  lab.options = { format };
  for (let at = 0; at < log.length; at += 37) {
    lab.appendText(log.slice(at, at + 37));
    if (at > head.length + wide.length) expect((await lab.run()).outcome).not.toBe("failed");
  }
  await lab.run();
  expect(lab.points().toSorted()).toEqual(await whole({ format }));
  expect(await lab.verify()).toMatchObject({ outcome: "equal", lines: counted });
});

const mark = "\ufeff";

test.each([
  ["a file with a byte order mark", mark + log],
  ["one put behind another, each with its mark", mark + log.slice(0, head.length) + mark + log.slice(head.length)],
])("%s reads like one without", async (_, text) => {
  using lab = new Laboratory();
  lab.appendText(text);
  await lab.run();
  expect(lab.points().toSorted()).toEqual(await whole());
});

test.each([["auto"], ["w3c"]])(
  "of lines before the first directive nobody knows the columns, format %s",
  async (format) => {
    using lab = new Laboratory();
    lab.options = { format };
    lab.appendText(lines([narrowLine(0, 204), wideLine(0, 204)]) + log);
    expect(await lab.run()).toMatchObject({ matched: counted, rejected: 2 });
    expect(lab.points().toSorted()).toEqual(await whole());
  },
);

test("columns that tell no day and time are said to be the trouble", async () => {
  using lab = new Laboratory();
  lab.appendText(lines(["#Fields: time c-ip sc-status", "11:10:00 192.0.2.7 200"]));
  expect((await lab.run()).error).toContain("tells no day and time");
});

test("rotated while the columns are others than at its beginning, and written to afterwards", async () => {
  using lab = new Laboratory();
  const cut = log.lastIndexOf(narrowLine(5, 203));
  lab.appendText(log.slice(0, cut));
  await lab.run();
  lab.rename("access.log", "access.log.1").appendText(head + lines([wide, wideLine(7, 500)]));
  await lab.run();
  lab.appendText(log.slice(cut), "access.log.1").appendText(lines([wideLine(8, 500)]));
  await lab.run();
  expect(lab.points().filter((point) => !point.includes("status=500")).toSorted()).toEqual(await whole());
  expect(lab.total()).toBe(counted + 2);
  expect(await lab.verify()).toMatchObject({ outcome: "equal", lines: counted + 2 });
}); // prettier-ignore

test("begun at its end, it is read in the columns that were said before", async () => {
  using lab = new Laboratory();
  const cut = log.lastIndexOf(narrowLine(5, 203));
  lab.appendText(log.slice(0, cut));
  await lab.run({ start: "end" });
  lab.appendText(log.slice(cut));
  await lab.run({ start: "end" });
  expect(lab.points().map((point) => /method=\w+,status=\d+/.exec(point)![0])).toEqual(["method=POST,status=203", "method=POST,status=203"]);
}); // prettier-ignore

const entry = (name: string, more: object = {}): object => ({
  pipeline: "requests",
  name,
  log: "access.log",
  brainfile: `${name}.json`,
  out: `${name}.lp`,
  host: "h",
  ...more,
});

test("in company, by the command line, with jobs, and by hand", async () => {
  using desk = new Desk().write("access.log", log.slice(0, log.lastIndexOf(narrowLine(5, 203))));
  desk.write("multibrain.json", [entry("a"), entry("b"), entry("c", { jobs: 2 })]);
  expect(await desk.l2i(["check", "multibrain.json"])).toMatchObject({ code: 0 });
  expect(await desk.run()).toMatchObject({ code: 0, stderr: "" });
  appendFileSync(desk.path("access.log"), log.slice(log.lastIndexOf(narrowLine(5, 203))));
  expect((await desk.l2i(["check", "multibrain.json"])).stdout).toContain("of a sample of 2 lines the pipeline counts 2");
  expect(await desk.run()).toMatchObject({ code: 0, stderr: "" });
  const points = (name: string): string[] => readFileSync(desk.path(`${name}.lp`), "utf8").split("\n").filter((line) => line.startsWith("requests,")).toSorted();
  expect(points("a").length).toBe(counted);
  expect(points("b")).toEqual(points("a"));
  expect(points("c")).toEqual(points("a"));
  const { stdout, stderr } = await l2i(["parse", desk.path("access.log")]);
  expect({ records: stdout.trim().split("\n").length, stderr }).toEqual({ records: counted, stderr: "" });
}); // prettier-ignore
