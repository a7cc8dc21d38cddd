// What the logs say: exactly the bytes that were counted, in the format in which they were counted, but with no window ever
// closed, neither by time nor by force, so that the total of a window is the total of its lines.
import { FileCounter, windowingOf } from "../counting.ts";
import { formatOf } from "../format/find-format.ts";
import { isFields } from "../format/w3c-columns.ts";
import type { PieceCounts } from "../frequencies/piece.ts";
import { join, type Span } from "../frequencies/spans.ts";
import type { Totals } from "../frequencies/window-totals.ts";
import { newWindowState } from "../frequencies/windows.ts";
import type { ByteReader, Content } from "../log/content.ts";
import { type OpenReading, segmentsOf } from "../log/segments.ts";
import { tagText } from "../sink/line-protocol.ts";
import type { Task } from "../task.ts";
import type { Generation } from "./generations.ts";

export interface Recount {
  /** Totals of the windows that were wanted, by their start. */
  readonly windows: ReadonlyMap<number, Totals>;
  /** Where these windows lie, and those between them that hold nothing. `recount` itself answers with the unwanted ones, too. */
  readonly spans: readonly Span[];
  /** Names of the attributes that the pipeline answered with. */
  readonly attributes: ReadonlySet<string>;
}

/** Windows this near (ms) belong to one stretch of counting: the ones between them, which hold nothing, were counted as well. */
const stretch = 86_400_000;

/** Counts the generations once more. Memory grows with the windows that are `wanted`. */
export async function recount(
  generations: readonly Generation[],
  task: Task,
  wanted: (window: number) => boolean,
): Promise<Recount> {
  const { windowMs, chosenFormat } = task;
  const readings = generations.flatMap(readingsOf);
  const formats = new Map(readings.map(({ content, format }) => [content, format]));
  let spans: Span[] = [];
  const attributes = new Set<string>();
  const onPiece = ({ windows }: PieceCounts): void => {
    const starts = [...windows.keys()];
    spans = join([...spans, ...starts.map((start): Span => [start, start + windowMs])], stretch);
    for (const { series: all } of windows.values())
      for (const series of all) for (const [name] of series.attributes()) attributes.add(tagText(name));
    for (const start of starts) if (!wanted(start)) windows.delete(start); // before the piece is merged
  };
  const counter = new FileCounter({ task, now: Infinity }); // without a clock no line is from the future
  const segments = segmentsOf(readings, newWindowState, {
    windowing: { ...windowingOf(task), parts: false, zeros: [], latenessMs: Infinity, mostOpen: Infinity },
    open: async (content, offset) => {
      const counted = formats.get(content)!;
      return counter.open(content, offset, isFields(counted) || !chosenFormat ? formatOf(counted) : chosenFormat);
    },
    onPiece,
  });
  let windows: Recount["windows"] = new Map();
  for await (const { next } of segments) windows = next.open;
  return { windows, spans, attributes };
}

interface StretchReading extends OpenReading {
  readonly format: string;
}

/** One reading for each stretch of bytes of one format. */
function readingsOf({ place, content }: Generation): StretchReading[] {
  return place.countedAs.flatMap(([from, format], index) => {
    const until = place.countedAs[index + 1]?.[0] ?? place.offset;
    if (from >= until) return [];
    const start = { ...place, offset: from, size: -1 }; // as if it was left there, not read to its end
    return [{ candidate: 0, how: "resume", place: start, newer: true, content: endingAt(content, until), format }];
  });
}

/** The content as if nothing followed. */
function endingAt(content: Content, end: number): Content {
  return {
    ...content,
    stat: { ...content.stat, size: end },
    readFrom: async (offset) => limited(await content.readFrom(offset), end - offset),
  };
}

function limited(reader: ByteReader, bytes: number): ByteReader {
  let left = bytes;
  return {
    get damage() {
      return reader.damage;
    },
    get onDisk() {
      return reader.onDisk;
    },
    async read(buffer, at, length) {
      const read = await reader.read(buffer, at, Math.min(length, left));
      left -= read;
      return read;
    },
    close: () => reader.close(),
  };
}
