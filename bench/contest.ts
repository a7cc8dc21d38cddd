// Programs that read the same log, in turns, so that what else the machine does hits them alike. Who counts the same table as the
// first must count the same.
import { readFileSync } from "node:fs";
import { folder, type Log } from "./logs.ts";
import { measure, type Run } from "./measure.ts";
import type { Entrant } from "./peers.ts";
import { differences, hashOf, type Table } from "./tables.ts";

export interface Contest {
  readonly title: string;
  readonly log: Log;
  readonly entrants: readonly Entrant[];
  readonly rounds: number;
}

export interface Score {
  readonly entrant: Entrant;
  readonly runs: readonly Run[];
}

export interface Outcome extends Contest {
  readonly scores: readonly Score[];
  /** What is wrong; empty when all counted the same. */
  readonly faults: readonly string[];
}

export async function play(contest: Contest): Promise<Outcome> {
  const { title, log, entrants, rounds } = contest;
  const runs = new Map<Entrant, Run[]>(entrants.map((entrant) => [entrant, []]));
  const faults = new Set<string>();
  let expected: Table | undefined;
  for (let round = 0; round < rounds; round++) {
    // Each begins once, as far as the rounds go.
    const shift = round % Math.max(1, entrants.length);
    for (const entrant of [...entrants.slice(shift), ...entrants.slice(0, shift)]) {
      const output = `${folder}/output`;
      const run = await measure(entrant.command(log, output), output);
      runs.get(entrant)!.push(run);
      console.log(`${title}, round ${round + 1}: ${entrant.name} ${run.seconds.toFixed(2)} s`);
      const table = entrant.table?.(readFileSync(output, "utf8"), log);
      if (!table) continue;
      expected ??= table;
      if (hashOf(table) !== hashOf(expected)) faults.add(faultOf(title, entrant, expected, table));
    }
  }
  return {
    ...contest,
    scores: entrants.map((entrant) => ({ entrant, runs: runs.get(entrant)! })),
    faults: [...faults],
  };
}

function faultOf(title: string, { name }: Entrant, expected: Table, table: Table): string {
  return [`${title}: ${name} counts otherwise`, ...differences(expected, table)].join("\n  ");
}
