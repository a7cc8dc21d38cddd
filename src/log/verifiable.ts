// What can be counted once more, and what cannot: windows into which lines were counted that no file holds any more, or that
// were counted by other rules. `verify` leaves them out. Pure.
import { cover, type Span } from "../frequencies/spans.ts";
import { closeWindows, type WindowState } from "../frequencies/windows.ts";
import { nothingCounted, type Place } from "./identity.ts";

/** Windows that cannot be counted once more, by the reason: the file is gone, it was cut short or edited, other rules counted them. */
export interface Unverifiable {
  readonly gone: readonly Span[];
  readonly cut: readonly Span[];
  readonly configuration: readonly Span[];
}

export const nothingUnverifiable: Unverifiable = { gone: [], cut: [], configuration: [] };

export function leave(unverifiable: Unverifiable, spans: readonly Span[], why: keyof Unverifiable): Unverifiable {
  return { ...unverifiable, [why]: cover([...unverifiable[why], ...spans]) };
}

interface Rules {
  /** See task.ts. */
  readonly fingerprint: string;
  readonly windowMs: number;
}

interface Counted extends WindowState, Rules {
  readonly current: Place | null;
  readonly previous: readonly Place[];
  readonly unverifiable: Unverifiable;
}

/** The state with which other rules go on counting: open windows belong to the rules that counted them, and all other windows do. */
export function adopt<State extends Counted>(state: State, { fingerprint, windowMs }: Rules): State {
  const { current, previous, unverifiable } = state;
  const places = current ? [current, ...previous] : previous;
  return {
    ...state,
    ...closeWindows(state, state.windowMs, windowMs),
    current: current && anew(current),
    previous: previous.map(anew),
    unverifiable: leave(
      unverifiable,
      places.flatMap(({ countedInto }) => countedInto),
      "configuration",
    ),
    fingerprint,
    windowMs,
  };
}

const anew = (place: Place): Place => ({ ...place, ...nothingCounted });
