// Cases that cost a process or more each: all of them take longer than a suite may. So each run of `npm test` tries a part of
// such a list, another one each time, by the seed that is printed; `L2I_TEST_ALL=1 npm test` and `npm run fuzz` try all.
import { isLong } from "./fuzz/budget.ts";
import { seed } from "./laboratory/seed.ts";

/** Whether nothing is left out. */
export const isWhole: boolean = isLong || process.env["L2I_TEST_ALL"] !== undefined;

/** One in `share`. */
export function sampled<Case>(cases: readonly Case[], share = 4): Case[] {
  if (isWhole) return [...cases];
  console.log(`one in ${share} of ${cases.length} cases: seed ${seed}`);
  return cases.filter((_, index) => index % share === seed % share);
}
