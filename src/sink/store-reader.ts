// Reads back what a store holds: by InfluxQL over `/query`, which InfluxDB 1 speaks, and 2 and 3 as well where a database is
// mapped to the bucket; else by the export of VictoriaMetrics. Which of them it is, the store's answer tells.
import { HttpError } from "@influxdata/influxdb-client";
import { L2iError } from "../errors.ts";
import { oneLine, parsed, problemOfReading } from "./influx-answer.ts";
import type { InfluxTarget } from "./influx.ts";
import { connect, type Connection, Unanswered } from "./influx-connection.ts";
import { selectOf, seriesOf, type Table, tablesOf } from "./influxql.ts";
import type { Question, Reader, StoredSeries } from "./reader.ts";
import { exportedFrom, exportOf } from "./victoria-metrics.ts";

/** The timeout counts for each request. */
export function storeReader(target: InfluxTarget): Reader {
  const connection = connect(target);
  const store = { target, connection };
  let read: Read | null = null;
  return {
    source: connection.shown,
    async *read(question) {
      try {
        read ??= await languageOf(store);
        yield* read(store, question);
      } catch (error) {
        if (isNotUnderstood(error)) throw failure(store, unreadable);
        throw error instanceof Unanswered
          ? failure(store, problemOfReading(error.fault, connection.withoutSecrets))
          : error;
      }
    },
  };
}

interface Store {
  readonly target: InfluxTarget;
  readonly connection: Connection;
}

type Read = (store: Store, question: Question) => AsyncGenerator<StoredSeries>;

/** VictoriaMetrics answers every query with the names of its databases. */
async function languageOf(store: Store): Promise<Read> {
  try {
    for await (const { name } of query(store, "SHOW MEASUREMENTS LIMIT 1"))
      if (name !== "measurements") return readExport;
    return readInfluxql;
  } catch (error) {
    if (isNotUnderstood(error)) return readExport;
    throw error;
  }
}

/** An answer that is none of a store that speaks the language. */
class NotUnderstood extends Error {}

/** So says a server that does not know the path: not in JSON, as stores say that they miss a database. */
function isNotUnderstood(error: unknown): boolean {
  if (!(error instanceof Unanswered)) return error instanceof NotUnderstood;
  const { fault } = error;
  return fault instanceof HttpError && [400, 404, 405].includes(fault.statusCode) && fault.json === undefined;
}

async function* readInfluxql(store: Store, question: Question): AsyncGenerator<StoredSeries> {
  const { target } = store;
  const tables = query(store, selectOf(question, target.version === 1 ? target.retentionPolicy : undefined));
  for await (const table of tables) yield seriesOf(table);
}

/** The answer comes in chunks, so that none of them is large. */
async function* query(store: Store, q: string): AsyncGenerator<Table> {
  const { target } = store;
  const db = (target.version === 1 ? target.database : target.bucket) ?? "";
  for await (const line of ask(store, "/query", new URLSearchParams({ db, q, chunked: "true", chunk_size: "10000" }))) {
    const tables = tablesOf(line);
    if (!tables) throw new NotUnderstood("this is no answer of InfluxDB");
    if ("error" in tables) throw failure(store, refused(tables.error));
    yield* tables;
  }
}

const refused = (error: string): Problem => ({
  code: "store",
  problem: `the store refused the query (${oneLine(error)}); create what is missing, or correct the names`,
});

async function* readExport(store: Store, question: Question): AsyncGenerator<StoredSeries> {
  const { target } = store;
  await flush(store);
  const database = target.version === 1 ? target.database : undefined;
  for await (const line of ask(store, "/api/v1/export", exportOf(question))) {
    const series = exportedFrom(line, question, database);
    if (!series) throw new NotUnderstood("this is no line of an export");
    yield series;
  }
}

/** The lines of an answer, as JSON. */
async function* ask({ target, connection }: Store, path: string, parameters: URLSearchParams): AsyncGenerator {
  for await (const line of connection.ask(path, parameters, target.timeoutMs))
    if (line.trim() !== "") yield parsed(line);
}

const unreadable: Problem = {
  code: "store",
  problem:
    "it cannot be read back: it answers neither InfluxQL (/query) nor the export of VictoriaMetrics (/api/v1/export); for InfluxDB 2 map a database to the bucket",
};

/** What VictoriaMetrics took within the last second is in no answer before. */
async function flush({ target, connection }: Store): Promise<void> {
  try {
    for await (const _ of connection.ask("/internal/force_flush", new URLSearchParams(), target.timeoutMs));
  } catch (error) {
    if (!(error instanceof Unanswered && error.fault instanceof HttpError)) throw error; // it may be kept from us; then the second has mostly passed
  }
}

type Problem = ReturnType<typeof problemOfReading>;

function failure({ connection }: Store, { code, problem }: Problem): L2iError {
  return new L2iError(code, `${connection.shown}: ${connection.withoutSecrets(problem)}`);
}
