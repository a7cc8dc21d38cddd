// The generations of a log that the brainfile knows and that lie on disk as they were counted: their bytes can be counted once
// more. What was counted from the others is lost to a recount.
import { closeAll, contentsOf, openLog, realPath, relation } from "../log/candidates.ts";
import type { BrainState } from "../log/brain.ts";
import type { Content } from "../log/content.ts";
import { type Known, mostFormats, type Place } from "../log/identity.ts";
import { leave, type Unverifiable } from "../log/verifiable.ts";

/** A place, and the file that holds all that was read of it. */
export interface Generation {
  readonly place: Place;
  readonly content: Content;
}

export interface Found {
  readonly generations: readonly Generation[];
  /** With what the places hold that were not found. */
  readonly unverifiable: Unverifiable;
}

/** Hands what is there to `use`, while the files are open. */
export async function withGenerations<T>(
  log: string,
  { current, previous, unverifiable }: BrainState,
  use: (found: Found) => Promise<T>,
): Promise<T> {
  const contents = contentsOf(await openLog(await realPath(log), all, false));
  try {
    let found: Found = { generations: [], unverifiable };
    for (const place of current ? [...previous, current] : previous) found = await withPlace(found, place, contents);
    return await use(found);
  } finally {
    await closeAll(contents);
  }
}

/** No file is settled to one who knows nothing. */
const all: Known = { current: null, previous: [], ignoredUntil: 0, waiting: [], lookedAt: 0 };

async function withPlace(found: Found, place: Place, contents: readonly Content[]): Promise<Found> {
  if (place.countedAs.length === 0) return found;
  let why: "gone" | "cut" = "gone";
  for (const content of contents) {
    const is = await relation(place, content);
    if (is === "same" && place.countedAs.length < mostFormats)
      return { ...found, generations: [...found.generations, { place, content }] };
    if (is !== "other") why = "cut";
  }
  return { ...found, unverifiable: leave(found.unverifiable, place.countedInto, why) };
}
