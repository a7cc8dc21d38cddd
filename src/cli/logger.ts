// Messages on standard error: one readable line each, so that cron mail says what happened without a tool to read it, or
// JSON beside --json, through pino, which a run without --json need not load.
import type { Logger } from "../logger.ts";
import { visible } from "../printable.ts";
import type { CommonFlags } from "./flags.ts";

/** From the least to the most important. */
const levels = ["debug", "info", "warn", "error"] as const;

export type Level = (typeof levels)[number];

/** A logger at the level that the flags ask for. A message is out before anything else happens. */
export async function createLogger(flags: CommonFlags): Promise<Logger> {
  const level = levelOf(flags);
  return flags.json ? (await import("./json-logger.ts")).jsonLogger(level) : readableLogger(level);
}

function levelOf({ verbose, quiet }: CommonFlags): Level {
  return quiet ? "error" : ((["warn", "info"] as const)[verbose] ?? "debug");
}

function readableLogger(least: Level): Logger {
  const at = (level: Level): ((message: string) => void) =>
    levels.indexOf(level) < levels.indexOf(least) ? () => {} : (message) => write(level, message);
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

/** `process.stderr` is synchronous for terminals, files and, on Linux, pipes. */
function write(level: Level, message: string): void {
  process.stderr.write(`${new Date().toISOString().slice(0, 19)}Z ${level.toUpperCase()} ${visible(message)}\n`);
}
