// What becomes of a log for every way in which stores are known to refuse points, and for answers of unknown kind: the good
// points are stored, the refused ones kept aside, or the run fails, keeps everything and sends it again. The words are those of
// InfluxDB 0.13 to 3, its hosted forms, VictoriaMetrics, and what stands in front of them.
import { mkdirSync, rmdirSync } from "node:fs";
import { expect, test } from "vitest";
import { combined, Desk } from "../cli/desk.ts";
import { jsonLines } from "../cli/program.ts";
import { type Received, type Reply, startStandIn, type StandIn } from "./stand-in.ts";
import { sampled } from "../sampled.ts";

/** A store that cannot take points before a time, and whether it writes the others of their request. */
interface Behaviour {
  readonly answer: (wrong: readonly string[], all: readonly string[]) => Reply;
  readonly writesRest: boolean;
}

interface Keeper extends StandIn {
  readonly stored: Set<string>;
  mend(): void;
}

const isWrong = (line: string): boolean =>
  Number(line.slice(line.lastIndexOf(" "))) < 1e6 * Date.parse("2025-10-26T00:44Z");

async function startKeeper({ answer, writesRest }: Behaviour): Promise<Keeper> {
  const stored = new Set<string>();
  let isMended = false;
  const store = await startStandIn(({ lines }: Received): Reply => {
    const wrong = isMended ? [] : lines.filter(isWrong);
    if (wrong.length === 0 || writesRest)
      for (const line of lines) if (!wrong.includes(line) && !line.startsWith("l2i_run,")) stored.add(line);
    return wrong.length === 0 ? 204 : answer(wrong, lines);
  });
  return { ...store, stored, mend: () => void (isMended = true) };
}

const configured = (url: string): Desk =>
  new Desk().log().multibrain({ out: undefined, influxUrl: url, influxOrg: "o", influxBucket: "b", timeout: "3s" });

/** All points of the log. */
async function pointsOf(desk: Desk): Promise<string[]> {
  const { stdout } = await desk.l2i(["load", "requests", "access.log", "--host", "desk", "--out", "-"]);
  return stdout.trimEnd().split("\n").toSorted();
}

const answers = (status: number, body: unknown) => (): Reply => ({ status, body });
const error = (text: string) => ({ error: text });
const message = (text: string, code = "invalid") => ({ code, message: text });
const unprocessable = (text: string) => message(`failure writing points to database: ${text}`, "unprocessable entity");
const html = (title: string) => `<html>\r\n<head><title>${title}</title></head>\r\n<body>${title}</body>\r\n</html>`;
const conflict =
  'partial write: field type conflict: input field "count" on measurement "requests" is type integer, already exists as type float dropped=1';
const numbers = (wrong: readonly string[], all: readonly string[]): number[] =>
  wrong.map((line) => all.indexOf(line) + 1);

const some = { writesRest: true };
const none = { writesRest: false };

