// One name for each file, however it is spelt: two invocations may reach the same one through a folder that is linked.
import { realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** `path` is absolute; what is not there yet is named as given, within the real folder where there is one. */
export function realSpelling(path: string): string {
  return resolved(path) ?? join(resolved(dirname(path)) ?? dirname(path), basename(path));
}

function resolved(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null; // whoever opens it will say why
  }
}
