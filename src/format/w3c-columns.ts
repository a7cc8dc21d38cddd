// The columns of a W3C extended log, as a line `#Fields: …` lists them, → a format. The line itself is its name
// (https://www.w3.org/TR/WD-logfile).
import { L2iError } from "../errors.ts";
import type { Format } from "./format.ts";
import { formatFromTokens } from "./parser.ts";
import { timeTokens, utcToken } from "./strftime.ts";
import { type Described, described } from "./template.ts";
import { byteOrderMark } from "./text.ts";
import { joinLiterals, type Token } from "./tokens.ts";

/** Whether a format's name says which columns there are. */
export const isFields = (name: string | undefined): name is string => name?.startsWith("#Fields:") ?? false;

/** A line that begins with `#`, as it is behind a byte order mark; null: it is none. */
export function directiveOf(line: string): string | null {
  const text = line.startsWith(byteOrderMark) ? line.slice(byteOrderMark.length) : line;
  return text.startsWith("#") ? text : null;
}

/** The first line of `text` that says which columns follow, and whether lines stand before it that are no directives. */
export function fieldsIn(text: string): { readonly fields: string; readonly isFirst: boolean } | null {
  const { 0: line, index } = /^(?:\xef\xbb\xbf)?#Fields:.*/m.exec(text) ?? { 0: "", index: 0 };
  const directive = directiveOf(line);
  if (directive === null) return null;
  const before = text.slice(0, index).split("\n");
  return {
    fields: nameOfFields(directive),
    isFirst: before.every((each) => each.trim() === "" || directiveOf(each) !== null),
  };
}

/** What a directive says of the lines behind it; `before`: of those before it. Null where they cannot be read. */
export function formatBehind(directive: string, before: Format | null): Format | null {
  if (!isFields(directive)) return before;
  const name = nameOfFields(directive);
  if (name === before?.name) return before;
  try {
    return columnsFormat(name);
  } catch (error) {
    if (error instanceof L2iError) return null; // such as columns without a date: their lines are rejects
    throw error;
  }
}

/** The same columns always have the same name. */
export const nameOfFields = (line: string): string => line.trim().split(/\s+/).join(" ");

/** Columns with one separator between them. Throws L2iError "usage" where they tell no time. */
export function columnsFormat(name: string): Format {
  const names = name.split(" ").slice(1);
  const isCloudFront = names.some((each) => each.startsWith("x-edge-"));
  const separator = isCloudFront ? "\t" : " ";
  const tokens = names.flatMap((each, index): Token[] => [
    ...(index === 0 ? [] : [{ kind: "literal", text: separator } as const]),
    ...columnTokens(each, isCloudFront ? ofCloudFront : ofIis),
  ]);
  return formatFromTokens(name, joinLiterals(tokens));
}

function columnTokens(name: string, columns: ReadonlyMap<string, Described>): Token[] {
  if (name === "date") return timeTokens("%Y-%m-%d", name);
  if (name === "time") return [...timeTokens("%H:%M:%S", name), utcToken("", name)];
  const known = columns.get(name.toLowerCase()) ?? described("word", null, "none");
  return [{ kind: "column", source: name, ...known }];
}

const both: readonly [string, Described][] = Object.entries({
  "c-ip": described("client", "clientAddress"),
  "cs-method": described("method", "method"),
  "cs-uri-stem": described("word", "path", "none"),
  "cs-uri-query": described("word", "arguments", "none"),
  "cs-uri": described("word", "uri", "none"),
  "sc-status": described("status", "status"),
  "sc-bytes": described("number", "sentBytes"),
  "cs-bytes": described("number"),
});

/** Spaces are written as `+`, times taken in milliseconds. */
const ofIis = new Map([
  ...both,
  ...Object.entries({
    "cs-username": described("word", "user", "none"),
    "s-port": described("number", "port"),
    "cs-version": described("protocol", "protocol"),
    "cs-host": described("word", "hostHeader", "none"),
    "cs(host)": described("word", "hostHeader", "none"),
    "cs(user-agent)": described("word", "userAgent", "plus"),
    "cs(referer)": described("word", "referrer", "none"),
    "cs(x-forwarded-for)": described("word", "xForwardedFor", "plus"),
    "x-forwarded-for": described("word", "xForwardedFor", "plus"),
    "time-taken": described("duration", "millis"),
  }),
]);

/** Columns are percent-encoded, times taken in seconds with a fraction. */
const ofCloudFront = new Map([
  ...both,
  ...Object.entries({
    "x-host-header": described("word", "vhost", "percent"),
    "cs(host)": described("word", "hostHeader", "percent"),
    "cs(user-agent)": described("word", "userAgent", "percent"),
    "cs(referer)": described("word", "referrer", "percent"),
    "x-forwarded-for": described("word", "xForwardedFor", "percent"),
    "cs-protocol-version": described("protocol", "protocol"),
    "time-taken": described("decimal", "seconds"),
  }),
]);
