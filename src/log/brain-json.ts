// A brainfile's text: its first line is a small header, all that a quiet run reads; the lines behind it hold the open windows,
// and the points that were counted but are not acknowledged yet. Pure.
import * as z from "zod/mini";
import { _default as withDefault } from "zod/mini";
import { L2iError } from "../errors.ts";
import { packBins, unpackBins } from "../frequencies/bins.ts";
import type { Amounts } from "../frequencies/amounts.ts";
import type { Totals } from "../frequencies/window-totals.ts";
import { PointLines, textsOf } from "../sink/point-lines.ts";
import { type Brain, type BrainHeader, type BrainState, newBrain, type Pending } from "./brain.ts";
import { nothingCounted } from "./identity.ts";

/** The text is no brainfile, or not a whole one. */
export class DamagedBrainfile extends L2iError {}

const damaged = (path: string, why: string, cause?: unknown): DamagedBrainfile =>
  new DamagedBrainfile("brainfile", `the brainfile ${path} cannot be understood: ${why}`, { cause });

/** What the first line says. `path` is for messages; `modifiedAt` (ms) dates what older loaders wrote. */
export function headerFrom(line: string, path: string, modifiedAt: number): BrainHeader {
  if (line === "") throw damaged(path, "it is empty");
  return headerOf(parseHeader(path, line), modifiedAt);
}

/** What the whole text says. */
export function brainFrom(text: string, path: string, modifiedAt: number): Brain {
  const [first = "", ...body] = text.split("\n");
  if (first === "") throw damaged(path, "it is empty");
  const raw = parseHeader(path, first);
  const { state, failing, warned, validated, goal, lastUpdate } = headerOf(raw, modifiedAt);
  const kept = { failing, warned, validated, goal, lastUpdate };
  if (!("version" in raw)) return { state: { ...state, open: new Map() }, pending: null, ...kept };
  if (body.length !== raw.lines + 1 || body.at(-1) !== "") throw damaged(path, `it should have ${raw.lines + 1} lines`);
  const windows = new Map<number, Totals>();
  let points: string[] = [];
  let next: Omit<Pending, "points"> | null = null;
  for (const [index, line] of body.slice(0, -1).entries()) {
    const entry = parseLine(path, bodySchema, line);
    if ("window" in entry) windows.set(entry.window, totalsOf(entry.series));
    else if ("points" in entry) {
      if (typeof entry.points === "number") {
        points = body.slice(index + 1, -1);
        if (points.length !== entry.points || points.some((point) => control.test(point)))
          throw damaged(path, `it should end with ${entry.points} points`);
        break;
      }
      for (const point of entry.points) points.push(point);
    } else next = { next: { ...stateOf(dated(entry.next, raw.lastupdate)), open: windows }, books: entry.books };
  }
  return next
    ? { state: { ...state, open: new Map() }, pending: { points: PointLines.of(points), ...next }, ...kept }
    : { state: { ...state, open: windows }, pending: null, ...kept };
}

/** What no point has: a disk that lost blocks has NULs in their place. */
// eslint-disable-next-line no-control-regex
const control = /[\0-\x1f\x7f]/;

/** The text of a brainfile, in parts. */
export function* brainTexts(brain: Brain): Generator<string | Buffer> {
  yield* textsOf(jsonLines(brain));
  if (brain.pending) yield* brain.pending.points.texts;
}

function* jsonLines({ state, pending, failing, warned, validated, goal, lastUpdate }: Brain): Generator<string> {
  const { current, ...rest } = stateJson(state);
  const { open: windows } = pending ? pending.next : state;
  const pendingPoints = pending?.points.length ?? 0;
  yield JSON.stringify({
    version: 1,
    ...(current ?? { filename: "", sha: "", offset: 0 }),
    lastupdate: lastUpdate,
    ...rest,
    failing,
    warned,
    validated,
    goal,
    pendingPoints,
    lines: windows.size + (pending ? 2 + pendingPoints : 0),
  });
  if (pending) yield JSON.stringify({ next: stateJson(pending.next), books: pending.books });
  for (const [window, totals] of windows) yield JSON.stringify({ window, series: [...totals].map(seriesJson) });
  if (pending) yield JSON.stringify({ points: pendingPoints }); // they follow as they are, each a line
}

