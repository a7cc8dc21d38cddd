// The log of a real server, written piece by piece to random bytes, loaded after every piece, and rotated in every way in
// between, must leave the sums in a real store that one load of the whole leaves.
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasSharedData } from "../format/shared-data.ts";
import { Laboratory } from "../laboratory/laboratory.ts";
import { type InfluxDB, startInfluxdb } from "../servers/influxdb.ts";
import { startVictoriaMetrics, type VictoriaMetrics } from "../servers/victoria-metrics.ts";
import { sorted, type Sums } from "../laboratory/sums.ts";
import { randomOf, seed } from "../laboratory/seed.ts";
import { sumsInInfluxdb, sumsInVictoriaMetrics } from "../laboratory/stored-sums.ts";

const path = "../shared/data/logs/apache-combined/semicomplete-2015.log";
const minute = 60_000;

const rotations = [
  "rename",
  "rename and gzip",
  "copytruncate",
  "two renames",
  "dated name",
  "written after rename",
] as const;

/** Writes the log of a server in pieces, and rotates it. */
class Writer {
  readonly #lab: Laboratory;
  readonly #log: Buffer;
  #at = 0;
  #rotated = 0;
  #numbered = 0;

  constructor(lab: Laboratory, log: Buffer) {
    this.#lab = lab;
    this.#log = log;
  }

  /** To the live log, or to another one. */
  writeTo(end: number, name = "access.log"): void {
    if (end <= this.#at) return;
    this.#lab.appendText(this.#log.subarray(this.#at, end), name);
    this.#at = end;
  }

  /** Whole lines from where the last piece ended. */
  #writeLines(lines: number, name = "access.log"): void {
    for (let line = 0; line < lines; line++) this.#finishLine(name);
  }

  #finishLine(name: string): void {
    this.writeTo(this.#log.indexOf(10, this.#at) + 1, name);
  }

  #finishTornLine(name = "access.log"): void {
    if (this.#at > 0 && this.#log[this.#at - 1] !== 10) this.#finishLine(name);
  }

  async rotate(kind: (typeof rotations)[number]): Promise<void> {
    const lab = this.#lab;
    switch (kind) {
      case "rename":
        return this.#rename();
      case "rename and gzip":
        this.#rename();
        lab.gzip("access.log.1");
        return void this.#gzipped.add(1);
      case "copytruncate":
        this.#finishTornLine();
        this.#makeRoom();
        lab.copy("access.log", "access.log.1").truncate();
        return;
      case "two renames":
        this.#rename();
        this.#writeLines(40);
        return this.#rename();
      case "dated name": {
        const name = `access.log-20150520${String(10 + this.#rotated++)}`;
        lab.rename("access.log", name);
        return this.#finishTornLine(name);
      }
      case "written after rename": // as Apache's children do after a graceful restart
        this.#rename();
        await lab.run();
        this.#writeLines(25, "access.log.1");
        await lab.run();
        return this.#writeLines(5, "access.log.1");
    }
  }

  #rename(): void {
    this.#makeRoom();
    this.#lab.rename("access.log", "access.log.1");
    this.#finishTornLine("access.log.1");
  }

  /** Numbers of the rotated files that are compressed. */
  #gzipped = new Set<number>();

  /** access.log.2.gz → access.log.3.gz, access.log.1 → access.log.2 */
  #makeRoom(): void {
    const ending = (number: number): string => (this.#gzipped.has(number) ? ".gz" : "");
    for (let number = this.#numbered; number > 0; number--)
      this.#lab.rename(`access.log.${number}${ending(number)}`, `access.log.${number + 1}${ending(number)}`);
    this.#gzipped = new Set([...this.#gzipped].map((number) => number + 1));
    this.#numbered++;
  }
}

/** Fifty cuts; every kind of rotation at least once, in random order. */
async function loadInPieces(lab: Laboratory, start: number): Promise<void> {
  const random = randomOf(start);
  const log = readFileSync(path);
  const writer = new Writer(lab, log);
  const cuts = Array.from({ length: 50 }, () => Math.floor(random() * log.length)).toSorted((a, b) => a - b);
  const kinds = [...rotations, rotations[Math.floor(random() * rotations.length)]!].toSorted(() => random() - 0.5);
  for (const [index, end] of [...cuts, log.length].entries()) {
    writer.writeTo(end);
    expect(await lab.run()).toMatchObject({ gap: 0 });
    if (index % 7 === 6) await writer.rotate(kinds[(index - 6) / 7]!);
    if (random() < 0.3) expect(await lab.run()).toMatchObject({ gap: 0 });
  }
  expect(lab.messages.said.filter((message) => !message.startsWith("info"))).toEqual([]);
}

async function loadWhole(lab: Laboratory): Promise<void> {
  lab.appendText(readFileSync(path));
  expect(await lab.run()).toMatchObject({ outcome: "loaded", matched: 9_999, rejected: 1 });
}

const total = (sums: Sums): number => [...sums.values()].reduce((sum, [count]) => sum + count, 0);

const seeds = [seed, seed + 1, seed + 2];

describe.runIf(hasSharedData)("in pieces as in one", () => {
  let influx: InfluxDB;
  let victoria: VictoriaMetrics;
  beforeAll(async () => {
    console.log(`pieces: seeds ${seeds.join(" ")}`);
    [influx, victoria] = await Promise.all([startInfluxdb(), startVictoriaMetrics()]);
  });
  afterAll(() => Promise.all([influx.stop(), victoria.stop()]));

  const inInfluxdb = async (database: string, load: (lab: Laboratory) => Promise<void>): Promise<Sums> => {
    using lab = new Laboratory();
    await influx.createDatabase(database);
    lab.options = { out: undefined, influxUrl: influx.url, influxDatabase: database };
    await load(lab);
    return sumsInInfluxdb(influx.url, database, minute);
  };
  const inVictoriaMetrics = async (run: string, load: (lab: Laboratory) => Promise<void>): Promise<Sums> => {
    using lab = new Laboratory();
    lab.options = { out: undefined, influxUrl: victoria.url, writes: "parts", tag: { run } };
    await load(lab);
    return sumsInVictoriaMetrics(victoria, ["run", run], minute);
  };

  test.each([
    ["totals in InfluxDB", inInfluxdb],
    ["parts in VictoriaMetrics", inVictoriaMetrics],
  ])("%s", async (_, into) => {
    const whole = await into("whole", loadWhole);
    expect(total(whole)).toBe(9_999);
    for (const one of seeds) {
      const pieces = await into(`pieces ${one}`, (lab) => loadInPieces(lab, one));
      expect(sorted(pieces)).toEqual(sorted(whole));
    }
  });
});
