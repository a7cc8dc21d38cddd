// The one error that a person may meet: it says what happened, where, and the way out. Anything else that is thrown is a bug.

/** Exit codes of the program, besides 128+n for a signal. */
export const exitCode = { ok: 0, failed: 1, usage: 2 } as const;

/** `usage`: wrong command line or configuration, nothing ran. The others: this invocation failed, others still run. */
export type ErrorCode = "usage" | "log" | "brainfile" | "store" | "network" | "pipeline";

/**
 * An expected failure. `message` is for a person: what happened, where, what to do next, without secrets.
 * `network` means that the store could not be reached at all, so that trying it again in the same run is pointless.
 */
export class L2iError extends Error {
  override readonly name = "L2iError";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  get exitCode(): number {
    return this.code === "usage" ? exitCode.usage : exitCode.failed;
  }
}

/** What an error says, whatever was thrown. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The code of a system error, such as ENOENT; undefined where it is none. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
