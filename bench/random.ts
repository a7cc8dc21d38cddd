// Chance that is the same everywhere and always: integers, and floating point only where IEEE 754 fixes every bit.

/** The generator mulberry32: small, fast, and good enough for traffic that nobody guesses. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** 32 bits. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  /** In [0, 1). */
  fraction(): number {
    return this.next() / 4294967296;
  }

  /** A whole number in [0, limit). */
  below(limit: number): number {
    return Math.floor(this.fraction() * limit);
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)]!;
  }
}

/** Items of which some are drawn more often than others. */
export class Weighted<Item> {
  readonly #items: readonly Item[];
  /** Sums of the weights up to and with each item. */
  readonly #sums: Float64Array;

  constructor(items: readonly (readonly [weight: number, item: Item])[]) {
    let sum = 0;
    this.#items = items.map(([, item]) => item);
    this.#sums = Float64Array.from(items, ([weight]) => (sum += weight));
  }

  entries(): [weight: number, item: Item][] {
    return this.#items.map((item, index) => [this.#sums[index]! - (this.#sums[index - 1] ?? 0), item]);
  }

  draw(random: Random): Item {
    const target = random.fraction() * this.#sums.at(-1)!;
    let low = 0;
    let high = this.#sums.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#sums[middle]! > target) high = middle;
      else low = middle + 1;
    }
    return this.#items[low]!;
  }
}

/** Weights as of words in a text, cities in a country, pages of a site: the nth is drawn a fraction 1/n as often as the first. */
export function zipf<Item>(
  items: readonly Item[],
  weight = 1,
  flatness = 1,
): (readonly [weight: number, item: Item])[] {
  const total = items.reduce((sum, _, index) => sum + 1 / (index + flatness), 0);
  return items.map((item, index) => [weight / (index + flatness) / total, item] as const);
}
