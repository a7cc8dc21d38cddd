// The program: words → command → exit code. The only place that ends the process.
import { setImmediate } from "node:timers/promises";
import { constants } from "node:os";
import { inspect } from "node:util";
import { setFlagsFromString } from "node:v8";
import { CommanderError, type Command } from "commander";
import { exitCode, L2iError, reasonOf } from "../errors.ts";
import { visible } from "../printable.ts";
import { ownPath } from "../program-files.ts";
import { createProgram } from "./program.ts";

/** What was asked for, once that is known. */
let running: Command | null = null;

/** Ended here, not by a package of a rule. */
let isOver = false;

/** What became of standard output. */
let outputCode: number = exitCode.ok;

/** Sets the exit code; what was written is not out yet. */
function leave(code: number): void {
  process.exitCode = Math.max(code, outputCode);
}

async function report(error: unknown): Promise<void> {
  if (error instanceof CommanderError) leave(error.exitCode === 0 ? exitCode.ok : exitCode.usage);
  else if (error instanceof L2iError) {
    await say(error);
    leave(error.exitCode);
  } else {
    sayBug(error);
    leave(exitCode.failed);
  }
}

function sayBug(error: unknown): void {
  process.stderr.write(`l2i: this is a bug in l2i; what brainfiles acknowledge is safe\n${visible(trace(error))}\n`);
}

/** What nothing waited for has failed: a bug, unless it comes from a file outside of the program, which only a rule brings in. */
function sayLeftBehind(error: unknown): void {
  const place = placeOutside(trace(error));
  if (place === null) return sayBug(error);
  process.stderr.write(
    visible(
      `l2i: what a rule left running failed: ${reasonOf(error).split("\n")[0]} (${place}); a rule answers at once, so let it leave no promise or timer behind. What brainfiles acknowledge is safe\n`,
    ),
  );
}

/** Rules are no ES modules, so their paths in a stack are no URLs. */
function placeOutside(stack: string): string | null {
  const places = stack
    .split("\n")
    .filter((frame) => frame.startsWith(atFrame))
    .map((frame) => frame.slice(Math.max(atFrame.length, frame.lastIndexOf(" (") + 2)).replace(/^async /, ""));
  const place = places.find((each) => each.startsWith("/") && !each.startsWith(ownPath));
  return place === undefined ? null : `${place.split(":").slice(0, -2).join(":")}, line ${place.split(":").at(-2)}`;
}

const atFrame = "    at ";

/** Without the properties of the error, which may hold a secret. */
function trace(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : inspect(error);
}

async function say({ message }: L2iError): Promise<void> {
  if (running?.opts()["json"]) return (await import("./json-logger.ts")).jsonLogger("error").error(message);
  const problems = message.split("\n");
  const text =
    problems.length === 1 ? message : [`${problems.length} problems, nothing ran:`, ...problems].join("\n  ");
  process.stderr.write(visible(`l2i: ${text}\n`));
}

/**
 * Standard output takes no more. A reader that goes away (`l2i parse … | head`) is no failure, a full disk is; neither must
 * keep the other invocations of a run from running.
 */
function closed(error: NodeJS.ErrnoException): void {
  const code = error.code === "EPIPE" ? exitCode.ok : exitCode.failed;
  if (code !== exitCode.ok && outputCode === exitCode.ok)
    process.stderr.write(`l2i: cannot write to standard output (${error.message})\n`);
  outputCode = Math.max(outputCode, code);
  if (!keepsState()) end(code);
  if (process.exitCode !== undefined) leave(Number(process.exitCode));
}

function stop(signal: "SIGINT" | "SIGTERM"): void {
  const next = keepsState() ? "; the next run goes on behind the last line whose points are acknowledged" : "";
  process.stderr.write(`l2i: stopped by ${signal}${next}\n`);
  end(128 + constants.signals[signal]);
}

/** The only way out: nothing that a rule brings along may pass for an end at which all is done. */
function end(code: number): void {
  isOver = true;
  process.exit(code);
}

function refuseOtherEnds(): void {
  if (isOver) return;
  process.stderr.write(
    "l2i: stopped before all was done by a rule, or a package that it imports, which ended the program; what brainfiles acknowledge is safe\n",
  );
  process.exitCode = exitCode.failed;
}

function keepsState(): boolean {
  const { dryRun, brainfile } = running?.opts() ?? {};
  return !dryRun && (running?.name() === "run" || brainfile !== undefined);
}

// The heap may grow by a third before it is cleared up, not by as much again: a flood of series took 182 MB instead of 285, and
// no more time.
setFlagsFromString("--heap-growing-percent=30");
process.stdout.setMaxListeners(0); // every sink that prints listens
process.stdout.on("error", closed);
process.stderr.on("error", () => {});
process.once("uncaughtException", (error) => {
  sayLeftBehind(error); // Node would print its properties, too
  end(exitCode.failed);
});
process.once("exit", refuseOtherEnds);
process.once("SIGINT", stop).once("SIGTERM", stop);

void main();

async function main(): Promise<void> {
  try {
    await createProgram(leave)
      .hook("preAction", (_, command) => void (running = command))
      .parseAsync();
  } catch (error) {
    await report(error);
  }
  await leaveBehind();
}

/** Ends once all is written: a timer that a rule left would keep the program for ever. */
async function leaveBehind(): Promise<void> {
  // An empty write is told when those before it are out; where there are none, /dev/full refuses even that.
  for (const stream of [process.stdout, process.stderr].filter(({ writableLength }) => writableLength > 0))
    await new Promise<void>((resolve) => void stream.write("", () => resolve()));
  await setImmediate(); // whoever listens for errors has heard of them
  end(Number(process.exitCode ?? exitCode.ok));
}
