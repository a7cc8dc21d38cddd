// The world in which the built program runs as a process, on real files, against a real store behind a proxy: InfluxDB, which is
// written to in totals, or VictoriaMetrics, in parts.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { readBrain } from "../../src/log/brainfile.ts";
import type { Outcome } from "../../src/outcome.ts";
import type { Verification } from "../../src/verify.ts";
import { type Result, start } from "../cli/program.ts";
import type { InfluxDB } from "../servers/influxdb.ts";
import type { VictoriaMetrics } from "../servers/victoria-metrics.ts";
import { passing, Proxy, type Treatment } from "./proxy.ts";
import { sumsInInfluxdb, sumsInVictoriaMetrics } from "./stored-sums.ts";
import { addAll, lastPoints, type Sums, sumsOfLines, sumsWithout } from "./sums.ts";
import { realFiles } from "./web-server.ts";
import type { Fate, Options, Order, Ran, VerifyOrder, World } from "./world.ts";

/** Where the points of one history go, apart from those of all others. */
interface Store {
  readonly options: { readonly [key: string]: unknown };
  readonly url: string;
  sums(windowMs: number): Promise<Sums>;
}

let stores = 0;

/** A database of its own. */
export async function inInfluxdb(server: InfluxDB): Promise<Store> {
  const database = `history${++stores}`;
  await server.createDatabase(database);
  return {
    options: { influxDatabase: database },
    url: server.url,
    sums: (windowMs) => sumsInInfluxdb(server.url, database, windowMs),
  };
}

/** A tag of its own. */
export async function inVictoriaMetrics(server: VictoriaMetrics): Promise<Store> {
  const run = `history${++stores}`;
  return {
    options: { tag: { run } },
    url: server.url,
    sums: (windowMs) => sumsInVictoriaMetrics(server, ["run", run], windowMs),
  };
}

export class Processes implements World {
  readonly folder = mkdtempSync(join(tmpdir(), "l2i-processes-"));
  readonly files = realFiles;
  readonly #store: Store;
  readonly #proxy: Proxy;
  readonly #isPicky: boolean;
  #written = 0;

  private constructor(store: Store, proxy: Proxy, isPicky: boolean) {
    this.#store = store;
    this.#proxy = proxy;
    this.#isPicky = isPicky;
  }

  /** `isPicky`: the store refuses the points of one series for good. */
  static async make(store: Store, isPicky: boolean): Promise<Processes> {
    const proxy = new Proxy();
    proxy.leadTo(store.url);
    await proxy.open();
    return new Processes(store, proxy, isPicky);
  }

