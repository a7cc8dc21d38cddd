// How long a law is tried: a few hundred times in `npm test`, for its share of L2I_FUZZ_MINUTES in `npm run fuzz`. Both draw from a
// seed that is printed, and tell a counterexample in its smallest form.
import fc from "fast-check";
import { seed } from "../laboratory/seed.ts";

const minutes = Number(process.env["L2I_FUZZ_MINUTES"] ?? 0);

/** Whether this is `npm run fuzz`. */
export const isLong: boolean = minutes > 0;

/** Laws that `npm run fuzz` tries, and how many at a time: each gets the same share. */
const [laws, atATime] = [14, 2];
const shareMs = (minutes * 60_000 * atATime) / laws;

/** Milliseconds that a test of one law may take. */
export const patience: number = Math.max(120_000, 3 * shareMs);

/** Tries the law so many times, or as often as its share of the time allows. Throws with the smallest counterexample. */
export async function hold<Values>(
  law: string,
  runs: number,
  property: fc.IAsyncPropertyWithHooks<Values> | fc.IPropertyWithHooks<Values>,
): Promise<void> {
  console.log(`${law}: seed ${seed}`);
  const limits = isLong
    ? { numRuns: 1e9, interruptAfterTimeLimit: shareMs }
    : { numRuns: runs, interruptAfterTimeLimit: patience / 2 };
  await fc.assert(isLong ? told(law, property) : property, { seed, ...limits });
}

const pauseMs = 30_000;

/** Says from time to time how far it got. */
function told<Values>(
  law: string,
  property: fc.IAsyncPropertyWithHooks<Values> | fc.IPropertyWithHooks<Values>,
): typeof property {
  let tried = 0;
  let said = Date.now();
  return property.beforeEach(() => {
    tried++;
    if (Date.now() - said < pauseMs) return;
    said = Date.now();
    console.log(`${law}: held ${tried} times`);
  });
}
