// One request to a store through @influxdata/influxdb-client. Left to itself the client buffers, retries, prints and
// reports success for points that it lost; here it sends exactly the lines it is given, once, and says what came of it.
import { HttpError, InfluxDB, setLogger, type Transport, type WriteApi } from "@influxdata/influxdb-client";
import { L2iError } from "../errors.ts";
import { secretPattern } from "../secret-pattern.ts";
import type { InfluxTarget } from "./influx.ts";

/** What went wrong with a request: an answer other than "stored", or no answer at all. */
export type Fault = HttpError | Error;

/** The time for the request is over. */
class OutOfTime extends Error {
  readonly code = "ETIMEDOUT";

  constructor() {
    super("no answer in time");
  }
}

export const isOutOfTime = (fault: Fault | null): boolean => fault instanceof OutOfTime;

/** What a request that asked came to instead of an answer. */
export class Unanswered extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.message, { cause: fault });
    this.fault = fault;
  }
}

export interface Connection {
  /** URL and bucket or database for messages, without credentials. */
  readonly shown: string;
  /** The URL alone. */
  readonly address: string;
  /** Resolves with null when all lines are stored. Never rejects; takes no longer than `timeoutMs`. */
  send(lines: readonly string[], timeoutMs: number): Promise<Fault | null>;
  /** A GET whose answer comes line by line. Throws Unanswered; takes no longer than `timeoutMs`. */
  ask(path: string, parameters: URLSearchParams, timeoutMs: number): AsyncGenerator<string>;
  /** The text with token and password blotted out, should a store ever repeat them. */
  readonly withoutSecrets: (text: string) => string;
}

/** Checks the address; sends nothing yet. */
export function connect(target: InfluxTarget): Connection {
  const url = storeUrl(target.url);
  const address = `${url.origin}${url.path}`;
  const authorization = authorizationOf(target, url);
  const headers = authorization === undefined ? {} : { authorization };
  return {
    shown: address + place(target),
    address,
    send: (lines, timeoutMs) => send(lines, timeoutMs, { address, headers, path: writePath(target) }),
    ask: (path, parameters, timeoutMs) =>
      ask(timeoutMs, { address, headers, path: `${path}?${parameters.toString()}` }),
    withoutSecrets: blotter(secretsOf(target, url)),
  };
}

interface StoreUrl {
  readonly origin: string;
  /** The prefix of a reverse proxy; empty, or beginning with a slash and without one at the end. */
  readonly path: string;
  readonly username: string;
  readonly password: string;
}

/** The messages do not repeat the URL: there may be a password in it. */
function storeUrl(text: string): StoreUrl {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol)) throw usage(`is not understood; try "http://localhost:8086"`);
  if (url.search || url.hash)
    throw usage(`has a "?" or "#"; give it without, organisation, bucket and database have options of their own`);
  // People paste the whole address of the API; the client would take `/api/v2` for the path of a proxy, or drop the real one.
  const path = url.pathname.replace(/\/+$/, "").replace(/(\/api\/v2)?(\/write)?$/, "");
  return { origin: url.origin, path, username: decoded(url.username), password: decoded(url.password) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw usage(`has a "%" in its credentials that is not followed by two hex digits; write it as "%25"`);
  }
}

function usage(problem: string): L2iError {
  return new L2iError("usage", `the URL of the store ${problem}`);
}

function authorizationOf(target: InfluxTarget, url: StoreUrl): string | undefined {
  const inUrl = basic(url.username, url.password);
  const given = target.version === 1 ? basic(target.username, target.password) : bearer(target.token);
  if (inUrl && given) throw usage("holds credentials, and others are given beside it; keep one of them");
  return given ?? inUrl;
}

function basic(username = "", password = ""): string | undefined {
  if (!username && !password) return undefined;
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}

/** An invalid header would throw inside the client where nobody can catch it. */
function bearer(token = ""): string | undefined {
  if (/[^ -~]/.test(token))
    throw new L2iError("usage", "the token of the store has a character that no HTTP header can hold; copy it again");
  return token ? `Token ${token}` : undefined;
}

