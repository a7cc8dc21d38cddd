// From the sink that an invocation names to the one that writes. The client for databases is loaded only when one is named.
import type { SinkTarget } from "../invocation/sink-target.ts";
import { fileSink, stdoutSink } from "./file.ts";
import type { Sink } from "./sink.ts";

/** Opens nothing yet: a store is first contacted by the first write. */
export async function openSink(target: SinkTarget, timeoutMs: number): Promise<Sink> {
  if (target.kind === "file") return target.path === "-" ? stdoutSink(process.stdout) : fileSink(target.path);
  const { influxSink } = await import("./influx.ts");
  const common = { url: target.url, timeoutMs };
  const store =
    target.kind === "influx1"
      ? {
          ...common,
          version: 1 as const,
          database: target.database,
          retentionPolicy: target.retentionPolicy ?? undefined,
          username: target.username ?? undefined,
          password: target.password ?? undefined,
        }
      : {
          ...common,
          version: 2 as const,
          org: target.org ?? "",
          bucket: target.bucket ?? "",
          token: target.token ?? undefined,
        };
  return influxSink(store, { now: Date.now, sleep, random: Math.random });
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
