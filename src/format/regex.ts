// Tokens → one sticky regular expression for a line. Lines are written by strangers, so only forms without a choice are
// used: where a column could go on or end, its next character decides, with a short look ahead at most. So matching is
// linear, also where it fails.
import { type Column, type Escape, isPath, type Shape, type Token } from "./tokens.ts";

/** Tokens [from, to) of a format whose text is wanted; `group` is where the match has it. */
export interface Span {
  readonly from: number;
  readonly to: number;
  group: number;
}

/** Compiles the format, with a group for each of `spans`, whose numbers it sets. */
export function lineRegex(tokens: readonly Token[], spans: readonly Span[]): RegExp {
  return new RegExp(patternOf(tokens, tokens.length, spans) + lineEnd, "y");
}

/** Compiles the first `count` tokens alone. */
export function frontRegex(tokens: readonly Token[], count: number, spans: readonly Span[]): RegExp {
  return new RegExp(patternOf(tokens, count, spans), "y");
}

function patternOf(tokens: readonly Token[], count: number, spans: readonly Span[]): string {
  const ordered = spans.toSorted((a, b) => a.from - b.from || b.to - a.to);
  for (const [index, span] of ordered.entries()) span.group = index + 1;
  const source = tokens.slice(0, count).map((_, index) => {
    const opening = ordered.filter((span) => span.from === index).length;
    const closing = ordered.filter((span) => span.to === index + 1).length;
    return "(".repeat(opening) + tokenPattern(tokens, index) + ")".repeat(closing);
  });
  return source.join("");
}

const lineEnd = "\\r?\\n";

function tokenPattern(tokens: readonly Token[], index: number): string {
  const token = tokens[index];
  if (token === undefined) return "";
  if (token.kind === "literal") return quote(token.text);
  if (token.kind === "time") return token.pattern;
  return columnPattern(token, placeOf(tokens, index)) + (isPath(tokens[index + 1]) ? "(?=\\/)" : "");
}

/** What stands around a column. */
interface Place {
  /** Within quotes: no raw `"`. */
  readonly quoted: boolean;
  /** There a backslash and what follows it belong together. */
  readonly pairs: boolean;
  /** Within quotes: nothing is escaped. */
  readonly raw: boolean;
  /** First character of what ends the column; "" at the end of the line. */
  readonly stop: string;
  /** Pattern of what else must follow that character to end the column; "" if nothing. */
  readonly rest: string;
  /** The format has a time in Apache's own form, which no unquoted text holds. */
  readonly apacheTime: boolean;
}

function placeOf(tokens: readonly Token[], index: number): Place {
  const next = tokens[index + 1];
  const literal = next?.kind === "literal" ? next.text : "";
  const stop = isPath(next) ? "/" : literal.slice(0, 1);
  return {
    quoted: isQuoted(tokens, index) && escapeOf(tokens[index]) !== "none",
    pairs: escapeOf(tokens[index]) !== "hash",
    raw: stop === '"' && escapeOf(tokens[index]) === "none",
    stop,
    rest: literal === "" ? "" : quote(literal.slice(1)) + beginning(tokens, index + 2),
    apacheTime: hasApacheTime(tokens),
  };
}

const escapeOf = (token: Token | undefined): Escape | undefined =>
  token?.kind === "column" ? token.escape : undefined;

function isQuoted(tokens: readonly Token[], index: number): boolean {
  return quoteMarks(tokens.slice(0, index)) % 2 === 1 && quoteMarks(tokens.slice(index)) > 0;
}

function quoteMarks(tokens: readonly Token[]): number {
  return tokens.reduce((sum, token) => sum + (token.kind === "literal" ? token.text.split('"').length - 1 : 0), 0);
}

function hasApacheTime(tokens: readonly Token[]): boolean {
  return tokens.some((token, index) => {
    const [before, month] = [tokens[index - 1], tokens[index + 2]];
    const bracket = before?.kind === "literal" && before.text.endsWith("[");
    return (
      bracket && token.kind === "time" && token.part === "day" && month?.kind === "time" && month.part === "monthName"
    );
  });
}

/**
 * How the line goes on from token `index`, as far as that is sure: it tells the end of free text from its middle. It is
 * the first part of what is matched there, no more and no less: else text could end in several places, and trying them
 * all is not linear.
 */
function beginning(tokens: readonly Token[], index: number): string {
  const token = tokens[index];
  if (token === undefined) return lineEnd;
  const pattern =
    token.kind === "time" ? token.pattern : token.kind === "column" ? fixedShapes[token.shape] : undefined;
  return pattern === undefined ? "" : pattern + firstOf(tokens[index + 1]);
}

