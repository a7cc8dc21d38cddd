// Counts over time in few slots, whatever the stretch of time turns out to be: slots begin as windows, and where they become too
// many, each two of them become one. Pure.

/** When one thing was counted, and how often, in slots of its timescale. */
export type Timeline = Map<number, number>;

/** Slots from the first to the last, at most. */
const mostSlots = 128;

/** What timelines have in common, so that they can stand below each other. */
export class Timescale {
  /** Length of a slot, ms. */
  slotMs: number;
  #first = Infinity;
  #last = -Infinity;
  readonly #timelines: Timeline[] = [];

  constructor(windowMs: number) {
    this.slotMs = windowMs;
  }

  /** Start of the first slot, ms since 1970; Infinity where there is none. */
  get from(): number {
    return this.#first * this.slotMs;
  }

  /** How many there are. */
  get slots(): number {
    return Math.max(0, this.#last - this.#first + 1);
  }

  newTimeline(): Timeline {
    const timeline: Timeline = new Map();
    this.#timelines.push(timeline);
    return timeline;
  }

  add(timeline: Timeline, time: number, count: number): void {
    let slot = this.#slotOf(time);
    for (; Math.max(this.#last, slot) - Math.min(this.#first, slot) >= mostSlots; slot = this.#slotOf(time))
      this.#widen();
    this.#first = Math.min(this.#first, slot);
    this.#last = Math.max(this.#last, slot);
    addTo(timeline, slot, count);
  }

  /** Counts of all slots from the first to the last. */
  counts(timeline: Timeline): number[] {
    return Array.from({ length: this.slots }, (_, index) => timeline.get(this.#first + index) ?? 0);
  }

  #slotOf(time: number): number {
    return Math.floor(time / this.slotMs);
  }

  #widen(): void {
    this.slotMs *= 2;
    this.#first = Math.floor(this.#first / 2);
    this.#last = Math.floor(this.#last / 2);
    for (const timeline of this.#timelines) {
      const counts = [...timeline];
      timeline.clear();
      for (const [slot, count] of counts) addTo(timeline, Math.floor(slot / 2), count);
    }
  }
}

function addTo(timeline: Timeline, slot: number, count: number): void {
  timeline.set(slot, (timeline.get(slot) ?? 0) + count);
}
