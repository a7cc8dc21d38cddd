// An invocation that failed: said the first time and then hourly, and noted in the brainfile since when it lasts.
import { L2iError, reasonOf } from "./errors.ts";
import { type Failing, newBrain } from "./log/brain.ts";
import { readHeader, saveBrain, saveFailing } from "./log/brainfile.ts";
import type { Logger } from "./logger.ts";
import type { Outcome } from "./outcome.ts";

/** Milliseconds between two reminders of what lasts. */
export const hour = 3_600_000;

interface Circumstances {
  /** Milliseconds since 1970. */
  now(): number;
  readonly log: Logger;
  readonly dryRun: boolean;
  /** A person looks on: whatever fails is said. */
  readonly isWatched: boolean;
}

/** Said by the invocation that tried; the others only fail. */
export class NotTriedAgain extends L2iError {}

/** Says a failure the first time and then hourly, and notes since when it lasts. */
export async function fail(
  task: { readonly name: string; readonly brainfile: string },
  context: Circumstances,
  outcome: Outcome,
  error: unknown,
): Promise<void> {
  outcome.outcome = "failed";
  outcome.error = reasonOf(error);
  if (!(error instanceof L2iError)) {
    const trace = error instanceof Error ? error.stack : outcome.error;
    return context.log.error(`${task.name}: this is a bug in l2i; what the brainfile acknowledges is safe: ${trace}`);
  }
  const now = context.now();
  const header = await readHeader(task.brainfile).catch(() => undefined); // null: there is none; undefined: nobody knows
  const before = header?.failing;
  const isRepeated = before ? isSameFailure(before, error) && now - Date.parse(before.said) < hour : false;
  const since = before?.since ?? new Date(now).toISOString();
  const level = (isRepeated && !context.isWatched) || error instanceof NotTriedAgain ? "info" : "error";
  context.log[level](`${task.name}: ${error.message}${before ? ` (fails since ${since})` : ""}`);
  if (isRepeated || context.dryRun || error.code === "brainfile" || header === undefined) return;
  const failing = { since, said: new Date(now).toISOString(), code: error.code, message: error.message };
  try {
    if (header) await saveFailing(task.brainfile, failing);
    else await saveBrain(task.brainfile, { ...newBrain(now), failing });
  } catch (cause) {
    context.log.error(`${task.name}: ${reasonOf(cause)}`);
  }
}

/** Out of reach is out of reach, refused or silent; and stores put times and request ids into their answers. */
function isSameFailure(before: Failing, { code, message }: L2iError): boolean {
  return before.code === code && (code === "network" || withoutNumbers(before.message) === withoutNumbers(message));
}

const withoutNumbers = (message: string): string =>
  message.replaceAll(/[0-9a-f-]+/gi, (word) => (/\d/.test(word) ? "#" : word));
