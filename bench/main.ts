// `npm run bench`: measures l2i and its peers on the same logs, checks that they count the same, and writes what it found to
// `bench/runs/`. Ends with 1 where counts differ or memory is not bounded.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { measureCompany } from "./company.ts";
import { type Contest, type Outcome, play } from "./contest.ts";
import { measureFormats } from "./formats.ts";
import { measureGrowth } from "./growth.ts";
import { accessLog, folder, largeLines, realLog } from "./logs.ts";
import { allL2i, type Entrant, type Job, l2i, onOneCore, peers, twice } from "./peers.ts";
import { profileOf } from "./profile.ts";
import {
  companyPart,
  contestPart,
  formatsPart,
  growthPart,
  heading,
  loadNow,
  memoryPart,
  threadsPart,
  profilePart,
  scaledPart,
  startUpPart,
} from "./report.ts";
import { measureQuietRuns } from "./start-up.ts";

const names = ["l2i", ...Object.keys(peers), "start-up", "company", "formats", "profile"];

const usage = `Usage: npm run bench -- [options]

Measures l2i and other programs on the same log, in turns, and writes bench/runs/DATE.md.

  --lines N      Lines of the log (default: 2000000, about 400 MB)
  --rounds N     Rounds of each contest (default: 5; at most 3 of what takes long)
  --only A,B     Only these: ${names.join(", ")}
  --large        Also a log of 4 GB, on one thread and on two; fails when one takes 120 MB or more
  --growth       Also time and memory against size of the log, series, windows and invocations (3 rounds each)
  --help         This

Slow programs (clojure, mtail, goaccess) read the first 200,000 lines; what they took is compared with what l2i took for these.
The first run makes the logs in ${folder}/ and fetches the programs as Debian packages.`;

/** Lines for programs that read some ten thousand a second. */
const sliceLines = 200_000;
const slowTitle = "slow programs";
const mostSlowRounds = 3;
/** Of what takes mawk a minute. */
const mostLargeRounds = 2;
const startUpRounds = 20;
/** Functions that are shown. */
const profileLength = 15;
const mostMegabytes = 120;

interface Options {
  readonly lines: number;
  readonly rounds: number;
  readonly isWanted: (name: string) => boolean;
  readonly large: boolean;
  readonly growth: boolean;
}

try {
  const options = optionsOf(process.argv.slice(2));
  if (options === null) console.log(usage);
  else process.exitCode = await bench(options);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}

