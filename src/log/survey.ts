// Looks at the log and its rotated files and decides what there is to read: the same for a run as for `check` and `status`.
import { L2iError } from "../errors.ts";
import {
  type AgeOf,
  candidatesOf,
  closeAll,
  contentsOf,
  hasLine,
  type LogFile,
  openLog,
  realPath,
} from "./candidates.ts";
import type { Content } from "./content.ts";
import { isUnread, type Known, type Place, plan, type Plan, type Wishes } from "./identity.ts";
import type { OpenReading } from "./segments.ts";
import { straysOf } from "./strays.ts";

export interface Survey {
  /** The log itself; null while it is not there. */
  readonly live: Content | null;
  /** Rotated files beside it. */
  readonly siblings: number;
  /** Files of which not even a first line can be decompressed, with the reason. */
  readonly damaged: readonly string[];
  /** Where there is a gap: names of files that begin like the missing log, but are not called like a rotated one. */
  readonly strays: readonly string[];
  /** Paths of files that may be new logs and are not read; see Plan. */
  readonly unclear: readonly string[];
  /** Of the rotated files that a person named, those that are passed by: the first run took them as read. */
  readonly passedBy: readonly string[];
  /** What to read, opened. */
  readonly readings: readonly OpenReading[];
  readonly decision: Plan & { readonly kind: "read" };
}

/** Rotated files that a person named beside the log: the very first run reads them, in the order of what they hold. */
export interface Archive {
  /** Base names. */
  readonly names: ReadonlySet<string>;
  readonly ageOf: AgeOf;
}

/** Hands what it found to `use`, while the files are open. Throws where it cannot be told what is new. */
export async function survey<T>(
  log: string,
  known: Known,
  wishes: Omit<Wishes, "withRotated">,
  use: (survey: Survey) => Promise<T>,
  archive: Archive | null = null,
): Promise<T> {
  const path = await realPath(log);
  const withRotated = archive !== null;
  const files = await openLog(path, known, withRotated);
  try {
    if (files.every(({ error }) => error)) throw files[0]?.error ?? missing(log);
    if (archive && known.ignoredUntil === null) refuseUnnamed(files, path, archive);
    const candidates = await candidatesOf(files, known, path, archive?.ageOf);
    const decision = plan(known, candidates, { ...wishes, withRotated });
    if (decision.kind === "edited") throw edited(log, known.current);
    const live = files.find((file) => file.path === path)?.content ?? null;
    const siblings = files.filter((file) => file.path !== path).length;
    const unclear = decision.unclear.map((index) => files[index]!.path);
    const strays = decision.gap ? await straysOf(path, decision.gap) : [];
    const isRead = (index: number): boolean =>
      decision.readings.some(({ candidate, how }) => candidate === index && how !== "end");
    const passedBy = files
      .filter(({ name }, index) => archive?.names.has(name) && isUnread(candidates[index]!) && !isRead(index))
      .map((file) => file.path);
    return await use({
      live,
      siblings,
      damaged: damagedOf(files),
      strays,
      unclear,
      passedBy,
      ...opened(decision, files),
    });
  } finally {
    await closeAll(contentsOf(files));
  }
}

/**
 * The readings with their files. A file that stayed closed holds nothing new: its place is kept, under its present name. One that
 * could not be opened stops all when it would have to be read, since its lines come first.
 */
function opened(
  decision: Plan & { readonly kind: "read" },
  files: readonly LogFile[],
): Pick<Survey, "readings" | "decision"> {
  const readings: OpenReading[] = [];
  const kept = [...decision.kept];
  for (const reading of decision.readings) {
    const { content, name, error } = files[reading.candidate]!;
    if (content) readings.push({ ...reading, content });
    else if (reading.place) kept.push({ ...reading.place, filename: name });
    else if (error && reading.how === "begin") throw error;
  }
  return { readings, decision: { ...decision, kept } };
}

/** After a failure the rest is told from what was passed by through its being newer: so nothing is passed by. */
function refuseUnnamed(files: readonly LogFile[], live: string, { names }: Archive): void {
  const unnamed = files.filter(({ path, name }) => path !== live && !names.has(name)).map(({ name }) => name);
  if (unnamed.length > 0)
    throw new L2iError(
      "log",
      `${unnamed.join(" and ")} is a rotated file of the log, too, and was not named; name all of them (${live}*), or the live log alone`,
    );
}

function damagedOf(files: readonly LogFile[]): string[] {
  return contentsOf(files).flatMap((content) =>
    content.damage === null || hasLine(content) ? [] : `${content.path} (${content.damage})`,
  );
}

function missing(log: string): L2iError {
  return new L2iError("log", `${log} does not exist, and no rotated file of it does; check the path`);
}

function edited(log: string, current: Place | null): L2iError {
  return new L2iError(
    "log",
    `${log} was edited in place before byte ${current?.offset}, up to which it was read; what is new in it cannot be told. Run once with --resume end (go on behind its present end) or --resume start (count all of it again)`,
  );
}
