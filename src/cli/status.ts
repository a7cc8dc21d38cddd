// `l2i status`: where each brainfile stands. Reads the brainfile's header and looks at the log and at what was kept aside,
// nothing more.
import { lstat, readFile, stat } from "node:fs/promises";
import { beside } from "../beside.ts";
import { exitCode, L2iError } from "../errors.ts";
import type { SealedInvocation } from "../invocation/invocation.ts";
import type { BrainHeader } from "../log/brain.ts";
import { lookAtBrain, readHeader, refuseMissingFolder } from "../log/brainfile.ts";
import { safeJson, visible } from "../printable.ts";
import { behind } from "./behind.ts";
import type { StatusFlags } from "./flags.ts";
import { readInvocations } from "./invocations.ts";
import { withOutlook } from "./outlook.ts";
import { table } from "./table.ts";
import { ago, counted } from "./text.ts";

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

export async function status(path: string, { json }: StatusFlags): Promise<number> {
  const statuses: Status[] = [];
  // One after the other: each opens a log with all its rotated files.
  for (const invocation of await readInvocations(path)) statuses.push(await statusOf(invocation));
  process.stdout.write(
    json ? statuses.map((each) => `${safeJson(each)}\n`).join("") : visible(report(statuses, Date.now())),
  );
  return exitCode.ok;
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

/** `now`: ms since 1970. */
function report(statuses: readonly Status[], now: number): string {
  const header = ["invocation", "last run", "last update", "newest line", "offset", "size", "lag", "pending"];
  return table(header, statuses.map(row), 4) + statuses.flatMap((each) => notes(each, now)).join("");
}

const row = ({ name, lastRun, lastUpdate, newest, offset, size, lagBytes, pendingPoints }: Status): string[] =>
  [name, second(lastRun) ?? "never", second(lastUpdate), second(newest), offset, size, lagBytes, pendingPoints].map(
    (cell) => String(cell ?? "-"),
  );

const second = (time: string | null): string | null => time && `${time.slice(0, 19)}Z`;

/** What somebody should look at, a line each. */
function notes(
  { name, lastRun, lagBytes, pendingPoints, failingSince, error, rejects, refused }: Status,
  now: number,
): string[] {
  const since = (time: string): string => ago(now - Date.parse(time));
  return [
    behind(lastRun === null ? null : Date.parse(lastRun), lagBytes, now),
    error !== null &&
      `${failingSince === null ? "" : `failing since ${second(failingSince)}, ${since(failingSince)}: `}${error}`,
    pendingPoints > 0 &&
      `${counted(pendingPoints, "point")} counted, but not acknowledged by the store; the next run sends them again`,
    rejects && `${counted(rejects.lines, "rejected line")} in ${rejects.file}; look at them, then remove the file`,
    refused && `${counted(refused.lines, "refused point")} in ${refused.file}; look at them, then remove the file`,
  ].flatMap((note) => (note ? `${name}: ${note}\n` : []));
}
