// `l2i replay`: plays cases and says where they differ from what they expect, to people and to CI.
import { join } from "node:path";
import { type Logger, silent } from "../../logger.ts";
import { exitCode, L2iError } from "../../errors.ts";
import { visible } from "../../printable.ts";
import { caseFile, casesIn, expected, expectedFile, play, saveExpected } from "../../replay.ts";
import { pointKey } from "../../sink/line-protocol.ts";
import type { ReplayFlags } from "../flags.ts";
import { annotation, withoutCommands, workspaceOnGithub } from "./github.ts";
import { createLogger } from "../logger.ts";
import { type Paint, paintFor } from "../paint.ts";
import { type Difference, differenceLines, differencesOf } from "./replay-report.ts";
import { counted } from "../text.ts";

export async function replay(folders: readonly string[], flags: ReplayFlags): Promise<number> {
  const cases = [...new Set((await Promise.all(folders.map(casesIn))).flat())];
  if (cases.length === 0) throw new L2iError("usage", `there is no ${caseFile} in or below ${folders.join(", ")}`);
  // What a run says, a failure included, is a part of the case: only who asks for it sees it.
  const log = flags.verbose > 0 ? await createLogger({ verbose: flags.verbose - 1 }) : silent;
  let failed = 0;
  for (const folder of cases) {
    const result = await judged(folder, flags, log);
    process.stdout.write(told(folder, result));
    failed += Number(!isGood(result));
  }
  process.stdout.write(`${cases.length - failed} passed, ${failed} failed\n`);
  return failed === 0 ? exitCode.ok : exitCode.failed;
}

const colours = { ok: "green", updated: "cyan", differs: "red", failed: "red" } as const;

interface Judgement {
  readonly verdict: keyof typeof colours;
  readonly said: string;
  /** More of it, in lines that are safe for a terminal. */
  readonly more: (paint: Paint) => readonly string[];
  /** Where to look: a file of the case, and a line in it. */
  readonly place: readonly [file: string, line: number];
}

const isGood = ({ verdict }: Judgement): boolean => verdict === "ok" || verdict === "updated";

async function judged(folder: string, { update = false, verbose }: ReplayFlags, log: Logger): Promise<Judgement> {
  try {
    const [wanted, played] = [await expected(folder), await play(folder, log)];
    const { points, surprises } = played;
    const differences = differencesOf(wanted ?? [], points);
    const isOther = wanted === null || differences.length > 0;
    if (isOther && update) await saveExpected(folder, points);
    if (surprises.length > 0) return judgement("failed", `${surprises.join("; ")}; ${caseFile} says what to expect`);
    const count = counted(points.length, "point");
    if (!isOther) return judgement("ok", count);
    if (update) return judgement("updated", wanted ? `${count}, ${differences.length} changed` : count);
    if (!wanted)
      return judgement(
        "failed",
        `there is no ${expectedFile} yet; "l2i replay --update ${folder}" writes it, then read it`,
      );
    const most = verbose > 0 ? Infinity : shownDifferences;
    return {
      verdict: "differs",
      said: `${counted(differences.length, "point")} (- expected, + came out, ~ both; --update takes it over)`,
      more: (paint) => differenceLines(differences, played, most, paint),
      place: [expectedFile, lineOf(differences[0]!, wanted)],
    };
  } catch (error) {
    if (!(error instanceof L2iError)) throw error;
    return judgement("failed", error.message);
  }
}

function judgement(verdict: Judgement["verdict"], said: string): Judgement {
  return { verdict, said, more: () => [], place: [caseFile, 1] };
}

/** A case that went wrong altogether is no easier to understand in a thousand lines. */
const shownDifferences = 20;

/** Where the point stands, or would stand, in a file that `--update` wrote. */
function lineOf({ series, timestamp }: Difference, wanted: readonly string[]): number {
  const key = `${series} ${timestamp}`;
  const found = wanted.findIndex((point) => pointKey(point) === key);
  return 1 + (found >= 0 ? found : wanted.filter((point) => pointKey(point) < key).length);
}

/** As a person reads it, and on GitHub as an annotation, too; ends with a line end. */
function told(folder: string, result: Judgement): string {
  const { verdict, said, more, place } = result;
  const paint = paintFor(process.stdout);
  const headline = visible(`${folder}: ${said}`);
  const text = `${[`${paint(colours[verdict], verdict.padEnd(8))} ${headline}`, ...more(paint)].join("\n")}\n`;
  const workspace = workspaceOnGithub();
  if (workspace === null) return text;
  const [file, line] = place;
  const message = [headline, ...more((_, plain) => plain)].join("\n");
  return withoutCommands(text) + (isGood(result) ? "" : annotation(workspace, join(folder, file), line, message));
}
