// `l2i init`: finds logs, shows what it found, and writes a starter multibrain with what calls it every minute. It overwrites
// nothing, and without --write it writes nothing.
import { lstat, mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { exitCode, L2iError, systemCode } from "../../errors.ts";
import { troubleOf } from "../../file-trouble.ts";
import { isTimezone } from "../../invocation/timezones.ts";
import { visible } from "../../printable.ts";
import { ownCommand, schemaPath } from "../../program-files.ts";
import { findLogs } from "./find-logs.ts";
import type { InitFlags } from "../flags.ts";
import { invocationsIn } from "../invocations.ts";
import { recognise, type SeenLog } from "./recognise.ts";
import { cronFile, cronLine, shellWord, systemdFiles } from "./schedule.ts";
import { starterMultibrain, startersOf } from "./starter.ts";

export async function init(named: readonly string[], { write }: InitFlags): Promise<number> {
  const { logs, closed } = await findLogs(named);
  const seen: SeenLog[] = [];
  for (const path of logs) seen.push(await recognise(path));
  process.stdout.write(visible(found(seen, closed)));
  const countable = seen.filter((log) => startersOf(log).length > 0);
  if (countable.length === 0) throw nothingToCount(named);
  const plan = planOf(countable, resolve(write ?? usualFolder));
  if (write === undefined) process.stdout.write(visible(preview(plan, named)));
  else {
    await writeAll(plan);
    process.stdout.write(visible(written(plan)));
  }
  return exitCode.ok;
}

/** Where a machine's configuration belongs. */
const usualFolder = "/etc/l2i";

interface Plan {
  readonly folder: string;
  readonly state: string;
  readonly multibrain: string;
  readonly files: readonly { readonly path: string; readonly text: string }[];
  readonly cron: string;
}

function planOf(logs: readonly SeenLog[], folder: string): Plan {
  const state = stateFolder(folder);
  const multibrain = join(folder, "multibrain.json");
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const text = starterMultibrain(logs, {
    path: multibrain,
    state,
    schema: schemaPath,
    timezone: isTimezone(zone) ? zone : "UTC",
  });
  invocationsIn(text, multibrain); // what would be refused is not written
  const command = [...ownCommand(), "run", multibrain];
  const schedule = [cronFile(command), ...systemdFiles(command, process.getuid?.() ?? 0)];
  return {
    folder,
    state,
    multibrain,
    files: [
      { path: multibrain, text },
      ...schedule.map((file) => ({ path: join(folder, file.name), text: file.text })),
    ],
    cron: cronLine(command),
  };
}

/** What changes at every run does not belong into /etc. */
function stateFolder(folder: string): string {
  return folder === "/etc" || folder.startsWith("/etc/") ? "/var/lib/l2i" : join(folder, "state");
}

async function writeAll({ folder, state, files }: Plan): Promise<void> {
  const taken = (await Promise.all(files.map(isThere))).flatMap((there, index) => (there ? [files[index]!.path] : []));
  if (taken.length > 0) throw isTaken(taken);
  for (const path of [folder, state]) await making(path, () => mkdir(path, { recursive: true }));
  for (const { path, text } of files) await making(path, () => writeFile(path, text, { flag: "wx" }));
}

const isThere = ({ path }: { readonly path: string }): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );

const isTaken = (paths: readonly string[]): L2iError =>
  new L2iError(
    "usage",
    `${paths.join(", ")}: there already, and nothing is overwritten; name another folder, or move ${paths.length > 1 ? "them" : "it"} away`,
  );

async function making(path: string, make: () => Promise<unknown>): Promise<void> {
  await make().catch((cause: unknown) => {
    if (systemCode(cause) === "EEXIST") throw isTaken([path]);
    throw new L2iError("usage", `${path} cannot be made: ${troubleOf(cause)}`, { cause });
  });
}

function nothingToCount(named: readonly string[]): L2iError {
  const how =
    named.length > 0
      ? 'for a format of its own give its LogFormat or log_format as "format" in a multibrain ("l2i parse --explain" shows where matching stops)'
      : "name logs, or folders of logs: l2i init PATH…";
  return new L2iError("log", `there is no log that a built-in pipeline counts; ${how}`);
}

function found(seen: readonly SeenLog[], closed: readonly string[]): string {
  const widest = Math.max(0, ...seen.map(({ path }) => path.length));
  const lines = [...seen.map((log) => `${log.path.padEnd(widest)}  ${described(log)}`), ...closed];
  return `Found:\n${lines.map((line) => `  ${line}\n`).join("") || "  no log\n"}\n`;
}

function described(log: SeenLog): string {
  if (!log.format) return `left out: ${log.trouble}`;
  const starters = startersOf(log);
  return starters.length > 0
    ? `${log.format.name}: ${starters.join(", ")}`
    : `left out: ${log.format.name}, which tells neither requests nor latency`;
}

function preview({ files, folder }: Plan, named: readonly string[]): string {
  const [multibrain, cron, ...units] = files;
  const shown = [multibrain!, cron!, ...units].map(({ path, text }) => `--- ${path}\n${text}`).join("\n");
  return `${shown}\nNothing was written. To write these files, here or into another folder:\n  l2i init ${[...named, "--write", folder].map(shellWord).join(" ")}\n`;
}

function written({ files, folder, state, multibrain, cron }: Plan): string {
  const [service, timer] = ["l2i.service", "l2i.timer"].map((name) => shellWord(join(folder, name)));
  return `Written:
${files.map(({ path }) => `  ${path}\n`).join("")}  ${state}  (a folder, for brainfiles and points)

Look at it, then see whether all is well, and what a run does:
  l2i check ${shellWord(multibrain)}
  l2i run -v ${shellWord(multibrain)}

Every minute, by cron (crontab -e) …
  ${cron}
… or by systemd:
  systemctl link ${service} && systemctl enable --now ${timer}
`;
}
