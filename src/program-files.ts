// Where the program's own code lies: in files beside each other. In the executable it is another module that says so, src/binary/.
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";

/** How the paths of the program's own files begin. */
export const ownPath = `${dirname(fileURLToPath(new URL(".", import.meta.url)))}/`;

/** The words with which another program starts this one. */
export const ownCommand = (): string[] => [process.execPath, process.argv[1]!];

/** Path of the JSON Schema of multibrains. */
export const schemaPath: string | null = `${ownPath}multibrain.schema.json`;

export function startThread(name: ThreadName, workerData: unknown): Worker {
  return new Worker(new URL(`./${name}.cjs`, import.meta.url), { workerData });
}

/** What can run in a thread of its own. */
export type ThreadName = "worker" | "trial";
