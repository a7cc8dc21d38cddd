// Locks named by a path: one run at a time per brainfile, one writer at a time per out file. A lock is an abstract Unix socket:
// the kernel frees it the moment its holder dies, however it dies, and it leaves nothing on disk. Where there are none (not
// Linux) a socket file does the same, less neatly.
import { realpath, unlink } from "node:fs/promises";
import { type Server, connect, createServer } from "node:net";
import { basename, dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { L2iError } from "./errors.ts";
import { lockAddress } from "./lock-name.ts";

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
  const address = lockAddress(join(folder, basename(file)));
  const lock = await listen(address);
  if (lock || process.platform === "linux") return lock;
  return (await isHeld(address)) ? null : (await unlink(address), listen(address));
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
