// Quantiles and buckets of the time taken in real logs, through the whole program: as near to the exact ones as promised, and the same
// to the byte in one run and in many, though a store was out of order and the rule was changed on the way.
import { afterAll, describe, expect, test } from "vitest";
import { Desk, linesOf } from "../cli/desk.ts";
import { hasSharedData, sharedLog, sharedLogs } from "../format/shared-data.ts";
import { fieldsOf, pointKey, splitLine } from "../../src/sink/line-protocol.ts";
import { startStandIn } from "../sink/stand-in.ts";

interface Source {
  readonly name: string;
  readonly format: string;
  readonly lines: readonly string[];
  /** Finds day, month, year, hour, zone, status and microseconds, knowing nothing of our parser. */
  readonly pattern: RegExp;
}

const time = String.raw`\[(?<day>\d+)/(?<month>\w+)/(?<year>\d+):(?<hour>\d+):\S+ (?<zone>[+-]\d+)\]`;
const csv =
  '%v,%p,%h,%l,%u,%t,%I,%O,%S,%B,%{ms}T,%D,%^FB,%>s,"%H","%m","%U","%q","%{Referer}i","%{User-Agent}i","%{VARNAME}C",%L';
const sources: Source[] = [
  {
    name: "apache-combined-elapsed",
    format: "combined_elapsed",
    lines: linesOf("apache-combined-elapsed.log"),
    pattern: new RegExp(String.raw`${time} ".*" (?<status>\d+) \S+ ".*" ".*" (?<us>\d+)$`, "m"),
  },
];
if (hasSharedData)
  sources.push({
    name: "apache-csv-elapsed",
    format: csv,
    lines: sharedLogs("apache-csv-elapsed").flatMap((path) => sharedLog(path).match(/.+\n/g) ?? []),
    pattern: new RegExp(String.raw`${time}(?:,\d+){5},(?<us>\d+),[^,]*,(?<status>\d+),`),
  });

const bounds = [100, 1000, 5000, 100_000];
const rule = (attribute: string): string => `export default {
  fields: ["status"],
  values: { us: { field: "elapsedUs", quantiles: true, buckets: ${JSON.stringify(bounds)} } },
  categorize: ({ status }) => ({ ${attribute}: status }),
};
`;

/** Microseconds by status and hour: `404 1733360400000`. */
function taken({ lines, pattern }: Pick<Source, "lines" | "pattern">): Map<string, number[]> {
  const all = new Map<string, number[]>();
  for (const line of lines) {
    const { day, month, year, hour, zone, status, us } = pattern.exec(line)!.groups!;
    const key = `${status} ${Date.parse(`${day} ${month} ${year} ${hour}:00:00 ${zone}`)}`;
    all.set(key, [...(all.get(key) ?? []), Number(us)]);
  }
  return all;
}

/** The fields of the points with the attribute, by its value and time. */
function told(points: Iterable<string>, attribute: string): Map<string, Map<string, number>> {
  const found = new Map<string, Map<string, number>>();
  for (const point of points) {
    const { series, fields, timestamp } = splitLine(point);
    const value = new RegExp(`^rule,.*\\b${attribute}=([^,]+)`).exec(series)?.[1];
    if (value !== undefined) found.set(`${value} ${BigInt(timestamp) / 1_000_000n}`, fieldsOf(fields));
  }
  return found;
}

/** How far the furthest quantile is off, relatively. */
let worst = 0;
let compared = 0;
afterAll(() => console.log(`${compared} quantiles compared, off by at most ${(100 * worst).toFixed(3)} %`));

function expectRight(fields: ReadonlyMap<string, number>, numbers: readonly number[]): void {
  const sorted = numbers.toSorted((a, b) => a - b);
  expect(fields.get("count")).toBe(sorted.length);
  for (const percent of [50, 95, 99]) {
    const right = sorted[Math.ceil((percent * sorted.length) / 100) - 1]!;
    worst = Math.max(worst, Math.abs(fields.get(`us_p${percent}`)! - right) / right);
    compared++;
  }
  expect(worst).toBeLessThanOrEqual(0.01);
  for (const [index, bound] of [...bounds, Infinity].entries()) {
    const own = sorted.filter((us) => us > (bounds[index - 1] ?? -1) && us <= bound);
    expect(fields.get(`us_bucket_${bound === Infinity ? "+Inf" : bound}`)).toBe(own.length);
  }
}

