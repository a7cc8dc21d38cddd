// A real InfluxDB 1.6 for tests. Debian has no newer one; it is the oldest that l2i writes to, and overwrites points as all of them do.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { binary } from "./packages.ts";
import { startServer, type Server } from "./server.ts";

/** One row of an answer: its columns, the tags it was grouped by, and the name of its measurement. `time` is in milliseconds. */
type Row = Record<string, string | number | boolean | null>;

export interface InfluxDB extends Server {
  /** Runs InfluxQL, as the administrator where there is one. Throws the store's own message when it refuses. */
  query(q: string, db?: string): Promise<Row[]>;
  createDatabase(name: string): Promise<void>;
}

/** With `auth` every request needs these credentials (of the administrator); without, none are asked for. */
export async function startInfluxdb(
  options: { auth?: { username: string; password: string } } = {},
): Promise<InfluxDB> {
  const { auth } = options;
  const server = await startServer(await binary("influxdb", "/usr/bin/influxd"), "/ping", async (address, folder) => {
    await writeFile(join(folder, "influxdb.conf"), configuration(address, folder, auth !== undefined));
    return ["run", "-config", "influxdb.conf"];
  });
  const query = async (q: string, db?: string): Promise<Row[]> => {
    const response = await fetch(`${server.url}/query`, {
      method: "POST",
      headers: auth
        ? { authorization: `Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString("base64")}` }
        : {},
      body: new URLSearchParams({ q, epoch: "ms", ...(db === undefined ? {} : { db }) }),
    });
    const answer: Answer = JSON.parse(await response.text());
    return rows(answer);
  };
  // Of a new store that asks for credentials the first request must create the administrator, and needs none itself.
  if (auth)
    await query(
      `CREATE USER ${quoted(auth.username, '"')} WITH PASSWORD ${quoted(auth.password, "'")} WITH ALL PRIVILEGES`,
    );
  return {
    ...server,
    query,
    createDatabase: async (name) => void (await query(`CREATE DATABASE ${quoted(name, '"')}`)),
  };
}

/** Everything that runs beside reading and writing is off: telemetry, self-monitoring, logs of requests. */
function configuration(address: string, folder: string, auth: boolean): string {
  return `
reporting-disabled = true
bind-address = "127.0.0.1:0"
[meta]
  dir = "${folder}/meta"
[data]
  dir = "${folder}/data"
  wal-dir = "${folder}/wal"
  query-log-enabled = false
[monitor]
  store-enabled = false
[subscriber]
  enabled = false
[continuous_queries]
  enabled = false
[http]
  bind-address = "${address}"
  auth-enabled = ${auth}
  log-enabled = false
[logging]
  level = "warn"
  suppress-logo = true
`;
}

interface Answer {
  error?: string;
  results?: { error?: string; series?: Series[] }[];
}

interface Series {
  name: string;
  tags?: Record<string, string>;
  columns: string[];
  values?: (string | number | boolean | null)[][];
}

function rows({ error, results = [] }: Answer): Row[] {
  const refusal = error ?? results.find((result) => result.error)?.error;
  if (refusal) throw new Error(`InfluxDB: ${refusal}`);
  return results
    .flatMap((result) => result.series ?? [])
    .flatMap(({ name, tags, columns, values = [] }) =>
      values.map((value) => ({
        measurement: name,
        ...tags,
        ...Object.fromEntries(columns.map((column, i) => [column, value[i] ?? null])),
      })),
    );
}

function quoted(text: string, quote: "'" | '"'): string {
  return quote + text.replaceAll("\\", "\\\\").replaceAll(quote, `\\${quote}`) + quote;
}
