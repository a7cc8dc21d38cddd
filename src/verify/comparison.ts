// Reads back what a store holds and compares it with a recount, slice by slice of time, so that memory holds one slice of the
// store at a time.
import { clip, type Span } from "../frequencies/spans.ts";
import { measurementText, seriesParts, tagText } from "../sink/line-protocol.ts";
import type { Question, Reader } from "../sink/reader.ts";
import type { Task } from "../task.ts";
import { compareWindow, type Difference } from "./compare.ts";
import { Holdings, type Ownership } from "./holdings.ts";
import type { Recount } from "./recount.ts";
import type { Mistake } from "./repair.ts";

/** A slice ends with the window that reaches so many totals. */
const sliceTotals = 50_000;

export interface Comparison {
  readonly differences: readonly Difference[];
  /** What can be mended: in a window of which the logs hold nothing at all, what the store holds may well be right. */
  readonly mistakes: readonly Mistake[];
  /** Keys of the series that either side has. */
  readonly series: ReadonlySet<string>;
}

/** Where to look: the store, and what it refused. */
export interface Readers {
  readonly store: Reader;
  readonly refused: Reader;
}

/** Compares all that was counted once more, a slice at a time. */
export async function* comparisons(
  task: Task,
  counted: Recount,
  { store, refused }: Readers,
): AsyncGenerator<Comparison> {
  const owner = { measurement: task.measurementName, tags: task.tags, attributes: counted.attributes };
  const isOther = otherOf(owner);
  for (const slice of slices(counted, task.windowMs)) {
    const question = questionOf(task, slice);
    const held = await holdings(store, question, owner, task);
    const missing = await holdings(refused, question, owner, task);
    yield compareSlice(slice, counted, held, missing, task, isOther);
  }
}

function* slices({ windows, spans }: Recount, windowMs: number): Generator<Span> {
  const starts = [...windows.keys()].toSorted((a, b) => a - b);
  for (const [from, until] of spans) {
    let begin = from;
    let totals = 0;
    for (const start of starts.filter((each) => each >= from && each < until)) {
      totals += windows.get(start)!.size;
      if (totals < sliceTotals) continue;
      yield [begin, start + windowMs];
      [begin, totals] = [start + windowMs, 0];
    }
    yield* clip([[begin, until]], from, until);
  }
}

function questionOf({ measurementName, tags, pointFields }: Task, [from, until]: Span): Question {
  return {
    measurement: measurementText(measurementName),
    tags: Object.entries(tags).map(([key, value]) => [tagText(key), tagText(value)]),
    fields: ["count", ...pointFields.map(({ name }) => tagText(name))],
    from,
    until,
  };
}

async function holdings(
  reader: Reader,
  question: Question,
  owner: Ownership,
  { pointFields, windowMs }: Task,
): Promise<Holdings> {
  const held = new Holdings(owner, pointFields, windowMs);
  for await (const series of reader.read(question)) held.add(series);
  return held;
}

/** Tells the series of what went beyond the limit: all attributes are `_other`. */
function otherOf({ tags }: Ownership): (series: string) => boolean {
  const constant = new Set(Object.keys(tags).map(tagText));
  return (series) => {
    if (!series.includes("=_other")) return false;
    const attributes = seriesParts(series).tags.filter(([key]) => !constant.has(key));
    return attributes.length > 0 && attributes.every(([, value]) => value === "_other");
  };
}

function compareSlice(
  [from, until]: Span,
  counted: Recount,
  held: Holdings,
  missing: Holdings,
  task: Task,
  isOther: (series: string) => boolean,
): Comparison {
  const starts = new Set(
    [...counted.windows.keys(), ...held.windows()].filter((start) => start >= from && start < until),
  );
  const sides = [...starts]
    .toSorted((a, b) => a - b)
    .map((window) => ({
      window,
      log: counted.windows.get(window) ?? new Map(),
      store: held.at(window),
      refused: missing.at(window),
    }));
  const verdicts = sides.map((side) => ({ side, ...compareWindow(side, task, isOther) }));
  return {
    differences: verdicts.flatMap(({ differences }) => differences),
    mistakes: verdicts
      .filter(({ side }) => side.log.size > 0)
      .flatMap(({ side: { window, log, store }, wrong }) =>
        wrong.map((series) => ({
          window,
          series,
          total: log.get(series) ?? null,
          points: store.get(series) ?? new Map(),
        })),
      ),
    series: new Set(sides.flatMap(({ log, store }) => [...log.keys(), ...store.keys()])),
  };
}
