// InfluxDB line protocol, written and (just enough) read. Tag text comes from strangers by way of a log, so nothing here
// trusts it: whatever the input, one call makes one line, and the store reads back exactly the tags that went in.

/** One line of line protocol (point-writer.ts makes many), without its line end. `count` is the only integer field; a number that is not finite is left out. */
export function point(
  series: string,
  count: number,
  numbers: readonly (readonly [field: string, number: number])[],
  timestampNs: bigint | string,
): string {
  return flat(series, ` count=${count}i`, ...numbers.map(fieldText), ` ${timestampNs}`);
}

/** One string: what `+` makes is a tree of all its parts, which takes several times the memory as long as it is kept. */
const flat = (...parts: readonly string[]): string => parts.join("");

/** Milliseconds as the text of nanoseconds, which numbers cannot hold. */
export function nanoseconds(ms: number): string {
  const whole = Math.round(ms);
  return whole === 0 ? "0" : `${whole}000000`;
}

/** `+ 0` turns -0 into 0, so that equal sums are equal bytes. */
const fieldText = ([field, number]: readonly [field: string, number: number]): string =>
  Number.isFinite(number) ? `${fieldPrefix(field)}${number + 0}` : "";

/** What stands before the number of a field. */
export const fieldPrefix = (name: string): string => `,${escapeKey(tagText(name))}=`;

/**
 * Measurement and tags as they stand in a line, tags sorted by the escaped bytes of their key as InfluxDB 1.6 sorts them.
 * Text is made safe with `tagText`, so it may be passed raw or already safe.
 */
export function seriesKey(measurement: string, tags: readonly Tag[]): string {
  return seriesKeys(measurement, tags)([]);
}

/** The same for many series that have measurement and some tags in common. */
export function seriesKeys(measurement: string, common: readonly Tag[]): (tags: readonly Tag[]) => string {
  const name = escapeMeasurement(measurement);
  const others = common.map(escapeTag);
  return (tags) => {
    const sorted = [...others, ...tags.map(escapeTag)].toSorted(byKey);
    return flat(name, ...sorted.map(([key, value]) => `,${key}=${value}`));
  };
}

type Tag = readonly [key: string, value: string];

const escapeTag = ([key, value]: Tag): Tag => [escapeKey(tagText(key)), escapeKey(tagText(value))];

/** Measurement and tags of a series as they stand in a line, without escapes. */
export function seriesParts(series: string): { measurement: string; tags: [key: string, value: string][] } {
  const [measurement = "", ...tags] = series.split(/(?<!\\),/);
  return { measurement: unescaped(measurement), tags: tags.map(tagOf) };
}

function tagOf(text: string): [key: string, value: string] {
  const [key = "", ...value] = text.split(/(?<!\\)=/);
  return [unescaped(key), unescaped(value.join("="))];
}

/** The fields of a line, numbers only. */
export function fieldsOf(fields: string): Map<string, number> {
  const found = fields.matchAll(/(?:^|,)((?:\\.|[^\\,=])+)=(-?[0-9.]+(?:e[+-]?[0-9]+)?)i?(?=,|$)/gi);
  return new Map(Array.from(found, ([, name, value]) => [unescaped(name!), Number(value)]));
}

const unescaped = (text: string): string => text.replaceAll(/\\([ ,=])/g, "$1");

/** A line's series and timestamp: of two lines with the same key the later one is what a store keeps. */
export function pointKey(line: string): string {
  const { series, timestamp } = splitLine(line);
  return `${series} ${timestamp}`;
}

/** The parts of a line as they stand there; `timestamp` is empty where there is none. */
export interface LineParts {
  readonly series: string;
  readonly fields: string;
  readonly timestamp: string;
}

