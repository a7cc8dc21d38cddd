// What `l2i check` found, and how it is printed.
import { exitCode, L2iError } from "../../errors.ts";
import { safeJson, visible } from "../../printable.ts";
import type { CheckFlags } from "../flags.ts";

/** As --json prints it. */
interface Report {
  readonly name: string;
  /** There is no problem; warnings there may be. */
  readonly ok: boolean;
  readonly findings: readonly Finding[];
}

/** One thing that was looked at. */
interface Finding {
  readonly what: "configuration" | "brainfile" | "log" | "rotation" | "sink" | "rule";
  readonly level: "ok" | "warning" | "problem";
  readonly detail: string;
}

/** Takes what is worth a warning. */
export type Warn = (detail: string) => void;

/** Collects what was found, and how bad it is. */
export class Looks {
  readonly findings: Finding[] = [];
  exitCode: number = exitCode.ok;

  add(what: Finding["what"], level: Finding["level"], detail: string): void {
    this.findings.push({ what, level, detail });
    if (level === "problem") this.exitCode = Math.max(this.exitCode, exitCode.failed);
  }

  /** `action` answers what it found and how to say that (null: there is nothing to say); an expected failure is a problem, and the answer null. */
  async at<T>(
    what: Finding["what"],
    action: (warn: Warn) => Promise<readonly [T, detail: string | null]>,
  ): Promise<T | null> {
    const warnings: string[] = [];
    try {
      const [found, detail] = await action((warning) => void warnings.push(warning));
      if (detail !== null) this.findings.push({ what, level: "ok", detail });
      return found;
    } catch (error) {
      if (!(error instanceof L2iError)) throw error;
      this.findings.push({ what, level: "problem", detail: error.message });
      this.exitCode = Math.max(this.exitCode, error.exitCode);
      return null;
    } finally {
      for (const detail of warnings) this.findings.push({ what, level: "warning", detail });
    }
  }
}

/** Of one invocation, on standard output. */
export function printFindings(name: string, { findings, exitCode: code }: Looks, flags: CheckFlags): void {
  const report: Report = { name, ok: code === exitCode.ok, findings };
  process.stdout.write(flags.json ? `${safeJson(report)}\n` : visible(text(report, flags)));
}

/** -q leaves out what is well. */
function text({ name, findings }: Report, { quiet }: CheckFlags): string {
  const shown = findings.filter(({ level }) => !quiet || level !== "ok");
  const lines = shown.map(({ what, level, detail }) => `  ${marks[level]}  ${what.padEnd(13)}  ${detail}\n`);
  return lines.length === 0 ? "" : `${name}\n${lines.join("")}`;
}

const marks: { readonly [level in Finding["level"]]: string } = {
  ok: "ok     ",
  warning: "warning",
  problem: "PROBLEM",
};
