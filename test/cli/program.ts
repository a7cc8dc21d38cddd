// The built program as a child process. It runs from a copy of dist/ in a folder of its own, so every test shows that it needs
// neither node_modules nor the repository, and a build in the meantime disturbs none.
import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, expect } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "l2i-program-"));
cpSync("dist", folder, { recursive: true });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

export const programPath = join(folder, "l2i.js");

export interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Surroundings {
  readonly cwd?: string;
  readonly env?: { readonly [name: string]: string };
  readonly input?: string | Buffer;
}

/** Runs the program to its end. */
export async function l2i(words: readonly string[], surroundings: Surroundings = {}): Promise<Result> {
  const running = start(words, surroundings);
  return running.result;
}

export interface Running {
  readonly child: ChildProcess;
  readonly result: Promise<Result>;
}

/** Nothing of the machine's environment gets in but what a child needs to run. */
export function start(words: readonly string[], { cwd = folder, env = {}, input }: Surroundings = {}): Running {
  const child = spawn(process.execPath, [programPath, ...words], {
    cwd,
    env: { PATH: process.env["PATH"] ?? "", ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin.on("error", () => {}); // the program may end before it has read all
  if (input !== undefined) child.stdin.end(input);
  const code = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject).on("close", (exitCode) => resolve(exitCode));
  });
  const result = Promise.all([code, text(child.stdout), text(child.stderr)]).then(([exitCode, stdout, stderr]) => ({
    code: exitCode,
    stdout,
    stderr,
  }));
  return { child, result };
}

/** Runs the program with a standard output whose reader has gone away before it writes. */
export async function unread(words: readonly string[], cwd: string): Promise<Omit<Result, "stdout">> {
  const child = spawn(process.execPath, [programPath, ...words], { cwd, stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.destroy();
  const code = new Promise<number | null>((resolve) => child.on("close", resolve));
  const [exitCode, stderr] = await Promise.all([code, text(child.stderr)]);
  return { code: exitCode, stderr };
}

/** Runs lines of shell in which `l2i` is the program; `within`: a command that runs the shell. */
export async function shell(lines: string, cwd: string, within: readonly string[] = []): Promise<Result> {
  const script = `l2i() { "${process.execPath}" "${programPath}" "$@"; }\n${lines}`;
  const [command, ...words] = [...within, "bash", "-c", script];
  const child = spawn(command, words, { cwd, stdio: ["ignore", "pipe", "pipe"] });
  const code = new Promise<number | null>((resolve) => child.on("close", resolve));
  const [exitCode, stdout, stderr] = await Promise.all([code, text(child.stdout), text(child.stderr)]);
  return { code: exitCode, stdout, stderr };
}

/** What every line of output that is JSON says. */
export function jsonLines(output: string): Record<string, unknown>[] {
  return output
    .split("\n")
    .filter((line) => line !== "")
    .map((line): Record<string, unknown> => JSON.parse(line));
}

/** Nothing that a terminal would obey but line ends. */
export function expectPrintable({ stdout, stderr }: Result): void {
  // eslint-disable-next-line no-control-regex
  expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202e]/);
}
