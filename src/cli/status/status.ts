// `l2i status`: where each brainfile stands, and whether a person is needed: for people and for monitoring. Reads the brainfile's
// header and looks at the log and at what was kept aside, nothing more.
import { lstat, readFile, stat } from "node:fs/promises";
import { beside } from "../../beside.ts";
import { exitCode, L2iError } from "../../errors.ts";
import type { SealedInvocation } from "../../invocation/invocation.ts";
import type { BrainHeader } from "../../log/brain.ts";
import { lookAtBrain, readHeader, refuseMissingFolder } from "../../log/brainfile.ts";
import { safeJson, visible } from "../../printable.ts";
import { behind } from "./behind.ts";
import type { StatusFlags } from "../flags.ts";
import { readInvocations } from "../invocations.ts";
import { withOutlook } from "./outlook.ts";
import { table } from "../table.ts";
import { ago, counted, sizeInWords, span } from "../text.ts";

/** As --json prints it. */
interface Status {
  readonly name: string;
  readonly log: string;
  readonly brainfile: string;
  /** Where the newest generation was left; null: no run yet. */
  readonly offset: number | null;
  /** Size of the live log now; null: it is not there. */
  readonly size: number | null;
  /** Bytes not read yet, those of rotated files included; null: it cannot be told, `error` says why. */
  readonly lagBytes: number | null;
  /** When a run last looked, ISO 8601: a cron that is dead stays behind here. */
  readonly lastRun: string | null;
  /** When a run last found something new, ISO 8601. */
  readonly lastUpdate: string | null;
  /** Time of the newest line counted, ISO 8601. */
  readonly newest: string | null;
  /** Points that are counted, but not acknowledged by the store yet. */
  readonly pendingPoints: number;
  readonly failingSince: string | null;
  readonly error: string | null;
  /** Lines that the format did not match. */
  readonly rejects: KeptAside | null;
  /** Points that the store refused for good. */
  readonly refused: KeptAside | null;
}

interface KeptAside {
  readonly file: string;
  readonly lines: number;
}

export async function status(path: string, { json, quiet }: StatusFlags): Promise<number> {
  const invocations = await readInvocations(path);
  const since = (await stat(path)).mtimeMs;
  const statuses: Status[] = [];
  // One after the other: each opens a log with all its rotated files.
  for (const invocation of invocations) statuses.push(await statusOf(invocation));
  const judged = statuses.map((each) => judge(each, since, Date.now()));
  process.stdout.write(
    json
      ? statuses.map((each) => `${safeJson(each)}\n`).join("")
      : (quiet ? "" : overview(judged, Date.now())) + visible(judged.flatMap((each) => remarks(each, quiet)).join("")),
  );
  return judged.some(({ state }) => states[state].needsPerson) ? exitCode.failed : exitCode.ok;
}

async function statusOf(invocation: SealedInvocation): Promise<Status> {
  const { name, log, rejects } = invocation;
  const brainfile = invocation.brainfile!;
  const brain = await attempt(async () => {
    await refuseMissingFolder(brainfile);
    return lookAtBrain(brainfile, readHeader);
  });
  const lag = await attempt(() => lagOf(invocation, brain.value));
  return {
    name,
    log,
    brainfile,
    offset: brain.value ? (brain.value.state.current?.offset ?? 0) : null,
    size: await stat(log).then(({ size }) => size, unknown),
    lagBytes: lag.value,
    lastRun: await stat(brainfile).then(({ mtime }) => mtime.toISOString(), unknown),
    lastUpdate: brain.value?.lastUpdate ?? null,
    newest: isoTime(brain.value?.state.newest),
    pendingPoints: brain.value?.pendingPoints ?? 0,
    failingSince: brain.value?.failing?.since ?? null,
    error: brain.value?.failing?.message ?? brain.error ?? lag.error,
    rejects: rejects === null ? null : await keptAside(rejects),
    refused: await keptAside(beside(brainfile).refused),
  };
}

async function lagOf(invocation: SealedInvocation, brain: BrainHeader | null): Promise<number> {
  const known = brain?.state ?? { current: null, previous: [], ignoredUntil: null, waiting: [], lookedAt: 0 };
  return withOutlook(invocation, known, async ({ ahead }) => ahead.reduce((sum, { bytes }) => sum + bytes, 0));
}

/** What cannot be found out is said, and the rest still shown. */
async function attempt<T>(look: () => Promise<T>): Promise<{ value: T | null; error: string | null }> {
  try {
    return { value: await look(), error: null };
  } catch (error) {
    if (!(error instanceof L2iError)) throw error;
    return { value: null, error: error.message };
  }
}

