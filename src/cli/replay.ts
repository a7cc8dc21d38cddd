// `l2i replay`: plays cases and says where they differ from what they expect, as CI calls it.
import { exitCode, L2iError } from "../errors.ts";
import { casesIn, expected, play, saveExpected } from "../replay.ts";
import { createLogger, visible } from "./logger.ts";

export async function replay(folders: readonly string[], { update }: { readonly update?: boolean }): Promise<number> {
  const cases = (await Promise.all(folders.map(casesIn))).flat();
  if (cases.length === 0) throw new L2iError("usage", `there is no case.json in or below ${folders.join(", ")}`);
  const log = createLogger({ verbose: 0 });
  let failed = 0;
  for (const folder of cases) {
    const { isGood, text } = await replayCase(folder, update ?? false, log);
    process.stdout.write(visible(text));
    failed += Number(!isGood);
  }
  process.stdout.write(`${cases.length - failed} passed, ${failed} failed\n`);
  return failed === 0 ? exitCode.ok : exitCode.failed;
}

async function replayCase(
  folder: string,
  update: boolean,
  log: ReturnType<typeof createLogger>,
): Promise<{ isGood: boolean; text: string }> {
  try {
    const actual = await play(folder, log);
    const difference = differences(await expected(folder), actual);
    if (difference.length === 0) return { isGood: true, text: `ok       ${folder}: ${actual.length} points\n` };
    if (!update)
      return {
        isGood: false,
        text: [`differs  ${folder} (- expected, + came out; --update takes it over)`, ...difference, ""].join("\n"),
      };
    await saveExpected(folder, actual);
    return { isGood: true, text: `updated  ${folder}: ${difference.length} lines differ\n` };
  } catch (error) {
    if (!(error instanceof L2iError)) throw error;
    return { isGood: false, text: `failed   ${folder}: ${error.message}\n` };
  }
}

/** Lines of one side only, in the order of their series and time. */
function differences(wanted: readonly string[], actual: readonly string[]): string[] {
  const missing = wanted.filter((line) => !actual.includes(line)).map((line) => `- ${line}`);
  const surplus = actual.filter((line) => !wanted.includes(line)).map((line) => `+ ${line}`);
  return [...missing, ...surplus].toSorted((a, b) => (a.slice(2) < b.slice(2) ? -1 : 1));
}
