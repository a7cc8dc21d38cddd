// How an outcome is told: as a JSON line to programs, as a sentence to people who asked for more.
import type { Logger } from "../delivery.ts";
import type { Outcome } from "../outcome.ts";

export function printOutcome(outcome: Outcome): void {
  process.stdout.write(`${JSON.stringify(outcome)}\n`);
}

/** What went well is said only when asked (-v); what did not was said already. */
export function sayOutcome(outcome: Outcome, log: Logger): void {
  if (outcome.outcome === "unchanged") log.info(`${outcome.name}: nothing new`);
  if (outcome.outcome !== "loaded") return;
  const { name, lines, matched, ignored, rejected, failed, late, points, bytes, durationMs } = outcome;
  const books = Object.entries({ matched, ignored, rejected, failed })
    .filter(([, count]) => count > 0)
    .map(([word, count]) => `${count} ${word}`);
  log.info(
    `${name}: ${lines} new lines (${books.join(", ") || "none"}${late ? `; ${late} late` : ""}), ${bytes} bytes, ${points} points, ${durationMs} ms`,
  );
}
