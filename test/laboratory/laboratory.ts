// A server in a folder of its own: a log that is written to and rotated, an invocation that loads it, and the sums that a
// store would hold. The program's own parts, real files; the clock is the test's.
import {
  appendFileSync,
  copyFileSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Logger } from "../../src/logger.ts";
import { readInvocations } from "../../src/invocation/multibrain.ts";
import { readSecrets } from "../../src/invocation/secrets.ts";
import { load } from "../../src/load.ts";
import type { Outcome } from "../../src/outcome.ts";
import { modulePathPattern } from "../../src/invocation/pipeline-name.ts";
import { pipelineNames } from "../../src/pipeline/builtin.ts";
import { readRule } from "../../src/pipeline/rule-source.ts";
import { pointKey, splitLine } from "../../src/sink/line-protocol.ts";
import { openReader, openSink } from "../../src/sink/open.ts";
import type { Reader } from "../../src/sink/reader.ts";
import type { Sink } from "../../src/sink/sink.ts";
import { type Task, taskOf } from "../../src/task.ts";
import { type Verification, verify, type VerifyContext } from "../../src/verify.ts";

/** Messages, as `LEVEL text`. */
export interface Messages extends Logger {
  readonly said: string[];
}

function messages(): Messages {
  const said: string[] = [];
  const at = (level: string) => (message: string) => void said.push(`${level} ${message}`);
  return { said, debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

const ruleAt = async (pipeline: string) => (modulePathPattern.test(pipeline) ? readRule(pipeline) : null);

export class Laboratory {
  readonly folder = mkdtempSync(join(tmpdir(), "l2i-test-"));
  readonly log = join(this.folder, "access.log");
  readonly messages = messages();
  /** Milliseconds. */
  now = Date.parse("2026-01-02T12:00:00Z");
  /** Options of the invocation besides pipeline, log, brainfile and out. */
  options: { [key: string]: unknown } = {};
  /** Takes the place of the out file. */
  sink: (Sink & Partial<Reader>) | null = null;
  #written = 0;

  path(name: string): string {
    return join(this.folder, name);
  }

  /** A line of the combined format; every line has a time one second after the one before. */
  line(time = this.now - 3_600_000 + 1000 * this.#written, status = 200): string {
    return `10.0.0.${this.#written++ % 250} - - [${apacheTime(time)}] "GET /page/${this.#written} HTTP/1.1" ${status} 100 "-" "test"\n`;
  }

  append(lines: number, name = "access.log"): this {
    appendFileSync(this.path(name), Array.from({ length: lines }, () => this.line()).join(""));
    return this;
  }

  appendText(text: string | Buffer, name = "access.log"): this {
    appendFileSync(this.path(name), text);
    return this;
  }

  rename(from: string, to: string): this {
    renameSync(this.path(from), this.path(to));
    return this;
  }

  copy(from: string, to: string): this {
    copyFileSync(this.path(from), this.path(to));
    return this;
  }

  truncate(name = "access.log", size = 0): this {
    truncateSync(this.path(name), size);
    return this;
  }

  gzip(name: string): this {
    writeFileSync(this.path(`${name}.gz`), gzipSync(readFileSync(this.path(name))));
    return this.remove(name);
  }

  remove(name: string): this {
    rmSync(this.path(name));
    return this;
  }

  /** One run of the program's main path, with a fresh memory, as cron would start it. */
  async run(options: { readonly [key: string]: unknown } = {}): Promise<Outcome> {
    const task = await this.#task(options);
    return load(task, {
      now: () => this.now,
      log: this.messages,
      openSink: () => this.#openSink(task),
      unreachable: new Set(),
      dryRun: false,
      isWatched: false,
    });
  }

  /** The numbers in the store against the logs. */
  async verify(
    options: { readonly [key: string]: unknown } = {},
    context: Partial<VerifyContext> = {},
  ): Promise<Verification> {
    const task = await this.#task(options);
    return verify(task, {
      now: () => this.now,
      log: this.messages,
      openSink: () => this.#openSink(task),
      openReader: async () => (this.sink as Sink & Reader) ?? openReader(task.sink!, task.timeoutMs),
      patienceMs: 0,
      since: -Infinity,
      until: Infinity,
      repair: false,
      told: 20,
      ...context,
    });
  }

  async #openSink({ sink, timeoutMs }: Task): Promise<Sink> {
    return this.sink ?? openSink(sink!, timeoutMs);
  }

  async #task(options: { readonly [key: string]: unknown }): Promise<Task & { brainfile: string }> {
    const entry = {
      pipeline: "requests",
      log: this.log,
      brainfile: "brain.json",
      out: "out.lp",
      host: "test",
      ...this.options,
      ...options,
    };
    const sealed = readInvocations([entry], {
      folder: this.folder,
      hostname: "test",
      environment: {},
      pipelines: pipelineNames,
    });
    const invocation = (await readSecrets(sealed)).invocations[0]!;
    const task = await taskOf(invocation, await ruleAt(invocation.pipeline));
    return { ...task, brainfile: task.brainfile! };
  }

  /** Final points of the out file: the last one of each series and timestamp, without the loader's own. */
  points(): string[] {
    return finalPoints(readFileSync(this.path("out.lp"), "utf8"));
  }

  /** Count summed over everything in the out file. */
  total(): number {
    return [...sumsOf(this.points()).values()].reduce((sum, count) => sum + count, 0);
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

function finalPoints(text: string): string[] {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("l2i_run,"));
  return [...new Map(lines.map((line) => [pointKey(line), line])).values()];
}

/** Count by series and window start: what a person who sums over a window gets. */
function sumsOf(points: readonly string[], windowMs = 60_000): Map<string, number> {
  const sums = new Map<string, number>();
  for (const point of points) {
    const { series, fields, timestamp } = splitLine(point);
    const window = Math.floor(Number(BigInt(timestamp ?? 0) / 1_000_000n) / windowMs) * windowMs;
    const key = `${series} ${window}`;
    sums.set(key, (sums.get(key) ?? 0) + Number(/(?:^|,)count=(\d+)i/.exec(fields)?.[1] ?? NaN));
  }
  return sums;
}

/** `02/Jan/2026:12:00:00 +0000` */
export function apacheTime(ms: number): string {
  const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date(ms).toUTCString())!;
  return `${day}/${month}/${year}:${time} +0000`;
}