const finalPoints = (lines: readonly string[]): string[] =>
  [
    ...new Map(lines.filter((line) => line.startsWith("rule,")).map((line) => [pointKey(line), line])).values(),
  ].toSorted();

describe.each(sources)("$name", (source) => {
  const options = { pipeline: "./rule.mjs", format: source.format, window: "1h", lateness: "1d" };
  const part = (from: number, until: number): string =>
    source.lines.slice(from * source.lines.length, until * source.lines.length).join("");

  async function inOneRun(): Promise<string[]> {
    using desk = new Desk().write("rule.mjs", rule("status")).multibrain(options).write("access.log", part(0, 1));
    expect(await desk.run()).toEqual({ code: 0, stdout: "", stderr: "" });
    return finalPoints(desk.read("out.lp").split("\n"));
  }

  test("each window of each series is right", async () => {
    const points = told(await inOneRun(), "status");
    const right = taken(source);
    expect([...points.keys()].toSorted()).toEqual([...right.keys()].toSorted());
    for (const [key, fields] of points) expectRight(fields, right.get(key)!);
  });

  test("many runs write the same bytes, though the store failed on the way; verify finds them right", async () => {
    let isUp = true;
    await using store = await startStandIn(() => (isUp ? 204 : 503));
    const influx = { out: undefined, influxUrl: store.url, influxBucket: "b", timeout: "300ms" };
    using desk = new Desk().write("rule.mjs", rule("status")).multibrain({ ...options, ...influx });
    desk.write("access.log", "");
    const stored: string[] = [];
    for (const [index, from] of [0, 0.1, 0.15, 0.5, 0.52, 0.9].entries()) {
      const before = store.received.length;
      isUp = index !== 3;
      desk.append("access.log", part(from, [0.1, 0.15, 0.5, 0.52, 0.9, 1][index]!));
      expect((await desk.run()).code).toBe(isUp ? 0 : 1);
      if (isUp) stored.push(...store.received.slice(before).flatMap(({ lines }) => lines));
    }
    expect(finalPoints(stored)).toEqual(await inOneRun());
    desk.multibrain(options).write("out.lp", stored.map((line) => `${line}\n`).join(""));
    expect(await desk.l2i(["verify", "multibrain.json"])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("all equal"),
    });
  });

  test("a rule that is changed while points wait: each rule's windows are right", async () => {
    let isUp = false;
    await using store = await startStandIn(() => (isUp ? 204 : 503));
    const influx = { out: undefined, influxUrl: store.url, influxBucket: "b", timeout: "300ms" };
    using desk = new Desk().write("rule.mjs", rule("status")).multibrain({ ...options, ...influx });
    expect((await desk.write("access.log", part(0, 0.4)).run()).code).toBe(1);
    isUp = true;
    const failed = store.received.length;
    desk.write("rule.mjs", rule("code")).append("access.log", part(0.4, 1));
    expect(await desk.run()).toEqual({ code: 0, stdout: "", stderr: "" });
    const points = finalPoints(store.received.slice(failed).flatMap(({ lines }) => lines));
    const half = Math.floor(0.4 * source.lines.length);
    const [before, after] = [source.lines.slice(0, half), source.lines.slice(half)];
    for (const [attribute, lines] of [
      ["status", before],
      ["code", after],
    ] as const) {
      const right = taken({ ...source, lines });
      let counted = 0;
      for (const [key, fields] of told(points, attribute)) {
        counted += fields.get("count")!;
        const [, ms = ""] = key.split(" ");
        if (Number(ms) % 3_600_000 === 0) expectRight(fields, right.get(key)!);
        else expect(fields.has("us_p50")).toBe(false); // late, into a window that the old rule had counted into
      }
      expect(counted).toBe(lines.length);
    }
  });
});
