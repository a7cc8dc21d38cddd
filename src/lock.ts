// Locks named by a path: one run at a time per brainfile, one writer at a time per out file. A lock is an abstract Unix socket:
// the kernel frees it the moment its holder dies, however it dies, and it leaves nothing on disk. Where there are none (not
// Linux) a socket file does the same, less neatly.
import { createHash } from "node:crypto";
import { realpath, unlink } from "node:fs/promises";
import { type Server, connect, createServer } from "node:net";
import { basename, dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { L2iError } from "./errors.ts";

export interface Lock {
  release(): Promise<void>;
}

/** Takes the lock of a file, which need not exist; its folder must. Null when somebody else holds it. */
export async function takeLock(file: string): Promise<Lock | null> {
  const folder = await realpath(dirname(file)).catch((cause) => {
    throw new L2iError(
      "brainfile",
      `the folder of the brainfile, ${dirname(file)}, does not exist; create it or name another`,
      { cause },
    );
  });
  const path = join(folder, basename(file));
  if (process.platform === "linux") return listen(`\0l2i-${createHash("sha256").update(path).digest("hex")}`);
  return (
    (await listen(`${path}.lock`)) ??
    ((await isHeld(`${path}.lock`)) ? null : (await unlink(`${path}.lock`), listen(`${path}.lock`)))
  );
}

const pause = 10;

/** The same, waiting up to `patienceMs` for whoever holds it. */
export async function waitForLock(file: string, patienceMs: number): Promise<Lock | null> {
  for (let waited = 0; ; waited += pause) {
    const lock = await takeLock(file);
    if (lock || waited >= patienceMs) return lock;
    await setTimeout(pause);
  }
}

function listen(address: string): Promise<Lock | null> {
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "EADDRINUSE" ? resolve(null) : reject(error),
    );
    server.listen(address, () => {
      server.unref(); // the lock alone must not keep the process alive
      resolve({ release: () => close(server) });
    });
  });
}

const close = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));

const isHeld = (address: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(address, () => {
      socket.destroy();
      resolve(true);
    }).on("error", () => resolve(false));
  });