test.each<[store: string, Behaviour]>(
  sampled<[store: string, Behaviour]>([
    ["InfluxDB 0.13: 400, a conflict", { ...some, answer: answers(400, error("field type conflict")) }],
    ["InfluxDB 1: 400, a conflict", { ...some, answer: answers(400, error(conflict)) }],
    [
      "InfluxDB 1: 400, beyond retention",
      { ...some, answer: answers(400, error("partial write: points beyond retention policy dropped=9")) },
    ],
    [
      "InfluxDB 1: 400, too many values of a tag",
      {
        ...some,
        answer: answers(
          400,
          error(
            'partial write: max-values-per-tag limit exceeded (100000/100000): measurement="requests" tag="status" value="404" dropped=2',
          ),
        ),
      },
    ],
    [
      "InfluxDB 1: 400, too many series",
      {
        ...some,
        answer: answers(400, error("partial write: max-series-per-database limit exceeded: (1000000) dropped=2")),
      },
    ],
    [
      "InfluxDB 1: 400, unable to parse",
      {
        ...some,
        answer: (wrong) => ({
          status: 400,
          body: error(`partial write: unable to parse '${wrong[0]}': bad timestamp dropped=0`),
        }),
      },
    ],
    [
      "influxdb-relay: 400, which is as much as it says",
      { ...none, answer: answers(400, error("unable to parse points")) },
    ],
    [
      "InfluxDB 2.0: 500, beyond retention",
      {
        ...some,
        answer: answers(
          500,
          message(
            "unexpected error writing points to database: partial write: points beyond retention policy dropped=1",
            "internal error",
          ),
        ),
      },
    ],
    ["InfluxDB 2: 422, a conflict", { ...some, answer: answers(422, unprocessable(conflict)) }],
    [
      "InfluxDB 2: 422, beyond retention",
      { ...some, answer: answers(422, unprocessable("partial write: points beyond retention policy dropped=1")) },
    ],
    [
      "InfluxDB 2.7: 422, outside retention",
      {
        ...some,
        answer: answers(
          422,
          unprocessable(
            "partial write: dropped 2 points outside retention policy of duration 24h0m0s - oldest point requests at 2025-10-26T00:40:00Z dropped because it violates a Retention Policy Lower Bound at 2026-01-01T00:00:00Z, newest point requests dropped=2",
          ),
        ),
      },
    ],
    [
      "InfluxDB 2: 400, unable to parse, nothing is written",
      {
        ...none,
        answer: (wrong) => ({
          status: 400,
          body: message(wrong.map((line) => `unable to parse '${line}': missing fields`).join("\n")),
        }),
      },
    ],
    [
      "InfluxDB Cloud (TSM): 400, counts and the first reason",
      {
        ...some,
        answer: (wrong, all) => ({
          status: 400,
          body: message(
            `partial write error (${all.length - wrong.length} accepted): ${wrong.length}/${all.length} points rejected; first error: at line ${numbers(wrong, all)[0]}:13: expected tag key after comma; got white space instead (check rejected_points in your _monitoring bucket for further information)`,
          ),
        }),
      },
    ],
    [
      "InfluxDB Cloud Serverless and Dedicated: 400, the lines by their numbers",
      {
        ...some,
        answer: (wrong, all) => ({
          status: 400,
          body: {
            ...message(
              `failed to parse line protocol:\n  errors encountered on line(s):\n${numbers(wrong, all)
                .map((number) => `  error parsing line ${number} (1-based): Invalid measurement was provided`)
                .join("\n")}`,
            ),
            line: numbers(wrong, all)[0],
          },
        }),
      },
    ],
    [
      "InfluxDB Cloud Dedicated without partial writes: the same, and nothing is written",
      {
        ...none,
        answer: (wrong, all) => ({
          status: 400,
          body: {
            ...message("failed to parse line protocol: errors encountered on line(s):"),
            line: numbers(wrong, all)[0],
          },
        }),
      },
    ],
    [
      "InfluxDB Cloud Serverless: 400, beyond retention",
      {
        ...some,
        answer: answers(
          400,
          message(
            "dml handler error: data in table requests is outside of the retention period: minimum acceptable timestamp is 2026-01-01T00:00:00+00:00",
          ),
        ),
      },
    ],
    [
      "InfluxDB Clustered until 2024: 201 for a partial write",
      {
        ...some,
        answer: (wrong, all) => ({
          status: 201,
          body: {
            ...message("failed to parse line protocol: errors encountered on line(s):"),
            line: numbers(wrong, all)[0],
          },
        }),
      },
    ],
    [
      "InfluxDB 3: 400, a list of lines",
      {
        ...some,
        answer: (wrong, all) => ({
          status: 400,
          body: {
            ...error("partial write of line protocol occurred"),
            data: numbers(wrong, all).map((number) => ({
              original_line: "cut",
              line_number: number,
              error_message:
                "invalid column type for column 'count', expected iox::column_type::field::float, got iox::column_type::field::integer",
            })),
          },
        }),
      },
    ],
    [
      "InfluxDB 3 where nothing is written: 400, one line",
      {
        ...none,
        answer: (wrong, all) => ({
          status: 400,
          body: {
            ...error("parsing failed for write_lp endpoint"),
            data: {
              original_line: "cut",
              line_number: numbers(wrong, all)[0],
              error_message: "No fields were provided",
            },
          },
        }),
      },
    ],
    [
      "VictoriaMetrics: 400, the line in its words, nothing is written",
      {
        ...none,
        answer: (wrong) => ({
          status: 400,
          body: `cannot process influx line protocol data: incorrect influx line "${wrong[0]}": cannot parse timestamp; see https://docs.victoriametrics.com/`,
        }),
      },
    ],
    [
      "a proxy that hides the body's details: found by halving",
      { ...none, answer: answers(400, "field type conflict") },
    ],
  ]),
)("refused for a known reason: %s", async (_, behaviour) => {
  await using store = await startKeeper(behaviour);
  using desk = configured(store.url);
  const points = await pointsOf(desk);
  const bad = points.filter(isWrong);
  const { code, stdout, stderr } = await desk.run("--json");
  expect(jsonLines(stdout)).toMatchObject([
    { outcome: "loaded", matched: combined.length, points: points.length - bad.length, refused: bad.length },
  ]);
  expect(jsonLines(stderr)).toMatchObject([
    { level: "error", msg: expect.stringContaining(`refused ${bad.length} of ${points.length} points for good: `) },
  ]);
  expect(code).toBe(1);
  expect([...store.stored].toSorted()).toEqual(points.filter((point) => !isWrong(point)));
  expect(desk.read("brain.json.refused.lp").trimEnd().split("\n").toSorted()).toEqual(bad);
  expect(desk.brain()).toMatchObject({ offset: combined.join("").length, pendingPoints: 0 });
});

