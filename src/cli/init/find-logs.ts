// The logs of this machine, for `l2i init`: in the folders where servers keep them, or in the places given.
import { readdir, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { L2iError, systemCode } from "../../errors.ts";
import { troubleOf } from "../../file-trouble.ts";
import { liveName } from "../../log/rotated-name.ts";

/** Where the packages of distributions, and what is built by hand, put logs. */
const usualPlaces: readonly string[] = [
  "/var/log/apache2",
  "/var/log/httpd",
  "/var/log/nginx",
  "/var/log/lighttpd",
  "/var/log/caddy",
  "/var/log/traefik",
  "/var/log/haproxy.log",
  "/var/log/squid",
  "/usr/local/apache2/logs",
  "/usr/local/nginx/logs",
  "/usr/local/openresty/nginx/logs",
  "/usr/local/var/log/httpd",
  "/usr/local/var/log/nginx",
  "/opt/homebrew/var/log/httpd",
  "/opt/homebrew/var/log/nginx",
];

export interface FoundLogs {
  /** Absolute paths, each file once. */
  readonly logs: readonly string[];
  /** Folders that are there and cannot be looked into, with the reason. */
  readonly closed: readonly string[];
}

/** Logs and folders of logs that a person names; without any, the usual places. Throws where a place that was named is not there. */
export async function findLogs(named: readonly string[]): Promise<FoundLogs> {
  const logs = new Map<string, string>();
  const closed: string[] = [];
  for (const place of named.length > 0 ? named.map((path) => resolve(path)) : usualPlaces)
    try {
      for (const path of await logsIn(place, 1)) {
        const { dev, ino } = await stat(path);
        const file = `${dev} ${ino}`;
        if (!logs.has(file)) logs.set(file, path);
      }
    } catch (error) {
      if (systemCode(error) === undefined) throw error;
      if (systemCode(error) !== "ENOENT") closed.push(`${place} cannot be read: ${troubleOf(error)}`);
      else if (named.length > 0)
        throw new L2iError("usage", `${place} does not exist; name a log, or a folder of logs`, { cause: error });
    }
  return { logs: withoutRotated([...logs.values()]), closed };
}

/** A shell names with `access.log*` the rotated files, too; they are read with the log that they are of. */
function withoutRotated(paths: readonly string[]): string[] {
  const all = new Set(paths);
  return paths.filter((path) => {
    const live = join(dirname(path), liveName(path));
    return live === path || !all.has(live);
  });
}

/**
 * A file itself; of a folder the files that look live, and those in its folders, `depth` levels down: some keep one a site. A link to a folder
 * is not followed, since it may lead anywhere.
 */
async function logsIn(place: string, depth: number): Promise<string[]> {
  if (!(await stat(place)).isDirectory()) return [place];
  const entries = (await readdir(place, { withFileTypes: true })).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const found: string[] = [];
  for (const entry of entries) {
    const { name } = entry;
    const path = join(place, name);
    const stats = await stat(path).catch(() => null); // a link into nowhere
    if (stats?.isFile() && liveName(name) === name) found.push(path);
    if (entry.isDirectory() && depth > 0) found.push(...(await logsIn(path, depth - 1)));
  }
  return found;
}
