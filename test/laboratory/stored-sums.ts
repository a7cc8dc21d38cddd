// What a real store holds, summed as a person would sum it: by series and window, in the form of sumsOfLines.
import { seriesKey } from "../../src/sink/line-protocol.ts";
import type { VictoriaMetrics } from "../servers/victoria-metrics.ts";
import { addTo, type Sums } from "./sums.ts";

interface Series {
  readonly name: string;
  readonly tags: Record<string, string>;
  readonly values: [time: number, count: number, bytes: number][];
}

/** All measurements but the loader's own. */
export async function sumsInInfluxdb(url: string, database: string, windowMs: number): Promise<Sums> {
  const query = new URLSearchParams({
    db: database,
    epoch: "ms",
    q: 'SELECT "count", "bytes_sum" FROM /.*/ GROUP BY *',
  });
  const response = await fetch(`${url}/query?${query.toString()}`);
  const answer: { results: { error?: string; series?: Series[] }[] } = JSON.parse(await response.text());
  const [result] = answer.results;
  if (result?.error !== undefined) throw new Error(result.error);
  const sums: Sums = new Map();
  for (const { name, tags, values } of result?.series ?? [])
    for (const [time, count, bytes] of values) addTo(sums, keyOf(name, tags, time, windowMs), count, bytes);
  return sums;
}

/** Of the measurement `requests`, in what `match` selects besides. */
export async function sumsInVictoriaMetrics(
  store: VictoriaMetrics,
  match: readonly [tag: string, value: string],
  windowMs: number,
): Promise<Sums> {
  const sums: Sums = new Map();
  for (const field of ["count", "bytes_sum"]) {
    const selected = await store.export(`{__name__="requests_${field}",${match[0]}="${match[1]}"}`);
    for (const { metric, values, timestamps } of selected) {
      const { __name__, [match[0]]: _, ...tags } = metric;
      for (const [index, value] of values.entries()) {
        const key = keyOf("requests", tags, timestamps[index]!, windowMs);
        if (field === "count") addTo(sums, key, value, 0);
        else addTo(sums, key, 0, value);
      }
    }
  }
  return sums;
}

const keyOf = (measurement: string, tags: Record<string, string>, time: number, windowMs: number): string =>
  `${seriesKey(
    measurement,
    Object.entries(tags).filter(([, value]) => value !== ""), // tags of other measurements
  )} ${Math.floor(time / windowMs) * windowMs}`;
