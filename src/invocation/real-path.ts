// One name for each file, however it is spelt: two invocations may reach the same one through a folder that is linked.
import { realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** `path` is absolute. Only its folder is looked at: what l2i writes it does not write through a link, and it may not be there yet. */
export function realSpelling(path: string): string {
  try {
    return join(realpathSync(dirname(path)), basename(path));
  } catch {
    return path; // whoever opens it will say why
  }
}
