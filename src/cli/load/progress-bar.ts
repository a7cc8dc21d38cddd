// How far a load is, for who waits for it at a terminal: a bar on standard error, from the second on after which waiting is felt, and
// gone without a trace when the work is done, stopped, or has something to say.
import cliProgress from "cli-progress";
import type { Progress } from "../../log/segments.ts";
import type { Logger } from "../../logger.ts";

/** Work that is done before that (ms) shows no bar. */
const patience = 1000;

export class ProgressBar {
  readonly #started = performance.now();
  #lines = 0;
  #done = 0;
  #total = 0;
  #bar: cliProgress.SingleBar | null = null;
  readonly #endOnce = (): void => this.end();

  constructor() {
    // Before who says why the program ends.
    for (const signal of signals) process.prependListener(signal, this.#endOnce);
    process.prependListener("uncaughtException", this.#endOnce);
  }

  /** So many lines more were read. */
  advance(lines: number, { done, total }: Progress): void {
    this.#lines += lines;
    this.#done = done;
    this.#total = total;
    this.#bar?.update(done, this.#words());
    const isAlmostOver = total > 0 && done >= total;
    if (!this.#bar && !isAlmostOver && performance.now() - this.#started > patience) this.#show();
  }

  /** A logger whose messages do not stand in the middle of the bar. */
  beside(log: Logger): Logger {
    const apart =
      (say: (message: string) => void) =>
      (message: string): void => {
        this.#bar?.stop();
        say(message);
        if (this.#bar) this.#draw(this.#bar);
      };
    return {
      debug: apart((message) => log.debug(message)),
      info: apart((message) => log.info(message)),
      warn: apart((message) => log.warn(message)),
      error: apart((message) => log.error(message)),
    };
  }

  end(): void {
    this.#bar?.stop();
    this.#bar = null;
    for (const signal of signals) process.off(signal, this.#endOnce);
    process.off("uncaughtException", this.#endOnce);
  }

  #show(): void {
    const format = `${this.#total > 0 ? "{bar} {percentage} %  " : ""}{words}`;
    // With its own way to keep lines from wrapping, a killed program would leave the terminal so.
    const terminal = { stream: process.stderr, clearOnComplete: true, linewrap: true };
    const bar = { barsize: 30, barCompleteChar: "█", barIncompleteChar: "░" };
    this.#bar = new cliProgress.SingleBar({ ...terminal, ...bar, format });
    this.#draw(this.#bar);
  }

  #draw(bar: cliProgress.SingleBar): void {
    bar.start(this.#total, this.#done, this.#words());
  }

  /** `1,234,567 lines  512,000 lines/s  0:42 left` */
  #words(): { readonly words: string } {
    const elapsed = (performance.now() - this.#started) / 1000;
    const left = (elapsed * (this.#total - this.#done)) / this.#done;
    const words = [
      `${number(this.#lines)} lines`,
      `${number(this.#lines / elapsed)} lines/s`,
      ...(this.#total > 0 && this.#done > 0 ? [`${clock(left)} left`] : []),
    ];
    return { words: words.join("  ") };
  }
}

const signals = ["SIGINT", "SIGTERM"] as const;

const number = (value: number): string => Math.round(value).toLocaleString("en-US");

/** Minutes and seconds, with hours where there are any. */
function clock(seconds: number): string {
  const all = Math.ceil(seconds);
  const [hours, minutes] = [Math.floor(all / 3600), Math.floor(all / 60) % 60];
  return hours === 0 ? `${minutes}:${twoDigits(all % 60)}` : `${hours}:${twoDigits(minutes)}:${twoDigits(all % 60)}`;
}

const twoDigits = (value: number): string => String(value).padStart(2, "0");
