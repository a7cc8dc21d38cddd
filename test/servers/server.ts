// Starts one real server for a test: on a free port of the loopback interface, its data in a temporary folder, its output
// held back until it is needed to explain a failure. Servers are killed, never asked to stop: their data is thrown away.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Program } from "./packages.ts";

export interface Server extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly url: string;
  /** The version of the server's Debian package. */
  readonly version: string;
  /** Kills the server and removes its data. A second call does nothing. */
  stop(): Promise<void>;
}

/** `prepare` gets the address to listen on and the folder for data, and answers the command line. `ready` is a path that answers 2xx. */
export async function startServer(
  program: Program,
  ready: string,
  prepare: (address: string, folder: string) => string[] | Promise<string[]>,
): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), "l2i-server-"));
  const address = `127.0.0.1:${await freePort()}`;
  // The kernel kills the server when this process dies, however it dies: an "exit" handler would not outlive a SIGKILL.
  const command = ["--pdeathsig", "KILL", program.path, ...(await prepare(address, folder))];
  const child = spawn("setpriv", command, { env: program.env, cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  const collect = (chunk: Buffer): void => void (output = (output + chunk.toString()).slice(-10_000));
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  const exited = once(child, "exit");

  const stop = async (): Promise<void> => {
    child.kill("SIGKILL");
    await exited;
    await rm(folder, { recursive: true, force: true });
  };

  try {
    const failed = exited.then(([code, signal]) => Promise.reject(new Error(`it ended (${code ?? signal})`)));
    await Promise.race([answers(`http://${address}${ready}`), failed]);
  } catch (error) {
    await stop();
    throw new Error(`${basename(program.path)} did not start: ${String(error)}\n${output}`, { cause: error });
  }
  return { url: `http://${address}`, version: program.version, stop, [Symbol.asyncDispose]: stop };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no TCP address");
  return address.port;
}

async function answers(url: string): Promise<void> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) return;
    if (Date.now() > deadline) throw new Error(`${url} did not answer within 20 s`);
    await sleep(20);
  }
}
