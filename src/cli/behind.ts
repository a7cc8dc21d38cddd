// A log that grows while no run looks at it: for `check` and `status`.
import { hour } from "../failure.ts";
import { counted, span } from "./text.ts";

/** What to say of it; null where all is well. `lastRun`, `now`: ms since 1970; null: no run yet, or the lag cannot be told. */
export function behind(lastRun: number | null, lagBytes: number | null, now: number): string | null {
  if (lastRun === null || lagBytes === null || lagBytes === 0 || now - lastRun <= hour) return null;
  return `last run ${span(now - lastRun)} ago, and ${counted(lagBytes, "byte")} of log wait for the next; is cron alive?`;
}
