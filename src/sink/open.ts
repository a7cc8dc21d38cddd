// From the sink that an invocation names to the one that writes, and the one that reads back. The client for databases is loaded only when one is named.
import type { SinkTarget } from "../invocation/sink-target.ts";
import { fileSink, stdoutSink } from "./file.ts";
import { fileReader } from "./file-reader.ts";
import type { InfluxTarget } from "./influx.ts";
import type { Reader } from "./reader.ts";
import type { Sink } from "./sink.ts";

/** Opens nothing yet: a store is first contacted by the first write. */
export async function openSink(target: SinkTarget, timeoutMs: number): Promise<Sink> {
  if (target.kind === "file") return target.path === "-" ? stdoutSink(process.stdout) : fileSink(target.path);
  const { influxSink } = await import("./influx.ts");
  return influxSink(storeOf(target, timeoutMs), { now: Date.now, sleep, random: Math.random });
}

/** Reads back what the sink wrote. Standard output cannot be read. */
export async function openReader(target: SinkTarget, timeoutMs: number): Promise<Reader> {
  if (target.kind === "file") return fileReader(target.path);
  const { storeReader } = await import("./store-reader.ts");
  return storeReader(storeOf(target, timeoutMs));
}

function storeOf(target: Exclude<SinkTarget, { kind: "file" }>, timeoutMs: number): InfluxTarget {
  const { url } = target;
  return target.kind === "influx1"
    ? {
        url,
        timeoutMs,
        version: 1,
        database: target.database,
        retentionPolicy: target.retentionPolicy ?? undefined,
        username: target.username ?? undefined,
        password: target.password ?? undefined,
      }
    : {
        url,
        timeoutMs,
        version: 2,
        org: target.org ?? "",
        bucket: target.bucket ?? "",
        token: target.token ?? undefined,
      };
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
