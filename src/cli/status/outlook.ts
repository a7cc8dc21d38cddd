// What a run would find, decided as a run decides it, without counting or touching anything: for `check` and `status`.
import type { Content } from "../../log/content.ts";
import { isUntouched } from "../../log/candidates.ts";
import { headLength, type Known, type Place } from "../../log/identity.ts";
import { formatBefore, type OpenReading } from "../../log/segments.ts";
import { survey } from "../../log/survey.ts";
import type { SealedInvocation } from "../../invocation/invocation.ts";

/** One file that a run would read on. */
export interface Ahead {
  readonly content: Content;
  readonly from: number;
  /** Format of the lines before `from`, if they were counted. */
  readonly last: string | undefined;
  /** Bytes behind `from`, an unfinished last line included. */
  readonly bytes: number;
}

export interface Outlook {
  /** Oldest first; those with nothing new are left out. */
  readonly ahead: readonly Ahead[];
  /** The log itself; null while it is not there. */
  readonly live: Content | null;
  /** Rotated files beside it. */
  readonly siblings: number;
  /** See Plan. */
  readonly gap: Place | null;
}

type LogOf = Pick<SealedInvocation, "log" | "start" | "resume">;

/** Looks at the log and its rotated files and hands what it found to `use`, while they are open. */
export async function withOutlook<T>(
  { log, start, resume }: LogOf,
  known: Known,
  use: (outlook: Outlook) => Promise<T>,
): Promise<T> {
  return survey(log, known, { start, resume }, async ({ live, siblings, readings, decision }) => {
    const ahead = await Promise.all(readings.map(aheadOf));
    return use({ ahead: ahead.filter(({ bytes }) => bytes > 0), live, siblings, gap: decision.gap });
  });
}

async function aheadOf({ how, place, content }: OpenReading): Promise<Ahead> {
  const from = how === "resume" && place ? place.offset : content.start;
  const last = place ? formatBefore(place) : undefined;
  if (how === "end" || (place && content.compressed && isUntouched(content, place)))
    return { content, from, last, bytes: 0 };
  if (!content.compressed) return { content, from, last, bytes: content.stat.size - from };
  return { content, from, last, bytes: await bytesBehind(content, from) };
}

/** Only reading all of a compressed file tells how much it holds. */
async function bytesBehind(content: Content, from: number): Promise<number> {
  const reader = await content.readFrom(from);
  const buffer = Buffer.alloc(headLength);
  try {
    for (let bytes = 0; ;) {
      const read = await reader.read(buffer, 0, buffer.length);
      if (read === 0) return bytes;
      bytes += read;
    }
  } finally {
    reader.close();
  }
}
