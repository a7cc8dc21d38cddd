// The command line: commands, their words and options, and the help that a stranger reads. Each command is a file that is
// loaded when it is asked for.
import { Command, type Help, InvalidArgumentError, Option } from "commander";
import { derivedNames } from "../derived/fields.ts";
import { L2iError } from "../errors.ts";
import packageJson from "../../package.json" with { type: "json" };
import { nearest } from "../invocation/nearest.ts";
import { invocationOptions, optionOf } from "../invocation/options.ts";
import { type OptionKey, optionKeys } from "../invocation/schema.ts";
import { adviceOnBy, byFields } from "../pipeline/by.ts";
import { visible } from "../printable.ts";
import type {
  CheckFlags,
  InitFlags,
  LoadFlags,
  ParseFlags,
  ReplayFlags,
  ReplFlags,
  ReportFlags,
  RunFlags,
  StatusFlags,
  VerifyFlags,
} from "./flags.ts";
import { moment } from "./moment.ts";
import { type Subject, subjects } from "./show/subjects.ts";

/** The program with all its commands; `leave` gets the exit code of the one that ran. */
export function createProgram(leave: Leave): Command {
  const program = new Command("l2i")
    .description("Loads web-server logs into InfluxDB: every line counted exactly once, from cron, by hand or in CI.")
    .version(packageJson.version, "-V, --version", "Print the version.")
    .helpOption("-h, --help", "Print this help.")
    .usage("COMMAND …")
    .exitOverride()
    .configureHelp({ subcommandTerm: termOf })
    .configureOutput({ outputError: (text, write) => write(visible(text.replace(/^error: /, "l2i: "))) })
    .showHelpAfterError('("l2i --help" tells more)')
    .addHelpText("after", programExamples);
  program.commandsGroup("From cron, with a multibrain:");
  for (const add of [addInit, addRun, addCheck, addStatus, addVerify]) add(program, leave);
  program.commandsGroup("By hand:").helpCommand("help [command]", "the help of a command, as --help behind it");
  for (const add of [addLoad, addReport, addParse, addRepl, addShow]) add(program, leave);
  program.commandsGroup("In CI:");
  addReplay(program, leave);
  return program;
}

const programExamples = `
Examples:
  l2i load requests access.log             count by method and status, as a table
  l2i check multibrain.json                is all well configured?
  * * * * *  l2i run multibrain.json       in a crontab: load what is new

Exit codes: 0 all well, 1 an invocation failed (the others ran), 2 wrong usage or
configuration (nothing ran), 128+n stopped by signal n.`;

type Leave = (code: number) => void;

function addInit(program: Command, leave: Leave): void {
  addCommand(program, "init", "find logs, write a multibrain to begin with")
    .description(
      "Look for logs, recognise their formats, and show a multibrain that counts them, a line for cron and a timer for systemd. With --write they are written; nothing is overwritten.",
    )
    .argument("[log...]", "Logs, or folders of logs (default: the usual places, such as /var/log/nginx).")
    .option("--write <FOLDER>", "Write the files into this folder, which is made where it is not there.")
    .addHelpText("after", initExamples)
    .action(async (logs: string[], flags: InitFlags) =>
      leave(await (await import("./init/init.ts")).init(logs, flags)),
    );
}

const initExamples = `
Examples:
  l2i init                                    look, and show
  l2i init --write /etc/l2i                   the same, and write
  l2i init /srv/www/logs --write ~/l2i

Brainfiles and points go to /var/lib/l2i if the folder is in /etc, else to "state"
in it. Exit codes: 0 all well, 1 no log that could be counted, 2 a file is there
already or cannot be written.`;

function addRun(program: Command, leave: Leave): void {
  addCommand(program, "run", "load what is new; silent when all is well")
    .description(
      "Load what each log of a multibrain has gained since the last run. This is what cron calls; silent when all is well.",
    )
    .argument("<multibrain.json>", multibrain)
    .addOption(only("Run"))
    .addOption(new Option("--resume <WHERE>", resume).choices(["start", "end"]))
    .option("--dry-run", dryRun)
    .option("--json", outcomes)
    .addOption(verbose(sayMore))
    .addOption(quiet())
    .addHelpText("after", runExamples)
    .action(async (path: string, flags: RunFlags) => leave(await (await import("./run.ts")).run(path, flags)));
}