test.each<[store: string, said: string, Reply]>(
  sampled([
    ["InfluxDB 1: no such database", "create what is missing", { status: 404, body: error('database not found: "b"') }],
    [
      "InfluxDB 1: no such policy",
      "create what is missing",
      { status: 500, body: error("retention policy not found: r") },
    ],
    ["InfluxDB 1: a timeout", "500 (timeout)", { status: 500, body: error("timeout") }],
    ["InfluxDB 2: wrong precision", "no known way", { status: 400, body: message("invalid precision") }],
    [
      "InfluxDB 2: wrong token",
      "check the token",
      { status: 401, body: message("unauthorized access", "unauthorized") },
    ],
    [
      "InfluxDB 2: no such bucket",
      "create what is missing",
      { status: 404, body: message('bucket "b" not found', "not found") },
    ],
    [
      "InfluxDB 2: 422 for another reason",
      "no known way",
      { status: 422, body: message("who knows", "unprocessable entity") },
    ],
    [
      "InfluxDB Cloud: too many requests",
      "429",
      { status: 429, headers: { "retry-after": "60" }, body: message("rate") },
    ],
    [
      "InfluxDB Cloud Serverless: a limit of the account",
      "no known way",
      {
        status: 400,
        body: message(
          "dml handler error: service limit reached: couldn't create columns in table `requests`; table contains 199 existing columns, applying this write would result in 201 columns, limit is 200",
        ),
      },
    ],
    [
      "VictoriaMetrics: what it could not read",
      "no known way",
      { status: 400, body: "cannot read compressed request in 6 seconds: unexpected EOF" },
    ],
    ["nginx: 400", "no known way", { status: 400, body: html("400 Bad Request") }],
    ["nginx: 413 for a single point, too", "413", { status: 413, body: html("413 Request Entity Too Large") }],
    ["nginx: 502", "502", { status: 502, body: html("502 Bad Gateway") }],
    [
      "nginx: a page",
      "not how a store acknowledges",
      { status: 200, headers: { "content-type": "text/html" }, body: html("Welcome") },
    ],
    ["nothing but a status", "no known way", { status: 400, body: "" }],
    ["JSON of another kind", "no known way", { status: 400, body: '["field type", 1, null]' }],
  ]),
)("of unknown kind, so that the run fails and keeps all: %s", async (_, said, reply) => {
  await using store = await startKeeper({ ...none, answer: () => reply });
  using desk = configured(store.url);
  const points = await pointsOf(desk);
  const { code, stdout, stderr } = await desk.run();
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toContain(said);
  expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  expect(desk.has("brain.json.refused.lp")).toBe(false);
  expect(desk.brain()).toMatchObject({ offset: 0, pendingPoints: points.length });
  store.mend();
  expect(await desk.run()).toEqual({ code: 0, stdout: "", stderr: "" });
  expect([...store.stored].toSorted()).toEqual(points);
});

