// `l2i repl`: records and pipelines at a prompt, to try what could be counted before it is. It is Node's own REPL, which waits for answers
// that come from logs of any size.
import { chooseFormat, refuseZoneless } from "../../chosen-format.ts";
import { formatFor } from "../../counting.ts";
import { exitCode, L2iError } from "../../errors.ts";
import type { KnownLog } from "../../explore/batches.ts";
import type { Format } from "../../format/format.ts";
import { readingFromWords } from "../../invocation/load-words.ts";
import { closeAll, hasWholeLine, openFiles } from "../../log/candidates.ts";
import { visible } from "../../printable.ts";
import type { ReplFlags } from "../flags.ts";
import { machine } from "../invocations.ts";
import { Prompt } from "./repl-prompt.ts";

export async function repl(paths: readonly string[], flags: ReplFlags): Promise<number> {
  const { field, schema: schemaFile, format, timezone = null, rule } = flags;
  const wanted = readingFromWords({ format, field, schema: schemaFile }, machine(process.cwd()));
  const chosen = await chooseFormat(wanted);
  const files: KnownLog[] = [];
  for (const path of paths) files.push(await known(path, chosen.format, timezone));
  const prompt = new Prompt(files, { field: wanted.field, schema: chosen.schema, timezone });
  if (rule !== undefined) await prompt.takeRule(rule);
  process.stdout.write(visible(files.map(({ path, format: { name } }) => `${path}: ${name}\n`).join("")));
  return (await prompt.serve()) ? exitCode.ok : exitCode.failed;
}

async function known(path: string, chosen: Format | null, timezone: string | null): Promise<KnownLog> {
  if (path === "-") throw new L2iError("usage", "standard input is the keyboard here; name files");
  const contents = await openFiles([path], process.stdin);
  try {
    const content = contents[0]!;
    if (!(await hasWholeLine(content))) throw new L2iError("log", `${path} has no complete line`);
    const choice = { chosenFormat: chosen, refuseUnfit: (format: Format) => refuseZoneless(format, timezone) };
    const format = await formatFor(choice, content, content.start);
    refuseZoneless(format, timezone);
    return { path, format };
  } finally {
    await closeAll(contents);
  }
}
