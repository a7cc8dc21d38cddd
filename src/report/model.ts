// What is counted of the logs while they are read: pieces, as the loop over lines makes them, put into cubes. Pure.
import { anonymousText } from "../derived/network.ts";
import { addTally, emptyTally, type PieceCounts, type Reject } from "../frequencies/piece.ts";
import type { AttributeEntry } from "../frequencies/series.ts";
import { routeOf } from "../pipeline/route.ts";
import { decoded, visible } from "../printable.ts";
import { tagText } from "../sink/line-protocol.ts";
import { Cube, type CubeLimits } from "./cube.ts";
import type { CubeData, RejectSample, ReportData } from "./data.ts";
import { elapsedBuckets } from "./elapsed-bucket.ts";
import { type PipelineName, pipelineOrder } from "./pipelines.ts";

/** What is held while logs are read: a day in bins of a minute, a month in bins of half an hour. */
const limits: CubeLimits = { sums: 2, names: 2048, cells: 100_000, bins: 1500 };

/** What a page shows of each, and in how many characters: so it stays below 2 MB whatever is in the logs. */
const shown = {
  requests: { names: 30, characters: 450_000 },
  latency: { names: 30, characters: 850_000 },
  errors: { names: 40, characters: 150_000 },
  downloads: { names: 40, characters: 130_000 },
  crawlers: { names: 40, characters: 150_000 },
};

const mostRejects = 20;
/** Characters of a reject. */
const longestReject = 300;

/** The counts of `ReportData`. */
export type Counts = Pick<
  ReportData,
  "lines" | "matched" | "rejected" | "future" | "span" | "rejects" | keyof typeof shown
>;

export class Model {
  readonly #downloadFolder: string;
  readonly #isAnonymous: boolean;
  readonly #tally = emptyTally();
  readonly #names = new Names();
  readonly #rejects: RejectSample[] = [];
  readonly #cubes = {
    requests: new Cube(limits),
    latency: new Cube({ ...limits, sums: 1, cells: 250_000, joins: 2 }),
    errors: new Cube({ ...limits, sums: 1 }),
    downloads: new Cube(limits),
    crawlers: new Cube(limits),
  };
  #future = 0;
  /** Lines of other times than those that are asked for. */
  #outside = 0;
  #oldest = Infinity;
  #newest = -Infinity;

  constructor({ downloadFolder, anonymizeIp }: { readonly downloadFolder: string; readonly anonymizeIp: boolean }) {
    this.#downloadFolder = downloadFolder;
    this.#isAnonymous = anonymizeIp;
  }

  /** What was counted of a part of a file, one piece for each pipeline in `pipelineOrder`. */
  add(pieces: readonly PieceCounts[], file: string): void {
    const { tally, rejects, future, outside } = pieces[0]!;
    addTally(this.#tally, tally);
    this.#outside += outside;
    for (const reject of rejects.slice(0, mostRejects - this.#rejects.length))
      this.#rejects.push(sampleOf(reject, file, this.#isAnonymous));
    for (const counts of future.values()) this.#future += counts.lines();
    for (const [index, piece] of pieces.entries()) this.#addPiece(piece, this.#enter[pipelineOrder[index]!]);
  }

  /** Of the narrowest bins, ms: what falls into one of them may be added up before it is added here. */
  get width(): number {
    return Math.min(...Object.values(this.#cubes).map(({ width }) => width));
  }

  finish(): Counts {
    const { lines, matched, rejected } = this.#tally;
    const routes = this.#cubes.requests.top(shown.requests.names);
    return {
      lines: lines - this.#outside,
      matched,
      rejected,
      future: this.#future,
      span: this.#oldest <= this.#newest ? [this.#oldest, this.#newest] : null,
      requests: this.#cubes.requests.data(routes, shown.requests.characters),
      latency: this.#cubes.latency.data(routes, shown.latency.characters),
      errors: this.#top("errors"),
      downloads: this.#top("downloads"),
      crawlers: this.#top("crawlers"),
      rejects: this.#rejects,
    };
  }

  #top(cube: keyof typeof shown): CubeData {
    const { names, characters } = shown[cube];
    return this.#cubes[cube].data(this.#cubes[cube].top(names), characters);
  }

  #addPiece({ windows, newest }: PieceCounts, enter: Enter): void {
    this.#newest = Math.max(this.#newest, newest);
    for (const [start, counts] of windows) {
      this.#oldest = Math.min(this.#oldest, start);
      this.#newest = Math.max(this.#newest, start); // of a piece it is no time ahead of the clock
      for (const [row, series] of counts.series.entries()) {
        const { count, values } = counts.amounts(row);
        enter(series.attributes().map(valueOf), start, count, values[0] ?? 0);
      }
    }
  }

  /** By pipeline: puts lines with the same answer, its values in their order, into the cubes. */
  readonly #enter: { readonly [name in PipelineName]: Enter } = {
    requests: ([given, status, elapsed], start, count, bytes) => {
      const route = this.#names.of(given);
      const code = statusCode(status);
      this.#cubes.requests.add(route, start, code, [count, bytes]);
      if (typeof elapsed === "number" && elapsed >= 0)
        this.#cubes.latency.add(route, start, latencyCode(code, elapsed), [count]);
    },
    errors: ([status, route, fingerprint], start, count) =>
      this.#cubes.errors.add(`${this.#names.of(route)}\n${this.#names.of(fingerprint)}`, start, statusCode(status), [
        count,
      ]),
    downloads: ([file, status], start, count, bytes) => {
      const route = routeOf(this.#downloadFolder + String(file));
      this.#cubes.downloads.add(`${this.#names.of(route)}\n${this.#names.of(file)}`, start, statusCode(status), [
        count,
        bytes,
      ]);
    },
    crawlers: ([agent, statusClass], start, count, bytes) =>
      this.#cubes.crawlers.add(this.#names.of(agent), start, 100 * Number.parseInt(String(statusClass)) || 0, [
        count,
        bytes,
      ]),
  };
}

type Value = AttributeEntry[1] | undefined;

type Enter = (values: readonly Value[], start: number, count: number, bytes: number) => void;

const valueOf = ([, value]: AttributeEntry): Value => value;

/** Texts as a page shows them: most of them come again and again. */
class Names {
  readonly #known = new Map<Value, string>();

  /** Text that a page may show, however strange: it has no line end, nor anything that turns or hides what stands around it. */
  of(value: Value): string {
    let name = this.#known.get(value);
    if (name !== undefined) return name;
    if (this.#known.size >= limits.names) this.#known.clear();
    this.#known.set(value, (name = visible(tagText(String(value)))));
    return name;
  }
}

/** 0 for none, and for numbers that are no status. */
const statusCode = (status: Value): number =>
  typeof status === "number" && Number.isInteger(status) && status < 1000 ? status : 0;

/** The class of a status before the bucket, so that pairs of buckets can be joined. */
function latencyCode(status: number, bucket: number): number {
  const first = Math.floor(status / 100);
  return (first > 5 ? 0 : first) * elapsedBuckets + bucket;
}

function sampleOf({ offset, line }: Reject, file: string, isAnonymous: boolean): RejectSample {
  const text = visible(decoded(isAnonymous ? anonymousText(line) : line));
  return { file, offset, line: text.length > longestReject ? `${text.slice(0, longestReject)}…` : text };
}
