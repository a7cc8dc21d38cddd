// Messages on standard error, through pino: JSON lines beside --json, else one readable line each, so that cron mail says what
// happened without a tool to read it.
import pino, { type DestinationStream } from "pino";
import type { Logger } from "../delivery.ts";
import type { CommonFlags } from "./main.ts";

/** How often -v was given. */
export type Verbosity = number;

/** A logger at the level that the flags ask for. Synchronous: a message is out before anything else happens. */
export function createLogger({ json, verbose, quiet }: CommonFlags): Logger {
  const level = quiet ? "error" : (["warn", "info", "debug"][Math.min(verbose, 2)] ?? "warn");
  const destination = pino.destination({ fd: 2, sync: true });
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    json ? destination : readable(destination),
  );
}

/** Turns pino's JSON lines into text. Control characters stay escaped: messages quote what strangers wrote. */
function readable(destination: DestinationStream): DestinationStream {
  return {
    write(line) {
      const { level, time, msg } = JSON.parse(line) as { level: number; time: string; msg: string };
      destination.write(`${time.slice(0, 19)}Z ${pino.levels.labels[level]?.toUpperCase()} ${visible(msg)}\n`);
    },
  };
}

/** Text that may go to a terminal: control characters, C1 included, as \xhh. */
export function visible(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replaceAll(
    /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]/g,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}
