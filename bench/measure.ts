// Runs a program and says what it took. Seconds are those on the clock; memory and processor time are read from /proc every ten
// milliseconds, since getrusage would answer for the process that started it as well. So it needs Linux, and nothing installed.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";

export interface Command {
  readonly words: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

export interface Run {
  readonly seconds: number;
  /** Of processor time, of all threads and of children that are still there. */
  readonly cpuSeconds: number;
  /** Resident memory at most, bytes; with children, the sum of each one's peak. */
  readonly peakBytes: number;
}

/** Standard output goes to the file `output`. Throws where the program fails, with what it said. */
export async function measure({ words, env }: Command, output: string): Promise<Run> {
  const [program = "", ...rest] = words;
  const file = openSync(output, "w");
  const seen = new Map<number, Usage>();
  const started = process.hrtime.bigint();
  const child = spawn(program, rest, { stdio: ["ignore", file, "pipe"], env: env ?? process.env });
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (said = `${said}${text}`.slice(-2000)));
  const look = (): void => void (child.pid !== undefined && lookAt(child.pid, seen));
  const timer = setInterval(look, 10);
  look();
  try {
    const [code, signal] = await once(child, "exit");
    const seconds = Number(process.hrtime.bigint() - started) / 1e9;
    if (code !== 0) throw new Error(`${words.join(" ")} ended with ${code ?? signal}: ${said.trim()}`);
    const usages = [...seen.values()];
    const sum = (key: keyof Usage): number => usages.reduce((total, usage) => total + usage[key], 0);
    return { seconds, cpuSeconds: sum("cpuSeconds"), peakBytes: sum("peakBytes") };
  } finally {
    clearInterval(timer);
    closeSync(file);
  }
}

interface Usage {
  readonly cpuSeconds: number;
  readonly peakBytes: number;
}

/** Ticks of a second that /proc counts in. */
const ticks = 100;

function lookAt(pid: number, seen: Map<number, Usage>): void {
  try {
    const peak = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    // A process that has just ended has no memory any more.
    if (peak === undefined) return;
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [user, system] = stat.slice(stat.lastIndexOf(")")).split(" ").slice(12, 14).map(Number);
    seen.set(pid, { cpuSeconds: ((user ?? 0) + (system ?? 0)) / ticks, peakBytes: Number(peak) * 1024 });
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
    if (children !== "") for (const each of children.split(" ")) lookAt(Number(each), seen);
  } catch {
    // It ended while it was looked at.
  }
}

export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { median, least: sorted[0]!, most: sorted.at(-1)! };
}
