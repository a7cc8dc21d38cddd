// A real VictoriaMetrics for tests: the store that takes line protocol but does not overwrite points.
import { binary } from "./packages.ts";
import { startServer, type Server } from "./server.ts";

/** One metric, `<measurement>_<field>`, with its tags: `timestamps` in milliseconds, one for each of `values`. */
interface Exported {
  metric: Record<string, string>;
  values: number[];
  timestamps: number[];
}

export interface VictoriaMetrics extends Server {
  /** All points of the series that `match` selects, such as `{__name__="requests_count"}`, those written just now included. */
  export(match: string): Promise<Exported[]>;
}

export async function startVictoriaMetrics(): Promise<VictoriaMetrics> {
  const program = await binary("victoria-metrics", "/usr/bin/victoria-metrics");
  const server = await startServer(program, "/health", (address, folder) => [
    `-httpListenAddr=${address}`,
    `-storageDataPath=${folder}/data`,
    // Points older than the retention are dropped with a 204, and fixtures are old.
    "-retentionPeriod=100y",
    // Removes points that were sent twice: identical value and millisecond.
    "-dedup.minScrapeInterval=1ms",
    "-loggerLevel=WARN",
  ]);
  const get = async (path: string): Promise<string> => {
    const response = await fetch(server.url + path);
    const text = await response.text();
    if (!response.ok) throw new Error(`VictoriaMetrics: ${path} answered ${response.status}: ${text}`);
    return text;
  };
  return {
    ...server,
    export: async (match) => {
      await get("/internal/force_flush");
      // Without these bounds it leaves out what lies in the future.
      const range = new URLSearchParams({ "match[]": match, start: "0", end: "9999999999" });
      const lines = (await get(`/api/v1/export?${range.toString()}`)).split("\n").filter(Boolean);
      return lines.map((line): Exported => JSON.parse(line));
    },
  };
}
