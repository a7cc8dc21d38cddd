// `l2i replay`: plays cases and says where they differ from what they expect, as CI calls it.
import { type Logger, silent } from "../logger.ts";
import { exitCode, L2iError } from "../errors.ts";
import { visible } from "../printable.ts";
import { casesIn, expected, play, saveExpected } from "../replay.ts";
import { splitLine } from "../sink/line-protocol.ts";
import type { ReplayFlags } from "./flags.ts";
import { createLogger } from "./logger.ts";
import { counted } from "./text.ts";

export async function replay(folders: readonly string[], flags: ReplayFlags): Promise<number> {
  const cases = [...new Set((await Promise.all(folders.map(casesIn))).flat())];
  if (cases.length === 0) throw new L2iError("usage", `there is no case.json in or below ${folders.join(", ")}`);
  // What a run says, a failure included, is a part of the case: only who asks for it sees it.
  const log = flags.verbose > 0 ? await createLogger({ verbose: flags.verbose - 1 }) : silent;
  let failed = 0;
  for (const folder of cases) {
    const { isGood, text } = await replayCase(folder, flags.update ?? false, log);
    process.stdout.write(visible(text));
    failed += Number(!isGood);
  }
  process.stdout.write(`${cases.length - failed} passed, ${failed} failed\n`);
  return failed === 0 ? exitCode.ok : exitCode.failed;
}

interface Result {
  readonly isGood: boolean;
  /** Ends with a line end. */
  readonly text: string;
}

async function replayCase(folder: string, update: boolean, log: Logger): Promise<Result> {
  try {
    const [wanted, actual] = [await expected(folder), await play(folder, log)];
    const differences = differencesOf(wanted ?? [], actual);
    if (wanted && differences.length === 0)
      return { isGood: true, text: `ok       ${folder}: ${counted(actual.length, "point")}\n` };
    if (!update) return { isGood: false, text: wanted ? told(folder, differences) : unknown(folder) };
    await saveExpected(folder, actual);
    const changed = wanted ? `, ${differences.length} changed` : "";
    return { isGood: true, text: `updated  ${folder}: ${counted(actual.length, "point")}${changed}\n` };
  } catch (error) {
    if (!(error instanceof L2iError)) throw error;
    return { isGood: false, text: `failed   ${folder}: ${error.message}\n` };
  }
}

function unknown(folder: string): string {
  return `failed   ${folder}: there is no expected.lp yet; "l2i replay --update ${folder}" writes it, then read it\n`;
}

/** A point, or what stands for it on either side. */
interface Difference {
  readonly series: string;
  readonly timestamp: string;
  /** Fields; null: there is no such point. */
  readonly wanted: string | null;
  readonly actual: string | null;
}

/** In the order of their series and time. */
function differencesOf(wanted: readonly string[], actual: readonly string[]): Difference[] {
  const [before, after] = [fieldsByKey(wanted), fieldsByKey(actual)];
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((key) => before.get(key) !== after.get(key))
    .toSorted()
    .map((key) => ({
      series: key.slice(0, key.lastIndexOf(" ")),
      timestamp: key.slice(key.lastIndexOf(" ") + 1),
      wanted: before.get(key) ?? null,
      actual: after.get(key) ?? null,
    }));
}

function fieldsByKey(points: readonly string[]): Map<string, string> {
  return new Map(
    points.map(splitLine).map(({ series, fields, timestamp }) => [`${series} ${timestamp}`, fields] as const),
  );
}

/** A case that went wrong altogether is no easier to understand in a thousand lines. */
const shownDifferences = 20;

function told(folder: string, differences: readonly Difference[]): string {
  const rest = differences.length - shownDifferences;
  return [
    `differs  ${folder}: ${counted(differences.length, "point")} (- expected, + came out; --update takes it over)\n`,
    ...differences.slice(0, shownDifferences).map(one),
    ...(rest > 0 ? [`  … and ${rest} more\n`] : []),
  ].join("");
}

function one({ series, timestamp, wanted, actual }: Difference): string {
  const sides = [wanted === null ? "" : `    - ${wanted}\n`, actual === null ? "" : `    + ${actual}\n`];
  return `  ${time(timestamp)} ${series}\n${sides.join("")}`;
}

/** Nanoseconds as ISO 8601 UTC; what is no time of ours stays as it is. */
function time(timestamp: string): string {
  const ms = Number(timestamp) / 1e6;
  return timestamp !== "" && Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : timestamp;
}
