// What is remembered of a categorizer's answers changes nothing: each line gets the series that it would get if it were asked anew.
import { expect, test } from "vitest";
import { formatOf } from "../../src/format/find-format.ts";
import { deriverOf } from "../../src/derived/derive.ts";
import type { Wish } from "../../src/format/lines.ts";
import type { WholeRecord } from "../../src/derived/fields.ts";
import type { FieldName, LogRecord } from "../../src/format/record.ts";
import { Categorizer, type Categorize } from "../../src/frequencies/categorizer.ts";

const line = (index: number): string =>
  `192.0.2.${index % 7} - - [10/Oct/2000:13:${10 + (index % 40)}:36 -0700] "${index % 3 ? "GET" : "POST"} /x${index % 11}?a=${index % 2} HTTP/1.1" ${index % 5 ? 200 : 404} 5\n`;
const log = Buffer.from(Array.from({ length: 3_000 }, (_, index) => line(index)).join(""));

/** Shared by all answers, as a rule may do that wants to save memory. */
const scratch: { method?: string | null; status?: number | null } = {};

const minuteOf = ({ time }: Pick<LogRecord, "time">): number => Math.floor(time / 60_000);

const derive = await deriverOf(["route", "query", "clientNet"]);
const derivedOf = ({ route, query, clientNet, time }: WholeRecord) =>
  query["a"] === "1" ? { minute: minuteOf({ time }) } : { route, clientNet };

const rules: readonly [name: string, fields: readonly FieldName[], rule: Categorize][] = [
  ["of all fields", ["method", "uri", "status"], ({ method, uri, status }) => ({ method, uri, status })],
  ["that ignores some", ["status"], ({ status }) => (status === 404 ? null : { status })],
  ["of the time", ["method"], (record) => ({ method: record.method, minute: minuteOf(record) })],
  [
    "of the time of some",
    ["method", "status"],
    (record) => (record.status === 404 ? { minute: minuteOf(record) } : { method: record.method }),
  ],
  ["of a copy of the record", ["method"], (record) => ({ minute: minuteOf({ ...record }) })],
  ["of nothing", [], () => ({ all: true })],
  ["with one answer for all", ["method", "status"], ({ method, status }) => Object.assign(scratch, { method, status })],
  ["of what is made of fields", ["uri", "clientIp"], (record) => derivedOf(derive(record))],
  ["with hostile names", ["method"], ({ method }) => JSON.parse(`{"__proto__":"${method}","b":null}`)],
];

test.each(rules)("a rule %s", (_, fields, rule) => {
  const reader = formatOf("common").reader([{ fields, values: [] }]);
  const view = reader.views[0]!;
  const categorizer = new Categorizer(view, rule, true);
  const anew = new Categorizer({ ...view, counter: null, record: view.record.bind(view) }, rule, true);
  let lines = 0;
  for (let from = 0; from < log.length;) {
    from = reader.read(log, from);
    for (let index = 0; index < reader.count; index++, lines++)
      expect(categorizer.seriesOf(index)?.attributes()).toEqual(anew.seriesOf(index)?.attributes());
  }
  expect(lines).toBe(3_000);
});

test("a rule is asked twice for lines that differ in the time alone, however many there are; one that looks at the time, for each", () => {
  const wish: Wish = { fields: ["method"], values: [] };
  const reader = formatOf("common").reader([wish, wish]);
  const asked = { method: 0, time: 0 };
  const ofMethod = new Categorizer(reader.views[0]!, ({ method }) => (asked.method++, { method }), true);
  const ofTime = new Categorizer(reader.views[1]!, (record) => (asked.time++, { minute: minuteOf(record) }), true);
  for (let from = 0; from < log.length;) {
    from = reader.read(log, from);
    for (let index = 0; index < reader.count; index++) {
      ofMethod.seriesOf(index);
      ofTime.seriesOf(index);
    }
  }
  expect(asked).toEqual({ method: 4, time: 3_000 });
});