const multibrain = "The file that lists the invocations.";

const resume = "For this run the way out after a log was edited in place: read all of it again, or go on at its end.";

const runExamples = `
Examples:
  l2i run /etc/l2i/multibrain.json
  l2i run -v --only shop multibrain.json
  l2i run --dry-run multibrain.json | less`;

function addCheck(program: Command, leave: Leave): void {
  const check = addCommand(program, "check", "look for what would fail; writes nothing")
    .description(
      "Check a multibrain: its options, brainfiles, logs and how they are rotated, clocks and stores. Or a pipeline of your own: what it makes of lines that strangers send, and of logs. Writes nothing.",
    )
    .usage("[options] <multibrain.json>\n       l2i check [options] --pipeline PATH [log...]")
    .argument("[file...]", "The multibrain; with --pipeline, logs to try it on.")
    .option("--pipeline <PIPELINE>", "Check this pipeline alone: the path of a rule, or a built-in name.")
    .addOption(new Option("--config-only", configOnly).conflicts("pipeline"));
  for (const option of invocationOptions(optionKeys.filter((key) => !ofPipeline.has(key)))) check.addOption(option);
  check
    .option("--json", "Print one JSON object an invocation: name, ok, findings (what, level, detail).")
    .option("-q, --quiet", "Leave out what is well.")
    .addHelpText("after", checkExamples)
    .action(async (files: string[], flags: CheckFlags) => leave(await checked(files, flags)));
}

const configOnly =
  "Look at the multibrain and its rules alone, as in CI: not at this machine, nor at secrets and stores.";

/** Options that say how a pipeline alone is tried. */
const ofPipeline: ReadonlySet<OptionKey> = new Set<OptionKey>(["set", "format", "timezone", "anonymizeIp"]);

async function checked(files: readonly string[], flags: CheckFlags): Promise<number> {
  if (flags.pipeline !== undefined)
    return (await import("./check/check-rule.ts")).checkRule(flags.pipeline, files, flags);
  if (files.length !== 1)
    throw new L2iError(
      "usage",
      'name one multibrain.json to check, or a pipeline with --pipeline ("l2i check --help" tells more)',
    );
  return (await import("./check/check.ts")).check(files[0]!, flags);
}

const checkExamples = `
Examples:
  l2i check /etc/l2i/multibrain.json
  l2i check --config-only multibrain.json           in CI
  l2i check --pipeline ./rules/checkout.ts access.log --set limit=5

Exit codes: 0 no problem, 1 a run would fail, 2 wrong configuration.`;

function addStatus(program: Command, leave: Leave): void {
  addCommand(program, "status", "how far each log is read, and what failed")
    .description(
      "Show where each brainfile stands: how far behind, last run, failing since, what was kept aside. Monitoring may call it: exit 1 says that a person is needed.",
    )
    .argument("<multibrain.json>", multibrain)
    .option("--json", "Print one JSON object an invocation.")
    .option("-q, --quiet", "Print only what needs a person.")
    .addHelpText("after", statusStates)
    .action(async (path: string, flags: StatusFlags) =>
      leave(await (await import("./status/status.ts")).status(path, flags)),
    );
}

const statusStates = `
States:
  ok       all well
  new      no run yet
  failing  runs fail; nothing is lost meanwhile
  broken   the brainfile or the log cannot be read, or is not there
  late     the log grows, and there was no run for an hour: is cron alive?
  refused  points lie aside that the store will never take

Exit codes: 0 all ok or new, 1 a person is needed, 2 wrong usage or configuration.`;