function firstOf(token: Token | undefined): string {
  if (token === undefined) return lineEnd;
  return token.kind === "literal" ? quote(token.text.slice(0, 1)) : "";
}

/** Shapes that are the same in any place. */
const fixedShapes: { readonly [shape in Shape]?: string } = {
  number: "(?:\\d+|-)",
  status: "(?:\\d{3}|-)",
  duration: "(?:\\d+|-\\d*)",
  decimal: "(?:\\d+\\.\\d+|-1?)",
  padded: " *[+-]?\\d+",
  quoted: '(?:"(?:[^"\\\\\\n]|\\\\.)*"|-)',
  captures: "(?:\\{[^{}\\n]*\\} ){0,2}",
  syslogHead:
    "(?:(?:<\\d{1,3}>)?(?:[A-Z][a-z]{2} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d|\\d{4}-\\d\\d-\\d\\dT[^ \\n]+) [^ \\n]+ [^ :\\n]+: )?",
  process: "(?:\\[pid \\d+(?::tid \\d+)?\\] )?",
  clientTag: "(?:\\[client [^\\]\\n]+\\] )?",
  connectionTag: "(?:\\*\\d+ )?",
  rest: "(?: [^\\r\\n]*)?",
  hex: "(?:(?:0x)?[\\da-fA-F]+|-)",
  connection: "[X+-]",
  logId: "(?:[\\w@+/=-]{6,}|-)",
  protocol: "(?:[A-Za-z]+\\/\\d+(?:\\.\\d+)?|-)",
};

/** The pattern of a column; `endsOf` says the same to those who look for its end. */
function columnPattern({ shape }: Column, place: Place): string {
  const fixed = fixedShapes[shape];
  if (fixed !== undefined) return fixed;
  if (shape === "user" && !place.raw) return userPattern(place);
  const hurdles = hurdlesOf(shape, place);
  if (place.raw || isQuotedText(shape, place)) return run(hurdles);
  switch (shape) {
    case "client":
      return runOfSome(
        hurdles,
        hurdles.filter((hurdle) => hurdle !== furtherAddress),
      );
    case "vhost":
      return `(?:\\[[^\\] \\t\\r\\n]*\\]|(?!\\[)${runOfSome(hurdles, hurdles)})`;
    case "word":
      return runOfSome(hurdles, hurdles);
    case "method":
      return `(?:${runOfSome(hurdles, hurdles)})?`;
    case "upstreams":
      // A further group is never another column: the list would end in several places.
      return `${run(hurdles)}(?!${furtherGroup.pass})`;
    default:
      return run(hurdles);
  }
}

/** Where a column of varying text could end. */
export interface Ends {
  /** All that could end it, the line end among them, or is not always a part of it. */
  readonly characters: string;
  /** Characters that it has at least. */
  readonly least: 0 | 1;
  /** A backslash and what follows it belong together. */
  readonly escapes: boolean;
  /** A comma, and a space behind it, belong to it where neither blank nor comma follows. */
  readonly lists: boolean;
}

/**
 * Of a column of varying text; null for the others, and where more than one character decides. Who reads up to the first of these
 * characters and finds there all that follows the column has read what the expression reads: where that stands, no column goes on.
 */
export function endsOf(tokens: readonly Token[], index: number): Ends | null {
  const token = tokens[index];
  if (token?.kind !== "column" || fixedShapes[token.shape] !== undefined) return null;
  const { shape } = token;
  const place = placeOf(tokens, index);
  const needsMore = isPath(tokens[index + 1]) || (shape === "upstreams" && !place.raw && !isQuotedText(shape, place));
  if (needsMore) return null;
  const hurdles = hurdlesOf(shape, place);
  const characters = hurdles.map(({ character }) => character);
  const isOpenUser = shape === "user" && place.stop === "";
  const mayBeEmpty = place.raw || isQuotedText(shape, place) || shape === "text" || shape === "method" || isOpenUser;
  return {
    characters: ["\n", ...characters, ...(shape === "vhost" && !place.raw ? ["["] : [])].join(""),
    least: mayBeEmpty ? 0 : 1,
    escapes: characters.includes("\\"),
    lists: hurdles.includes(furtherAddress),
  };
}

/** A character at which text ends, unless `pass` matches there. */
interface Hurdle {
  readonly character: string;
  readonly pass?: string;
}

const quoteMark: Hurdle = { character: '"' };
const escapePair: Hurdle = { character: "\\", pass: "\\\\." };

