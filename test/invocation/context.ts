// What the tests of invocations share: a machine that is the same everywhere, and the lines of a refusal.
import { L2iError } from "../../src/errors.ts";
import type { Context } from "../../src/invocation/invocation.ts";

export const context: Context = {
  folder: "/etc/l2i",
  hostname: "web1",
  environment: {},
  pipelines: ["requests", "latency", "downloads"],
};

export const withEnvironment = (environment: Context["environment"]): Context => ({ ...context, environment });

/** An entry that is fine; spread over it what a test is about. */
export const entry = { pipeline: "requests", log: "access.log", brainfile: "a.json", out: "-" } as const;

/** The lines of the usage error that `act` throws; empty when it throws none. */
export function refusal(act: () => unknown): string[] {
  try {
    act();
    return [];
  } catch (error) {
    if (!(error instanceof L2iError) || error.code !== "usage" || error.exitCode !== 2) throw error;
    return error.message.split("\n");
  }
}
