// What the suite finds in pipelines that break a law.
import { expect, test } from "vitest";
import type { FieldName, LogRecord } from "../../src/format/record.ts";
import { faultsOf } from "../../src/pipeline/conformance.ts";

const faults = (categorize: (record: LogRecord) => unknown, ...fields: FieldName[]): string[] =>
  faultsOf({ named: fields, pointFields: [], categorize }, [], () => performance.now()).map(
    ({ level, detail }) => `${level}: it ${detail}`,
  );

test("a pipeline that keeps them has no fault", () => {
  expect(faults(({ uri }) => (uri === null ? null : { path: uri.slice(0, 5), odd: undefined }), "uri")).toEqual([]);
});

let calls = 0;

test.each<[string, (record: LogRecord) => unknown, string]>([
  [
    "it throws",
    ({ uri }) => ({ a: uri!.length }),
    "problem: it fails, Cannot read properties of null (reading 'length'), on { time: 0 }",
  ],
  ["no hash", () => "text", "problem: it answers with what is no hash on { time: 0 }"],
  ["a promise", () => Promise.resolve(null), "problem: it answers with what is no hash"],
  [
    "a name that is taken",
    () => ({ host: 1 }),
    'problem: it answers with the attribute "host", which is kept for something else',
  ],
  ["a name of a field", () => ({ count: 1 }), 'problem: it answers with the attribute "count", which is kept'],
  [
    "no finite number",
    ({ bytes }) => ({ a: bytes! / 0 }),
    'problem: it answers with NaN as the attribute "a", which is no finite number, on',
  ],
  ["a name that no tag may have", () => ({ "a=b": 1 }), 'problem: it answers with the attribute "a=b", which'],
  [
    "a nested hash",
    () => ({ a: {} }),
    'problem: it answers with the attribute "a", which is no text, number or boolean, on',
  ],
  ["a state", () => ({ a: calls++ }), "problem: it keeps a state: it answers {"],
  [
    "a record that is changed",
    (record) => ({ a: (record.status = 1) }),
    "problem: it changes the field status of the record on { time: 0 }",
  ],
  [
    "a field that is not named",
    ({ bytes }) => ({ bytes }),
    'problem: it reads bytes, which "fields" does not name; add it there',
  ],
  [
    "attributes that come and go",
    ({ uri }) => (uri === null ? { a: 1 } : { a: 1, b: 1 }),
    "warning: it does not always answer with the same attributes (a; a, b), so",
  ],
  ["an expression that takes for ever", ({ uri }) => ({ a: /(?!x)^(\/?a+)+$/.test(uri ?? "") }), "problem: it takes "],
])("%s", (_, categorize, fault) => {
  expect(faults(categorize, "uri", "status").join("\n")).toContain(fault);
});
