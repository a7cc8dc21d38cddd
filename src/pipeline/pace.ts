// How long a rule takes, found by a look at the clock at the first calls and then at every 64th: to time each of them would cost more
// than most rules do.

/** What was seen of calls, as numbers that add up. */
export interface Seen {
  /** Calls that were timed, and those of them that took long. */
  readonly calls: number;
  readonly slow: number;
  /** Milliseconds of the slow ones, and of the slowest. */
  readonly slowMs: number;
  readonly slowestMs: number;
}

const every = 64;
/** Milliseconds from which on a call is slow: a usual rule takes a hundredth of that. */
const slowMs = 0.05;
/** The same for the first calls, which are slow whatever they do. */
const slowAtFirstMs = 1;
/** Fewer calls tell nothing; so many are timed at first. */
const enough = 50;
/** Milliseconds that no single call may take. */
const tooLong = 1000;

export class Pace {
  readonly #clock: () => number;
  #untilNext = 1;
  #timed = 0;
  #seen: Seen = nothingSeen;

  /** `clock`: milliseconds. */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  isDue(): boolean {
    if (--this.#untilNext > 0) return false;
    this.#untilNext = ++this.#timed < enough ? 1 : every;
    return true;
  }

  timed<T>(call: () => T): T {
    const began = this.#clock();
    try {
      return call();
    } finally {
      const ms = this.#clock() - began;
      const isSlow = ms >= (this.#timed <= enough ? slowAtFirstMs : slowMs);
      this.add({ calls: 1, slow: Number(isSlow), slowMs: isSlow ? ms : 0, slowestMs: ms });
    }
  }

  /** What another one has seen of the same rule. */
  add(more: Seen): void {
    const { calls, slow, slowMs: ms, slowestMs } = this.#seen;
    this.#seen = {
      calls: calls + more.calls,
      slow: slow + more.slow,
      slowMs: ms + more.slowMs,
      slowestMs: Math.max(slowestMs, more.slowestMs),
    };
  }

  /** What was seen since this was asked last. */
  take(): Seen {
    const seen = this.#seen;
    this.#seen = nothingSeen;
    return seen;
  }
}

const nothingSeen: Seen = { calls: 0, slow: 0, slowMs: 0, slowestMs: 0 };

/** In words; null where there is nothing to be said. A tenth of the calls may be slow: other programs run, too. */
export function slowness({ calls, slow, slowMs: ms, slowestMs }: Seen): string | null {
  if (slowestMs >= tooLong) return `takes up to ${(slowestMs / 1000).toFixed(1)} s for one line`;
  if (calls < enough || slow < calls / 10) return null;
  const micros = Math.round((1000 * ms) / slow);
  return `takes ${micros} µs for ${Math.round((100 * slow) / calls)} % of the lines, where a usual one takes less than 1 µs`;
}
