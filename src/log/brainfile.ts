// The brainfile: what one invocation remembers between runs. Its first line is a small header, all that a quiet run reads;
// the lines behind it hold the open windows, and the points that were counted but are not acknowledged yet.
import { constants } from "node:fs";
import { access, type FileHandle, open, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { basename, dirname } from "node:path";
import * as z from "zod/mini";
import { L2iError, reasonOf } from "../errors.ts";
import type { Tally } from "../frequencies/piece.ts";
import { newWindowState, type Totals, type WindowState } from "../frequencies/windows.ts";
import type { Place } from "./identity.ts";

/** All that counting goes on from. Pure data; every segment makes a new one. */
export interface BrainState extends WindowState {
  readonly current: Place | null;
  readonly previous: readonly Place[];
  /** This, `waiting` and `lookedAt`: see Known in identity.ts. */
  readonly ignoredUntil: number | null;
  readonly waiting: readonly number[];
  readonly lookedAt: number;
  /** What the open windows were counted with; see task.ts. Empty in a brainfile of an older loader. */
  readonly fingerprint: string;
  /** Length of the open windows, ms. */
  readonly windowMs: number;
  /** The format that \`auto\` recognised last; empty when none was. */
  readonly format: string;
}

/** A failure that lasts: said the first time, then hourly. */
export interface Failing {
  /** ISO 8601. */
  readonly since: string;
  /** When it was last said to a person. */
  readonly said: string;
  readonly message: string;
}

interface Pending {
  readonly points: readonly string[];
  readonly next: BrainState;
  /** What the segment adds to the outcome of the run that sees its points acknowledged. */
  readonly books: PendingBooks;
}

/** What a segment adds to the books. */
export interface Books {
  readonly tally: Readonly<Tally>;
  readonly late: number;
  readonly bytes: number;
}

/** Books that no run has reported yet. */
interface PendingBooks extends Books {
  /** Gaps that the run found. */
  readonly gap: number;
}

export interface Brain {
  /** What is acknowledged. While points are pending its windows are not kept: the next state replaces them. */
  readonly state: BrainState;
  /** Points that may or may not have reached the store, and the state that holds once they have. */
  readonly pending: Pending | null;
  readonly failing: Failing | null;
  /** When (ISO 8601) each kind of warning was last said, so that a lasting one is said hourly and not at every run. */
  readonly warned: { readonly [kind: string]: string };
  /** ISO 8601; when the state last changed. */
  readonly lastUpdate: string;
}

/** The header alone: what `status` and a quiet run need. */
export interface BrainHeader {
  readonly state: Omit<BrainState, "open">;
  readonly pendingPoints: number;
  readonly failing: Failing | null;
  readonly warned: Brain["warned"];
  readonly lastUpdate: string;
}

/** Reads the first line; null where there is no brainfile. Throws where it cannot be understood. */
export async function readHeader(path: string): Promise<BrainHeader | null> {
  const file = await openIfThere(path);
  if (!file) return null;
  try {
    for await (const line of file.readLines({ autoClose: false }))
      return headerOf(parseHeader(path, line), await modified(path));
    throw damaged(path, "it is empty");
  } finally {
    await file.close();
  }
}

/** Reads it all; null where there is no brainfile. Throws where it cannot be understood. */
export async function readBrain(path: string): Promise<Brain | null> {
  const text = await readFile(path, "utf8").catch(orNull);
  if (text === null) return null;
  const lines = text.split("\n");
  if (lines[0] === "") throw damaged(path, "it is empty");
  const raw = parseHeader(path, lines[0]!);
  const { state, ...rest } = headerOf(raw, await modified(path));
  const kept = { failing: rest.failing, warned: rest.warned, lastUpdate: rest.lastUpdate };
  if (!("version" in raw)) return { state: { ...state, open: new Map() }, pending: null, ...kept };
  if (lines.length !== raw.lines + 2) throw damaged(path, `it should have ${raw.lines + 1} lines`);
  const windows = new Map<number, Totals>();
  const points: string[] = [];
  let next: Omit<Pending, "points"> | null = null;
  for (const line of lines.slice(1, -1)) {
    const body = parseLine(path, bodySchema, line);
    if ("window" in body) windows.set(body.window, totalsOf(body.series));
    else if ("points" in body) for (const point of body.points) points.push(point);
    else next = { next: { ...stateOf(body.next), open: windows }, books: body.books };
  }
  return next
    ? { state: { ...state, open: new Map() }, pending: { points, ...next }, ...kept }
    : { state: { ...state, open: windows }, pending: null, ...kept };
}

/** Saves it so that a crash at any moment leaves the old one or the new one, whole. */
export async function saveBrain(path: string, brain: Brain): Promise<void> {
  await replaceFile(path, brainLines(brain));
}

async function replaceFile(path: string, lines: Iterable<string>): Promise<void> {
  const temporary = `${path}.tmp`;
  try {
    await rm(temporary, { force: true });
    const file = await open(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
    try {
      await writeLines(file, lines);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (cause) {
    throw new L2iError(
      "brainfile",
      `the brainfile ${path} cannot be saved (${reasonOf(cause)}); nothing is lost: the lines are counted again once it can`,
      { cause },
    );
  }
}

/**
 * Notes in the brainfile that its invocation fails, or (null) no more. All else in it stays as it is to the byte; one of an
 * older loader is left alone, since its mtime tells which files are older than it.
 */
export async function saveFailing(path: string, failing: Failing | null): Promise<void> {
  const text = await readFile(path, "utf8").catch(orNull);
  if (!text?.includes('"version"')) return;
  const [header = "", ...body] = text.trimEnd().split("\n");
  await replaceFile(path, [JSON.stringify({ ...JSON.parse(header), failing }), ...body]);
}

/** A quiet run leaves its mark, so that a dead cron can be told from a quiet log. */
export async function touchBrain(path: string, now: number): Promise<void> {
  await utimes(path, now / 1000, now / 1000);
}

/** Moves a brainfile that cannot be understood aside, where it is found until a person decided. */
export async function moveAside(path: string): Promise<void> {
  await rename(path, damagedPath(path));
}

/** Throws where an earlier run moved a damaged brainfile aside and nobody decided yet: going on would count lines twice. */
export async function refuseWhereDamaged(path: string): Promise<void> {
  const aside = damagedPath(path);
  if (
    !(await access(aside).then(
      () => true,
      () => false,
    ))
  )
    return;
  throw new L2iError(
    "brainfile",
    `the brainfile could not be understood and lies at ${aside}; put a good copy at ${path}, or remove the damaged one to begin anew (lines counted before are then counted again)`,
  );
}

/** The folder takes new files, so that saving will not fail after points were written. */
export async function refuseUnwritable(path: string): Promise<void> {
  const folder = dirname(path);
  await access(folder, constants.W_OK | constants.X_OK).catch((cause: NodeJS.ErrnoException) => {
    // Not made here: on a disk that is not mounted, a new folder would make everything be counted again.
    const way =
      cause.code === "ENOENT"
        ? `does not exist; create it (mkdir -p ${folder})`
        : `cannot be written (${cause.code}); let the user that runs l2i write there`;
    throw new L2iError("brainfile", `the folder of the brainfile ${path} ${way}`, { cause });
  });
}

const damagedPath = (path: string): string => `${path}.damaged`;

/** What is known before the first run. */
export function newBrain(now: number): Brain {
  const state: BrainState = {
    ...newWindowState,
    current: null,
    previous: [],
    ignoredUntil: null,
    waiting: [],
    lookedAt: now,
    fingerprint: "",
    windowMs: 1,
    format: "",
  };
  return { state, pending: null, failing: null, warned: {}, lastUpdate: new Date(now).toISOString() };
}

/** Marks an error as one that says: this is no brainfile. */
export class DamagedBrainfile extends L2iError {}

const damaged = (path: string, why: string, cause?: unknown): DamagedBrainfile =>
  new DamagedBrainfile("brainfile", `the brainfile ${path} cannot be understood: ${why}`, { cause });

const time = z.nullable(z.number());
const placeSchema = z.object({
  filename: z.string(),
  sha: z.string(),
  offset: z.int().check(z.minimum(0)),
  size: z.number(),
  mtime: z.number(),
  inode: z.number(),
  head: z.record(z.string(), z.string()),
  marker: z.string(),
});
const stateSchema = z.object({
  current: z.nullable(placeSchema),
  previous: z.array(placeSchema),
  ignoredUntil: time,
  waiting: z.array(z.number()),
  lookedAt: z.number(),
  closedBefore: time,
  newest: time,
  segment: z.int(),
  fingerprint: z.string(),
  windowMs: z.number(),
  format: z.string(),
});
type StateJson = z.infer<typeof stateSchema>;
const failingSchema = z.nullable(z.object({ since: z.string(), said: z.string(), message: z.string() }));

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
  pendingPoints: z.int(),
  lines: z.int(),
});
const olderSchema = z.object({
  sha: z.string(),
  offset: z.int().check(z.minimum(0)),
  filename: z.optional(z.string()),
  lastupdate: z.optional(z.unknown()),
});
type HeaderJson = z.infer<typeof headerSchema>;
type OlderJson = z.infer<typeof olderSchema>;

const natural = z.int().check(z.minimum(0));
const booksSchema = z.object({
  tally: z.object({ lines: natural, matched: natural, ignored: natural, rejected: natural, failed: natural }),
  late: natural,
  bytes: natural,
  gap: natural,
});
const seriesSchema = z.array(z.tuple([z.string(), z.number()], z.nullable(z.number())));
const bodySchema = z.union([
  z.object({ window: z.number(), series: seriesSchema }),
  z.object({ points: z.array(z.string()) }),
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
  if (!result.success) throw damaged(path, z.prettifyError(result.error).replaceAll("\n", " "));
  return result.data;
}

function headerOf(raw: HeaderJson | OlderJson, modifiedAt: number): BrainHeader {
  if (!("version" in raw)) return olderHeader(raw, modifiedAt);
  const { filename, sha, offset, size = 0, mtime = 0, inode = 0, head = {}, marker = "" } = raw;
  const current = sha === "" ? null : { filename, sha, offset, size, mtime, inode, head, marker };
  return {
    state: stateOf({ ...raw, current }),
    pendingPoints: raw.pendingPoints,
    failing: raw.failing,
    warned: raw.warned,
    lastUpdate: raw.lastupdate,
  };
}

/** An older loader knew the first line and the offset. What it left lying about when it last wrote is not ours to read. */
function olderHeader({ sha, offset, filename = "" }: OlderJson, modifiedAt: number): BrainHeader {
  const current =
    sha === ""
      ? null
      : { filename: basename(filename), sha, offset, size: 0, mtime: 0, inode: 0, head: {}, marker: "" };
  const state = {
    current,
    previous: [],
    ignoredUntil: modifiedAt,
    waiting: [],
    lookedAt: modifiedAt,
    closedBefore: -Infinity,
    newest: -Infinity,
    segment: 0,
    fingerprint: "",
    windowMs: 1,
    format: "",
  };
  return { state, pendingPoints: 0, failing: null, warned: {}, lastUpdate: new Date(modifiedAt).toISOString() };
}

/** Without the windows. */
const stateOf = ({
  current,
  previous,
  ignoredUntil,
  waiting,
  lookedAt,
  closedBefore,
  newest,
  segment,
  fingerprint,
  windowMs,
  format,
}: Omit<StateJson, "previous" | "waiting"> & Pick<BrainState, "previous" | "waiting">): Omit<BrainState, "open"> => ({
  current,
  previous,
  ignoredUntil,
  waiting,
  lookedAt,
  closedBefore: closedBefore ?? -Infinity,
  newest: newest ?? -Infinity,
  segment,
  fingerprint,
  windowMs,
  format,
});

/** JSON has no -Infinity: what was never seen is null there. */
const stateJson = (state: BrainState) => ({
  ...stateOf(state),
  closedBefore: finiteOrNull(state.closedBefore),
  newest: finiteOrNull(state.newest),
});

const finiteOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null);

function* brainLines({ state, pending, failing, warned, lastUpdate }: Brain): Generator<string> {
  const { current, ...rest } = stateJson(state);
  const { open: windows } = pending ? pending.next : state;
  const batches = pending ? Math.ceil(pending.points.length / pointsPerLine) : 0;
  yield JSON.stringify({
    version: 1,
    ...(current ?? { filename: "", sha: "", offset: 0 }),
    lastupdate: lastUpdate,
    ...rest,
    failing,
    warned,
    pendingPoints: pending?.points.length ?? 0,
    lines: windows.size + batches + (pending ? 1 : 0),
  });
  if (pending) yield JSON.stringify({ next: stateJson(pending.next), books: pending.books });
  for (const [window, totals] of windows) yield JSON.stringify({ window, series: [...totals].map(seriesJson) });
  for (let batch = 0; batch < batches; batch++)
    yield JSON.stringify({ points: pending!.points.slice(batch * pointsPerLine, (batch + 1) * pointsPerLine) });
}

/** Keeps the lines, and so the strings that are held at a time, small. */
const pointsPerLine = 1000;

const seriesJson = ([series, { count, values }]: [string, { count: number; values: number[] }]) => [
  series,
  count,
  ...values.map(finiteOrNull),
];

function totalsOf(series: z.infer<typeof seriesSchema>): Totals {
  return new Map(
    series.map(([key, count, ...values]) => [
      key,
      { count, values: values.map((value, index) => value ?? (index % 3 === 1 ? Infinity : -Infinity)) },
    ]),
  );
}

async function writeLines(file: FileHandle, lines: Iterable<string>): Promise<void> {
  for (const line of lines) await file.write(`${line}\n`);
}

async function openIfThere(path: string): Promise<FileHandle | null> {
  return open(path, "r").catch(orNull);
}

async function modified(path: string): Promise<number> {
  return (await stat(path)).mtimeMs;
}

function orNull(error: NodeJS.ErrnoException): null {
  if (error.code === "ENOENT") return null;
  throw new L2iError("brainfile", `a brainfile cannot be read (${error.message}); give the user of l2i access to it`, {
    cause: error,
  });
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