async function keptAside(file: string): Promise<KeptAside | null> {
  const stats = await lstat(file).catch(unknown);
  if (!stats?.isFile()) return null; // a pipe would be waited for
  const text = await readFile(file, "latin1").catch(unknown);
  return text ? { file, lines: text.split("\n").length - 1 } : null;
}

const unknown = (): null => null;

function isoTime(ms = -Infinity): string | null {
  return Number.isFinite(ms) ? new Date(ms).toISOString() : null;
}

/** What a status comes to, and what somebody should know of it. */
interface Judged extends Status {
  readonly state: State;
  /** What needs a person. */
  readonly faults: readonly string[];
  /** What does not. */
  readonly notes: readonly string[];
}

type State = keyof typeof states;

const states = {
  ok: { needsPerson: false, colour: 32 },
  /** No run yet. */
  new: { needsPerson: false, colour: 36 },
  failing: { needsPerson: true, colour: 31 },
  /** What a run would find, or needs, cannot be told. */
  broken: { needsPerson: true, colour: 31 },
  /** The log grows, and no run comes. */
  late: { needsPerson: true, colour: 31 },
  /** Points lie aside that the store does not take. */
  refused: { needsPerson: true, colour: 33 },
} as const;

/** `since`: when the multibrain was changed last; it and `now`: ms since 1970. */
function judge(found: Status, since: number, now: number): Judged {
  const { lastRun, lagBytes, pendingPoints, failingSince, error, rejects, refused } = found;
  const late = behind(lastRun === null ? { multibrain: since } : { run: Date.parse(lastRun) }, lagBytes, now);
  const failing =
    failingSince !== null && `failing since ${second(failingSince)}, ${ago(now - Date.parse(failingSince))}: `;
  const faults = [
    late,
    error !== null && `${failing || ""}${error}`,
    refused && `${counted(refused.lines, "refused point")} in ${refused.file}; look at them, then remove the file`,
  ];
  const notes = [
    pendingPoints > 0 &&
      `${counted(pendingPoints, "point")} counted, and not known to be acknowledged by the store; the next run sends them again`,
    rejects && `${counted(rejects.lines, "rejected line")} in ${rejects.file}; look at them, then remove the file`,
  ];
  return { ...found, state: stateOf(found, late !== null), faults: faults.filter(isSaid), notes: notes.filter(isSaid) };
}

const isSaid = (remark: string | false | null): remark is string => typeof remark === "string";

function stateOf({ failingSince, error, refused, lastRun }: Status, isLate: boolean): State {
  if (failingSince !== null) return "failing";
  if (error !== null) return "broken";
  if (isLate) return "late";
  if (refused) return "refused";
  return lastRun === null ? "new" : "ok";
}

/** The table; on a terminal its first word is coloured. */
function overview(judged: readonly Judged[], now: number): string {
  const header = ["state", "invocation", "log", "last run", "newest line", "behind", "pending"];
  const rows = judged.map((each) => row(each, now));
  const [title, ...lines] = visible(table(header, rows, header.length - 1))
    .trimEnd()
    .split("\n");
  return [title, ...lines.map((line, index) => coloured(line, judged[index]!.state)), ""].join("\n");
}

function row(judged: Judged, now: number): string[] {
  const { state, name, log, lastRun, newest, pendingPoints } = judged;
  const run = lastRun === null ? "never" : ago(now - Date.parse(lastRun));
  return [state, name, log, run, second(newest) ?? "-", lagInWords(judged, now), String(pendingPoints)];
}

/** NO_COLOR and the like are heard. */
function coloured(line: string, state: State): string {
  const hasColours = process.stdout.isTTY && process.stdout.hasColors();
  return hasColours ? line.replace(state, `\u001b[${states[state].colour}m${state}\u001b[39m`) : line;
}

/** How long lines may have waited, and how much of them: all came since the last run that did not fail. */
function lagInWords({ lagBytes, failingSince, lastRun }: Status, now: number): string {
  if (lagBytes === null) return "?";
  if (lagBytes === 0) return "nothing";
  const since = failingSince ?? lastRun;
  return since === null ? sizeInWords(lagBytes) : `${span(now - Date.parse(since))}, ${sizeInWords(lagBytes)}`;
}

const second = (time: string | null): string | null => time && `${time.slice(0, 19)}Z`;

/** -q leaves out what needs no person. */
function remarks({ name, faults, notes }: Judged, quiet = false): string[] {
  return [...faults, ...(quiet ? [] : notes)].map((remark) => `${name}: ${remark}\n`);
}
