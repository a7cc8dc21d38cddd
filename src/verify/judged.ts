// Which windows can be judged: those that were asked for, that are not older than the first line that was counted, and of which
// every line that was counted can be counted once more. Pure.
import { clip, overlaps, type Span, without } from "../frequencies/spans.ts";
import type { Unverifiable } from "../log/verifiable.ts";

/** Why windows are left out: as in Unverifiable, or since they are older than the first line that was counted for the brainfile. */
export type Reason = keyof Unverifiable | "before";

/** What was asked for, ms since 1970. */
export interface Range {
  readonly since: number;
  readonly until: number;
}

export interface Judged {
  /** What of the range is left out; what is `before` only where the range has a beginning. */
  readonly leftOut: readonly { readonly why: Reason; readonly span: Span }[];
  /** Whether the window that begins there is judged, if lines were counted around it. */
  readonly has: (window: number) => boolean;
  /** What of these stretches of windows is judged. */
  readonly of: (spans: readonly Span[]) => Span[];
}

/** `countsSince`: see BrainState. */
export function judged(
  { since, until }: Range,
  countsSince: number | null,
  { gone, cut, configuration }: Unverifiable,
  windowMs: number,
): Judged {
  const before: Span = [-Infinity, countsSince ?? Infinity];
  const reasons: readonly [Reason, readonly Span[]][] = [
    ["before", since === -Infinity ? [] : [before]],
    ["gone", gone],
    ["cut", cut],
    ["configuration", configuration],
  ];
  const taken = [before, ...gone, ...cut, ...configuration].map((span) => wholeWindows(span, windowMs));
  const [first, end] = [Math.ceil(since / windowMs) * windowMs, Math.floor(until / windowMs) * windowMs];
  return {
    leftOut: reasons.flatMap(([why, spans]) => clip(spans, since, until).map((span) => ({ why, span }))),
    has: (window) => window >= first && window < end && !overlaps(taken, window, window + windowMs),
    of: (spans) => clip(without(spans, taken), first, end),
  };
}

/** All windows that the stretch reaches into. */
const wholeWindows = ([from, until]: Span, windowMs: number): Span => [
  Math.floor(from / windowMs) * windowMs,
  Math.ceil(until / windowMs) * windowMs,
];