function addVerify(program: Command, leave: Leave): void {
  addCommand(program, "verify", "are the numbers in the store right?")
    .description(
      "Count what was counted once more, from the logs that still lie there, and compare with what the store holds. Windows that cannot be counted again in full are left out, and said.",
    )
    .argument("<multibrain.json>", multibrain)
    .addOption(only("Verify"))
    .addOption(new Option("--since <TIME>", `Compare only windows from then on${times}`).argParser(moment))
    .addOption(new Option("--until <TIME>", "Compare only windows until then.").argParser(moment))
    .option(
      "--repair",
      "Mend what differs: the totals of the logs are written, and 0 wherever else there is something.",
    )
    .option("--json", "Print one JSON object an invocation; messages become JSON, too.")
    .addOption(verbose("Show all that differs, and what is read."))
    .addHelpText("after", verifyExamples)
    .action(async (path: string, flags: VerifyFlags) =>
      leave(await (await import("./verify/verify.ts")).verify(path, flags)),
    );
}

const times = ": a time with its zone, or how long ago.";

const verifyExamples = `
Examples:
  l2i verify /etc/l2i/multibrain.json
  l2i verify --only shop --since 2h multibrain.json
  l2i verify --since 2026-01-02T00:00Z --until 2026-01-03T00:00Z --repair multibrain.json

Exit codes: 0 all equal, 1 something differs or failed, 2 wrong usage or configuration.
Runs that start meanwhile are skipped.`;

function addLoad(program: Command, leave: Leave): void {
  const load = addCommand(program, "load", "count logs into a table, a file or a store")
    .description(
      "Load logs by hand: to a table on the terminal, a file or a store. Rotated and compressed files are welcome.",
    )
    .usage("[options] <pipeline> <log...>\n       l2i load [options] --by <fields> <log...>")
    .argument("<pipeline>", 'What to count: "l2i show pipelines" lists them; or the path of a rule of your own.')
    .argument("[log...]", 'Log files, one stream in the order of their content; "-" is standard input.')
    .addOption(
      new Option("--by <FIELDS>", "In place of a pipeline: count by these fields of a line, such as status,method.")
        .argParser(fieldsToCountBy)
        .helpGroup("What to count:"),
    );
  addSpan(load, "What to count:");
  for (const option of invocationOptions(["log"])) load.addOption(option);
  load
    .addOption(new Option("--top <N>", "Rows of the table (default: 20).").argParser(rowCount))
    .option("--dry-run", dryRun)
    .option("--json", outcomes)
    .addOption(verbose(sayMore))
    .addOption(quiet())
    .addHelpText("after", loadExamples)
    .action(async (first: string, others: string[], flags: LoadFlags) =>
      leave(await (await import("./load/load.ts")).load([first, ...others], flags)),
    );
}

function addSpan(command: Command, group = "Options:"): Command {
  return command
    .addOption(new Option("--since <TIME>", `Take only lines from then on${times}`).argParser(moment).helpGroup(group))
    .addOption(new Option("--until <TIME>", "Take only lines before then.").argParser(moment).helpGroup(group));
}

const loadExamples = `
Examples:
  l2i load requests /var/log/apache2/access.log*
  l2i load --by status,method --since 2h access.log
  l2i load --by status --since 2026-01-02T12:04Z --until 2026-01-02T12:05Z access.log
  l2i load downloads access.log --set prefix=/files/ --out points.lp
  l2i load ./rules/checkout.ts access.log
  l2i load errors old.log.gz --influx-url http://localhost:8086 --influx-database web
  ssh www1 cat access.log | l2i load sizes - --tag service=shop --out sizes.lp`;

function addReport(program: Command, leave: Leave): void {
  const report = addCommand(program, "report", "one page with charts of logs, for a browser")
    .description(
      "Make one HTML page of logs: requests over time, time taken, routes, errors, downloads, crawlers, rejects. It is complete in itself, and asks no network for anything.",
    )
    .argument("<log...>", 'Log files, one stream in the order of their content; "-" is standard input.')
    .option("-o, --out <PATH>", 'File for the page; "-" is standard output.')
    .option("--downloads <FOLDER>", "Path of the folder whose files are listed as downloads.", "/downloads/");
  addSpan(report);
  for (const key of ofReport) report.addOption(optionOf(key).helpGroup("Options:"));
  report
    .addOption(verbose(sayMore))
    .addOption(quiet())
    .addHelpText("after", reportExamples)
    .action(async (logs: string[], flags: ReportFlags) =>
      leave(await (await import("./report.ts")).report(logs, flags)),
    );
}

