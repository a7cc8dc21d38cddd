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

/** Adds what was counted of the places. */
export function leave(unverifiable: Unverifiable, places: readonly Place[], why: keyof Unverifiable): Unverifiable {
  return { ...unverifiable, [why]: cover([...unverifiable[why], ...places.flatMap(({ countedInto }) => countedInto)]) };
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
  const anew = (place: Place): Place => ({ ...place, ...nothingCounted });
  return {
    ...state,
    ...closeWindows(state, state.windowMs, windowMs),
    current: current && anew(current),
    previous: previous.map(anew),
    unverifiable: leave(unverifiable, current ? [current, ...previous] : previous, "configuration"),
    fingerprint,
    windowMs,
  };
}