/** Null: only help is wanted. */
function optionsOf(args: string[]): Options | null {
  const { values } = parseArgs({
    args,
    options: {
      lines: { type: "string", default: "2000000" },
      rounds: { type: "string", default: "5" },
      only: { type: "string" },
      large: { type: "boolean", default: false },
      growth: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return null;
  const only = values.only?.split(",");
  const unknown = only?.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`--only: "${unknown}" is none of ${names.join(", ")}`);
  return {
    lines: positive("lines", values.lines),
    rounds: positive("rounds", values.rounds),
    isWanted: (name) => only?.includes(name) ?? true,
    large: values.large,
    growth: values.growth,
  };
}

function positive(name: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Error(`--${name}: "${text}" is no whole number above 0`);
}

async function bench(options: Options): Promise<number> {
  const loadBefore = loadNow();
  const parts: string[] = [];
  const faults: string[] = [];
  const add = (part: string): void => {
    parts.push(part);
    console.log(`\n${part}\n`);
  };

  const found = finder(options, add);
  let whole: Outcome | undefined;
  for (const contest of await contestsOf(options, found, add)) {
    const outcome = await play(contest);
    faults.push(...outcome.faults);
    add(contestPart(outcome));
    if (contest.title === slowTitle && whole) add(scaledPart(outcome, whole));
    whole ??= outcome;
  }
  if (options.isWanted("company"))
    add(companyPart(await measureCompany(await accessLog(options.lines), Math.min(options.rounds, mostSlowRounds))));
  if (options.isWanted("formats"))
    add(formatsPart(await measureFormats(options.lines, Math.min(options.rounds, mostSlowRounds))));
  if (options.isWanted("profile"))
    for (const job of ["requests", "latency"] as const) {
      const command = l2i(job, ["--jobs", "1"]).command(await accessLog(options.lines), "");
      add(profilePart(job, await profileOf(command, profileLength)));
    }
  if (options.isWanted("start-up")) add(startUpPart(await measureQuietRuns([1, 20, 200], startUpRounds)));
  if (options.large) {
    const [first, second] = await largeContests(options, found);
    const outcome = await play(first);
    const most = Math.max(...outcome.scores[0]!.runs.map(({ peakBytes }) => peakBytes));
    faults.push(...outcome.faults, ...(most < mostMegabytes * 1e6 ? [] : [`4 GB take ${Math.round(most / 1e6)} MB`]));
    add([contestPart(outcome), memoryPart(outcome, mostMegabytes), threadsPart(outcome)].join("\n\n"));
    const latency = await play(second);
    faults.push(...latency.faults);
    add(contestPart(latency));
  }
  if (options.growth) for (const growth of await measureGrowth(options.large)) add(growthPart(growth));

  const date = new Date().toISOString().slice(0, 10);
  const path = freePath(date);
  writeFileSync(path, `${[heading(date, loadBefore), ...parts].join("\n\n")}\n`);
  console.log(`written to ${path}`);
  for (const fault of faults) console.error(fault);
  return faults.length === 0 ? 0 : 1;
}

type Finder = (name: keyof typeof peers, job: Job) => Promise<Entrant[]>;

/** Finds peers that are wanted; says once of each that cannot be had. */
function finder({ isWanted }: Options, say: (line: string) => void): Finder {
  const missing = new Set<string>();
  return async (name, job) => {
    if (!isWanted(name) || missing.has(name)) return [];
    try {
      return [await peers[name](job)];
    } catch (error) {
      missing.add(name);
      console.error(error instanceof Error ? error.message : error);
      say(`${name} is left out: it is not in PATH and could not be fetched.`);
      return [];
    }
  };
}

async function contestsOf(
  { lines, rounds, isWanted }: Options,
  found: Finder,
  say: (line: string) => void,
): Promise<Contest[]> {
  const whole = await accessLog(lines);
  const slice = await accessLog(Math.min(lines, sliceLines));
  const real = await realLog(whole.bytes);
  if (real === null) say("The real log is not there (../shared/data): it is left out.");

  const fast = async (job: Job): Promise<Entrant[]> => [
    ...(isWanted("l2i") ? allL2i(job) : []),
    ...(await found("mawk", job)),
    ...(await found("gawk", job)),
  ];
  const limits = [...(await found("grep", "requests")), ...(await found("wc", "requests"))];
  const slow = [
    ...(await found("clojure", "requests")),
    ...(await found("mtail", "requests")),
    ...(await found("goaccess", "requests")),
  ];
  const requests = await fast("requests");
  const contests = [
    { title: "requests", log: whole, entrants: [...requests, ...limits], rounds },
    { title: "latency", log: whole, entrants: await fast("latency"), rounds },
    ...(real ? [{ title: "requests of a real log", log: real, entrants: requests, rounds }] : []),
    ...(slow.length > 0
      ? [
          {
            title: slowTitle,
            log: slice,
            entrants: [...requests.slice(0, 1), ...slow],
            rounds: Math.min(rounds, mostSlowRounds),
          },
        ]
      : []),
  ];
  return contests.filter(({ entrants }) => entrants.length > 0);
}

function onThreads(job: Job): [one: Entrant, two: Entrant] {
  return [l2i(job, ["--jobs", "1"]), l2i(job, ["--jobs", "2"])];
}

/** First of `requests`, then of `latency`. */
async function largeContests({ rounds }: Options, found: Finder): Promise<[Contest, Contest]> {
  const log = await accessLog(largeLines);
  const [one, two] = onThreads("requests");
  return [
    {
      title: "A large log: requests",
      log,
      entrants: [
        one,
        two,
        twice(one),
        onOneCore(one),
        ...(await found("mawk", "requests")),
        ...(await found("grep", "requests")),
      ],
      rounds: Math.min(rounds, mostSlowRounds),
    },
    {
      title: "A large log: latency",
      log,
      entrants: [...onThreads("latency"), ...(await found("mawk", "latency"))],
      rounds: Math.min(rounds, mostLargeRounds),
    },
  ];
}

/** A second run of a day does not replace what the first has found. */
function freePath(date: string): string {
  mkdirSync("bench/runs", { recursive: true });
  let path = `bench/runs/${date}.md`;
  for (let number = 2; existsSync(path); number++) path = `bench/runs/${date}-${number}.md`;
  return path;
}
