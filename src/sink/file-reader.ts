// Reads back a file of line protocol, line by line. Of several lines for one series and timestamp the last one counts. A last line
// without its line end is no point: whoever appends to the file next cuts it off.
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { L2iError, systemCode } from "../errors.ts";
import { troubleOf } from "../file-trouble.ts";
import { fieldsOf, seriesParts, splitLine } from "./line-protocol.ts";
import type { Question, Reader, StoredPoint, StoredSeries } from "./reader.ts";

/** A file that is not there holds nothing. */
export function fileReader(path: string): Reader {
  return {
    source: path,
    async *read(question) {
      const file = await openFile(path);
      if (!file) return;
      try {
        yield* await latest(file, question);
      } finally {
        await file.close();
      }
    },
  };
}

async function openFile(path: string): Promise<FileHandle | null> {
  try {
    // O_NONBLOCK: opening a FIFO must not wait for its writer; it is refused afterwards.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    if ((await file.stat()).isFile()) return file;
    await file.close();
  } catch (error) {
    if (systemCode(error) === "ENOENT") return null;
    throw new L2iError("store", `${path} cannot be read: ${troubleOf(error)}`, { cause: error });
  }
  throw new L2iError("store", `${path} is not a regular file: what was written to it cannot be read back`);
}

/** Points by their time. */
type Points = Map<string, StoredPoint>;

async function latest(file: FileHandle, { measurement, fields, from, until }: Question): Promise<StoredSeries[]> {
  const found = new Map<string, Points>();
  const [first, end] = [BigInt(from) * 1_000_000n, BigInt(until) * 1_000_000n];
  for await (const line of wholeLines(file)) {
    const parts = splitLine(line);
    if (parts.timestamp === "") continue;
    const time = BigInt(parts.timestamp);
    if (time < first || time >= end) continue;
    const values = fieldsOf(parts.fields);
    const points = pointsOf(found, parts.series);
    points.set(parts.timestamp, { time, fields: fields.map((name) => values.get(name) ?? null) });
  }
  return [...found].flatMap(([series, points]) => {
    const parts = seriesParts(series);
    return parts.measurement === measurement ? [{ tags: parts.tags, points: [...points.values()] }] : [];
  });
}

async function* wholeLines(file: FileHandle): AsyncGenerator<string> {
  const { size } = await file.stat();
  const last = Buffer.alloc(1);
  if (size > 0) await file.read(last, 0, 1, size - 1);
  const isUnfinished = last[0] !== 10;
  let before: string | null = null;
  for await (const line of file.readLines({ autoClose: false })) {
    if (before !== null) yield before;
    before = line;
  }
  if (before !== null && !isUnfinished) yield before;
}

function pointsOf(found: Map<string, Points>, series: string): Points {
  let points = found.get(series);
  if (!points) found.set(series, (points = new Map()));
  return points;
}
