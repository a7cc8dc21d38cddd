// Random tests draw from a seed that is printed, so that what failed once can be played again: L2I_TEST_SEED=… npx vitest run FILE.

/** A new seed for every run of the suite, or the one that the environment gives. */
export const seed: number = Number(process.env["L2I_TEST_SEED"] ?? Date.now() % 2 ** 31);

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function randomOf(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
