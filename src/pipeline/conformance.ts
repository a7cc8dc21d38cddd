// What every pipeline must do, whoever wrote it: answer any record that a log can hold, at once, and always in the same way. The
// tests ask this of the built-in ones, `l2i check --pipeline` of a user's.
import { type AnyField, isDerived } from "../derived/fields.ts";
import { emptyRecord, fieldNames, type LogRecord } from "../format/record.ts";

/** A pipeline with its options bound. */
export interface Subject {
  /** The fields that it names. */
  readonly named: readonly AnyField[];
  /** What its points have besides the count. */
  readonly pointFields: readonly { readonly name: string }[];
  readonly categorize: (record: LogRecord) => unknown;
}

/** In words, with the record that shows it. */
export interface Fault {
  /** A warning: right in some cases. */
  readonly level: "warning" | "problem";
  readonly detail: string;
}

/** Of each law the first fault that is found. `records` are tried besides hostile ones; `clock`: milliseconds. */
export function faultsOf(subject: Subject, records: readonly LogRecord[], clock: () => number): Fault[] {
  const trial = { subject, records: [...hostileRecords(), ...records], clock };
  const slow = takesLong(trial);
  if (slow !== null) return [{ level: "problem", detail: slow }]; // the others would take as long
  return laws.flatMap(({ level, fault }) => {
    const detail = fault(trial);
    return detail === null ? [] : [{ level, detail }];
  });
}

/** Names of the attributes in each answer that a pipeline gives to usual records; one whose answers are seldom may give none. */
export function answersIn(categorize: Subject["categorize"]): string[][] {
  const subject = { named: [], pointFields: [], categorize };
  return usualRecords().flatMap((record) => {
    const answer: unknown = JSON.parse(answerTo(subject, record));
    if (typeof answer !== "object" || answer === null) return [];
    return [Object.entries(answer).flatMap(([name, value]) => (value === null ? [] : [name]))];
  });
}

interface Trial {
  readonly subject: Subject;
  readonly records: readonly LogRecord[];
  readonly clock: () => number;
}

interface Law {
  readonly level: Fault["level"];
  /** Null: it is kept. */
  readonly fault: (trial: Trial) => string | null;
}

const laws: readonly Law[] = [
  { level: "problem", fault: answersNothingElse },
  { level: "problem", fault: answersAnew },
  { level: "problem", fault: changesRecords },
  { level: "problem", fault: readsUnnamedFields },
  { level: "warning", fault: answersUnlike },
];

/** A flat hash with names that tags may have, or null. */
function answersNothingElse({ subject, records }: Trial): string | null {
  const taken = new Set(["count", ...subject.pointFields.map(({ name }) => name)]);
  return firstOf(records, (record) => {
    try {
      const answer = subject.categorize(copyOf(record));
      if (answer === null || answer === undefined) return null;
      if (typeof answer !== "object" || Array.isArray(answer) || answer instanceof Promise)
        return "answers with what is no hash";
      return firstOf(Object.entries(answer), ([name, value]) => attributeFault(name, value, taken));
    } catch (error) {
      return `fails, ${error instanceof Error ? error.message : String(error)},`;
    }
  });
}

const tagName = /^(?!(?:host|log|time|_field|_measurement)$)[^\p{Cc}\\=]+$/u;

function attributeFault(name: string, value: unknown, taken: ReadonlySet<string>): string | null {
  if (!tagName.test(name) || taken.has(name))
    return `answers with the attribute ${JSON.stringify(name)}, which is kept for something else, or is no name of a tag,`;
  if (typeof value === "number" && !Number.isFinite(value))
    return `answers with ${value} as the attribute "${name}", which is no finite number,`;
  if (value === null || value === undefined || ["string", "number", "boolean"].includes(typeof value)) return null;
  return `answers with the attribute "${name}", which is no text, number or boolean,`;
}

/** Asked again, and in another order. */
function answersAnew({ subject, records }: Trial): string | null {
  const answers = new Map(records.map((record) => [record, answerTo(subject, record)]));
  return firstOf(records.toReversed(), (record) => {
    const [before, now] = [answers.get(record), answerTo(subject, record)];
    return before === now ? null : `keeps a state: it answers ${before}, and ${now} when it is asked again,`;
  });
}

function changesRecords({ subject, records }: Trial): string | null {
  return firstOf(records, (record) => {
    const given = copyOf(record);
    outcomeOf(subject, given);
    const field = fieldNames.find((name) => given[name] !== record[name]);
    return field === undefined ? null : `changes the field ${field} of the record`;
  });
}

function readsUnnamedFields({ subject, records }: Trial): string | null {
  const named = new Set<string>([...subject.named, "time"]);
  const unnamed = new Set<string>();
  for (const record of records) {
    const get = (target: LogRecord, field: string | symbol): unknown => {
      if (typeof field === "string" && (field in target || isDerived(field)) && !named.has(field)) unnamed.add(field);
      return Reflect.get(target, field);
    };
    outcomeOf(subject, new Proxy(copyOf(record), { get }));
  }
  if (unnamed.size === 0) return null;
  return `reads ${[...unnamed].join(", ")}, which "fields" does not name; add it there`;
}

/** Milliseconds: a usual rule takes a hundredth of that for a usual line, and its time grows with the text, not with its square. */
const [longForAny, longForCharacter] = [0.2, 0.003];

