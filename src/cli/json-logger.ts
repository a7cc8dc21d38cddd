// Messages as JSON lines for programs, through pino: synchronous, without a transport.
import pino from "pino";
import type { Logger } from "../logger.ts";
import { escapeJson } from "../printable.ts";
import type { Level } from "./logger.ts";

/** `{"level":"warn","time":"…","msg":"…"}` */
export function jsonLogger(level: Level): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line) => void process.stderr.write(escapeJson(line.trimEnd()) + "\n") },
  );
}
