// How many numbers fell into each of many bins, whatever these are: a histogram of which only bins are kept that are not empty.
// Added up in any order they come to the same, also where there are more of them than are kept. Pure.

/** Bin, count, bin, count, …: bins are whole numbers, and grow. */
export type Bins = number[];

/** Where there are more, the lowest ones are one: whatever is in a log, its bins stay small. */
export const mostBins = 2048;

export function countIn(bins: Bins, bin: number, count: number): void {
  const at = placeOf(bins, bin);
  if (bins[at] === bin) {
    bins[at + 1]! += count;
    return;
  }
  bins.splice(at, 0, bin, count);
  if (bins.length <= 2 * mostBins) return;
  bins[3]! += bins[1]!;
  bins.splice(0, 2);
}

/**
 * Which ones are kept does not depend on the order: the highest of all that ever got a number. Whatever fell below the lowest of these
 * is counted there.
 */
export function addBins(bins: Bins, more: Bins): void {
  for (let at = 0; at < more.length; at += 2) countIn(bins, more[at]!, more[at + 1]!);
}

/** The first of the bins, and then how far each is from the one before: fewer digits. */
export function packBins(bins: Bins): number[] {
  return bins.map((number, at) => (at % 2 === 0 ? number - (bins[at - 2] ?? 0) : number));
}

export function unpackBins(packed: readonly number[]): Bins {
  let bin = 0;
  return packed.map((number, at) => (at % 2 === 0 ? (bin += number) : number));
}

/** Index at which the bin stands, or would stand. */
function placeOf(bins: Bins, bin: number): number {
  let from = 0;
  let until = bins.length / 2;
  while (from < until) {
    const middle = (from + until) >>> 1;
    if (bins[2 * middle]! < bin) from = middle + 1;
    else until = middle;
  }
  return 2 * from;
}
