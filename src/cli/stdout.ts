// Standard output has one owner at a time: the points of --dry-run and `--out -`, or the outcomes of --json.
import { L2iError } from "../errors.ts";
import type { SealedInvocation } from "../invocation/invocation.ts";
import { stdoutSink } from "../sink/file.ts";
import type { Sink } from "../sink/sink.ts";

/** Takes points and keeps none. */
export const nowhere: Sink = { target: "nowhere", write: async () => [] };

/** Where points go that are only to be looked at; beside --json they are counted, but not printed. */
export function dryRunSink(json: boolean | undefined): Sink {
  return json ? nowhere : stdoutSink(process.stdout);
}

/** Points and outcomes would be mixed: a program that reads either could not tell them apart. */
export function refuseMixedOutput(
  invocations: readonly Pick<SealedInvocation, "name" | "sink">[],
  { json, dryRun }: { readonly json?: boolean; readonly dryRun?: boolean },
): void {
  if (!json || dryRun) return;
  const mixed = invocations.filter(({ sink }) => sink?.kind === "file" && sink.path === "-");
  if (mixed.length === 0) return;
  throw new L2iError(
    "usage",
    mixed
      .map(({ name }) => `${name}: --json and --out - both write to standard output; let --out name a file`)
      .join("\n"),
  );
}