  async run(order: Order): Promise<Ran> {
    this.#configure(order.options);
    const { now, death, killAfterMs, isTwice } = order;
    const surroundings = { cwd: this.folder, env: laboratoryEnvironment({ now, death }) };
    const running = Array.from({ length: isTwice ? 2 : 1 }, () =>
      start(["run", "--json", "multibrain.json"], surroundings),
    );
    const [{ child }] = running as [(typeof running)[0]];
    const fates = [...order.fates];
    let isFirst = true;
    this.#proxy.treat = async (lines) => {
      if (lines.every((line) => line.startsWith("l2i_run,"))) return passing;
      this.#written++;
      if (isFirst) {
        isFirst = false;
        await order.onWrite();
      }
      const fate = fates.shift();
      if (fate?.ends === "killed") this.#proxy.onCommitted = async () => void child.kill(signalOf(fate));
      const treatment = !fate || fate.ends === "acknowledged" ? passing : treatmentOf(fate);
      return this.#isPicky ? pickily(treatment, lines, this.#written) : treatment;
    };
    const timer = killAfterMs === null ? null : setTimeout(() => child.kill("SIGKILL"), killAfterMs);
    const results = await Promise.all(running.map(({ result }) => result));
    if (timer) clearTimeout(timer);
    this.#proxy.onCommitted = async () => {};
    return ranOf(results);
  }

  async verify({ options, now, since, repair }: VerifyOrder): Promise<Verification> {
    this.#configure(options);
    this.#proxy.treat = async () => passing;
    const words = [
      ...(since === null ? [] : ["--since", new Date(since).toISOString()]),
      ...(repair ? ["--repair"] : []),
    ];
    const surroundings = { cwd: this.folder, env: laboratoryEnvironment({ now, death: null }) };
    const { code, stdout, stderr } = await start(["verify", "--json", ...words, "multibrain.json"], surroundings)
      .result;
    const verification: Verification = JSON.parse(stdout);
    assert.equal(code, ["different", "failed"].includes(verification.outcome) ? 1 : 0, stderr);
    return verification;
  }

  brain(): ReturnType<World["brain"]> {
    return readBrain(join(this.folder, "brain.json"));
  }

  /** What the store holds, and what it refused. */
  async sums(windowMs: number, without: readonly string[]): Promise<Sums> {
    const tags = [...without, "run"];
    const refused = sumsOfLines(lastPoints(this.#read("brain.json.refused.lp")), windowMs, tags);
    return addAll(sumsWithout(await this.#store.sums(windowMs), tags), refused);
  }

  async written(): Promise<unknown> {
    return this.#written;
  }

  async dispose(): Promise<void> {
    await this.#proxy.shut();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #configure({ tag = {}, ...options }: Options): void {
    const { tag: ownTag = {}, ...store } = this.#store.options;
    const invocation = {
      pipeline: "requests",
      log: "access.log",
      brainfile: "brain.json",
      host: "test",
      timeout: "400ms",
      influxUrl: this.#proxy.url,
      ...store,
      ...options,
      tag: { ...(ownTag as object), ...(tag as object) },
    };
    writeFileSync(join(this.folder, "multibrain.json"), JSON.stringify([invocation]));
  }

  #read(name: string): string {
    return this.files.exists(join(this.folder, name)) ? readFileSync(join(this.folder, name), "utf8") : "";
  }
}

/** Makes the built program's clock show `now`, and kills it where it is to die; see preload.mjs. */
export function laboratoryEnvironment(laboratory: Pick<Order, "now" | "death">): { [name: string]: string } {
  return { NODE_OPTIONS: `--import=${preload}`, L2I_LABORATORY: JSON.stringify(laboratory) };
}

const preload = pathToFileURL(resolve("test/laboratory/preload.mjs")).href;

const signalOf = ({ how = 0 }: Fate): NodeJS.Signals => (how % 4 === 0 ? "SIGTERM" : "SIGKILL");

/** How a request fails, or gets no answer because the program is killed. */
function treatmentOf({ arrives, ends, how = 0 }: Fate): Treatment {
  const pass: Treatment["pass"] = (lines) =>
    lines.slice(0, { none: 0, half: lines.length >> 1, all: lines.length }[arrives]);
  if (ends === "killed") return { pass, answer: "silence" };
  const answers = arrives === "none" ? [...afterAll, ...insteadOfAll] : afterAll;
  return { pass, answer: answers[how % answers.length]! };
}

/** Whether or not something was stored. */
const afterAll: readonly Treatment["answer"][] = [
  "cut",
  "silence",
  { status: 500, body: '{"error":"timeout"}' },
  { status: 503, body: "overloaded" },
];
const insteadOfAll: readonly Treatment["answer"][] = [
  { status: 429, headers: { "retry-after": "1" } },
  { status: 429, headers: { "retry-after": "0" } },
  { status: 401, body: '{"error":"authorization failed"}' },
  { status: 403 },
  { status: 404, body: '{"error":"database not found: \\"gone\\""}' },
  { status: 400, body: '{"error":"this has never been seen before"}' },
  { status: 413, body: '{"error":"Request Entity Too Large"}' },
  { status: 502, body: "<html>Bad Gateway</html>" },
];

const isRefused = (line: string): boolean => line.includes("method=POST");

/** A store that has enough of the method POST, and says so in words that name a line, or that do not. */
function pickily({ pass, answer }: Treatment, lines: readonly string[], number: number): Treatment {
  const refused = lines.filter(isRefused);
  const reason =
    number % 2 === 0
      ? `unable to parse '${refused[0]}': invalid number`
      : 'max-values-per-tag limit exceeded (1/1): measurement="requests" tag="method" value="POST"';
  const body = JSON.stringify({ error: `partial write: ${reason} dropped=${refused.length}` });
  return {
    pass: (all) => pass(all).filter((line) => !isRefused(line)),
    answer: answer === "store" && refused.length > 0 ? { status: 400, body } : answer,
  };
}

/** Of two at once the one that had something to say. */
function ranOf(results: readonly Result[]): Ran {
  const outcomes = results.map(outcomeOf);
  const order = ["failed", "loaded", "unchanged", "skipped"];
  const [first = null] = outcomes
    .filter((outcome) => outcome !== null)
    .toSorted((a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome));
  const said = results.flatMap(({ stderr }) => [...stderr.matchAll(/"level":"(\w+)".*"msg":(".*")\}\n/g)]);
  return {
    outcome: outcomes.includes(null) ? null : first,
    said: said.map(([, level, message]) => `${level} ${JSON.parse(message!)}`),
    mustFail: null,
  };
}

/** Null: it was killed. */
function outcomeOf({ code, stdout, stderr }: Result): Outcome | null {
  if (code === null || code > 128) return null;
  const outcome: Outcome = JSON.parse(stdout);
  assert.equal(code, outcome.outcome === "failed" || outcome.refused > 0 ? 1 : 0, stderr);
  assert.ok(!stderr.includes("bug in l2i"), stderr);
  return outcome;
}