/** Of text between quotes. */
const quotedHurdles = ({ pairs }: Place): readonly Hurdle[] => (pairs ? [quoteMark, escapePair] : [quoteMark]);

/** Free text between quotes, escaped as httpd does it. */
const isQuotedText = (shape: Shape, { quoted, stop }: Place): boolean =>
  quoted && (shape === "text" || shape === "user" || stop === '"');

function hurdlesOf(shape: Shape, place: Place): readonly Hurdle[] {
  if (place.raw) return textHurdles(place);
  if (isQuotedText(shape, place)) return withStop(quotedHurdles(place), place);
  switch (shape) {
    case "client":
      return wordHurdles(place, place.stop === "," ? [] : [furtherAddress]);
    case "vhost":
      return wordHurdles({ ...place, rest: "" });
    case "word":
    case "method":
      return wordHurdles(place);
    case "upstreams":
      return wordHurdles(place, [furtherAddress, furtherGroup]);
    default:
      return textHurdles(place);
  }
}

/** In a list of addresses. */
const furtherAddress: Hurdle = { character: ",", pass: ", ?(?=[^, \\t\\r\\n])" };

/** Of servers that were asked after an internal redirect. */
const furtherGroup: Hurdle = { character: " ", pass: " : (?=[^, \\t\\r\\n])" };

// Not \s, which also means the byte 0xa0, a part of UTF-8 letters.
const blanks: readonly Hurdle[] = [{ character: " " }, { character: "\t" }, { character: "\r" }];

/** Text without blanks. It may hold the character at its end only if that could not end it, as in `::1:443`. */
function wordHurdles(place: Place, others: readonly Hurdle[] = []): Hurdle[] {
  return withStop(
    [
      ...blanks.filter(({ character }) => others.every((other) => other.character !== character)),
      ...others,
      ...(place.quoted ? quotedHurdles(place) : timeGuard(place)),
    ],
    place,
  );
}

/** What stands without quotes never holds a time of the log's own kind: that would be another line, glued to a torn one. */
function timeGuard({ apacheTime, stop }: Place): readonly Hurdle[] {
  return apacheTime && stop !== "[" ? [{ character: "[", pass: "\\[(?!\\d\\d\\/[A-Z])" }] : [];
}

function textHurdles(place: Place): Hurdle[] {
  const lineEnding = { character: "\r", pass: "\\r(?!\\n)" };
  const guard = timeGuard(place);
  return place.stop === "" ? [...guard, lineEnding] : withStop(guard, place);
}

/** Names with spaces are told by what follows; a `-` of its own is another column, not a part of a name. */
function userPattern(place: Place): string {
  const { quoted, stop, rest } = place;
  const hurdles = hurdlesOf("user", place);
  if (quoted) return `(?:""(?=")|${run(hurdles)})`;
  if (stop === "") return run(hurdles);
  const guard = timeGuard(place);
  const dash = `-${quote(stop)}`;
  return `(?:-|(?!${dash})${runOfSome(withStop(guard, { stop, rest: rest === "" ? "" : `${rest}|${dash}` }), guard)})`;
}

/** Adds the character at the end, which text may pass where `rest` does not follow. */
function withStop(hurdles: readonly Hurdle[], { stop, rest }: Pick<Place, "stop" | "rest">): Hurdle[] {
  if (stop === "" || hurdles.some(({ character }) => character === stop)) return [...hurdles];
  return [...hurdles, rest === "" ? { character: stop } : { character: stop, pass: `${quote(stop)}(?!${rest})` }];
}

/** Characters of one line up to a hurdle that cannot be passed. */
function run(hurdles: readonly Hurdle[]): string {
  const ordinary = ordinaryBut(hurdles);
  const passes = passesOf(hurdles);
  return `${ordinary}*${passes === "" ? "" : `(?:(?:${passes})${ordinary}*)*`}`;
}

/** The same, at least one; of the hurdles only those in `first` may stand first. */
function runOfSome(hurdles: readonly Hurdle[], first: readonly Hurdle[]): string {
  const ordinary = ordinaryBut(hurdles);
  const passes = passesOf(first);
  return `${passes === "" ? ordinary : `(?:${ordinary}|${passes})`}${run(hurdles)}`;
}

const ordinaryBut = (hurdles: readonly Hurdle[]): string =>
  `[^\\n${quoteInClass(hurdles.map(({ character }) => character).join(""))}]`;

const passesOf = (hurdles: readonly Hurdle[]): string => hurdles.flatMap(({ pass }) => pass ?? []).join("|");

function quote(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

function quoteInClass(characters: string): string {
  return characters.replaceAll(/[\\^\]-]/g, "\\$&");
}
