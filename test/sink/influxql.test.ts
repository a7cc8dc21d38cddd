// Queries in which nothing that a stranger or a configuration wrote is read as InfluxQL, and answers to the nanosecond.
import { expect, test } from "vitest";
import { selectOf, seriesOf, tablesOf } from "../../src/sink/influxql.ts";

const question = { measurement: "m", tags: [], fields: ["count"], from: 60_000, until: 120_000 };

test.each<[what: string, asked: object, retentionPolicy: string | undefined, query: string]>([
  [
    "plain",
    {},
    undefined,
    `SELECT "count"::field FROM "m" WHERE time >= 60000000000 AND time < 120000000000 GROUP BY *`,
  ],
  [
    "quotes and backslashes",
    { measurement: `a"b\\`, tags: [[`k"`, `it's "\\`]], fields: ["count", `f"_sum`] },
    `r"p`,
    String.raw`SELECT "count"::field, "f\"_sum"::field FROM "r\"p"."a\"b\\" WHERE "k\""::tag = 'it\'s "\\' AND time >= 60000000000 AND time < 120000000000 GROUP BY *`,
  ],
])("a query: %s", (_, asked, retentionPolicy, query) => {
  expect(selectOf({ ...question, ...asked }, retentionPolicy)).toBe(query);
});

const table = { name: "m", tags: { host: "a", gone: "" }, columns: ["time", "count", "bytes_sum"] };

test.each<[time: string, ns: bigint]>([
  ["2026-01-02T12:00:00Z", 1_767_355_200_000_000_000n],
  ["2026-01-02T12:00:00.5Z", 1_767_355_200_500_000_000n],
  ["2026-01-02T12:00:00.000000001Z", 1_767_355_200_000_000_001n],
  ["2026-01-02T12:00:00", 1_767_355_200_000_000_000n],
])("a point at %s", (time, ns) => {
  expect(seriesOf({ ...table, values: [[time, 3, null]] })).toEqual({
    tags: [["host", "a"]],
    points: [{ time: ns, fields: [3, null] }],
  });
});

test.each<[what: string, line: unknown, tables: unknown]>([
  ["nothing", { results: [{ statement_id: 0 }] }, []],
  ["a table", { results: [{ series: [table] }] }, [table]],
  ["an error of the query", { results: [{ error: "no such database" }] }, { error: "no such database" }],
  ["an error of the request", { error: "too long" }, { error: "too long" }],
  ["what no InfluxDB answers", { status: "ok" }, null],
  ["no JSON", null, null],
])("an answer: %s", (_, line, tables) => {
  expect(tablesOf(line)).toEqual(tables);
});