/** Options of an invocation that say how a report reads. */
const ofReport = ["format", "field", "schema", "timezone", "maxLine", "anonymizeIp"] as const;

const reportExamples = `
Examples:
  l2i report access.log -o report.html
  l2i report --since 2026-01-02T12:00Z --until 2026-01-02T12:30Z access.log -o noon.html
  l2i report /var/log/nginx/access.log* --downloads /files/ -o /var/www/report.html
  ssh www1 cat access.log | l2i report - > report.html`;

function addParse(program: Command, leave: Leave): void {
  const parse = addCommand(program, "parse", "the records of logs as JSON lines")
    .description("Print the records of logs as JSON lines; lines that do not match go to standard error.")
    .argument("<log...>", 'Log files; "-" is standard input.');
  addSpan(addReading(parse))
    .addOption(optionOf("anonymizeIp").helpGroup("Options:"))
    .option(
      "--explain",
      "Show below each line that does not match where matching stopped, and what was expected there; for the others what pipelines answer.",
    )
    .addOption(
      new Option("--pipeline <PIPELINE>", "Explain what this pipeline alone answers.").implies({ explain: true }),
    )
    .addOption(optionOf("set").helpGroup("Options:").implies({ explain: true }))
    .addOption(
      new Option("--derived <DERIVED>", `Show fields made of others, too: ${derivedNames.join(",")}.`).argParser(
        derivedFields,
      ),
    )
    .addOption(verbose("Say which format was recognised."))
    .addHelpText("after", parseExamples)
    .action(async (logs: string[], flags: ParseFlags) =>
      leave(await (await import("./parse/parse.ts")).parse(logs, flags)),
    );
}

const parseExamples = `
Examples:
  l2i parse access.log | jq 'select(.status >= 500) | .uri'
  l2i parse --since 2026-01-02T12:04Z --until 2026-01-02T12:05Z access.log
  tail -1 access.log | l2i parse --pipeline ./rules/checkout.ts -
  l2i parse --format '%h %t "%r" %>s %D' custom.log > records.jsonl 2> rejects.txt`;

/** The options that say how lines read, where an invocation has no others. */
function addReading(command: Command): Command {
  return command
    .option(
      "--format <FORMAT>",
      'Preset, LogFormat or log_format string, /expression/, or auto; "l2i show formats" lists them.',
      "auto",
    )
    .addOption(optionOf("field").helpGroup("Options:"))
    .addOption(optionOf("schema").helpGroup("Options:"))
    .option("--timezone <ZONE>", "Time zone of the times in the log, for formats whose times carry none.");
}

function addRepl(program: Command, leave: Leave): void {
  const repl = addCommand(program, "repl", "records and pipelines at a prompt")
    .description(
      "Ask logs of any size at a prompt: count, frequencies, sample, where. Try pipelines and rules of your own on them, and freeze what they answer as a replay case.",
    )
    .argument("<log...>", "Log files.")
    .option("--rule <PATH>", "A rule of your own to try, as rule.");
  addReading(repl)
    .addHelpText("after", replExamples)
    .action(async (logs: string[], flags: ReplFlags) =>
      leave(await (await import("./repl/repl.ts")).repl(logs, flags)),
    );
}

const replExamples = `
Examples:
  l2i repl access.log access.log.1.gz
  l2i repl --rule ./checkout.ts access.log

At the prompt:
  l2i> count(r => r.status >= 500)
  l2i> where(r => r.method === "POST").frequencies("status,uri")
  l2i> frequencies(rule)
  l2i> .reload                     (the rule was edited)
  l2i> .freeze cases/checkout      (for "l2i replay")`;

