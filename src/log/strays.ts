// After a gap: files that begin like the log that is missing, but are not called like a rotated one, so that nobody read them.
import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { relation } from "./candidates.ts";
import { type Content, openContent } from "./content.ts";
import type { Place } from "./identity.ts";
import { isRotated } from "./rotated-name.ts";

/** A folder may hold thousands of files: those that are called most like the log are looked at. */
const most = 10;

/** Names of the files in the log's folder that begin with the line of the place. */
export async function straysOf(log: string, place: Place): Promise<string[]> {
  const live = basename(log);
  const names = (await readdir(dirname(log)).catch(() => []))
    .filter((name) => name !== live && !isRotated(name, live) && likeness(name, live) > 0)
    .toSorted((a, b) => likeness(b, live) - likeness(a, live))
    .slice(0, most);
  const strays: string[] = [];
  for (const name of names) if (await beginsLike(place, join(dirname(log), name))) strays.push(name);
  return strays;
}

/** Characters that both begin with. */
function likeness(name: string, live: string): number {
  let length = 0;
  while (length < live.length && name[length] === live[length]) length++;
  return length;
}

async function beginsLike(place: Place, path: string): Promise<boolean> {
  let content: Content | null = null;
  try {
    content = await openContent(path);
    return content !== null && (await relation(place, content)) !== "other";
  } catch {
    return false; // it is only a hint
  } finally {
    await content?.close();
  }
}
