// The pipelines that ship with l2i, by name. Each is one file, imported only when it is asked for; to add one, write
// its file and its line here.
import { L2iError } from "../errors.ts";
import type { Pipeline } from "./pipeline.ts";

const builtins: ReadonlyMap<string, () => Promise<{ readonly default: Pipeline }>> = new Map([
  ["requests", () => import("./builtin/requests.ts")],
]);

/** Names of the built-in pipelines, in the order in which they are shown. */
export const pipelineNames: readonly string[] = [...builtins.keys()];

/** The built-in pipeline of that name; an unknown name is a usage error that says which there are. */
export async function loadPipeline(name: string): Promise<Pipeline> {
  const load = builtins.get(name);
  if (!load) throw unknownPipeline(name);
  return (await load()).default;
}

function unknownPipeline(name: string): L2iError {
  return new L2iError("usage", `there is no pipeline "${name}"; there are ${pipelineNames.join(", ")}`);
}
