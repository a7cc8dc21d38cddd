// The program at a real terminal: `script` (of util-linux) gives it one, on which the test types and which it reads.
import { type ChildProcess, spawn } from "node:child_process";
import { programPath } from "./program.ts";

export interface Screen {
  readonly cwd: string;
  readonly columns?: number;
  readonly env?: { readonly [name: string]: string };
}

/** So long a text is waited for. */
const patienceMs = 60_000;

export class Terminal {
  /** What the program wrote since somebody looked last, with all that a terminal obeys. */
  raw = "";
  readonly #script: ChildProcess;
  #code: number | null | undefined = undefined;
  #wake = (): void => {};

  /** `words`: of the program, as a shell reads them, so its input may be redirected. */
  constructor(words: string, { cwd, columns = 80, env = {} }: Screen) {
    const command = `stty cols ${columns} rows 24; exec "${process.execPath}" "${programPath}" ${words}`;
    this.#script = spawn("script", ["--quiet", "--flush", "--return", "--command", command, "/dev/null"], {
      cwd,
      env: { PATH: process.env["PATH"] ?? "", HOME: cwd, TERM: "xterm-256color", SHELL: "/bin/sh", ...env },
    });
    this.#script.stdout!.setEncoding("utf8").on("data", (text: string) => {
      this.raw += text;
      this.#wake();
    });
    this.#script.on("close", (code) => {
      this.#code = code;
      this.#wake();
    });
  }

  /** What a person reads: without what the terminal obeys. */
  get text(): string {
    // oxlint-disable-next-line no-control-regex
    return this.raw.replaceAll(/\u001b(?:\[[0-9;?]*[A-Za-z]|[78=>])/g, "").replaceAll("\r", "");
  }

  type(keys: string): void {
    this.#script.stdin!.write(keys);
  }

  /** Once the text fits; what comes later is read anew. */
  async shows(pattern: RegExp): Promise<string> {
    await this.#until(() => pattern.test(this.text));
    const { text } = this;
    const how = this.#code === undefined ? "goes on" : "ended";
    if (!pattern.test(text)) throw new Error(`the program ${how}, but never showed ${pattern}:\n${text}`);
    this.raw = "";
    return text;
  }

  /** The exit code, once the program has ended. */
  async end(): Promise<number | null> {
    await this.#until(() => false);
    return this.#code ?? null;
  }

  /** Whatever still runs there ends with its terminal. */
  [Symbol.dispose](): void {
    this.#script.kill();
  }

  async #until(isDone: () => boolean): Promise<void> {
    const late = Date.now() + patienceMs;
    while (!isDone() && this.#code === undefined && Date.now() < late) {
      const timer = setTimeout(() => this.#wake(), patienceMs);
      await new Promise<void>((resolve) => (this.#wake = resolve));
      clearTimeout(timer);
    }
  }
}