test("a store that refuses a whole log for a known reason is said once, and hourly; every point is kept, and counted", async () => {
  const beyond = answers(400, error("partial write: points beyond retention policy dropped=1"));
  await using store = await startStandIn(beyond);
  using desk = configured(store.url).log(200);
  const { code, stderr } = await desk.run();
  const points = await pointsOf(desk);
  expect(code).toBe(1);
  expect(stderr).toMatch(
    new RegExp(
      `^\\S+ ERROR \\S+ \\S+ \\(bucket b\\) refused ${points.length} of ${points.length} points for good: .*retention.*; they are kept in \\S+\\n$`,
    ),
  );
  expect(desk.read("brain.json.refused.lp").trimEnd().split("\n").toSorted()).toEqual(points);
  desk.append("access.log", combined.slice(200).join(""));
  expect(await desk.run("-q")).toEqual({ code: 1, stdout: "", stderr: "" });
  expect(desk.read("brain.json.refused.lp").trimEnd().split("\n").toSorted()).toEqual(await pointsOf(desk));
});

test("InfluxDB Enterprise has taken what it queues between its nodes, though it says so with a 500", async () => {
  await using store = await startStandIn(answers(500, error("write failed: hinted handoff queue not empty")));
  using desk = configured(store.url);
  expect(await desk.run()).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(store.received[0]?.lines.toSorted()).toEqual(await pointsOf(desk));
});

test("points refused for good that cannot be kept are sent again until they can", async () => {
  await using store = await startStandIn(
    answers(400, error("partial write: points beyond retention policy dropped=1")),
  );
  using desk = configured(store.url);
  mkdirSync(desk.path("brain.json.refused.lp"));
  const { code, stderr } = await desk.run();
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /ERROR \S+ cannot keep refused points in \S+: this is a folder.* Nothing is lost: they are sent again/,
  );
  const points = await pointsOf(desk);
  expect(desk.brain()).toMatchObject({ offset: 0, pendingPoints: points.length });
  rmdirSync(desk.path("brain.json.refused.lp"));
  expect(await desk.run()).toMatchObject({ code: 1, stderr: expect.stringContaining("they are kept in") });
  expect(desk.read("brain.json.refused.lp").trimEnd().split("\n").toSorted()).toEqual(points);
});

test("a file of refused points that is full is said to be", async () => {
  await using store = await startStandIn(
    answers(400, error("partial write: points beyond retention policy dropped=1")),
  );
  using desk = configured(store.url);
  const points = await pointsOf(desk);
  desk.write("brain.json.refused.lp", `m,t=${"x".repeat(10 * 1024 * 1024 - 500)} count=1i 1\n`);
  const { code, stderr } = await desk.run();
  expect(code).toBe(1);
  expect(stderr).toMatch(
    new RegExp(
      `refused ${points.length} of ${points.length} points for good: .*; \\d+ of them are kept in \\S+, which is full\\. Look at them`,
    ),
  );
});