function secretsOf(target: InfluxTarget, url: StoreUrl): string[] {
  const given = target.version === 1 ? target.password : target.token;
  const encoded = authorizationOf(target, url)?.replace(/^\w+ /, "");
  return [given, url.password, encoded].flatMap((secret) => secret || []);
}

/** Blots out the secrets: stores and proxies repeat what they were sent. */
function blotter(secrets: readonly string[]): (text: string) => string {
  if (secrets.length === 0) return (text) => text;
  const pattern = secretPattern(secrets);
  return (text) => text.replaceAll(pattern, "***");
}

function place(target: InfluxTarget): string {
  if (target.version === 1) return ` (database ${target.database})`;
  return target.bucket ? ` (bucket ${target.bucket})` : "";
}

function writePath(target: InfluxTarget): string {
  const [path, query] =
    target.version === 1
      ? ["/write", { db: target.database, rp: target.retentionPolicy }]
      : ["/api/v2/write", { org: target.org, bucket: target.bucket }];
  const given = Object.entries(query).flatMap(([key, value]) => (value ? `${key}=${encodeURIComponent(value)}` : []));
  return `${path}?${[...given, "precision=ns"].join("&")}`;
}

interface Request {
  readonly address: string;
  readonly headers: Record<string, string>;
  readonly path: string;
}

async function* ask(timeoutMs: number, request: Request): AsyncGenerator<string> {
  const signal = AbortSignal.timeout(Math.max(1, Math.ceil(timeoutMs)));
  try {
    const { transport } = clientOf(request, signal, timeoutMs);
    yield* linesOf(transport.iterate(request.path, "", { method: "GET", signal }));
  } catch (error) {
    throw new Unanswered(signal.aborted ? new OutOfTime() : faultOf(error));
  }
}

async function* linesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of body) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") yield rest;
}

const faultOf = (error: unknown): Fault => (error instanceof Error ? error : new Error(String(error)));

setLogger({ error: () => {}, warn: () => {} });

/** The client takes a 500 with "hinted handoff queue not empty" for success, as InfluxDB Enterprise means it: queued between its nodes. */
async function send(lines: readonly string[], timeoutMs: number, request: Request): Promise<Fault | null> {
  // The client's own timeout is for a silent socket only, and leaves the request running when it strikes.
  const signal = AbortSignal.timeout(Math.max(1, Math.ceil(timeoutMs)));
  try {
    const api = writeApi(lines.length, request, signal, timeoutMs);
    api.writeRecords([...lines]);
    await api.flush();
    return null;
  } catch (error) {
    return signal.aborted ? new OutOfTime() : faultOf(error);
  }
}

function clientOf({ address: url, headers }: Request, signal: AbortSignal, timeoutMs: number): InfluxDB {
  return new InfluxDB({ url, headers, timeout: Math.ceil(timeoutMs) + 1000, transportOptions: { signal } });
}

/** More room than there are lines, no retries, no timer: then nothing is sent but by `flush`, which rejects on failure. */
function writeApi(lines: number, request: Request, signal: AbortSignal, timeoutMs: number): WriteApi {
  const client = clientOf(request, signal, timeoutMs);
  reportPartialSuccess(client.transport);
  const api = client.getWriteApi("", "", "ns", {
    batchSize: lines + 1,
    maxBatchBytes: Number.MAX_SAFE_INTEGER,
    maxRetries: 0,
    flushInterval: 0,
  });
  api.path = request.path;
  return api;
}

/** A 201 says that some lines were refused (InfluxDB Clustered and Dedicated until 2024); the client takes it for success. */
function reportPartialSuccess(transport: Transport): void {
  const sendPlainly = transport.send.bind(transport);
  transport.send = (path, body, options, callbacks = {}) => {
    let status: number | undefined;
    let answer = "";
    sendPlainly(path, body, options, {
      ...callbacks,
      responseStarted: (headers, statusCode) => {
        status = statusCode;
        callbacks.responseStarted?.(headers, statusCode);
      },
      next: (data: Uint8Array) => void (answer += Buffer.from(data).toString()),
      complete: () => {
        if (status === 201) callbacks.error?.(new HttpError(201, "Created", answer, null, "application/json"));
        else callbacks.complete?.();
      },
    });
  };
}
