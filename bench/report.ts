// What was measured, as Markdown.
import { cpus, loadavg, release, totalmem } from "node:os";
import type { Company } from "./company.ts";
import type { Outcome, Score } from "./contest.ts";
import type { Formatted } from "./formats.ts";
import type { Growth } from "./growth.ts";
import { type Run, type Spread, spreadOf } from "./measure.ts";
import { l2iVersion } from "./peers.ts";
import type { Profile } from "./profile.ts";
import type { Quiet } from "./start-up.ts";

export const loadNow = (): string =>
  loadavg()
    .map((load) => load.toFixed(2))
    .join(" ");

export function heading(date: string, loadBefore: string): string {
  const model = cpus()[0]?.model.trim() ?? "unknown";
  return [
    `# Bench of ${date}`,
    "",
    `- machine: ${model}, ${cpus().length} cores, ${Math.round(totalmem() / 1e9)} GB, Linux ${release().split("-")[0]}`,
    `- l2i ${l2iVersion}, node ${process.versions.node}`,
    `- load average before: ${loadBefore}; after: ${loadNow()}`,
    "",
    "Programs ran in turns; the log was in the page cache. Figures are medians, with the least and the most in brackets. CPU is",
    "processor time of all threads, as far as it was seen 10 ms before the end; a busy machine changes it less than the seconds. A",
    "ratio is what the program took divided by what the first in the table took: above 1, that one is faster.",
  ].join("\n");
}

export function contestPart({ title, log, rounds, scores, faults }: Outcome): string {
  const reference = scores[0]!;
  const checked = scores.filter(({ entrant }) => entrant.table).map(({ entrant }) => entrant.name);
  const verdict =
    faults.length === 0
      ? `Same counts, minute by minute: ${checked.join(", ")}.`
      : `**Counts differ:**\n\n\`\`\`\n${faults.join("\n")}\n\`\`\``;
  return [
    `## ${title}`,
    "",
    `${log.title}: ${log.lines.toLocaleString("en")} lines, ${(log.bytes / 1e6).toFixed(0)} MB, SHA-256 ${log.sha256.slice(0, 16)}…; rounds: ${rounds}.${checked.length > 1 ? ` ${verdict}` : ""}`,
    "",
    "| program | does | seconds | lines/s | peak MB | ratio | CPU s | ratio of CPU |",
    "|---|---|---|--:|--:|---|--:|--:|",
    ...scores.map((score) => contestRow(score, reference, log.lines)),
    "",
    `Versions: ${scores.map(({ entrant }) => `${entrant.name} ${entrant.version}`).join("; ")}.`,
  ].join("\n");
}

/** What programs that read a part only would take beside l2i on the whole log, if they went on as they began. */
export function scaledPart(part: Outcome, whole: Outcome): string {
  const speed = linesPerSecond(whole, whole.scores[0]!);
  const ratios = part.scores
    .slice(1)
    .map((score) => `${score.entrant.name} ${(speed / linesPerSecond(part, score)).toFixed(1)}`);
  return (
    `Scaled by lines/s, since these read ${part.log.lines.toLocaleString("en")} lines only and their start-up weighs more than it ` +
    `would on the whole log: against ${whole.scores[0]!.entrant.name} on the whole log the ratios are ${ratios.join(", ")}, if the ` +
    "machine was as busy then as before."
  );
}

const linesPerSecond = ({ log }: Outcome, { runs }: Score): number => log.lines / spreadOf(secondsOf(runs)).median;

function contestRow({ entrant, runs }: Score, reference: Score, lines: number): string {
  const seconds = spreadOf(secondsOf(runs));
  // Runs of one round stand beside each other in time, so their ratios vary less than the seconds do.
  const ratios = spreadOf(runs.map((run, index) => run.seconds / (reference.runs[index]?.seconds ?? NaN)));
  const ratio = seconds.median / spreadOf(secondsOf(reference.runs)).median;
  return cells(
    entrant.name,
    entrant.task,
    spreadText(seconds),
    Math.round(lines / seconds.median).toLocaleString("en"),
    megabytes(runs),
    reference.entrant === entrant ? "1" : spreadText({ ...ratios, median: ratio }),
    cpuOf(runs).toFixed(2),
    reference.entrant === entrant ? "1" : (cpuOf(runs) / cpuOf(reference.runs)).toFixed(2),
  );
}

export function startUpPart(quiet: readonly Quiet[]): string {
  const node = spreadOf(secondsOf(quiet[0]!.runs)).median;
  return [
    "## Start-up: runs that find nothing new",
    "",
    `${quiet[0]?.runs.length} rounds in turns.`,
    "",
    "| run | ms | more than node, ms | CPU ms | peak MB |",
    "|---|---|--:|--:|--:|",
    ...quiet.map(({ name, runs }) => {
      const { median, least, most } = spreadOf(secondsOf(runs));
      return cells(
        name,
        `${ms(median)} (${ms(least)}–${ms(most)})`,
        ms(median - node),
        ms(cpuOf(runs)),
        megabytes(runs),
      );
    }),
  ].join("\n");
}

