// Writes to InfluxDB 1, 2 and 3, VictoriaMetrics and whatever else speaks their write API. A write is settled only when the
// store itself has answered for every point: stored, or refused for good. Points may be sent several times on the way,
// which is harmless because windows are totals (or, in parts, identical).
import { L2iError } from "../errors.ts";
import { judge, type Answer } from "./influx-answer.ts";
import { connect, type Connection, isOutOfTime } from "./influx-connection.ts";
import { halves, narrowed, Refused } from "./refusals.ts";
import type { PointLines } from "./point-lines.ts";
import { NoAnswer, type Refusal, type Sink } from "./sink.ts";

interface Store {
  /** Credentials inside it, a path prefix and a slash at its end are fine. */
  readonly url: string;
  /** Milliseconds for one request with its retries. */
  readonly timeoutMs: number;
}

/** The API of InfluxDB 2, which InfluxDB 3 and VictoriaMetrics speak too; the latter needs no organisation, bucket and token. */
interface InfluxV2 extends Store {
  readonly version: 2;
  readonly org?: string | undefined;
  readonly bucket?: string | undefined;
  readonly token?: string | undefined;
}

export interface InfluxV1 extends Store {
  readonly version: 1;
  readonly database: string;
  readonly retentionPolicy?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

export type InfluxTarget = InfluxV1 | InfluxV2;

/** What a test replaces. */
export interface InfluxEnv {
  /** Milliseconds since 1970. */
  now(): number;
  sleep(ms: number): Promise<void>;
  /** From 0 to 1. */
  random(): number;
}

/** The timeout counts for each request anew: a large write is slow without being stuck. */
export function influxSink(target: InfluxTarget, env: InfluxEnv): Sink {
  const connection = connect(target);
  return {
    target: connection.shown,
    address: connection.address,
    write: (points) => settle(points, (lines) => deliver(lines, connection, target.timeoutMs, env)),
  };
}

type Outcome = Exclude<Answer, { kind: "retry" | "failed" }>;
type Retry = Answer & { kind: "retry" };

/** Sends batches until each point is stored, or was refused when it was sent alone (or surely would be). */
async function settle(
  points: PointLines,
  deliverLines: (lines: readonly string[]) => Promise<Outcome>,
): Promise<readonly Refusal[]> {
  const refused = new Refused();
  const waiting = [...batches(points)].toReversed();
  for (let batch = waiting.pop(); batch; batch = waiting.pop()) {
    const lines = refused.withoutHopeless(batch);
    const [line] = lines;
    if (line === undefined) continue;
    const outcome = await deliverLines(lines);
    if (outcome.kind === "stored") continue;
    if (lines.length > 1) waiting.push(...(outcome.kind === "refused" ? narrowed(lines, outcome) : halves(lines)));
    else if (outcome.kind === "refused") refused.add(line, outcome.reason, outcome.cause);
  }
  return refused.refusals;
}

const maxLines = 5000;
/** Just under the 1 MiB that nginx allows a request by default. */
const maxBytes = 1_000_000;

function* batches(points: PointLines): Generator<readonly string[]> {
  let batch: string[] = [];
  let bytes = 0;
  for (const line of points) {
    const size = Buffer.byteLength(line) + 1;
    if (batch.length > 0 && (batch.length >= maxLines || bytes + size > maxBytes)) {
      yield batch;
      [batch, bytes] = [[], 0];
    }
    batch.push(line);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

/** Sends one batch until the store answers for it, as often as the timeout allows. */
async function deliver(
  lines: readonly string[],
  connection: Connection,
  timeoutMs: number,
  env: InfluxEnv,
): Promise<Outcome> {
  const deadline = env.now() + timeoutMs;
  let problem: Retry | null = null;
  for (let attempt = 1; ; attempt++) {
    const fault = await connection.send(lines, deadline - env.now());
    const answer = judge(fault, { lines: lines.length, now: env.now(), withoutSecrets: connection.withoutSecrets });
    if (answer.kind === "failed") throw failure(connection, answer);
    if (answer.kind !== "retry") return answer;
    // A last attempt that ran out of time says less than the one before it.
    if (!problem || !isOutOfTime(fault)) problem = answer;
    const pause = pauseAfter(attempt, answer.afterMs, env.random());
    if (env.now() + pause >= deadline) throw exhausted(connection, problem, timeoutMs);
    await env.sleep(pause);
  }
}

const firstPauseMs = 250;
const longestPauseMs = 10_000;

/** Doubles from pause to pause; the jitter keeps servers that lost the same store from coming back as one. */
function pauseAfter(attempt: number, askedMs: number, random: number): number {
  const pause = Math.min(firstPauseMs * 2 ** (attempt - 1), longestPauseMs) * (0.5 + random);
  return Math.max(pause, askedMs);
}

function exhausted(connection: Connection, answer: Retry, timeoutMs: number): L2iError {
  const asked = answer.afterMs > timeoutMs ? `, and asks to wait ${seconds(answer.afterMs)}` : "";
  const problem = `${answer.problem}${asked}; gave up within ${seconds(timeoutMs)} (timeout)`;
  return failure(connection, { code: answer.isSilence ? "silence" : "network", problem });
}

function seconds(ms: number): string {
  return `${Math.ceil(ms / 100) / 10} s`;
}

function failure(
  { shown, withoutSecrets }: Connection,
  { code, problem }: { readonly code: "silence" | "network" | "store"; readonly problem: string },
): L2iError {
  const message = `${shown}: ${withoutSecrets(problem)}`;
  return code === "silence" ? new NoAnswer(message) : new L2iError(code, message);
}
