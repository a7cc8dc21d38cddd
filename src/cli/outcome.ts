// How an outcome is told: as a JSON line to programs, as a sentence to people, and as the exit code.
import { exitCode } from "../errors.ts";
import type { SinkTarget } from "../invocation/sink-target.ts";
import type { Outcome } from "../outcome.ts";
import { safeJson } from "../printable.ts";
import type { Task } from "../task.ts";
import { counted } from "./text.ts";

export function printOutcome(outcome: Outcome): void {
  process.stdout.write(`${safeJson(outcome)}\n`);
}

/** 1 where an invocation failed or a store refused points. */
export function codeOf(outcomes: readonly Outcome[]): number {
  return outcomes.some(({ outcome, refused }) => outcome === "failed" || refused > 0) ? exitCode.failed : exitCode.ok;
}

/** What a run found, in one line; null where that was said already, because something is wrong. */
export function sentence(outcome: Outcome, sink: SinkTarget | null): string | null {
  if (outcome.outcome === "unchanged") return `${outcome.name}: nothing new${waiting(outcome)}`;
  return outcome.outcome === "loaded" ? `${outcome.name}: ${books(outcome)}${goal(sink)}` : null;
}

/** What came of lines that the format did not match, one or more. */
export function rejectsWord({ rejected }: Outcome, { rejects: file }: Pick<Task, "rejects">): string {
  const [they, them] = rejected === 1 ? ["it is", "it"] : ["they are", "them"];
  const where = file === null ? `"l2i parse" shows ${them}, --rejects FILE keeps ${them}` : `${they} kept in ${file}`;
  return `${counted(rejected, "line")} did not match the format; ${where}`;
}

function goal(sink: SinkTarget | null): string {
  if (!sink) return "";
  if (sink.kind !== "file") return `, to ${sink.url}`;
  return sink.path === "-" ? "" : `, to ${sink.path}`;
}

/** `10 new lines (9 matched, 1 rejected; 2 late), 1024 bytes, 3 points, 12 ms` */
function books({ lines, matched, ignored, rejected, failed, late, points, bytes, durationMs }: Outcome): string {
  const kinds = Object.entries({ matched, ignored, rejected, failed }).filter(([, count]) => count > 0);
  const words = kinds.map(([kind, count]) => `${count} ${kind}`).join(", ");
  const detail = words === "" ? "" : ` (${words}${late > 0 ? `; ${late} late` : ""})`;
  return `${counted(lines, "new line")}${detail}, ${counted(bytes, "byte")}, ${counted(points, "point")}, ${durationMs} ms`;
}

function waiting({ lagBytes }: Outcome): string {
  return lagBytes > 0 ? `; ${counted(lagBytes, "byte")} of an unfinished line wait for its end` : "";
}
