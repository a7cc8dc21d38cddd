// A log that grows while no run looks at it: for `check` and `status`.
import { hour } from "../../failure.ts";
import { counted, span } from "../text.ts";

/** When a run last looked at the log, or, where none did, when the multibrain was changed: ms since 1970. */
type Since = { readonly run: number } | { readonly multibrain: number };

/** What to say of it; null where all is well. `lagBytes` null: it cannot be told. */
export function behind(since: Since, lagBytes: number | null, now: number): string | null {
  const waited = now - ("run" in since ? since.run : since.multibrain);
  if (lagBytes === null || lagBytes === 0 || waited <= hour) return null;
  const last =
    "run" in since ? `last run ${span(waited)} ago` : `no run in the ${span(waited)} since the multibrain was changed`;
  return `${last}, and ${counted(lagBytes, "byte")} of log wait for the next; is cron alive?`;
}
