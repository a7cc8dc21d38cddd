// THE schema of an invocation: every option with what it may be, what it is for and its default, once. The command line, the
// multibrain, the JSON Schema and the help are all made from it. It holds only what a JSON Schema can say as well, so that
// both refuse the same; how one value depends on another is checked where an invocation is put together.
import * as z from "zod/mini";
import { _default as withDefault } from "zod/mini";
import { valueNames } from "../format/values.ts";
import { attributesSchema, classifySchema } from "./classify-schema.ts";
import { isTimezone, timezoneNames } from "./timezones.ts";
import { anyDuration, type Digits, durationPattern, durationWithin, fromOneSecond, upToDays } from "./units.ts";

const descriptions = z.registry<{ readonly description: string }>();

// An error text continues the sentence that the refused value begins: `"5x" is not a duration; try "5m"`.
const plain = text(without(""), "is empty or has control characters; give plain text");
const path = text(without(""), "is not the path of a file");
const fileOnly = path.check(z.regex(/^(?!-$)/u, "is not the path of a file"));
const tagKey = name(
  without("\\\\="),
  'is not the name of a tag; give one without control characters, "\\" and "="',
).check(z.regex(/^(?!(?:time|_field|_measurement)$)/u, "is a name that InfluxDB keeps for itself; choose another"));
const tagValue = text(without("\\\\"), "is empty or has control characters or backslashes; give plain text");
const settingKey = name(without("="), 'is not the name of an option; give one without control characters and "="');
const settingValue = z.union(
  [z.string(), z.number(), z.boolean(), z.array(z.string()), z.array(z.number())],
  "is not a value for an option; give text, a number, true, false or a list of texts or of numbers",
);
const measurement = text(without("\\\\"), "is empty or has control characters or backslashes; give plain text").check(
  z.regex(/^(?!#)/u, 'begins with "#", which makes a comment of a point; choose another'),
);
const url = text(
  urlPattern(),
  'is not the URL of a store; it begins with http:// or https://, such as "http://localhost:8086"',
);
const userName = text(without(":"), 'is empty or has control characters or ":"; give the name alone');
const token = text(/^[ -~]+$/u, "is empty or has characters that an HTTP header cannot hold; copy it again");

/** An invocation as the command line gives it, where log and brainfile need not be; its keys in the order in which people read about them. */
export const invocationSchema = z.strictObject({
  pipeline: about(plain, "What to count: the name of a built-in pipeline, or the path of a rule (.ts, .js, .mjs)."),
  log: z.optional(about(fileOnly, "The live log; its rotated siblings are found beside it.")),
  brainfile: z.optional(about(fileOnly, "The checkpoint: how far the log has been read, and the windows still open.")),
  name: z.optional(
    about(plain, "Names the invocation in messages, for --only and in l2i_run (default: PIPELINE:LOG)."),
  ),
  format: about(
    withDefault(z.string().check(z.minLength(1, "is empty; give a format, or auto")), "auto"),
    "How a line reads: a preset, an Apache LogFormat or nginx log_format string, an /expression/ with named groups, or auto.",
  ),
  field: z.optional(
    about(
      z.partialRecord(z.enum(valueNames), plain),
      "Names in JSON lines, dots lead into objects: clientIp=request.remote_ip. The time taken may be elapsedUs, elapsedMs, elapsedS or elapsedNs.",
    ),
  ),
  schema: z.optional(
    about(fileOnly, "JSON Schema (draft-07 or 2020-12) that JSON lines must meet; those that do not are rejects."),
  ),
  timezone: z.optional(
    about(
      timezone('is not an IANA time zone such as "Europe/Berlin" or "UTC"'),
      "Time zone of the times in the log, for formats whose times carry none.",
    ),
  ),
  window: about(
    withDefault(
      duration(fromOneSecond, 'is out of range; a window lasts at least "1s", and its number has at most 8 digits'),
      "1m",
    ),
    "Length of a time bucket.",
  ),
  lateness: about(
    withDefault(duration(anyDuration, "is out of range; its number has at most 8 digits"), "10m"),
    "How long a window stays open behind the newest line.",
  ),
  measurement: z.optional(about(measurement, "Measurement to write (default: the pipeline's).")),
  host: z.optional(about(tagValue, "The tag host (default: the machine's host name).")),
  tag: z.optional(
    about(
      z.record(tagKey, tagValue),
      "Constant tags. host and log (base name of the log) are always set; a tag given here wins.",
    ),
  ),
  set: z.optional(about(z.record(settingKey, settingValue), "Options of the pipeline, checked by the pipeline.")),
  classify: z.optional(
    about(
      classifySchema,
      'Rules without code: the first one of which a line meets all of "when" adds the attributes in "set". Only in a multibrain.',
    ),
  ),
  zeros: z.optional(
    about(
      z.array(attributesSchema).check(z.minLength(1, "is empty; give attributes, or leave it out")),
      'Answers of which a 0 is written to windows that have none: all attributes of each, such as {"method": "GET", "status": 500}. Only in a multibrain.',
    ),
  ),
  influxUrl: z.optional(
    about(
      url,
      "Store to write to: InfluxDB, VictoriaMetrics and others. INFLUX_URL stands in where another --influx option is given.",
    ),
  ),
  influxOrg: z.optional(about(plain, "Organisation in InfluxDB 2. INFLUX_ORG stands in.")),
  influxBucket: z.optional(about(plain, "Bucket in InfluxDB 2, database in InfluxDB 3. INFLUX_BUCKET stands in.")),
  influxToken: z.optional(about(token, "Token of InfluxDB 2 or 3. INFLUX_TOKEN stands in.")),
  influxTokenFile: z.optional(about(fileOnly, "File that holds the token.")),
  influxDatabase: z.optional(about(plain, "Database in InfluxDB 1, which is then written to in its own way.")),
  influxRetentionPolicy: z.optional(about(plain, "Retention policy in InfluxDB 1.")),
  influxUsername: z.optional(about(userName, "User of InfluxDB 1.")),
  influxPassword: z.optional(about(plain, "Password of that user.")),
  influxPasswordFile: z.optional(about(fileOnly, "File that holds the password.")),
  writes: about(
    withDefault(oneOf(["totals", "parts"]), "totals"),
    "How to write a window again: parts for stores that do not overwrite a point, such as VictoriaMetrics.",
  ),
  out: z.optional(about(path, 'File to append line protocol to, in place of a store; "-" is standard output.')),
  anonymizeIp: z.optional(
    about(
      z.boolean("is neither true nor false"),
      "Cut client addresses to their networks (IPv4 /24, IPv6 /48) before any pipeline sees them, and in all that is kept of lines.",
    ),
  ),
  start: about(withDefault(oneOf(["beginning", "end"]), "beginning"), "Where the very first run starts to read."),
  resume: z.optional(
    about(
      oneOf(["start", "end"]),
      "The way out after the log was edited in place: read all of it again, or go on at its end.",
    ),
  ),
  rejects: z.optional(
    about(fileOnly, "File for the lines that the format does not match (default: BRAINFILE.rejects.jsonl)."),
  ),
  maxSeries: about(
    withDefault(integer(1, 10_000_000), 10_000),
    "Series in one window before the rest is counted as one.",
  ),
  maxLine: about(withDefault(integer(1, 67_108_864), 65_536), "Bytes of a line before it is a reject."),
  jobs: z.optional(
    about(
      integer(1, 256),
      "Threads that count a large backlog; the points are the same for any number (default: 1; in load of 1 GiB and more, the machine's cores).",
    ),
  ),
  timeout: about(
    withDefault(duration(upToDays, 'is out of range; the longest are "9d" and "99h"'), "30s"),
    "Time for one write with its retries.",
  ),
  edges: z.optional(
    about(
      oneOf(["drop", "keep"]),
      "First and last window of a load without brainfile, which are partial (default: drop for a store, else keep).",
    ),
  ),
});

export type OptionKey = keyof typeof invocationSchema.shape;

/** Options as they were given, durations still as text. */
export type Given = z.input<typeof invocationSchema>;

/** The same with the defaults applied. */
export type Complete = z.output<typeof invocationSchema>;

export const optionKeys: readonly OptionKey[] = Object.keys(invocationSchema.shape).filter(isOptionKey);

export function isOptionKey(key: string): key is OptionKey {
  return Object.hasOwn(invocationSchema.shape, key);
}

/** An option without the wrapper that lets it be absent. */
export function schemaOf(key: OptionKey): z.core.$ZodType {
  const schema = invocationSchema.shape[key];
  return schema instanceof z.ZodMiniOptional ? schema.def.innerType : schema;
}

export function descriptionOf(key: OptionKey): string {
  return descriptions.get(schemaOf(key))?.description ?? "";
}

/** The default that the schema applies, as text; empty where there is none, or it depends on something else. */
export function fallbackOf(key: OptionKey): string {
  const schema = schemaOf(key);
  return schema instanceof z.ZodMiniDefault ? JSON.stringify(schema.def.defaultValue).replaceAll('"', "") : "";
}

/** What identifies an invocation: it cannot be a default for several. */
const identity = { pipeline: true, log: true, brainfile: true, name: true } as const;

export const identityKeys: readonly string[] = Object.keys(identity);

export const defaultsSchema = z.omit(invocationSchema, identity);

/** An invocation in a multibrain. */
export const entrySchema = z.extend(invocationSchema, {
  log: invocationSchema.shape.log.def.innerType,
  brainfile: invocationSchema.shape.brainfile.def.innerType,
});

export const wordsSchema = z
  .array(z.string())
  .check(z.minLength(1, "without a word in it is no invocation; begin with the pipeline"));

export const invocationsSchema = z
  .array(z.union([entrySchema, wordsSchema], "is neither an object nor a list of command-line words"))
  .check(z.minLength(1, "without an invocation in it is nothing to run; give at least one"));

export const multibrainSchema = z.union(
  [
    z.strictObject({
      $schema: z.optional(z.string()),
      defaults: z.optional(defaultsSchema),
      invocations: invocationsSchema,
    }),
    invocationsSchema,
  ],
  'is not a multibrain; give {"invocations": [...]}, or the list alone',
);

/** Never shown in a message. */
export const secretKeys: readonly string[] = ["influxToken", "influxPassword"] satisfies OptionKey[];

export const multibrainKeys: readonly string[] = ["$schema", "defaults", "invocations"];

/** Documents a clone of the schema, so that each option has one of its own to be told apart by. */
function about<Schema extends z.ZodMiniType>(schema: Schema, description: string): Schema {
  const own = schema.clone();
  descriptions.add(own, { description });
  return own;
}

function text(pattern: RegExp, error: string): z.ZodMiniString<string> {
  return z.string().check(z.regex(pattern, { error, abort: true }));
}

/** At least one character, no control characters, none of `others`. Written so that validators in any language understand it. */
function without(others: string): RegExp {
  return new RegExp(String.raw`^[^\u0000-\u001f\u007f-\u009f${others}]+$`, "u");
}

/** zod passes over `__proto__`, so the program refuses it itself; the pattern is for the JSON Schema. */
function name(pattern: RegExp, error: string): z.ZodMiniString<string> {
  return text(pattern, error).check(z.regex(/^(?!__proto__$)/u, error));
}

function oneOf<const Value extends string>(values: readonly Value[]) {
  return z.enum(values, `is not one of ${values.join(", ")}`);
}

/** What `z.enum` would do, which takes 10 ms to set up for so many values, on every start of the program. */
function timezone(error: string): z.ZodMiniString<string> {
  const refuse = z.check<string>(({ value, issues }) => {
    if (!isTimezone(value))
      issues.push({ code: "invalid_value", values: timezoneNames(), input: value, message: error });
  });
  return z.string().check(refuse);
}

function integer(least: number, most: number): z.ZodMiniNumberFormat {
  const error = `is not a whole number from ${least} to ${most}`;
  return z.int(error).check(z.minimum(least, error), z.maximum(most, error));
}

function duration(digits: Digits, outOfRange: string): z.ZodMiniString<string> {
  const error = 'is not a duration; try "5m"';
  return z
    .string(error)
    .check(z.regex(durationPattern, { error, abort: true }), z.regex(durationWithin(digits), outOfRange));
}

/** Only what `new URL` takes as well: a name whose last label is a number would be an IPv4 address to it. */
function urlPattern(): RegExp {
  const credentials = "(?:[A-Za-z0-9._~!$&'()*+,;=:-]|%[0-9A-Fa-f]{2})+@";
  const hostName = String.raw`(?:[A-Za-z0-9_-]+\.)*(?!0[xX])[0-9-]*[A-Za-z_][A-Za-z0-9_-]*\.?`;
  const [ipv4, ipv6] = [z.regexes.ipv4, z.regexes.ipv6].map(({ source }) => source.slice(1, -1));
  const port = ":(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])";
  const pathname = "/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*";
  return new RegExp(
    String.raw`^https?://(?:${credentials})?(?:${hostName}|${ipv4}|\[(?:${ipv6})\])(?:${port})?(?:${pathname})?$`,
    "u",
  );
}
