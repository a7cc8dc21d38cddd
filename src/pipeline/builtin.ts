// The pipelines that ship with l2i, by name. Each is one file, imported only when it is asked for; to add one, write its
// file and its line here.
import { L2iError } from "../errors.ts";
import { isBy, pipelineBy } from "./by.ts";
import type { Pipeline } from "./pipeline.ts";

const builtins = new Map<string, () => Promise<{ readonly default: Pipeline }>>([
  ["requests", () => import("./builtin/requests.ts")],
  ["latency", () => import("./builtin/latency.ts")],
  ["sizes", () => import("./builtin/sizes.ts")],
  ["errors", () => import("./builtin/errors.ts")],
  ["downloads", () => import("./builtin/downloads.ts")],
  ["uploads", () => import("./builtin/uploads.ts")],
  ["instances", () => import("./builtin/instances.ts")],
  ["crawlers", () => import("./builtin/crawlers.ts")],
]);

/** Names of the built-in pipelines, in the order in which they are shown. */
export const pipelineNames: readonly string[] = [...builtins.keys()];

/** The built-in pipeline of that name, or the one that counts by the fields in it; an unknown name is a usage error that says which there are. */
export async function loadPipeline(name: string): Promise<Pipeline> {
  if (isBy(name)) return pipelineBy(name);
  const load = builtins.get(name);
  if (!load) throw unknownPipeline(name);
  return (await load()).default;
}

function unknownPipeline(name: string): L2iError {
  const meant = pipelineNames.find((known) => distance(name.toLowerCase(), known) <= 2);
  const hint = meant ? `did you mean "${meant}"?` : `choose one of ${pipelineNames.join(", ")}`;
  return new L2iError("usage", `there is no pipeline "${name}"; ${hint}`);
}

/** How many characters must be put in, taken out or changed to make one word of the other (Levenshtein). */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (const [i, letter] of Array.from(from).entries()) {
    const next = [i + 1];
    for (let j = 1; j <= to.length; j++) {
      const change = row[j - 1]! + (letter === to[j - 1] ? 0 : 1);
      next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
