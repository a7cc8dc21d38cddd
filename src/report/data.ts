// What a page is made of: the one thing that l2i and the code in the browser share. It is JSON within the page.

/** See Cube. */
export interface CubeData {
  /** Most frequent first. */
  readonly names: readonly string[];
  /** Of a bin of time, ms. */
  readonly widthMs: number;
  /** How often pairs of neighbouring codes were joined. */
  readonly joined: number;
  /** The most that a name may lack of its count. */
  readonly lacking: number;
  /** How many further names are in the rest; where some are lacking, the same one may count several times. */
  readonly others: number;
  /** Packed numbers: for each name, then for the rest, how many cells, and the cells. */
  readonly cells: string;
}

export interface RejectSample {
  readonly file: string;
  /** Byte at which the line begins. */
  readonly offset: number;
  readonly line: string;
}

export interface ReportData {
  /** Of l2i. */
  readonly version: string;
  /** When it was made, ms since 1970. */
  readonly made: number;
  /** In which times are shown. */
  readonly timezone: string;
  /** How many were read; some of them are in `logs`. */
  readonly files: number;
  readonly logs: readonly { readonly name: string; readonly format: string }[];
  /** Only lines from then on, and until then, were counted, ms since 1970; null: all. */
  readonly between: readonly [since: number | null, until: number | null] | null;
  readonly lines: number;
  readonly matched: number;
  readonly rejected: number;
  /** Beginning of the first bin that has a request, and time of the last request, ms since 1970; null without one. */
  readonly span: readonly [oldest: number, newest: number] | null;
  /** Lines whose time is more than a day ahead of the clock; they are in no chart. */
  readonly future: number;
  /** What was said while the logs were read, such as that one is damaged. */
  readonly warnings: readonly string[];
  /** By route; code: status (0: none); sums: count, bytes. */
  readonly requests: CubeData;
  /** By route; code: class and bucket of the time taken, see `latencyCode`; sum: count. */
  readonly latency: CubeData;
  /** By route and fingerprint, a line feed between them; code: status; sum: count. */
  readonly errors: CubeData;
  /** By route and file, a line feed between them; code: status; sums: count, bytes. */
  readonly downloads: CubeData;
  /** Path of the folder whose files are downloads. */
  readonly downloadFolder: string;
  /** By family; code: first digit of the status times 100; sums: count, bytes. */
  readonly crawlers: CubeData;
  readonly rejects: readonly RejectSample[];
}
