// "Did you mean": the known word that a misspelt one most likely stands for.

/** The known word nearest to `word`, ignoring case, dashes and underscores; undefined where none is near. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const plain = plainly(word);
  const limit = Math.min(3, Math.ceil(plain.length / 3));
  const [best] = known
    .map((candidate) => ({ candidate, distance: distanceWithin(limit, plain, plainly(candidate)) }))
    .filter(({ distance }) => distance <= limit)
    .toSorted((left, right) => left.distance - right.distance);
  return best?.candidate;
}

const plainly = (word: string): string => word.toLowerCase().replace(/[-_\s]/gu, "");

function distanceWithin(limit: number, left: string, right: string): number {
  return Math.abs(left.length - right.length) > limit ? Infinity : distanceOf(left, right);
}

/** Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment). */
function distanceOf(left: string, right: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i++) {
    const row = [i];
    for (let j = 1; j <= right.length; j++) {
      const same = left[i - 1] === right[j - 1];
      row[j] = Math.min(row[j - 1]! + 1, last[j]! + 1, last[j - 1]! + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1];
      if (swapped) row[j] = Math.min(row[j]!, beforeLast[j - 2]! + 1);
    }
    beforeLast = last;
    last = row;
  }
  return last[right.length]!;
}
