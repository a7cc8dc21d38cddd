// Where the event time stands in a line of a format, and how to read it: as seconds since 1970, or as date and clock
// (civil-time.ts) at one place or in pieces.
import { L2iError } from "../errors.ts";
import { civilTime, inRange, type ToUtc } from "./civil-time.ts";
import { lineRegex, type Span } from "./regex.ts";
import { epochDigits } from "./strftime.ts";
import { utcOf } from "./timezone.ts";
import type { TimePart, Token } from "./tokens.ts";

/** How a format tells the time. */
export interface TimeReader {
  /** Texts that `read` needs from the match. */
  readonly spans: readonly Span[];
  /** Milliseconds since 1970 UTC; NaN where there is no such time, or it lies outside 1970–2261. */
  read(text: string, start: number, match: RegExpExecArray): number;
}

/** Whether the format needs a time zone to be given. Throws L2iError "usage" where its pieces make no time. */
export function isZoneless(tokens: readonly Token[]): boolean {
  const parts = partsOf(tokens);
  return [...zoneParts, ...epochParts].every((part) => !parts.has(part));
}

/** `timezone`: IANA name, for a format without zone. */
export function timeReader(tokens: readonly Token[], timezone: string | undefined): TimeReader {
  const parts = partsOf(tokens);
  const epoch = epochParts.find((part) => parts.has(part));
  return epoch === undefined ? civilReader(tokens, parts, timezone) : epochReader(epochLayout(parts, epoch));
}

const zoneParts = ["zone", "zoneWithColon", "utc"] as const;
/** The finest first. */
const epochParts = ["epochMicros", "epochMillis", "epochSeconds"] as const;
/** How many of them make a millisecond. */
const perMillisecond = { epochMicros: 1000, epochMillis: 1, epochSeconds: 0.001 } as const;

type Parts = ReadonlyMap<TimePart, number>;

/** Where a time of fixed width stands: tokens [from, to). */
export interface CivilLayout {
  readonly kind: "civil";
  readonly from: number;
  readonly to: number;
  /** Characters. */
  readonly width: number;
  /** Where its two digits are, from the beginning of the time. */
  readonly second: number | null;
  readonly fraction: FractionLayout | null;
}

/** The fraction of the second. */
interface FractionLayout {
  /** Index of the token. */
  readonly index: number;
  readonly digits: 3 | 6;
  /** From the beginning of the time; null: it stands elsewhere. */
  readonly at: number | null;
}

/** Where the seconds since 1970 stand, or thousandths or millionths of them. */
export interface EpochLayout {
  readonly kind: "epoch";
  /** Index of the token. */
  readonly whole: number;
  readonly mostDigits: number;
  /** How many of them make a millisecond. */
  readonly unit: number;
  readonly fraction: FractionLayout | null;
}

/** For readers that do not go through a match; null where all but the fraction stands in several places, or takes more room or less. */
export function timeLayout(tokens: readonly Token[]): CivilLayout | EpochLayout | null {
  const parts = partsOf(tokens);
  const indexes = [...tokens.keys()].filter((index) => tokens[index]!.kind === "time");
  const epoch = epochParts.find((part) => parts.has(part));
  if (epoch !== undefined) {
    const layout = epochLayout(parts, epoch);
    return indexes.every((index) => index === layout.whole || index === layout.fraction?.index) ? layout : null;
  }
  const finest = fractionOf(parts);
  const index = finest && parts.get(finest.part)!;
  const whole = placeOf(tokens, indexes);
  const place =
    whole ??
    placeOf(
      tokens,
      indexes.filter((each) => each !== index),
    );
  if (!place) return null;
  if (!whole && fractionOf(partsOf(tokens.slice(place.from, place.to)))) return null; // it would be told twice
  const offsetOf = (token: number): number | null => widthOf(tokens, place.from, token);
  const second = parts.get("second");
  return {
    kind: "civil",
    ...place,
    second: second === undefined ? null : offsetOf(second),
    fraction: finest && index !== null ? { index, digits: finest.digits, at: whole && offsetOf(index) } : null,
  };
}

/** Where tokens `indexes` stand, and what they take with all that is between them; null where that varies. */
function placeOf(
  tokens: readonly Token[],
  indexes: readonly number[],
): Pick<CivilLayout, "from" | "to" | "width"> | null {
  const [from, to] = [indexes[0]!, indexes.at(-1)! + 1];
  const width = widthOf(tokens, from, to);
  return width === null ? null : { from, to, width };
}

function epochLayout(parts: Parts, epoch: (typeof epochParts)[number]): EpochLayout {
  const finest = epoch === "epochSeconds" ? fractionOf(parts) : null;
  return {
    kind: "epoch",
    whole: parts.get(epoch)!,
    mostDigits: epochDigits[epoch],
    unit: perMillisecond[epoch],
    fraction: finest && { index: parts.get(finest.part)!, digits: finest.digits, at: null },
  };
}

function fractionOf(parts: Parts): { readonly part: TimePart; readonly digits: 3 | 6 } | null {
  if (parts.has("micros")) return { part: "micros", digits: 6 };
  return parts.has("millis") ? { part: "millis", digits: 3 } : null;
}

