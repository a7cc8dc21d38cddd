// How the lock of a file is called, and who holds which: apart from lock.ts, since a quiet run need not load sockets.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";

/** The address of the lock of a file: an abstract Unix socket, or, where there are none (not Linux), a socket file. `path` has no symbolic link in its folder. */
export function lockAddress(path: string): string {
  return process.platform === "linux" ? `\0l2i-${createHash("sha256").update(path).digest("hex")}` : `${path}.lock`;
}

/** Tells whether somebody holds a lock at this moment, without taking it. Throws where that cannot be known. */
export function lockWatch(): (address: string) => boolean {
  if (process.platform !== "linux") return existsSync; // it may be left over from a dead process: who takes the lock finds out
  const held = new Set(readFileSync("/proc/net/unix", "latin1").match(/@l2i-[0-9a-f]{64}/g));
  return (address) => held.has(address.replace("\0", "@"));
}
