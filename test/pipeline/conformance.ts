// What every pipeline must do, whoever wrote it: answer any record that a log can hold, always in the same way.
import * as fc from "fast-check";
import { expect, it } from "vitest";
import * as z from "zod/mini";
import { derivedNames, type WholeRecord } from "../../src/derived/fields.ts";
import { emptyRecord as recordAt, fieldNames, type LogRecord } from "../../src/format/record.ts";
import { faultsOf } from "../../src/pipeline/conformance.ts";
import { type Pipeline, valuesOf } from "../../src/pipeline/pipeline.ts";

/** A record of a format that has no field but the time. */
export const emptyRecord = recordAt(0) as WholeRecord;

/** The options that the pipeline makes of `--set` and its defaults. */
export function optionsOf(pipeline: Pipeline, set: Record<string, unknown> = {}): unknown {
  return pipeline.options ? z.parse(pipeline.options, set) : undefined;
}

const hostile = fc.constantFrom(
  "", "-", "/", "//", "*", "GET", "get", "\0", "\n", "a\nb", "%", "%0a", "%zz", "?", "#", "/..", "/../../etc/passwd", "__proto__",
  "constructor", "/__proto__/x", "host:443", "http://", "HTTP://h", "http://h/a?b", "/\u001b[2J", "\ud800", "é", "🐘", "Googlebot",
  "check_http/v2", `/${"a".repeat(9000)}`, "/".repeat(9000), "a,b=c d\\",
); // prettier-ignore
const text = fc.option(fc.oneof(hostile, fc.string({ unit: "binary" }), fc.webPath(), fc.webUrl()));
const number = fc.option(
  fc.oneof(fc.nat(), fc.constantFrom(0, -1, 99, 600, 1e308, 0.5), fc.integer({ min: 100, max: 599 })),
);

/** Any record at all. */
const record: fc.Arbitrary<LogRecord> = fc.record({
  clientIp: text,
  ident: text,
  user: text,
  time: fc.double({ noNaN: true }),
  method: fc.oneof(text, fc.constantFrom("GET", "POST", "PUT", "HEAD", "DELETE")),
  uri: text,
  protocol: text,
  status: number,
  bytes: number,
  referrer: text,
  userAgent: text,
  vhost: text,
  port: number,
  elapsedUs: number,
  xForwardedFor: text,
  request: text,
  level: text,
  message: text,
});

export function itConforms(pipeline: Pipeline, set: Record<string, unknown> = {}): void {
  const options = optionsOf(pipeline, set);

  it("describes itself", () => {
    expect(pipeline.name).toMatch(/^[a-z]+$/);
    expect(pipeline.description).toMatch(/^[A-Z].*\.$/);
    expect(pipeline.example).toContain(`l2i load ${pipeline.name} /`);
  });

  it("names fields that exist", () => {
    const values = valuesOf(pipeline).map(({ field }) => field);
    expect([...fieldNames, ...derivedNames]).toEqual(expect.arrayContaining([...pipeline.fields, ...values]));
    expect([...pipeline.fields, ...values]).toEqual(expect.arrayContaining([...(pipeline.optional ?? [])]));
    for (const name of Object.keys(pipeline.values ?? {})) expect(name).toMatch(/^[a-z_]+$/);
  });

  const subject = {
    named: pipeline.fields,
    pointFields: [],
    categorize: (given: LogRecord) => pipeline.categorize(given as WholeRecord, options),
  };

  it("keeps the laws that a user's pipeline is asked to keep", () => {
    const records = fc.sample(record, { numRuns: 1000 });
    expect(faultsOf(subject, records, () => performance.now())).toEqual([]);
  });

  it("has attributes as they are called here", () => {
    fc.assert(
      fc.property(record, (given) => {
        for (const name of Object.keys(subject.categorize(given) ?? {})) expect(name).toMatch(/^[a-z_]{1,32}$/);
      }),
    );
  });

  it("refuses options that it does not have", () => {
    expect(pipeline.options ? z.safeParse(pipeline.options, { nonsense: "1" }).success : false).toBe(false);
  });
}
