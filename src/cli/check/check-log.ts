// What `l2i check` finds at a log: where a run would go on, whether the format is known, and what the pipeline makes of a sample.
import { countingOf, formatFor } from "../../counting.ts";
import { countChunk, Piece, type PieceCounts } from "../../frequencies/piece.ts";
import type { BrainState } from "../../log/brain.ts";
import { hasLine, hasWholeLine } from "../../log/candidates.ts";
import { type Content, readAt } from "../../log/content.ts";
import { headLength } from "../../log/identity.ts";
import type { Task } from "../../task.ts";
import { behind } from "../status/behind.ts";
import { tailOf, warnOfTimes } from "./check-machine.ts";
import { checkSeries } from "./check-series.ts";
import type { Warn } from "./findings.ts";
import { type Ahead, type Outlook, withOutlook } from "../status/outlook.ts";
import { counted } from "../text.ts";

/** Answers what was found in words; throws L2iError where a run would fail. `lastRun`: ms since 1970; null: there was none. */
export async function checkLog(task: Task, state: BrainState, lastRun: number | null, warn: Warn): Promise<string> {
  return withOutlook(task, state, async (outlook) => {
    warnOfLog(task, outlook, warn);
    const bytes = outlook.ahead.reduce((sum, ahead) => sum + ahead.bytes, 0);
    const rotated = outlook.siblings === 0 ? "" : `, ${counted(outlook.siblings, "rotated file")}`;
    const found = `${task.log}${rotated}, ${counted(bytes, "new byte")}`;
    const late = lastRun === null ? null : behind({ run: lastRun }, bytes, Date.now());
    if (late !== null) warn(late);
    const sample = sampled(outlook);
    const seen = sample ? await checkSample(task, state, sample, outlook.live, warn) : "";
    if (outlook.live) await checkTimes(task, state, outlook.live, warn);
    return found + seen;
  });
}

function warnOfLog({ log }: Task, { live, gap }: Outlook, warn: Warn): void {
  if (!live) warn(`${log} is missing at the moment, only rotated files of it are there`);
  if (gap) warn(`gap: ${gap.filename}, read up to byte ${gap.offset}, is gone or was cut short; lines may be missing`);
}

/** What a run would read next, else the log from its beginning. */
function sampled({ ahead, live }: Outlook): Ahead | null {
  const [next] = ahead;
  return (
    next ??
    (live && live.stat.size > 0 ? { content: live, from: live.start, last: undefined, bytes: live.stat.size } : null)
  );
}

async function checkSample(
  task: Task,
  state: BrainState,
  { content, from, last }: Ahead,
  live: Content | null,
  warn: Warn,
): Promise<string> {
  const head = await readAt(content, from, headLength);
  const bytes = head.subarray(0, head.lastIndexOf(10) + 1);
  if (bytes.length === 0 && (head.length < headLength || !(await hasWholeLine(content)))) return "";
  const format = await formatFor(task, content, from, last ?? state.format);
  if (bytes.length === 0) return `, format ${format.name}; the next line is too long for a sample`;
  const { lines, countings } = countingOf([{ task, now: Date.now() }], format);
  const piece = new Piece(countings[0]!);
  countChunk({ bytes, offset: from, isOverlong: false }, lines, [piece]);
  const counts = piece.finish();
  for (const { series: all } of counts.windows.values()) for (const series of all) task.seriesOf(series.attributes()); // throws where an attribute is not allowed
  warnOfSample(task, counts, content.path, warn);
  const { matched, lines: all } = counts.tally;
  const series = await checkSeries(task, format, live?.stat.size ? live : content, warn);
  return `, format ${format.name}; of a sample of ${counted(all, "line")} the pipeline counts ${matched}${series}`;
}

function warnOfSample(
  { pipelineName }: Task,
  { tally, rejects, firstFailure }: PieceCounts,
  path: string,
  warn: Warn,
): void {
  const [reject] = rejects;
  if (reject)
    warn(
      `${tally.rejected} of ${counted(tally.lines, "line")} do not match the format, first the one at byte ${reject.offset} of ${path}; "l2i parse" shows them`,
    );
  if (firstFailure)
    warn(
      `the pipeline ${pipelineName} failed on ${counted(tally.failed, "line")}, first on the one at byte ${firstFailure.offset} of ${path}: ${firstFailure.error instanceof Error ? firstFailure.error.message : String(firstFailure.error)}`,
    );
  if (tally.matched === 0 && tally.ignored > 0)
    warn(`the pipeline ${pipelineName} ignores all ${tally.ignored} lines of the sample; are its options right?`);
}

async function checkTimes(task: Task, { format: last }: BrainState, live: Content, warn: Warn): Promise<void> {
  if (!hasLine(live) || live.compressed) return;
  const format = await formatFor(task, live, tailOf(live), last);
  await warnOfTimes(live, format, { timezone: task.timezone, now: Date.now() }, warn);
}
