// A real Chromium for tests, without a window. It is driven through the DevTools protocol over a pair of pipes, so that nothing
// listens on a port and no package is needed for it.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { pathToFileURL } from "node:url";
import { binary } from "./packages.ts";

export interface Screen {
  readonly width: number;
  readonly height: number;
  readonly scheme: "light" | "dark";
}

/** Starts it; the download is 85 MB, and 290 MB unpacked. */
export async function startChromium(): Promise<Chromium> {
  const { path, env } = await binary("chromium-headless-shell", "/usr/lib/chromium/chromium-headless-shell");
  const folder = mkdtempSync(join(tmpdir(), "l2i-chromium-"));
  const words = [
    "--remote-debugging-pipe",
    "--no-sandbox", // which root cannot have, nor most containers
    "--disable-gpu",
    "--disable-background-networking",
    "--hide-scrollbars",
    `--user-data-dir=${folder}`,
  ];
  const child = spawn(path, words, {
    env: withPrivateLibraries(env),
    stdio: ["ignore", "ignore", "pipe", "pipe", "pipe"],
  });
  return new Chromium(child, folder);
}

/** libpulse has a library in a folder of its own, which it finds only where it is installed. */
function withPrivateLibraries(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const folders = env["LD_LIBRARY_PATH"]?.split(delimiter) ?? [];
  const all = folders.flatMap((folder) => [folder, join(folder, "pulseaudio")]);
  return all.length === 0 ? env : { ...env, LD_LIBRARY_PATH: all.join(delimiter) };
}

interface Message {
  readonly id?: number;
  readonly sessionId?: string;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

type Answer = Pick<Message, "result" | "error">;

export class Chromium implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #out: Writable;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  readonly #listeners = new Set<(message: Message) => void>();
  #said = "";
  #last = 0;

