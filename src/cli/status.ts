// `l2i status`: where each brainfile stands. Reads the header of each and looks at the log, nothing more.
import { stat } from "node:fs/promises";
import { exitCode } from "../errors.ts";
import type { SealedInvocation } from "../invocation/invocation.ts";
import { type BrainHeader, readHeader } from "../log/brainfile.ts";
import { readInvocations } from "./invocations.ts";
import { createLogger, visible } from "./logger.ts";
import type { CommonFlags } from "./main.ts";
import { table } from "./table.ts";

interface Status {
  readonly name: string;
  readonly brainfile: string;
  /** Where the newest generation was left; null: no run yet. */
  readonly offset: number | null;
  /** Size of the live log now; null: it is not there. */
  readonly size: number | null;
  readonly lagBytes: number | null;
  /** When a run last looked, ISO 8601: a cron that is dead stays behind here. */
  readonly lastRun: string | null;
  /** When a run last found something new, ISO 8601. */
  readonly lastUpdate: string | null;
  /** Time of the newest line counted, ISO 8601. */
  readonly newest: string | null;
  readonly pendingPoints: number;
  readonly failingSince: string | null;
  readonly error: string | null;
}

export async function status(path: string, flags: CommonFlags): Promise<number> {
  const log = createLogger(flags);
  const statuses = await Promise.all((await readInvocations(path)).map(statusOf));
  if (flags.json) for (const each of statuses) process.stdout.write(`${JSON.stringify(each)}\n`);
  else
    process.stdout.write(
      visible(
        table(
          ["invocation", "last run", "last update", "failing since", "offset", "size", "lag", "pending"],
          statuses.map(row),
          4,
        ),
      ),
    );
  for (const { name, error } of statuses) if (error) log.warn(`${name}: ${error}`);
  return exitCode.ok;
}

async function statusOf({ name, log, brainfile }: SealedInvocation): Promise<Status> {
  const path = brainfile!;
  const size = await stat(log).then(
    (stats) => stats.size,
    () => null,
  );
  const lastRun = await stat(path).then(
    (stats) => stats.mtime.toISOString(),
    () => null,
  );
  const none = {
    name,
    brainfile: path,
    offset: null,
    size,
    lagBytes: size,
    lastRun,
    lastUpdate: null,
    newest: null,
    pendingPoints: 0,
    failingSince: null,
  };
  try {
    const header = await readHeader(path);
    return header ? { ...none, ...known(header, size) } : { ...none, error: null };
  } catch (error) {
    return { ...none, error: (error as Error).message };
  }
}

function known({ state, pendingPoints, failing, lastUpdate }: BrainHeader, size: number | null) {
  const offset = state.current?.offset ?? 0;
  return {
    offset,
    // A log shorter than the offset is a new one, of which nothing was read yet.
    lagBytes: size === null ? null : size >= offset ? size - offset : size,
    lastUpdate,
    newest: Number.isFinite(state.newest) ? new Date(state.newest).toISOString() : null,
    pendingPoints,
    failingSince: failing?.since ?? null,
    error: failing?.message ?? null,
  };
}

const row = ({ name, lastRun, lastUpdate, failingSince, offset, size, lagBytes, pendingPoints }: Status): string[] =>
  [name, second(lastRun), second(lastUpdate), second(failingSince), offset, size, lagBytes, pendingPoints].map((cell) =>
    String(cell ?? "-"),
  );

const second = (time: string | null): string | null => time && `${time.slice(0, 19)}Z`;