/** Reads a time that stands alone: `tokens` are those of a CivilLayout. NaN where the text is none. */
export function timeOfKey(tokens: readonly Token[], timezone: string | undefined): (text: string) => number {
  const reader = timeReader(tokens, timezone);
  const regex = lineRegex(tokens, reader.spans);
  return (text) => {
    regex.lastIndex = 0;
    const line = `${text}\n`;
    const match = regex.exec(line);
    return match ? reader.read(line, 0, match) : Number.NaN;
  };
}

/** Milliseconds since 1970; NaN outside 1970–2261. */
function epochTime({ unit }: Pick<EpochLayout, "unit">, whole: number, milliseconds: number): number {
  return inRange(whole / unit + milliseconds);
}

/** Milliseconds of a fraction of a second that has so many digits. */
const fractionTime = (value: number, digits: 3 | 6): number => (digits === 6 ? value / 1000 : value);

/** Index of the token that tells each part: of the begin of the request if they are complete, else of its end. */
function partsOf(tokens: readonly Token[]): Parts {
  const begin = partsAt(tokens, false);
  const parts = isComplete(begin) ? begin : partsAt(tokens, true);
  if (isComplete(parts)) return parts;
  throw new L2iError(
    "usage",
    "format: its lines do not tell when a request was; a time needs year, month, day, hour and minute: add %t to the LogFormat, or $time_local to the log_format",
  );
}

function partsAt(tokens: readonly Token[], end: boolean): Parts {
  const parts = new Map<TimePart, number>();
  for (const [index, token] of tokens.entries()) {
    if (token.kind === "time" && token.part !== null && token.end === end && !parts.has(token.part))
      parts.set(token.part, index);
  }
  return parts;
}

function isComplete(parts: Parts): boolean {
  const some = (...names: TimePart[]) => names.some((name) => parts.has(name));
  const day = some("dayOfYear") || (some("month", "monthName") && some("day"));
  const hour = some("hour") || (some("hour12") && some("half"));
  return some(...epochParts) || (some("year", "yearOfCentury") && day && hour && some("minute"));
}

function epochReader({ whole, fraction, ...layout }: EpochLayout): TimeReader {
  const [first, second] = [spanOf(whole), fraction && spanOf(fraction.index)];
  return {
    spans: second ? [first, second] : [first],
    read: (_text, _start, match) =>
      epochTime(
        layout,
        numberAt(match, first),
        fraction && second ? fractionTime(numberAt(match, second), fraction.digits) : 0,
      ),
  };
}

function spanOf(index = 0): Span {
  return { from: index, to: index + 1, group: 0 };
}

function numberAt(match: RegExpExecArray, span: Span): number {
  return Number(match[span.group]);
}

function civilReader(tokens: readonly Token[], parts: Parts, timezone: string | undefined): TimeReader {
  const toUtc = zoneParts.some((part) => parts.has(part)) ? (local: number) => local : utcOf(timezone);
  const sorted = [...parts].toSorted(([, a], [, b]) => a - b);
  const [from, to] = [sorted[0]?.[1] ?? 0, (sorted.at(-1)?.[1] ?? 0) + 1];
  return widthOf(tokens, from, to) === null ? scattered(tokens, sorted, toUtc) : inPlace(tokens, sorted, from, toUtc);
}

/** All parts at fixed distances: only where the first one starts has to be found. */
function inPlace(tokens: readonly Token[], parts: readonly Part[], from: number, toUtc: ToUtc): TimeReader {
  const civil = civilTime(new Map(parts.map(([part, index]) => [part, widthOf(tokens, from, index) ?? 0])), toUtc);
  const before = widthOf(tokens, 0, from);
  if (before !== null) return { spans: [], read: (text, start) => civil(text, start + before) };
  const lead: Span = { from: 0, to: from, group: 0 };
  return { spans: [lead], read: (text, start, match) => civil(text, start + match[lead.group]!.length) };
}

/** Parts with something between that varies in width: put together first. */
function scattered(tokens: readonly Token[], parts: readonly Part[], toUtc: ToUtc): TimeReader {
  const spans = parts.map(([, index]) => spanOf(index));
  const offsets = new Map<TimePart, number>();
  let width = 0;
  for (const [part, index] of parts) {
    offsets.set(part, width);
    width += widthOf(tokens, index, index + 1) ?? 0;
  }
  const civil = civilTime(offsets, toUtc);
  return { spans, read: (_text, _start, match) => civil(spans.map(({ group }) => match[group]).join(""), 0) };
}

type Part = readonly [TimePart, number];

/** Characters that tokens [from, to) take; null where that varies. */
function widthOf(tokens: readonly Token[], from: number, to: number): number | null {
  return tokens.slice(from, to).reduce<number | null>((sum, token) => {
    const width = token.kind === "literal" ? token.text.length : token.kind === "time" ? token.width : null;
    return sum === null || width === null ? null : sum + width;
  }, 0);
}