export function memoryPart({ scores: [alone] }: Outcome, limitMegabytes: number): string {
  const { entrant, runs } = alone!;
  const peak = megabytes(runs);
  const verdict = Number(peak) < limitMegabytes ? `below ${limitMegabytes} MB` : `**not below ${limitMegabytes} MB**`;
  return `Memory of ${entrant.name} on it: at most ${peak} MB, ${verdict}.`;
}

/** What a second thread gives, and what the machine has to give: one thread, two, two programs, one thread on one core. */
export function threadsPart({ scores }: Outcome): string {
  const [one, two, both, pinned] = scores.map(({ runs }) => spreadOf(secondsOf(runs)).median);
  const grep = scores.find(({ entrant }) => entrant.name === "grep");
  const against = grep
    ? ` They take ${(two! / spreadOf(secondsOf(grep.runs)).median).toFixed(2)} times as long as grep.`
    : "";
  return (
    `Two threads are ${(one! / two!).toFixed(2)} times as fast as one, which V8 helps on the other core, and ` +
    `${(pinned! / two!).toFixed(2)} times as fast as one core.${against} Two programs of one thread each, side by side, do ` +
    `${((2 * one!) / both!).toFixed(2)} times as much as one alone in the same time: more than that the machine does not give.`
  );
}

export function companyPart(company: readonly Company[]): string {
  const alone = company[0]!;
  return [
    "## One read, many pipelines",
    "",
    `First runs of \`l2i run\` on the log of the first contest, each invocation with a brainfile and a file of points; rounds: ${alone.runs.length}.`,
    "",
    "| invocations | seconds | CPU s | peak MB | ratio |",
    "|---|---|--:|--:|--:|",
    ...company.map(({ name, runs }) => {
      const ratio = spreadOf(secondsOf(runs)).median / spreadOf(secondsOf(alone.runs)).median;
      return cells(
        name,
        spreadText(spreadOf(secondsOf(runs))),
        cpuOf(runs).toFixed(2),
        megabytes(runs),
        ratio.toFixed(2),
      );
    }),
  ].join("\n");
}

const nanoseconds = ({ log, runs }: Formatted): number => (1e9 * spreadOf(secondsOf(runs)).median) / log.lines;

export function formatsPart(formats: readonly Formatted[]): string {
  const first = nanoseconds(formats[0]!);
  return [
    "## Other formats",
    "",
    `The requests of the first contest as other LogFormats write them, \`requests\` of each, in turns; rounds: ${formats[0]!.runs.length}.`,
    "",
    "| LogFormat | lines | MB | seconds | CPU s | ns a line | ratio |",
    "|---|--:|--:|---|--:|--:|--:|",
    ...formats.map((each) =>
      cells(
        `\`${each.format}\``,
        each.log.lines.toLocaleString("en"),
        (each.log.bytes / 1e6).toFixed(0),
        spreadText(spreadOf(secondsOf(each.runs))),
        cpuOf(each.runs).toFixed(2),
        nanoseconds(each).toFixed(0),
        (nanoseconds(each) / first).toFixed(2),
      ),
    ),
  ].join("\n");
}

export function profilePart(task: string, { milliseconds, functions }: Profile): string {
  return [
    `## Where the time goes: ${task}`,
    "",
    `V8 took samples for ${milliseconds.toFixed(0)} ms, which slows the run down a little. In which function the thread was, itself:`,
    "",
    "| function | share |",
    "|---|--:|",
    ...functions.map(({ name, share }) => cells(`\`${name}\``, `${(100 * share).toFixed(1)} %`)),
  ].join("\n");
}

const width = 24;

export function growthPart({ title, unit, steps }: Growth): string {
  const medians = steps.map(({ runs }) => spreadOf(secondsOf(runs)));
  const longest = Math.max(...medians.map(({ median }) => median));
  return [
    `## Growth: ${title}`,
    "",
    `| ${unit} | seconds | CPU s | peak MB | seconds, drawn |`,
    "|--:|---|--:|--:|---|",
    ...steps.map(({ size, runs }, index) => {
      const seconds = medians[index]!;
      const bar = "█".repeat(Math.max(1, Math.round((seconds.median / longest) * width)));
      return cells(size, spreadText(seconds), cpuOf(runs).toFixed(2), megabytes(runs), bar);
    }),
  ].join("\n");
}

const cells = (...texts: readonly string[]): string => `| ${texts.join(" | ")} |`;
const ms = (seconds: number): string => (seconds * 1000).toFixed(0);
const spreadText = ({ median, least, most }: Spread): string =>
  `${median.toFixed(2)} (${least.toFixed(2)}–${most.toFixed(2)})`;
const secondsOf = (runs: readonly Run[]): number[] => runs.map(({ seconds }) => seconds);
const cpuOf = (runs: readonly Run[]): number => spreadOf(runs.map(({ cpuSeconds }) => cpuSeconds)).median;
const megabytes = (runs: readonly Run[]): string =>
  (Math.max(...runs.map(({ peakBytes }) => peakBytes)) / 1e6).toFixed(0);
