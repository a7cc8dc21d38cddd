// How many series a pipeline will make of a log, told by its newest lines: they are most like those to come.
import { countingOf, formatFor } from "../../counting.ts";
import type { Format } from "../../format/format.ts";
import type { Categorizer } from "../../frequencies/categorizer.ts";
import type { Sighting } from "../../frequencies/estimate.ts";
import type { Series } from "../../frequencies/series.ts";
import { type Content, readAt } from "../../log/content.ts";
import type { Task } from "../../task.ts";
import { seriesAhead } from "./series-ahead.ts";

/** In words; empty where the newest lines say nothing. */
export async function checkSeries(
  task: Task,
  format: Format,
  content: Content,
  warn: (detail: string) => void,
): Promise<string> {
  const { bytes, offset } = await newestLines(content);
  const columns = format.isSelfDescribing ? await formatFor(task, content, offset, format.name) : format;
  const { detail, warning } = seriesAhead(sightings(task, columns, bytes), task);
  if (warning !== null) warn(`the pipeline ${task.pipelineName} ${warning}`);
  return detail;
}

const newestLength = 1024 * 1024;

/** Of what is compressed the first ones, as its length is not known. */
async function newestLines(content: Content): Promise<{ readonly bytes: Buffer; readonly offset: number }> {
  const { start, stat, compressed } = content;
  const from = compressed ? start : Math.max(start, stat.size - newestLength);
  const read = await readAt(content, from, newestLength);
  const begin = from === start ? 0 : read.indexOf(10) + 1;
  return { bytes: read.subarray(begin, read.lastIndexOf(10) + 1), offset: from + begin };
}

function sightings(task: Task, format: Format, bytes: Buffer): Sighting[] {
  const { lines, countings } = countingOf([{ task, now: Date.now() }], format);
  const { categorizer } = countings[0]!;
  const seen: Sighting[] = [];
  for (let from = 0; from < bytes.length;) {
    from = lines.read(bytes, from);
    for (let line = 0; line < lines.count; line++) {
      const time = lines.times[line]!;
      const series = time >= 0 ? seriesOf(categorizer, line) : null;
      if (series) seen.push({ time, series });
    }
  }
  return seen;
}

/** What a rule fails on is said elsewhere. */
function seriesOf(categorizer: Categorizer, line: number): Series | null {
  try {
    return categorizer.seriesOf(line);
  } catch {
    return null;
  }
}
