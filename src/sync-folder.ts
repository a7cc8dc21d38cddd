// A file that was just made or renamed is in its folder for good only once the folder is on the disk, too.
import { closeSync, fsync, openSync } from "node:fs";
import { promisify } from "node:util";

const sync = promisify(fsync);

export async function syncFolder(path: string): Promise<void> {
  const folder = openSync(path, "r");
  try {
    await sync(folder);
  } finally {
    closeSync(folder);
  }
}
