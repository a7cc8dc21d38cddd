// Where the program's own code lies in the executable: inside of it.
import { getAsset } from "node:sea";
import { Worker } from "node:worker_threads";
import type { ThreadName } from "../program-files.ts";

export const ownPath = process.execPath;

export const ownCommand = (): string[] => [process.execPath];

/** There is no file of it. */
export const schemaPath = null;

export function startThread(name: ThreadName, workerData: unknown): Worker {
  return new Worker(getAsset(`${name}.cjs`, "utf8"), { eval: true, workerData });
}