function longestText(record: LogRecord): number {
  return Math.max(...Object.values(record).map((value) => (typeof value === "string" ? value.length : 0)));
}

/** The best of several times, of more where each is short, since other programs run, too, and code is slow at first. */
function takesLong({ subject, records, clock }: Trial): string | null {
  const best = (record: LogRecord, most: number): number => {
    let least = Infinity;
    for (let tries = 0; tries < (least < 10 ? 50 : 5) && least > most; tries++) {
      const began = clock();
      answerTo(subject, record);
      least = Math.min(least, clock() - began);
    }
    return least;
  };
  return firstOf(records, (record) => {
    const limit = longForAny + longForCharacter * longestText(record);
    const ms = best(copyOf(record), limit);
    return ms > limit ? `takes ${ms.toFixed(ms < 10 ? 1 : 0)} ms` : null;
  });
}

function answersUnlike({ subject, records }: Trial): string | null {
  const names = new Set(
    records.flatMap((record) => {
      const answer: unknown = JSON.parse(answerTo(subject, record));
      return typeof answer === "object" && answer !== null ? [Object.keys(answer).toSorted().join(", ")] : [];
    }),
  );
  if (names.size < 2) return null;
  const [one, other] = [...names].map((each) => each || "none");
  return `does not always answer with the same attributes (${one}; ${other}), so that a query by one of them misses lines; give each a value such as "none"`;
}

const answerTo = (subject: Subject, record: LogRecord): string => outcomeOf(subject, copyOf(record));

/** As JSON, in which answers can be compared; a failure is one, too. */
function outcomeOf({ categorize }: Subject, record: LogRecord): string {
  try {
    return JSON.stringify(categorize(record) ?? null);
  } catch (error) {
    return JSON.stringify(String(error));
  }
}

const copyOf = (record: LogRecord): LogRecord => ({ ...record });

/** The first fault, with what shows it. */
function firstOf<Item>(items: readonly Item[], fault: (item: Item) => string | null): string | null {
  for (const item of items) {
    const found = fault(item);
    if (found !== null) return isRecord(item) ? `${found} on ${shown(item)}` : found;
  }
  return null;
}

const isRecord = (item: unknown): item is LogRecord => typeof item === "object" && item !== null && "clientIp" in item;

/** The record, without what it does not have; long texts are cut. */
function shown(record: LogRecord): string {
  const parts = fieldNames.flatMap((name) => {
    const value = record[name];
    return value === null ? [] : [`${name}: ${typeof value === "string" ? cut(JSON.stringify(value)) : value}`];
  });
  return `{ ${parts.join(", ")} }`;
}

const cut = (text: string): string => (text.length > 40 ? `${text.slice(0, 30)}… (${text.length} characters)` : text);

const texts = [
  "", "-", "/", "//", "*", "GET", "get", "\0", "\n", "a\nb", "%", "%0a", "%zz", "?", "#", "/..", "/../../etc/passwd", "__proto__",
  "constructor", "/__proto__/x", "host:443", "http://", "HTTP://h", "http://h/a?b", "/\u001b[2J", "\ud800", "é", "🐘", "Googlebot",
  "check_http/v2", "/downloads/a/b.zip?c=d", "a,b=c d\\", "192.0.2.1, 198.51.100.7",
]; // prettier-ignore

const bodies = [
  " ",
  '"',
  "\\",
  ",",
  "- ",
  "1",
  "a",
  "a ",
  "[",
  '" "',
  ":",
  "GET ",
  "/",
  "/a",
  "%20",
  "?a=b&",
  "é",
  "-a",
];

/** The last ones as long as a line may be; who takes for ever over them takes too long over the shorter ones, too. */
const longTexts = (): string[] =>
  [24, 300, 60_000].flatMap((length) =>
    bodies.flatMap((body) => {
      const text = body.repeat(length / body.length);
      return [`${text}!`, `/${text}`, `/downloads/${text}`];
    }),
  );

const numbers = [null, 0, -1, 99, 200, 404, 503, 600, 0.5, 1e6, 1e308];

/** Records such as no server should write, but strangers make it. */
function hostileRecords(): LogRecord[] {
  const all = [...texts, ...longTexts()].map((text, index) => recordOf(text, index));
  const usual = recordOf("/a/b?c=d", 4);
  const lacking = fieldNames.filter((name) => name !== "time").map((name) => ({ ...usual, [name]: null }));
  return [emptyRecord(0), ...all, ...usualRecords(), ...lacking];
}

/** Each of them with each of the numbers. */
function usualRecords(): LogRecord[] {
  const paths = ["/a/b.zip?c=d", "/downloads/a/b.zip", "Mozilla/5.0 (compatible; Googlebot/2.1)"];
  return paths.flatMap((path) =>
    numbers.flatMap((_, index) => ["GET", "POST"].map((method) => ({ ...recordOf(path, index), method }))),
  );
}

/** The same text in all fields. */
function recordOf(text: string, index: number): LogRecord {
  const number = numbers[index % numbers.length]!;
  const method = index % 3 === 0 ? text : "GET";
  const own = { clientIp: text, ident: text, user: text, method, uri: text, protocol: text, referrer: text };
  const more = { userAgent: text, vhost: text, xForwardedFor: text, request: text, level: text, message: text };
  const counts = { status: number, bytes: number, port: number, elapsedUs: number };
  return { ...emptyRecord(index * 1000), ...own, ...more, ...counts };
}
