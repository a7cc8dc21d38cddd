// Counting by fields, where the name of a pipeline stands.
import { expect, test } from "vitest";
import type { WholeRecord } from "../../src/derived/fields.ts";
import { emptyRecord, fieldNames } from "../../src/format/record.ts";
import { loadPipeline } from "../../src/pipeline/builtin.ts";
import { adviceOnBy, byPattern } from "../../src/pipeline/by.ts";

const all = `by:${fieldNames.filter((field) => field !== "time").join(",")}`;

test("a field counts as it is, and as - where the line has none", async () => {
  const pipeline = await loadPipeline("by:status,user");
  const record = { ...emptyRecord(0), method: "GET", status: 404 } as WholeRecord;
  expect(pipeline.categorize(record, undefined)).toEqual({ status: 404, user: "-" });
});

test("attributes stand in the order of the words, each once", async () => {
  const { name, fields } = await loadPipeline("by:status,method,status");
  expect({ name, fields }).toEqual({ name: "by_status_method_status", fields: ["status", "method"] });
});

test.each([
  ["by:", "there are clientIp, ident, "],
  ["by:status,", "there are clientIp, ident, "],
  ["by:status,stauts", 'did you mean "status"?'],
  ["by:time", "windows are what counts by time (--window)"],
])("%s: %s", (pipeline, advice) => {
  expect(adviceOnBy(pipeline)).toContain(advice);
  expect(byPattern.test(pipeline)).toBe(false);
});

test("fields need no advice", () => {
  expect(adviceOnBy(all)).toBeNull();
  expect(byPattern.test(all)).toBe(true);
});