  constructor(child: ChildProcess, folder: string) {
    this.#child = child;
    this.#folder = folder;
    this.#out = child.stdio[3] as Writable;
    this.#out.on("error", () => {}); // that it ended is told below
    child.stderr!.on("data", (text) => (this.#said += text));
    child.on("error", (error) => this.#end(error.message)).on("exit", () => this.#end(this.#said));
    let rest = "";
    (child.stdio[4] as Readable).setEncoding("utf8").on("data", (text: string) => {
      const messages = (rest + text).split("\0");
      rest = messages.pop()!;
      for (const message of messages) this.#receive(JSON.parse(message));
    });
  }

  /** Opens a file in a tab of its own; resolves when it is loaded. */
  async open(path: string, screen: Screen): Promise<Tab> {
    const { targetId } = await this.send<{ targetId: string }>("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await this.send<{ sessionId: string }>("Target.attachToTarget", { targetId, flatten: true });
    const tab = new Tab(this, sessionId);
    await tab.load(pathToFileURL(path).href, screen);
    return tab;
  }

  send<Result>(method: string, params: object = {}, sessionId?: string): Promise<Result> {
    const id = ++this.#last;
    this.#out.write(`${JSON.stringify({ id, method, params, ...(sessionId && { sessionId }) })}\0`);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ result, error }) =>
        error ? reject(new Error(`${method}: ${error.message}`)) : resolve(result as Result),
      );
    });
  }

  onMessage(listener: (message: Message) => void): void {
    this.#listeners.add(listener);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.kill("SIGKILL");
    await ended;
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Nobody is to wait for an answer any more. */
  #end(why: string): void {
    for (const answer of this.#waiting.values()) answer({ error: { message: `Chromium ended:\n${why}` } });
  }

  #receive(message: Message): void {
    if (message.id === undefined) for (const listener of this.#listeners) listener(message);
    else this.#waiting.get(message.id)?.(message);
  }
}

export class Tab {
  /** What went to the console, and what it complained of: exceptions, violations of a policy. */
  readonly complaints: string[] = [];
  /** What was asked for, the page itself first. */
  readonly requests: string[] = [];
  readonly #browser: Chromium;
  readonly #session: string;
  #onLoad = (): void => {};

  constructor(browser: Chromium, session: string) {
    this.#browser = browser;
    this.#session = session;
    browser.onMessage(({ method, params, sessionId }) => {
      if (sessionId !== session) return;
      if (method === "Page.loadEventFired") this.#onLoad();
      if (method === "Network.requestWillBeSent")
        this.requests.push((params as { request: { url: string } }).request.url);
      if (
        /^(?:Runtime\.(?:consoleAPICalled|exceptionThrown)|Log\.entryAdded|Page\.javascriptDialogOpening)$/.test(
          method!,
        )
      )
        this.complaints.push(JSON.stringify(params));
    });
  }

  async load(url: string, screen: Screen): Promise<void> {
    for (const domain of ["Page", "Runtime", "Log", "Network"]) await this.#send(`${domain}.enable`);
    await this.resize(screen);
    const loaded = new Promise<void>((resolve) => (this.#onLoad = resolve));
    await this.#send("Page.navigate", { url });
    await loaded;
    await this.settle();
  }

  async resize({ width, height, scheme }: Screen): Promise<void> {
    await this.#send("Emulation.setDeviceMetricsOverride", {
      width,
      height,
      deviceScaleFactor: 1,
      mobile: width < 600,
    });
    await this.#send("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: scheme }] });
    await this.settle();
  }

  /** The value of an expression, or of its promise. */
  async evaluate<Value>(expression: string): Promise<Value> {
    const { result, exceptionDetails } = await this.#send<{ result: { value: Value }; exceptionDetails?: object }>(
      "Runtime.evaluate",
      { expression, awaitPromise: true, returnByValue: true, allowUnsafeEvalBlockedByCSP: false },
    );
    if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails));
    return result.value;
  }

  /** Waits until what was to be drawn is drawn. */
  async settle(): Promise<void> {
    await this.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
  }

  /** Clicks in the middle of what a selector finds first. */
  async click(selector: string): Promise<void> {
    const { x, y } = await this.placeOf(selector);
    for (const type of ["mouseMoved", "mousePressed", "mouseReleased"]) await this.mouse(type, x, y);
    await this.settle();
  }

  /** Presses the mouse at one place of an element and lets it go at another; parts of its width. */
  async drag(selector: string, from: number, to: number): Promise<void> {
    const { x, y, width } = await this.placeOf(selector);
    const at = (part: number): number => x + width * (part - 0.5);
    await this.mouse("mouseMoved", at(from), y);
    await this.mouse("mousePressed", at(from), y);
    await this.mouse("mouseMoved", at((from + to) / 2), y);
    await this.mouse("mouseMoved", at(to), y);
    await this.mouse("mouseReleased", at(to), y);
    await this.settle();
  }

  async hover(selector: string, part = 0.5): Promise<void> {
    const { x, y, width } = await this.placeOf(selector);
    await this.mouse("mouseMoved", x + width * (part - 0.5), y);
    await this.settle();
  }

  async key(key: string): Promise<void> {
    for (const type of ["keyDown", "keyUp"]) await this.#send("Input.dispatchKeyEvent", { type, key });
    await this.settle();
  }

  /** PNG of the whole page. */
  async picture(): Promise<Buffer> {
    const { data } = await this.#send<{ data: string }>("Page.captureScreenshot", { captureBeyondViewport: true });
    return Buffer.from(data, "base64");
  }

  /** The middle of what a selector finds, once it is in sight. */
  placeOf(selector: string): Promise<{ readonly x: number; readonly y: number; readonly width: number }> {
    return this.evaluate(`(() => {
      const found = document.querySelector(${JSON.stringify(selector)});
      found.scrollIntoView({ block: "center" });
      const { x, y, width, height } = found.getBoundingClientRect();
      return { x: x + width / 2, y: y + height / 2, width };
    })()`);
  }

  mouse(type: string, x: number, y: number): Promise<unknown> {
    const isPressed = type !== "mouseMoved";
    return this.#send("Input.dispatchMouseEvent", {
      type,
      x,
      y,
      button: isPressed ? "left" : "none",
      clickCount: isPressed ? 1 : 0,
    });
  }

  #send<Result>(method: string, params: object = {}): Promise<Result> {
    return this.#browser.send(method, params, this.#session);
  }
}
