// What `l2i check` finds at the machine around a log and its brainfile: how the log is rotated, whether its rotated files can be
// read, whether the clocks agree, and brainfiles that are left over.
import { constants } from "node:fs";
import { access, open, readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { systemCode } from "../../errors.ts";
import type { Format, Parser } from "../../format/format.ts";
import { realPath } from "../../log/candidates.ts";
import { type Content, readAt } from "../../log/content.ts";
import { headLength } from "../../log/identity.ts";
import { isRotated } from "../../log/rotated-name.ts";
import type { Warn } from "./findings.ts";
import { flawsOf, inWords, rotationOf } from "./logrotate.ts";
import { span } from "../text.ts";

/** Answers in words how logrotate rotates the log; null where it does not. */
export async function checkRotation(log: string, warn: Warn): Promise<string | null> {
  const path = await realPath(log);
  await warnOfUnreadable(path, warn);
  const rotation = (await rotationOf(log)) ?? (await rotationOf(path));
  if (!rotation) return null;
  for (const flaw of flawsOf(rotation, path)) warn(flaw);
  return inWords(rotation);
}

/** `logs`: all that are counted. */
export function warnOfCountedTwice(log: string, logs: ReadonlySet<string>, warn: Warn): void {
  const isLiveOf = (other: string): boolean =>
    dirname(other) === dirname(log) && isRotated(basename(log), basename(other));
  const live = [...logs].find(isLiveOf);
  if (live !== undefined)
    warn(
      `${log} is called like a rotated file of ${live}, which is counted, too, and with it what it rotates: take the invocation of ${log} out, else lines are counted twice`,
    );
}

/** The last lines before a rotation are read from the rotated file, which may be another user's. */
async function warnOfUnreadable(path: string, warn: Warn): Promise<void> {
  const names = await readdir(dirname(path)).catch(() => []);
  for (const name of names.filter((each) => isRotated(each, basename(path))).toSorted()) {
    const rotated = join(dirname(path), name);
    const code = await access(rotated, constants.R_OK).then(() => null, systemCode);
    if (code !== "EACCES") continue;
    warn(
      `${rotated} cannot be read: permission denied; what comes into the log between the last run and a rotation would be missed. Let logrotate make logs that the user of l2i may read (create 0640 root adm, and the user in the group adm)`,
    );
    return; // the others are alike
  }
}

/** How far two clocks may be apart; what is further ahead does not close windows. */
const tolerance = 5 * 60_000;

/** `now`: ms since 1970; `timezone`: of the times in the log. */
export async function warnOfTimes(
  live: Content,
  format: Format,
  { timezone, now }: { readonly timezone: string | null; readonly now: number },
  warn: Warn,
): Promise<void> {
  const ahead = (await newestTime(live, format.parser([], timezone ?? undefined))) - now;
  const remedy = format.zoneless
    ? "set --timezone, or that clock, right"
    : "set the clock right that is wrong (timedatectl)";
  if (ahead > tolerance)
    warn(`the newest line of ${live.path} is ${span(ahead)} ahead of the clock of this machine; ${remedy}`);
  else if (live.stat.mtime - now > tolerance)
    warn(
      `${live.path} was written ${span(live.stat.mtime - now)} ahead of the clock of this machine; set the clock right (timedatectl)`,
    );
  if (format.zoneless && timezone !== null && changesClocks(timezone, now))
    warn(
      `the times of the format ${format.name} carry no zone, so in the hour that clocks in ${timezone} show twice all lines count into the first; let the server log UTC, or times with their zone`,
    );
}

/** Of the last lines, ms since 1970; -Infinity: there is none. */
async function newestTime(live: Content, parser: Parser): Promise<number> {
  const from = tailOf(live);
  const text = (await readAt(live, from, headLength)).toString("latin1");
  let newest = -Infinity;
  let start = from === live.start ? 0 : text.indexOf("\n") + 1;
  for (let end = 0; (end = text.indexOf("\n", start)) >= 0; start = end + 1)
    newest = Math.max(newest, parser.parse(text, start)?.time ?? -Infinity);
  return newest;
}

/** Where the last lines begin, in the middle of one of them. */
export const tailOf = ({ start, stat: { size } }: Content): number => Math.max(start, size - headLength);

function changesClocks(timeZone: string, now: number): boolean {
  const clock = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
  const months = Array.from({ length: 12 }, (_, index) => now + index * 30 * day);
  return (
    new Set(months.map((time) => clock.formatToParts(time).find(({ type }) => type === "timeZoneName")?.value)).size > 1
  );
}

const day = 24 * 60 * 60_000;

/** Brainfiles in a folder that belong to none of the `named` ones, and that no run has touched for a day: of invocations that are gone. */
export async function warnOfLeftBrainfiles(
  folder: string,
  named: ReadonlySet<string>,
  now: number,
  warn: Warn,
): Promise<void> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".json")).toSorted();
  for (const path of names.map((name) => join(folder, name))) {
    const stats = await stat(path).catch(() => null);
    if (named.has(path) || !stats?.isFile() || now - stats.mtimeMs < day || !(await isBrainfile(path))) continue;
    warn(
      `${path} is a brainfile that no invocation here names, and no run has used it for ${span(now - stats.mtimeMs)}; remove it, unless another multibrain names it`,
    );
  }
}

async function isBrainfile(path: string): Promise<boolean> {
  const beginning = '{"version":';
  const file = await open(path).catch(() => null);
  if (!file) return false;
  try {
    const { buffer } = await file.read({ buffer: Buffer.alloc(beginning.length), position: 0 });
    return buffer.toString("latin1") === beginning;
  } finally {
    await file.close();
  }
}
