// A log through the program's own parts up to line protocol, and what must come of it, found out in another way.
import { countingOf, linesOf, windowingOf } from "../../src/counting.ts";
import { formatOf } from "../../src/format/find-format.ts";
import { addTally, countChunk, emptyTally, Piece, type PieceCounts, type Tally } from "../../src/frequencies/piece.ts";
import { newWindowState, Segment } from "../../src/frequencies/windows.ts";
import { readInvocations } from "../../src/invocation/multibrain.ts";
import { readSecrets } from "../../src/invocation/secrets.ts";
import { chunksOf } from "../../src/log/chunks.ts";
import { pipelineNames } from "../../src/pipeline/builtin.ts";
import { tagText } from "../../src/sink/line-protocol.ts";
import { type Task, taskOf } from "../../src/task.ts";
import { portions as arriving } from "../log/portions.ts";

/** The clock of all that is counted. */
export const now: number = Date.parse("2025-10-26T12:00:00Z");

const format = "vhost_combined_elapsed";
const constantTags = { host: "fuzz", log: "access.log", __proto__x: "constant" };

/** An invocation of each built-in pipeline, for a format that has all that they read. */
export const logFormat = String.raw`%v:%p %h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\" %D`;

export async function tasks(writes: "totals" | "parts" = "totals"): Promise<Task[]> {
  const entries = [
    ...pipelineNames.map((pipeline) => ({ pipeline })),
    {
      pipeline: "instances",
      name: "by vhost",
      measurement: "by vhost",
      set: { instance: "vhost", clients: "192.*.7" },
    },
  ].map((entry, index) => ({
    log: "access.log",
    brainfile: `${index}.json`,
    format: logFormat,
    tag: constantTags,
    out: "out.lp",
    writes,
    ...entry,
  }));
  const context = { folder: "/", hostname: "fuzz", environment: {}, pipelines: pipelineNames };
  const { invocations } = await readSecrets(readInvocations(entries, context));
  return Promise.all(invocations.map((invocation) => taskOf(invocation)));
}

/** How the log reaches the loop over its lines. */
export interface Cut {
  /** Lengths of the portions in which the bytes arrive. */
  readonly portions: readonly number[];
  /** Chunks to a piece. */
  readonly chunks: number;
}

export interface Counted {
  readonly tally: Tally;
  /** Line protocol. */
  readonly points: readonly string[];
  /** Count by window and tags, as the categorizer answered and `tagText` makes them. */
  readonly expected: ReadonlyMap<string, number>;
}

/** `log`: one character a byte. */
export async function count(task: Task, log: string, { portions, chunks }: Cut): Promise<Counted> {
  const { lines, countings } = countingOf([{ task, now }], task.chosenFormat ?? formatOf(format));
  const segment = new Segment(newWindowState, windowingOf(task));
  const pieces: PieceCounts[] = [];
  let piece = new Piece(countings[0]!);
  let read = 0;
  for await (const chunk of chunksOf(arriving(Buffer.from(log, "latin1"), portions), 0, task.maxLine).lines) {
    countChunk(chunk, lines, [piece]);
    if (++read % chunks !== 0) continue;
    pieces.push(piece.finish());
    piece = new Piece(countings[0]!);
  }
  pieces.push(piece.finish());
  const expected = new Map<string, number>();
  const tally = emptyTally();
  for (const counts of pieces) {
    addTally(tally, counts.tally);
    addExpected(expected, counts, task);
    segment.merge(counts);
  }
  return { tally, points: [...linesOf(segment.finish().points, task)], expected };
}

function addExpected(expected: Map<string, number>, { windows, future }: PieceCounts, { tags }: Task): void {
  for (const [start, counts] of [...windows, ...future])
    for (const [row, series] of counts.series.entries()) {
      const attributes = series.attributes().map(([name, value]): [string, string] => [name, tagText(String(value))]);
      const key = keyOf(start, [...Object.entries(tags), ...attributes]);
      expected.set(key, (expected.get(key) ?? 0) + counts.amounts(row).count);
    }
}

export const keyOf = (window: number, tags: readonly (readonly [string, string])[]): string =>
  JSON.stringify([window, tags.toSorted(([a], [b]) => (a < b ? -1 : 1))]);

/** A point as any reader of line protocol understands it. */
export interface Parsed {
  readonly measurement: string;
  readonly tags: [key: string, value: string][];
  readonly fields: Map<string, string>;
  readonly timestamp: bigint;
}

/** Reads line protocol by its rules (https://docs.influxdata.com/influxdb/v1/write_protocols/line_protocol_reference/), not by ours. */
export function parsePoint(line: string): Parsed {
  const [series = "", fields = "", timestamp = "", ...more] = splitAt(line, " ");
  if (more.length > 0) throw new Error(`more than three parts: ${line}`);
  const [measurement = "", ...tags] = splitAt(series, ",");
  return {
    measurement: unescaped(measurement),
    tags: tags.map(pair),
    fields: new Map(splitAt(fields, ",").map(pair)),
    timestamp: BigInt(timestamp),
  };
}

function pair(text: string): [string, string] {
  const [key, value, ...more] = splitAt(text, "=");
  if (!key || !value || more.length > 0) throw new Error(`no key and value: ${text}`);
  return [unescaped(key), unescaped(value)];
}

/** Parts between separators that no backslash escapes. */
function splitAt(text: string, separator: string): string[] {
  const parts = [""];
  for (let i = 0; i < text.length; i++) {
    if (text[i] === separator) parts.push("");
    else parts[parts.length - 1] += text[i] === "\\" ? text[i]! + (text[++i] ?? "") : text[i]!;
  }
  return parts;
}

const unescaped = (text: string): string => text.replaceAll(/\\([ ,=])/g, "$1");