/** Takes a line apart at its spaces. Right for every line made here, and for others unless a text field ends in ` 123`. */
export function splitLine(line: string): LineParts {
  const end = seriesEnd(line);
  const timestampStart = line.lastIndexOf(" ") + 1;
  const timestamp = timestampStart > end + 1 ? line.slice(timestampStart) : "";
  const isTimed = /^-?\d+$/.test(timestamp);
  return {
    series: line.slice(0, end),
    fields: line.slice(end + 1, isTimed ? timestampStart - 1 : line.length),
    timestamp: isTimed ? timestamp : "",
  };
}

/** The index of the first space that no backslash escapes. */
function seriesEnd(line: string): number {
  let end = line.indexOf(" ");
  while (end > 0 && line[end - 1] === "\\") end = line.indexOf(" ", end + 1);
  return end < 0 ? line.length : end;
}

/** Order by code point, which is the order of the UTF-8 bytes; JavaScript's own order differs beyond U+FFFF. */
function byKey([left]: readonly [string, string], [right]: readonly [string, string]): number {
  let i = 0;
  while (i < left.length && left.charCodeAt(i) === right.charCodeAt(i)) i++;
  return (left.codePointAt(i) ?? -1) - (right.codePointAt(i) ?? -1);
}

/** A measurement that began with `#` would be a comment: InfluxDB answers 204 and stores nothing. */
export const measurementText = (text: string): string => tagText(text).replace(/^#/, "%23");

const escapeMeasurement = (text: string): string => measurementText(text).replaceAll(/[ ,]/g, "\\$&");

/** Tag keys, tag values and field keys share their escapes; the text is safe already. */
function escapeKey(text: string): string {
  return escaped.test(text) ? text.replaceAll(/[ ,=]/g, "\\$&") : text;
}

const escaped = /[ ,=]/;
const maxTagBytes = 256;
const hashLength = 8;

/**
 * Text made safe for a tag: control characters and backslash as `%XX` of their UTF-8 bytes, lone surrogates as U+FFFD, the
 * empty text as `_empty`; of more than 256 bytes the beginning and a hash of the whole stay. Applied twice it changes nothing more.
 */
export function tagText(text: string): string {
  if (isPlain(text)) return text;
  return text === "" ? "_empty" : shorten(text, safeCharacters(text));
}

/** Printable ASCII without backslash, short: most of what is logged, answered without work. */
function isPlain(text: string): boolean {
  if (text.length === 0 || text.length > maxTagBytes) return false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || code > 0x7e || code === 0x5c) return false;
  }
  return true;
}

function safeCharacters(text: string): string[] {
  return Array.from(text, (character) => safeCharacter(character, character.codePointAt(0) ?? 0));
}

function safeCharacter(character: string, code: number): string {
  if (code < 0x20 || code === 0x5c || code === 0x7f) return percent(code);
  if (code >= 0x80 && code < 0xa0) return `%C2${percent(code)}`; // C1: two bytes in UTF-8
  return code >= 0xd800 && code < 0xe000 ? "\ufffd" : character;
}

function percent(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
}

function shorten(text: string, characters: readonly string[]): string {
  const safe = characters.join("");
  return utf8Length(safe) <= maxTagBytes ? safe : beginning(characters) + hash(text);
}

/** As many whole characters as leave room for the hash; an escape is cut as little as a character. */
function beginning(characters: readonly string[]): string {
  let room = maxTagBytes - hashLength;
  const end = characters.findIndex((character) => (room -= utf8Length(character)) < 0);
  return characters.slice(0, end).join("");
}

function utf8Length(text: string): number {
  let length = 0;
  for (const character of text) length += bytesOf(character.codePointAt(0) ?? 0);
  return length;
}

function bytesOf(code: number): number {
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}

/** FNV-1a over the UTF-16 units, 32 bits: tells cut texts apart; no guard against an attacker, whom `--max-series` stops. */
function hash(text: string): string {
  let state = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    state = Math.imul(state ^ (unit & 0xff), 0x01000193);
    state = Math.imul(state ^ (unit >> 8), 0x01000193);
  }
  return (state >>> 0).toString(16).padStart(hashLength, "0");
}