function addShow(program: Command, leave: Leave): void {
  addCommand(program, "show", "pipelines, formats, the JSON Schema of a multibrain, completion")
    .description(
      "Show what there is to choose from, the manual page, or what makes a shell complete words (source <(l2i show bash-completion)).",
    )
    .addArgument(program.createArgument("<what>", `One of ${subjects.join(", ")}.`).argParser(subject))
    .action(async (what: Subject) => leave(await (await import("./show/show.ts")).show(what, program)));
}

function addReplay(program: Command, leave: Leave): void {
  addCommand(program, "replay", "logs against the points that they should make")
    .description(
      "Play replay cases and compare the points with those expected. A case is a folder with case.json, logs and expected.lp.",
    )
    .argument("<dir...>", "Case folders, or folders of them.")
    .option("--update", "Write what came out as expected.")
    .addOption(verbose("Show all differences, and what the runs say."))
    .addHelpText("after", replayExample)
    .action(async (folders: string[], flags: ReplayFlags) =>
      leave(await (await import("./replay/replay.ts")).replay(folders, flags)),
    );
}

const replayExample = `
Exit codes: 0 all as expected, 1 a case differs or fails, 2 wrong usage.

A case.json:
  {
    "invocation": { "pipeline": "requests", "log": "access.log" },
    "now": "2026-01-02T03:04:05Z",
    "steps": [
      { "run": true },
      { "rotate": "access.log" },
      { "append": "more.log", "to": "access.log" },
      { "run": "2026-01-02T03:09:05Z", "expect": { "files": 2, "gap": 0 } }
    ]
  }
Steps: append, rename, copy (each with "to"), rotate (as logrotate does it), truncate,
gzip, delete, run (true, or the time that its clock shows; "expect": numbers of its
outcome). Without steps there is one run. On GitHub, differences are annotations, too.`;

const dryRun = "Print the points (beside --json only count them) and touch nothing.";
const outcomes = "Print the outcome of each invocation as a JSON object; messages become JSON, too.";
const sayMore = "Say more on standard error.";

function addCommand(program: Command, name: string, summary: string): Command {
  return program.command(name).summary(summary).showHelpAfterError(`("l2i ${name} --help" tells more)`);
}

/** Name and words, without `[options]`, which every command has. */
function termOf(this: Help, sub: Command): string {
  const words = sub.registeredArguments.map((word) => {
    const name = word.name() + (word.variadic ? "..." : "");
    return word.required ? ` <${name}>` : ` [${name}]`;
  });
  return sub.name() === "help" ? "help <command>" : sub.name() + words.join("");
}

function verbose(description: string): Option {
  return new Option("-v, --verbose", description).argParser(counting).default(0, "");
}

function quiet(): Option {
  return new Option("-q, --quiet", "Say errors only.").conflicts("verbose");
}

function only(verb: string): Option {
  return new Option("--only <NAME>", `${verb} just the invocation of this name; may be repeated.`).argParser(listed);
}

function counting(_: string, before: number): number {
  return before + 1;
}

function listed(name: string, before: readonly string[] = []): string[] {
  return [...before, name];
}

function fieldsToCountBy(words: string): string {
  const pipeline = byFields(words);
  const advice = adviceOnBy(pipeline);
  if (advice === null) return pipeline;
  throw new InvalidArgumentError(`These are no fields to count by; ${advice}`);
}

function rowCount(word: string): number {
  if (/^[1-9]\d{0,8}$/.test(word)) return Number(word);
  throw new InvalidArgumentError("Give a whole number from 1 on.");
}

function subject(word: string): string {
  return oneOf(subjects, word);
}

function derivedFields(list: string): string[] {
  return list.split(",").map((name) => oneOf(derivedNames, name));
}

function oneOf(known: readonly string[], word: string): string {
  if (known.includes(word)) return word;
  const guess = nearest(word, known);
  throw new InvalidArgumentError(guess ? `Did you mean ${guess}?` : `There are ${known.join(", ")}.`);
}