/** The text of a brainfile with another note in its header, in parts; null where an older loader wrote it. */
export function withNote(
  text: string,
  note: Partial<Pick<BrainHeader, "failing" | "validated">>,
): Iterable<string> | null {
  if (!text.includes('"version"')) return null;
  const [header = ""] = text.split("\n", 1);
  return [JSON.stringify({ ...JSON.parse(header), ...note }), text.slice(header.length)];
}

const time = z.nullable(z.number());
/** Brainfiles that came before `verify` lack what has a default here. */
const spansSchema = withDefault(z.array(z.tuple([z.number(), z.number()])), () => []);
const placeSchema = z.object({
  filename: z.string(),
  sha: z.string(),
  offset: z.int().check(z.minimum(0)),
  size: z.number(),
  mtime: z.number(),
  inode: z.number(),
  head: z.record(z.string(), z.string()),
  marker: z.string(),
  countedAs: withDefault(z.array(z.tuple([z.int(), z.string()])), () => []),
  countedInto: spansSchema,
});
const stateSchema = z.object({
  current: z.nullable(placeSchema),
  previous: z.array(placeSchema),
  ignoredUntil: time,
  waiting: z.array(z.number()),
  lookedAt: z.number(),
  closedBefore: time,
  newest: time,
  newestLine: withDefault(time, null),
  segment: z.int(),
  fingerprint: z.string(),
  windowMs: z.number(),
  countsSince: z.optional(time),
  unverifiable: withDefault(z.object({ gone: spansSchema, cut: spansSchema, configuration: spansSchema }), () => ({
    gone: [],
    cut: [],
    configuration: [],
  })),
  format: z.string(),
});
type StateJson = z.infer<typeof stateSchema>;
const failingSchema = z.nullable(
  z.object({ since: z.string(), said: z.string(), code: z.string(), message: z.string() }),
);

/** Brainfiles that came before quiet runs were short lack it. */
const validatedSchema = withDefault(
  z.nullable(
    z.object({
      log: z.string(),
      out: z.nullable(z.string()),
      secretFile: z.nullable(z.string()),
      schema: withDefault(z.nullable(z.string()), null),
      rule: withDefault(z.array(z.string()), () => []),
      proof: z.string(),
    }),
  ),
  null,
);

/** The current place stands in the header itself, under the names that older loaders used. */
const headerSchema = z.object({
  version: z.literal(1),
  ...z.partial(placeSchema).shape,
  sha: z.string(),
  offset: placeSchema.shape.offset,
  filename: z.string(),
  lastupdate: z.string(),
  ...z.omit(stateSchema, { current: true }).shape,
  failing: failingSchema,
  warned: z.record(z.string(), z.string()),
  goal: withDefault(z.string(), ""),
  validated: validatedSchema,
  pendingPoints: z.int(),
  lines: z.int(),
});
const olderSchema = z.object({
  sha: z.string(),
  offset: z.int().check(z.minimum(0)),
  filename: z.optional(z.string()),
  lastupdate: z.optional(z.unknown()),
});
export type HeaderJson = z.infer<typeof headerSchema>;
type OlderJson = z.infer<typeof olderSchema>;

const natural = z.int().check(z.minimum(0));
const booksSchema = z.object({
  tally: z.object({ lines: natural, matched: natural, ignored: natural, rejected: natural, failed: natural }),
  late: natural,
  bytes: natural,
  gap: natural,
});
/** Behind the key: count, values, and the bins of each distribution. */
const seriesSchema = z.array(z.tuple([z.string(), z.number()], z.union([z.nullable(z.number()), z.array(z.number())])));
const bodySchema = z.union([
  z.object({ window: z.number(), series: seriesSchema }),
  z.object({ points: z.union([natural, z.array(z.string())]) }), // older programs wrote lists of them
  z.object({ next: stateSchema, books: booksSchema }),
]);

function parseHeader(path: string, line: string): HeaderJson | OlderJson {
  return parseLine(path, line.includes('"version"') ? headerSchema : olderSchema, line);
}

