// What one thread counted, packed for another one: the counts of a piece are one array of numbers that is handed over, not copied.
import { reasonOf } from "../errors.ts";
import { type PieceCounts, sizeOf } from "../frequencies/piece.ts";
import { WindowCounts } from "../frequencies/window-counts.ts";
import type { Shape } from "../frequencies/rows.ts";
import { type AttributeEntry, Series } from "../frequencies/series.ts";

type PackedSeries = readonly [key: string, attributes: readonly AttributeEntry[]];

export interface PackedCounts extends Omit<PieceCounts, "windows" | "future"> {
  /** Series are numbered anew. */
  readonly isAnew: boolean;
  /** Those that have no number yet: they get the next ones. */
  readonly series: readonly PackedSeries[];
  /** How many values and distributions there are; the windows, and those from the future, see `writeWindows`. */
  readonly numbers: Float64Array<ArrayBuffer>;
}

/** Bytes, about, of series of which another thread knows the number, before all are forgotten there and here. */
const mostKnown = 1024 * 1024;

/** Packs what one thread counts for another one: a series is told once. */
export class Packer {
  readonly #shape: Shape;
  readonly #keyOf: (series: Series) => string;
  readonly #known = new Map<Series, number>();
  /** Bytes of what was told, about. */
  #told = 0;
  /** The other thread may not know what is known here. */
  #isUnsure = false;

  constructor(shape: Shape, keyOf: (series: Series) => string) {
    this.#shape = shape;
    this.#keyOf = keyOf;
  }

  /** Throws what `keyOf` throws; then the series are numbered anew with the next piece. */
  pack({ windows, future, ...rest }: PieceCounts): PackedCounts {
    const isAnew = this.#told > mostKnown || this.#isUnsure;
    if (isAnew) this.#forget();
    this.#isUnsure = true;
    const series: PackedSeries[] = [];
    const numberOf = (one: Series): number => {
      let number = this.#known.get(one);
      if (number === undefined) {
        series.push([this.#keyOf(one), one.attributes()]);
        this.#known.set(one, (number = this.#known.size));
      }
      return number;
    };
    const { values, distributions } = this.#shape;
    const numbers = new Float64Array(2 + lengthOf(windows) + lengthOf(future));
    numbers.set([values, distributions]);
    writeWindows(numbers, writeWindows(numbers, 2, windows, numberOf), future, numberOf);
    // Of the error only what is said of it: whatever a pipeline throws, it must not be what cannot be sent.
    const firstFailure = rest.firstFailure && { ...rest.firstFailure, error: reasonOf(rest.firstFailure.error) };
    this.#told += lengthOfSeries(series);
    this.#isUnsure = false;
    return { ...rest, firstFailure, isAnew, series, numbers };
  }

  #forget(): void {
    this.#known.clear();
    this.#told = 0;
  }
}

/** Unpacks what one other thread packed. */
export class Unpacker {
  #root = new Series();
  #known: Series[] = [];

  /** To be asked in the order in which it was packed; what it answers unpacks, whenever that is. */
  unpack({ isAnew, series, numbers, ...rest }: PackedCounts): () => PieceCounts {
    if (isAnew) [this.#root, this.#known] = [new Series(), []];
    const known = this.#known;
    for (const [key, attributes] of series) known.push(seriesOf(this.#root, key, attributes));
    return () => {
      const position = { at: 2 };
      return {
        ...rest,
        windows: readWindows(numbers, position, known),
        future: readWindows(numbers, position, known),
      };
    };
  }
}

/** Bytes, about, that counts take while they wait. */
export function packedLength({ series, numbers, rejects }: PackedCounts): number {
  return 2000 + lengthOfSeries(series) + numbers.byteLength + rejects.reduce((sum, reject) => sum + sizeOf(reject), 0);
}

const lengthOfSeries = (series: readonly PackedSeries[]): number =>
  series.reduce((sum, [key, attributes]) => sum + 2 * key.length + 50 * attributes.length, 0);

function lengthOf(windows: PieceCounts["windows"]): number {
  let length = 1;
  for (const { size, numbers, bins } of windows.values()) {
    length += 2 + size + numbers.length;
    for (const each of bins) length += 1 + each.length;
  }
  return length;
}

/**
 * How many windows; of each its start, how many rows, the series of each, the numbers of all, and of all their bins how many numbers
 * they are and these. All in their order.
 */
function writeWindows(
  numbers: Float64Array,
  from: number,
  windows: PieceCounts["windows"],
  numberOf: (series: Series) => number,
): number {
  let at = from;
  numbers[at++] = windows.size;
  for (const [start, counts] of windows) {
    numbers[at++] = start;
    numbers[at++] = counts.size;
    for (const series of counts.series) numbers[at++] = numberOf(series);
    numbers.set(counts.numbers, at);
    at += counts.numbers.length;
    for (const each of counts.bins) {
      numbers[at++] = each.length;
      numbers.set(each, at);
      at += each.length;
    }
  }
  return at;
}

function readWindows(
  numbers: Float64Array,
  position: { at: number },
  series: readonly Series[],
): Map<number, WindowCounts> {
  const shape = { values: numbers[0]!, distributions: numbers[1]! };
  let { at } = position;
  const take = (length: number): number[] => {
    const taken: number[] = [];
    for (const end = at + length; at < end; at++) taken.push(numbers[at]!);
    return taken;
  };
  const windows = new Map<number, WindowCounts>();
  for (let left = numbers[at++]!; left > 0; left--) {
    const start = numbers[at++]!;
    const rows = take(numbers[at++]!).map((index) => series[index]!);
    const amounts = take(rows.length * (1 + 3 * shape.values));
    const bins = Array.from({ length: rows.length * shape.distributions }, () => take(numbers[at++]!));
    windows.set(start, new WindowCounts(shape, rows, amounts, bins));
  }
  position.at = at;
  return windows;
}

/** Without a prototype any name is a plain one, in the order in which it came. */
function seriesOf(root: Series, key: string, entries: readonly AttributeEntry[]): Series {
  const attributes: { [name: string]: AttributeEntry[1] } = Object.create(null);
  for (const [name, value] of entries) attributes[name] = value;
  const series = root.find(attributes);
  series.key = key;
  return series;
}
