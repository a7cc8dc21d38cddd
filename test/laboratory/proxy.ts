// An HTTP proxy in front of a real store, at an address that stays: it passes requests on, whole or in part, answers in the
// store's place, says nothing, or cuts the connection, before or after the store has committed.
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { createGunzip } from "node:zlib";

/** What becomes of a request. */
export interface Treatment {
  /** Which of its lines reach the store. */
  readonly pass: (lines: readonly string[]) => readonly string[];
  /** What the program sees: the store's answer, another one, a connection that is cut, or nothing, ever. */
  readonly answer: "store" | "cut" | "silence" | Answer;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export const passing: Treatment = { pass: (lines) => lines, answer: "store" };

export class Proxy implements AsyncDisposable {
  /** Decides about a request for points by its lines. */
  treat: (lines: readonly string[]) => Promise<Treatment> = async () => passing;
  /** Called when what should reach the store has got there, before the program sees an answer. */
  onCommitted: () => Promise<void> = async () => {};
  #server: Server | null = null;
  #port = 0;
  #to = "";

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  leadTo(url: string): void {
    this.#to = url;
  }

  async open(): Promise<void> {
    this.#server = createServer((request, response) => void this.#serve(request, response));
    this.#server.listen(this.#port, "127.0.0.1");
    await once(this.#server, "listening");
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("no TCP address");
    this.#port = address.port;
  }

  /** From now on connections are refused. */
  async shut(): Promise<void> {
    if (!this.#server?.listening) return;
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.shut();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.on("error", () => {}); // the program may be killed at any moment
    response.on("error", () => {});
    try {
      const body = await bodyOf(request);
      if (request.method !== "POST" || !/write/.test(request.url ?? ""))
        return this.#answer(response, await this.#ask(request, body));
      const treatment = await this.treat(linesOf(body));
      const passed = treatment.pass(linesOf(body));
      const stored = passed.length > 0 ? await this.#ask(request, `${passed.join("\n")}\n`) : null;
      await this.onCommitted();
      const { answer } = treatment;
      if (answer === "silence") return;
      if (answer === "cut") return void request.socket.destroy();
      this.#answer(response, answer === "store" ? (stored ?? { status: 204 }) : answer);
    } catch {
      request.socket.destroy(); // the store itself is gone
    }
  }

  async #ask({ url, method = "GET", headers }: IncomingMessage, body: string): Promise<Answer> {
    const { authorization } = headers;
    const answer = await fetch(this.#to + url, {
      method,
      headers: authorization === undefined ? {} : { authorization },
      ...(method === "GET" ? {} : { body }),
    });
    const type = answer.headers.get("content-type");
    return { status: answer.status, headers: type === null ? {} : { "content-type": type }, body: await answer.text() };
  }

  #answer(response: ServerResponse, { status, headers = {}, body = "" }: Answer): void {
    response.writeHead(status, headers);
    response.end(status === 204 ? undefined : body);
  }
}

function bodyOf(request: IncomingMessage): Promise<string> {
  return text(request.headers["content-encoding"] === "gzip" ? request.pipe(createGunzip()) : request);
}

const linesOf = (body: string): string[] => body.split("\n").filter((line) => line !== "");
