// Values that are right and wrong for every option, for the tests that hold the program against the JSON Schema and word lists
// against objects.
import * as fc from "fast-check";
import { valueNames } from "../../src/format/values.ts";
import { type OptionKey, optionKeys } from "../../src/invocation/schema.ts";
import { timezoneNames } from "../../src/invocation/timezones.ts";

// fast-check does not know `${`, which means something here; the tests of it are elsewhere.
const plain = fc
  .string({ unit: "grapheme", minLength: 1 })
  .filter((text) => /^[^\u0000-\u001f\u007f-\u009f\\$]+$/u.test(text) && text !== "-" && !text.startsWith("#")); // oxlint-disable-line no-control-regex
const path = plain.filter((text) => !text.includes("="));
const mapKey = path.filter((text) => !["time", "_field", "_measurement", "__proto__"].includes(text));
const attributes = fc.dictionary(
  mapKey.filter((key) => key !== "host" && key !== "log"),
  fc.oneof(plain, fc.boolean(), fc.nat()),
  { maxKeys: 2 },
);
const duration = fc
  .tuple(fc.integer({ min: 1, max: 9999 }), fc.constantFrom("s", "m", "h", "d"))
  .map((parts) => parts.join(""));
const name = fc.constantFrom(
  "localhost",
  "db",
  "my_db-1",
  "a.b.example",
  "1a",
  "3com.example",
  "10.0.0.1",
  "[::1]",
  "[fe80::1:2]",
  "x.",
);
const url = fc
  .tuple(
    fc.constantFrom("http://", "https://"),
    fc.constantFrom("", "u@", "u:p%40x@"),
    name,
    fc.constantFrom("", ":1", ":8086", ":65535"),
    fc.constantFrom("", "/", "/influx", "/insert/0/influx/", "/a%20b"),
  )
  .map((parts) => parts.join(""));

