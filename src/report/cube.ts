// Counts by name, time and code: what the page shows, filters and zooms into. One pass over a log of any length and of any content
// fills it in bounded memory: where there are too many cells, bins of time are joined, and where there are too many names, the
// rarest ones go into the rest. Sums stay exact whatever is joined.
import type { CubeData } from "./data.ts";
import { packed } from "./packed.ts";
import { widerThan, widths } from "./widths.ts";

export interface CubeLimits {
  /** How many numbers a cell holds: the count, and what else is added up. */
  readonly sums: number;
  /** Names, before the rarest half of them goes into the rest. */
  readonly names: number;
  readonly cells: number;
  readonly bins: number;
  /** How often pairs of neighbouring codes may be joined. */
  readonly joins?: number;
}

/** So many bins and names are kept as long as anything else can make room. */
const enoughBins = 240;
const enoughNames = 256;

/** Codes are whole numbers below. */
const codes = 16_384;

/** By `time * codes + code`, time in bins since 1970. */
type Cells = Map<number, number>;

interface Entry {
  count: number;
  /** For each sum the cells, all with the same keys in the same order. */
  sums: Cells[];
}

export class Cube {
  readonly #limits: CubeLimits;
  readonly #entries = new Map<string, Entry>();
  readonly #rest: Entry;
  #width = widths[0]!;
  #joined = 0;
  #cells = 0;
  #first = Infinity;
  #last = -Infinity;
  /** The most that a name may lack of its count, since it was rare when room was made, and came again. */
  #lacking = 0;
  #dropped = 0;

  constructor(limits: CubeLimits) {
    this.#limits = limits;
    this.#rest = newEntry(limits.sums);
  }

  /** Of a bin of time, ms. */
  get width(): number {
    return this.#width;
  }

  /** `time`: ms since 1970. `sums`: the count, and what else is to be added up. */
  add(name: string, time: number, code: number, sums: readonly number[]): void {
    this.#first = Math.min(this.#first, time);
    this.#last = Math.max(this.#last, time);
    const entry = this.#entry(name);
    entry.count += sums[0]!;
    const key = Math.floor(time / this.#width) * codes + (code >> this.#joined);
    for (let index = 0; index < sums.length; index++) this.#add(entry.sums[index]!, key, sums[index]!, index);
    while (this.#isTooLarge() && this.#makeRoom());
  }

  /** The most frequent names. */
  top(most: number): string[] {
    return this.#byCount()
      .slice(0, most)
      .map(([name]) => name);
  }

  /** What the page gets: these names in this order, all others as the rest, joined until it is no longer than so many characters. */
  data(names: readonly string[], mostCharacters: number): CubeData {
    for (const name of this.#entries.keys()) if (!names.includes(name)) this.#intoRest(name);
    // A cell is at least a character for each of its numbers: that many need not be packed to know that they are too many.
    while (this.#cells * (2 + this.#limits.sums) > mostCharacters && this.#join());
    let cells = this.#packed(names);
    while (cells.length > mostCharacters && (this.#join() || this.#dropRarest())) cells = this.#packed(names);
    return {
      names,
      widthMs: this.#width,
      joined: this.#joined,
      lacking: this.#lacking,
      others: this.#dropped,
      cells,
    };
  }

  #packed(names: readonly string[]): string {
    const entries = [...names.map((name) => this.#entries.get(name) ?? newEntry(0)), this.#rest];
    return packed(numbersOf(entries));
  }

  #entry(name: string): Entry {
    let entry = this.#entries.get(name);
    if (!entry) this.#entries.set(name, (entry = newEntry(this.#limits.sums)));
    return entry;
  }

  #byCount(): [string, Entry][] {
    return [...this.#entries].toSorted(([a, { count }], [b, other]) => other.count - count || (a < b ? -1 : 1));
  }

  #isTooLarge(): boolean {
    const { names, cells, bins } = this.#limits;
    return this.#entries.size > names || this.#cells > cells || this.#bins > bins;
  }

  /** What a reader misses least goes first; false where nothing is left to go. */
  #makeRoom(): boolean {
    const { names, joins = 0 } = this.#limits;
    const isCoarse = this.#bins <= enoughBins && this.#joined >= joins;
    if (this.#entries.size > names || (isCoarse && this.#entries.size > enoughNames)) return this.#dropRarest();
    return this.#join() || this.#dropRarest();
  }

  #join(): boolean {
    return this.#bins > enoughBins || this.#joined >= (this.#limits.joins ?? 0) ? this.#joinBins() : this.#joinCodes();
  }

  get #bins(): number {
    return (this.#last - this.#first) / this.#width;
  }

  /** The rarer half of the names. */
  #dropRarest(): boolean {
    const dropped = this.#byCount().slice(this.#entries.size >> 1);
    this.#lacking += dropped[0]?.[1].count ?? 0;
    for (const [name] of dropped) this.#intoRest(name);
    return dropped.length > 0;
  }

  #intoRest(name: string): void {
    const { count, sums } = this.#entries.get(name)!;
    this.#entries.delete(name);
    this.#rest.count += count;
    this.#cells -= sums[0]!.size;
    for (const [index, cells] of sums.entries())
      for (const [key, sum] of cells) this.#add(this.#rest.sums[index]!, key, sum, index);
    this.#dropped++;
  }

  #joinBins(): boolean {
    const width = widerThan(this.#width);
    if (width === this.#width || this.#bins <= 1) return false;
    this.#rekey((time, code) => Math.floor((time * this.#width) / width) * codes + code);
    this.#width = width;
    return true;
  }

  #joinCodes(): boolean {
    this.#rekey((time, code) => time * codes + (code >> 1));
    this.#joined++;
    return true;
  }

  #rekey(keyOf: (time: number, code: number) => number): void {
    this.#cells = 0;
    for (const entry of [this.#rest, ...this.#entries.values()])
      entry.sums = entry.sums.map((cells, index) => {
        const joined: Cells = new Map();
        for (const [key, sum] of cells) this.#add(joined, keyOf(Math.floor(key / codes), key % codes), sum, index);
        return joined;
      });
  }

  /** `index`: which of the sums it is. */
  #add(cells: Cells, key: number, more: number, index: number): void {
    const sum = cells.get(key);
    if (sum === undefined && index === 0) this.#cells++;
    cells.set(key, (sum ?? 0) + more);
  }
}

const newEntry = (sums: number): Entry => ({ count: 0, sums: Array.from({ length: sums }, () => new Map()) });

/** Of each entry how many cells; then of each, in order: bins since the one before, code (in the same bin: what it is more), sums. */
function* numbersOf(entries: readonly Entry[]): Generator<number> {
  for (const { sums } of entries) yield* cellsOf(sums);
}

function* cellsOf(sums: readonly Cells[]): Generator<number> {
  const keys = [...(sums[0]?.keys() ?? [])].toSorted((a, b) => a - b);
  yield keys.length;
  let time = 0;
  let code = 0;
  for (const key of keys) {
    const steps = Math.floor(key / codes) - time;
    if (steps > 0) code = 0;
    yield steps;
    yield (key % codes) - code;
    for (const cells of sums) yield cells.get(key)!;
    time += steps;
    code = key % codes;
  }
}
