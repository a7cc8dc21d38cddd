// Stretches of time: where the windows lie that something was counted into. Pure.

/** From (ms since 1970) until just before. */
export type Span = readonly [from: number, until: number];

/** All of the stretches, in order and apart from each other; those that lie no further apart than `bridge` (ms) are joined. */
export function join(spans: readonly Span[], bridge: number): Span[] {
  const joined: Span[] = [];
  for (const [from, until] of spans.toSorted(([a], [b]) => a - b)) {
    const last = joined.at(-1);
    if (last && from - last[1] <= bridge) joined[joined.length - 1] = [last[0], Math.max(last[1], until)];
    else joined.push([from, until]);
  }
  return joined;
}

const most = 8;

/** Few stretches that cover all of these, and where these are many, the smallest holes between them: a brainfile must stay small. */
export function cover(spans: readonly Span[]): Span[] {
  const joined = join(spans, 0);
  if (joined.length <= most) return joined;
  const holes = joined.slice(1).map(([from], index) => from - joined[index]![1]);
  return join(joined, holes.toSorted((a, b) => b - a)[most - 1]!);
}

/** What of the stretches lies in [from, until). */
export function clip(spans: readonly Span[], from: number, until: number): Span[] {
  return spans
    .map(([start, end]): Span => [Math.max(start, from), Math.min(end, until)])
    .filter(([start, end]) => start < end);
}

/** The stretches without those taken away. */
export function without(spans: readonly Span[], taken: readonly Span[]): Span[] {
  return taken.reduce<Span[]>(
    (left, [from, until]) => [...clip(left, -Infinity, from), ...clip(left, until, Infinity)],
    [...spans],
  );
}

export const overlaps = (spans: readonly Span[], from: number, until: number): boolean =>
  spans.some(([start, end]) => start < until && from < end);