function parseLine<T>(path: string, schema: z.ZodMiniType<T>, line: string): T {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw damaged(path, "it is not JSON", cause);
  }
  const result = z.safeParse(schema, value);
  if (!result.success) throw damaged(path, problemsOf(result.error));
  return result.data;
}

function problemsOf({ issues }: z.core.$ZodError): string {
  return issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
}

function headerOf(raw: HeaderJson | OlderJson, modifiedAt: number): BrainHeader {
  if (!("version" in raw)) return olderHeader(raw, modifiedAt);
  const { filename, sha, offset, size = 0, mtime = 0, inode = 0, head = {}, marker = "" } = raw;
  const { countedAs = [], countedInto = [] } = raw;
  const current =
    sha === "" ? null : { filename, sha, offset, size, mtime, inode, head, marker, countedAs, countedInto };
  return {
    state: stateOf({ ...dated(raw, raw.lastupdate), current }),
    pendingPoints: raw.pendingPoints,
    failing: raw.failing,
    warned: raw.warned,
    validated: raw.validated,
    goal: raw.goal,
    lastUpdate: raw.lastupdate,
  };
}

/** An older loader knew the first line and the offset. What it left lying about when it last wrote is not ours to read. */
function olderHeader({ sha, offset, filename = "" }: OlderJson, modifiedAt: number): BrainHeader {
  const current =
    sha === ""
      ? null
      : {
          filename: filename.slice(filename.lastIndexOf("/") + 1),
          sha,
          offset,
          size: 0,
          mtime: 0,
          inode: 0,
          head: {},
          marker: "",
          ...nothingCounted,
        };
  const countsSince = current && modifiedAt;
  const { open: _, ...state } = { ...newBrain(modifiedAt).state, current, ignoredUntil: modifiedAt, countsSince };
  return {
    state,
    pendingPoints: 0,
    failing: null,
    warned: {},
    validated: null,
    goal: "",
    lastUpdate: new Date(modifiedAt).toISOString(),
  };
}

/** Where it is not known since when all is counted, it is so since the last update at the latest. */
const dated = <State extends { countsSince?: number | null | undefined }>(state: State, lastUpdate: string) => ({
  ...state,
  countsSince: state.countsSince === undefined ? Date.parse(lastUpdate) : state.countsSince,
});

/** Without the windows. */
const stateOf = ({
  current,
  previous,
  ignoredUntil,
  waiting,
  lookedAt,
  closedBefore,
  newest,
  newestLine,
  segment,
  fingerprint,
  windowMs,
  countsSince,
  unverifiable,
  format,
}: Omit<StateJson, BrainKeys> & Pick<BrainState, BrainKeys>): Omit<BrainState, "open"> => ({
  current,
  previous,
  ignoredUntil,
  waiting,
  lookedAt,
  closedBefore: closedBefore ?? -Infinity,
  newest: newest ?? -Infinity,
  newestLine: newestLine ?? -Infinity,
  segment,
  fingerprint,
  windowMs,
  countsSince,
  unverifiable,
  format,
});

type BrainKeys = "current" | "previous" | "waiting" | "countsSince" | "unverifiable";

/** JSON has no -Infinity: what was never seen is null there. */
const stateJson = (state: BrainState) => ({
  ...stateOf(state),
  closedBefore: finiteOrNull(state.closedBefore),
  newest: finiteOrNull(state.newest),
  newestLine: finiteOrNull(state.newestLine),
});

const finiteOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null);

const seriesJson = ([series, { count, values, bins }]: [string, Amounts]) => [
  series,
  count,
  ...values.map(finiteOrNull),
  ...bins.map(packBins),
];

function totalsOf(series: z.infer<typeof seriesSchema>): Totals {
  return new Map(
    series.map(([key, count, ...rest]) => {
      const values = rest.flatMap((each, index) =>
        Array.isArray(each) ? [] : (each ?? (index % 3 === 1 ? Infinity : -Infinity)),
      );
      return [key, { count, values, bins: rest.filter(Array.isArray).map(unpackBins) }];
    }),
  );
}