/** Values that the schema takes. `set` holds what words can say as well. */
const valid: { readonly [key in OptionKey]: fc.Arbitrary<unknown> } = {
  pipeline: fc.constantFrom("requests", "latency", "by:status,method", "./rules.mjs", "my.ts", "/opt/rules/x.js"),
  log: path,
  brainfile: path,
  name: plain,
  format: fc.oneof(fc.constantFrom("auto", "json", '%h "%r"\t%>s', "/(?<status>\\d+)/"), plain),
  field: fc.dictionary(fc.constantFrom(...valueNames), plain, { maxKeys: 4 }),
  schema: path,
  timezone: fc.constantFrom(...timezoneNames()),
  window: fc.oneof(duration, fc.constantFrom("1000ms", "99999999d")),
  lateness: fc.oneof(duration, fc.constantFrom("1ms", "99999999d")),
  measurement: plain,
  host: plain,
  tag: fc.dictionary(mapKey, plain, { maxKeys: 4 }),
  set: fc.dictionary(
    mapKey,
    fc.oneof(
      fc.string().filter((text) => !text.includes("$")),
      fc.array(plain, { minLength: 2, maxLength: 3 }),
    ),
    { maxKeys: 4 },
  ),
  classify: fc.array(
    fc.record({
      when: fc.record(
        {
          uri: fc.oneof(
            fc.constantFrom("/wp-*", "*.php", null, "/^\\/a+$/"),
            fc.array(fc.constantFrom("/a", null), { minLength: 1 }),
          ),
          status: fc.oneof(fc.integer({ min: 100, max: 599 }), fc.constantFrom(">=500", ">=400 <500", "4*", null)),
          bot: fc.constantFrom(true, false, null, [false, null]),
          query: fc.dictionary(mapKey, fc.constantFrom("a*", null, ["/^b$/", null]), { maxKeys: 2 }),
        },
        { requiredKeys: [] },
      ),
      set: attributes,
    }),
    { minLength: 1, maxLength: 3 },
  ),
  zeros: fc.array(attributes, { minLength: 1, maxLength: 3 }),
  influxUrl: url,
  influxOrg: plain,
  influxBucket: plain,
  influxToken: fc.stringMatching(/^[!-#%-~]{1,40}$/u),
  influxTokenFile: path,
  influxDatabase: plain,
  influxRetentionPolicy: plain,
  influxUsername: plain.filter((text) => !text.includes(":")),
  influxPassword: plain,
  influxPasswordFile: path,
  writes: fc.constantFrom("totals", "parts"),
  out: fc.oneof(path, fc.constant("-")),
  start: fc.constantFrom("beginning", "end"),
  resume: fc.constantFrom("start", "end"),
  rejects: path,
  anonymizeIp: fc.boolean(),
  maxSeries: fc.integer({ min: 1, max: 10_000_000 }),
  maxLine: fc.integer({ min: 1, max: 67_108_864 }),
  jobs: fc.integer({ min: 1, max: 256 }),
  timeout: fc.constantFrom("1ms", "30s", "9999m", "99h", "9d"),
  edges: fc.constantFrom("drop", "keep"),
};

/** Values that are wrong for some options and right for others. */
export const odd: readonly unknown[] = [
  [null, true, false, 0, -1, 1, 1.5, 1024, 1025, 1e7, 10_000_001, 67_108_864, 67_108_865, 2 ** 53, 1e300, Infinity],
  [
    "",
    " ",
    "-",
    "x",
    "#x",
    "x#",
    "a\nb",
    "a\tb",
    "a\u0000",
    "a\u0085",
    "a\\b",
    "a=b",
    "a:b",
    "ä",
    "\ud800",
    "😀",
    "x".repeat(70_000),
  ],
  [
    "5",
    "5x",
    "0s",
    "05s",
    "1s",
    "999ms",
    "1000ms",
    "99h",
    "100h",
    "9d",
    "10d",
    "9999m",
    "10000m",
    "99999999d",
    "100000000d",
    "1m30s",
    " 1m",
    "1m\n",
  ],
  ["totals", "parts", "Totals", "beginning", "start", "end", "drop", "keep", "constructor", "__proto__"],
  ["requests", "Requests", "request", "./a.mjs", "a.js", "a/b", "a.py", "a/\u0001"],
  [
    [{ when: {}, set: {} }],
    [{ when: { status: ">500 <" }, set: {} }],
    [{ when: { time: 1 }, set: {} }],
    [{ when: {}, set: { log: 1 } }],
    [{}],
  ],
  ["UTC", "utc", "Europe/Berlin", "europe/berlin", "Mars/Olympus", "+01:00", "Asia/Kolkata"],
  [
    "http://h",
    "https://h:8086/",
    "HTTP://h",
    "ftp://h",
    "h:8086",
    "http://",
    "http:///x",
    "http://h:0",
    "http://h:65536",
    "http://h:080",
  ],
  [
    "http://1.2.3.4",
    "http://1.2.3.256",
    "http://1.2.3",
    "http://0x10",
    "http://a.0x10",
    "http://a.1",
    "http://[::1]:1",
    "http://[::1",
    "http://[1:2]",
  ],
  [
    "http://u:p@h",
    "http://u:p@h@h",
    "http://@h",
    "http://h/?q=1",
    "http://h/#x",
    "http://h/a b",
    "http://h/ä",
    "http://ä",
    "http://a..b",
    "http://.",
    "http://-",
  ],
  [
    [],
    [""],
    ["x"],
    ["a", 1],
    [["x"]],
    {},
    { a: "b" },
    { a: "" },
    { a: 1 },
    { a: null },
    { a: [] },
    { a: ["x", 1] },
    { a: {} },
    { a: true },
    { a: "x\ny" },
  ],
  [
    { "": "x" },
    { time: "x" },
    { Time: "x" },
    { _field: "x" },
    { _measurement: "x" },
    { "a=b": "x" },
    { "a\\b": "x" },
    { "a\nb": "x" },
    { host: "x", log: "y" },
  ],
  ['{"__proto__": "x"}', '{"__proto__": 1}', '{"__proto__": {"a": "x"}}', '{"constructor": "x"}'].map((text): unknown =>
    JSON.parse(text),
  ),
].flat();

/** Entries that are right in every single value. */
export const validEntry: fc.Arbitrary<{ readonly [key: string]: unknown }> = fc.record(valid, {
  requiredKeys: ["pipeline", "log", "brainfile"],
});

/** Those that also agree with each other: they write to a file, and to no file twice. */
export const soundEntry = validEntry.map((entry) => ({
  ...Object.fromEntries(Object.entries(entry).filter(([key]) => !key.startsWith("influx") && key !== "rejects")),
  brainfile: "the brain",
  out: "-",
}));

const mutation = fc.tuple(
  fc.oneof(
    fc.constantFrom(...optionKeys),
    fc.constantFrom("__proto__", "constructor", "logs", "max-series", ""),
    fc.string(),
  ),
  fc.oneof(fc.constantFrom(...odd, undefined), fc.jsonValue()),
);

/** Entries with some values replaced, unknown keys added, keys left out. */
export const mutatedEntry = fc.tuple(validEntry, fc.array(mutation, { maxLength: 3 })).map(([entry, mutations]) => {
  // JSON text and back, as a file would do it: it makes `__proto__` a key like any other.
  const members = [...Object.entries(entry), ...mutations].filter(([, value]) => value !== undefined);
  const distinct = new Map(members.map(([key, value]) => [key, JSON.stringify(value)]));
  return JSON.parse(`{${Array.from(distinct, ([key, value]) => `${JSON.stringify(key)}:${value}`).join()}}`) as unknown;
});

/** Whether a value has a `${` anywhere; those are beyond what both sides agree upon. */
export function hasVariable(value: unknown): boolean {
  return JSON.stringify(value)?.includes("${") ?? false;
}
