// A stand-in for a store, for faults that a real one cannot be made to show: it answers what it is told and keeps what it got.
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { createGunzip } from "node:zlib";

/** A status alone; an answer; the connection is cut instead of an answer, or in the middle of one; no answer, ever. */
export type Reply =
  number | { status: number; headers?: Record<string, string>; body?: unknown } | "cut" | "cut inside" | "hang";

export interface Received {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly lines: readonly string[];
}

export interface StandIn extends AsyncDisposable {
  readonly url: string;
  readonly received: Received[];
}

/** `reply` gets each request with its number, from 0. */
export async function startStandIn(reply: (request: Received, number: number) => Reply): Promise<StandIn> {
  const received: Received[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const got = await receive(request);
    const chosen = reply(got, received.push(got) - 1);
    if (chosen === "hang") return;
    if (chosen === "cut inside") response.writeHead(400, { "content-length": "100" }).flushHeaders();
    if (chosen === "cut" || chosen === "cut inside") {
      request.socket.destroySoon();
      return;
    }
    const { status, headers = {}, body } = typeof chosen === "number" ? { status: chosen } : chosen;
    const isJson = typeof body === "object";
    response.writeHead(status, isJson ? { "content-type": "application/json", ...headers } : headers);
    response.end(isJson ? JSON.stringify(body) : body);
  };
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no TCP address");
  return {
    url: `http://127.0.0.1:${address.port}`,
    received,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function receive(request: IncomingMessage): Promise<Received> {
  const isZipped = request.headers["content-encoding"] === "gzip";
  const body = await text(isZipped ? request.pipe(createGunzip()) : request);
  return { path: request.url ?? "", headers: request.headers, lines: body.split("\n") };
}
