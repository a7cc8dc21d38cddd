// The prompt of `l2i repl`: what stands there under which name, what its commands do, and how it waits.
import { Console } from "node:console";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { Recoverable, type REPLServer, start } from "node:repl";
import { Writable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { types } from "node:util";
import { L2iError } from "../../errors.ts";
import type { KnownLog } from "../../explore/batches.ts";
import { freeze, type HowToRead } from "../../explore/freeze.ts";
import { ReadyPipeline } from "../../explore/ready.ts";
import { Frequencies, type Question, Records } from "../../explore/records.ts";
import { loadPipeline, pipelineNames } from "../../pipeline/builtin.ts";
import { readRule } from "../../pipeline/rule-source.ts";
import { visible } from "../../printable.ts";
import { paintFor } from "../paint.ts";
import { printed } from "./repl-print.ts";
import { counted } from "../text.ts";

const help = `records             all records; each answer reads the logs anew
count(fn)           how many of them there are to which fn says yes; without fn, all
frequencies(fn)     how often fn gives each answer, as a table; null is none
sample(n)           n of them, at random
where(fn)           those to which fn says yes: ask them count, frequencies, sample and where
In place of fn may stand fields, "status,method", or a pipeline:
  ${pipelineNames.join(", ")}, and rule.
A pipeline has categorize(record), fields, values, and with({ … }) for its options.
A record has the fields of its line; time is in ms since 1970: where(r => r.time >= Date.parse("2026-01-02T12:04Z"))
_ is the last answer, its rows in _.rows; for more than the table: const f = await frequencies(fn)
Ctrl-C stops what takes too long.

.rule PATH          takes a rule of your own, as rule
.reload             reads it again
.freeze NAME        makes a replay case of the last frequencies(pipeline): its rule, lines and points
.editor             several lines; .exit ends
`;

export class Prompt {
  readonly #reading: HowToRead;
  readonly #records: Records;
  readonly #pipelines = new Map<string, ReadyPipeline>();
  /** Absolute; null: none was taken. */
  #rulePath: string | null = null;
  /** Something was asked, and the prompt is not back. */
  #isBusy = false;
  /** What was typed meanwhile. */
  readonly #waiting: (() => void)[] = [];
  /** Of the reading that begins now. */
  #stop = new AbortController();

  constructor(files: readonly KnownLog[], reading: HowToRead) {
    this.#reading = reading;
    this.#records = new Records({ files, timezone: reading.timezone }, () => this.#stop.signal);
  }

  /** Takes a rule as `rule`. Throws L2iError where it is none. */
  async takeRule(path: string): Promise<void> {
    const absolute = resolve(path);
    const rule = (await readRule(absolute))!; // a path is no name of a built-in one
    this.#pipelines.set("rule", new ReadyPipeline(rule.pipeline, absolute, rule));
    this.#rulePath = absolute;
  }

  /** Until the person leaves, or the file ends that was typed in. Answers whether all that it asked was answered. */
  async serve(): Promise<boolean> {
    let hasFailed = false;
    for (const name of pipelineNames) this.#pipelines.set(name, new ReadyPipeline(await loadPipeline(name), name));
    const history = await historyFile();
    process.stdout.write("count(fn), frequencies(fn), sample(n), where(fn); .help tells more\n");
    const server = start({
      prompt: "l2i> ",
      ignoreUndefined: true,
      terminal: process.stdin.isTTY && process.stdout.isTTY, // what comes from a file is answered to its end
      preview: false, // it would show what strangers wrote as it is
      breakEvalOnSigint: true,
      writer: (value) =>
        printed(value, { screen: process.stdout.columns || Infinity, paint: paintFor(process.stdout) }),
    });
    const left = new Promise<void>((resolved) => server.on("exit", resolved));
    this.#furnish(server);
    server.on("reset", () => this.#furnish(server));
    server.on(questionFailed, () => (hasFailed = true));
    this.#awaitAnswers(server);
    this.#obey(server);
    if (server.terminal) {
      this.#stopByKey(server);
      await new Promise((resolved) => server.setupHistory(history, resolved)); // at once: keys wait for it
    }
    await left;
    if (server.terminal) this.#abort();
    while (this.#isBusy) await new Promise<void>((resolved) => server.once(promptShown, resolved));
    if (server.terminal) await flushed(server);
    return server.terminal || !(hasFailed || server.lastError); // what throws at once is an error of Node's own
  }

  #furnish({ context, output }: REPLServer): void {
    const records = this.#records;
    Object.assign(context, {
      console: safeConsole(output),
      records,
      count: (question?: Question) => records.count(question),
      frequencies: (question: Question) => records.frequencies(question),
      sample: (size?: number) => records.sample(size),
      where: (question: Question) => records.where(question),
      ...Object.fromEntries(this.#pipelines),
    });
  }

  /** One after the other: an answer that is a promise is waited for. */
  #awaitAnswers(server: REPLServer): void {
    const evaluate = server.eval;
    const evaluateInTurn: typeof evaluate = (code, context, file, done) =>
      this.#inTurn(() =>
        evaluate.call(server, code, context, file, (error, answer: unknown) => {
          if (error && !(error instanceof Recoverable)) server.emit(questionFailed);
          if (error) return done(error, answer);
          void finish(answer, server, done);
        }),
      );
    const displayPrompt = server.displayPrompt.bind(server);
    Object.assign(server, {
      eval: evaluateInTurn,
      displayPrompt: (preserveCursor?: boolean) => {
        if (!isClosed(server)) displayPrompt(preserveCursor);
        const next = this.#waiting.shift();
        this.#isBusy = next !== undefined;
        if (next) setImmediate(next);
        server.emit(promptShown);
      },
    });
    process.on("unhandledRejection", (reason) => server.output.write(`${printed(reason, noScreen)}\n`));
  }

  /** Does it once the prompt would be there again. */
  #inTurn(work: () => void): void {
    if (this.#isBusy) return void this.#waiting.push(work);
    this.#isBusy = true;
    work();
  }

  /** Ctrl-C stops what is being read; the rest is as in Node. */
  #stopByKey(server: REPLServer): void {
    const usual = server.listeners("SIGINT");
    const stop = (): void => {
      const wasBusy = this.#isBusy;
      this.#abort();
      if (!wasBusy) for (const listener of usual) Reflect.apply(listener, server, []);
    };
    server.removeAllListeners("SIGINT").on("SIGINT", stop);
    process.removeAllListeners("SIGINT").on("SIGINT", stop);
  }

  #abort(): void {
    this.#stop.abort(new L2iError("usage", "stopped"));
    this.#stop = new AbortController();
  }

  #obey(server: REPLServer): void {
    const command = (name: string, about: string, work: (word: string) => Promise<string>): void =>
      server.defineCommand(name, {
        help: about,
        action: (word) =>
          this.#inTurn(() => {
            void tell(work(word.trim()), server);
          }),
      });
    command("help", "Tells what there is.", async () => help.trimEnd());
    command("rule", "Takes a rule of your own.", async (path) => {
      if (path === "") throw new L2iError("usage", "name its file: .rule ./checkout.ts");
      await this.takeRule(path);
      this.#furnish(server);
      return printed(this.#pipelines.get("rule"), noScreen);
    });
    command("reload", "Reads the rule again.", async () => {
      if (this.#rulePath === null) throw new L2iError("usage", "there is no rule; take one: .rule ./checkout.ts");
      await this.takeRule(this.#rulePath);
      this.#furnish(server);
      return printed(this.#pipelines.get("rule"), noScreen);
    });
    command("freeze", "Makes a replay case of the last frequencies(pipeline).", (name) => this.#freeze(name, server));
  }

  async #freeze(name: string, server: REPLServer): Promise<string> {
    const last: unknown = Reflect.get(server, "last");
    if (name === "") throw new L2iError("usage", "name the folder to write: .freeze cases/checkout");
    if (!(last instanceof Frequencies) || !last.pipeline)
      throw new L2iError("usage", "count by a pipeline first, such as where(r => r.status >= 500).frequencies(rule)");
    const { lines, points } = await freeze(resolve(name), last.pipeline, last.records, this.#reading);
    return `${name}: ${counted(lines, "line")}, ${counted(points, "point")}; "l2i replay ${name}" plays it`;
  }
}

const promptShown = "promptShown";
const questionFailed = "questionFailed";

const isClosed = (server: REPLServer): boolean => Reflect.get(server, "closed") === true;

const noScreen = { screen: Infinity, paint: (_: string, text: string): string => text };

/** What a person is told of an expected failure is no error to look into. */
async function finish(
  answer: unknown,
  server: REPLServer,
  done: (error: Error | null, answer: unknown) => void,
): Promise<void> {
  const [settled] = await Promise.allSettled([answer]);
  if (settled.status === "fulfilled") return done(null, settled.value);
  server.emit(questionFailed);
  const reason: unknown = settled.reason;
  if (!(reason instanceof L2iError))
    return done(types.isNativeError(reason) ? reason : new Error(String(reason)), null);
  server.output.write(visible(`${reason.message}\n`));
  done(null, undefined);
}

/** What a command says, or why it cannot do it. */
async function tell(work: Promise<string>, server: REPLServer): Promise<void> {
  const text = await work.catch((error: unknown) => {
    server.emit(questionFailed);
    return printed(error, noScreen);
  });
  server.output.write(visible(`${text}\n`));
  server.displayPrompt();
}

/** What is printed may come from a log. */
function safeConsole(output: NodeJS.WritableStream): Console {
  const safe = new Writable({
    decodeStrings: false,
    write(text, _, done) {
      output.write(visible(String(text)));
      done();
    },
  });
  return new Console(safe);
}

/** Where lines that were typed are kept: in the folder for such things, for their owner alone. */
async function historyFile(): Promise<string> {
  const { XDG_STATE_HOME = "" } = process.env;
  const folder = join(XDG_STATE_HOME.startsWith("/") ? XDG_STATE_HOME : join(homedir(), ".local/state"), "l2i");
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch(() => {}); // the REPL says that there is no history
  return join(folder, "repl_history");
}

/** Once the history is on disk: Node writes it a moment after each line. */
async function flushed(server: REPLServer): Promise<void> {
  if (Reflect.get(server, "_flushing") === false) return;
  await Promise.race([once(server, "flushHistory"), setTimeout(1000, null, { ref: false })]);
}
