// The command line: commands, their words and options, and the help that a stranger reads. Each command is a file that is
// loaded when it is asked for.
import { Command, type Help, InvalidArgumentError, Option } from "commander";
import packageJson from "../../package.json" with { type: "json" };
import { nearest } from "../invocation/nearest.ts";
import { invocationOptions } from "../invocation/options.ts";
import type { CommonFlags, LoadFlags, ParseFlags, ReplayFlags, RunFlags } from "./flags.ts";
import type { Subject } from "./show.ts";
import { visible } from "./text.ts";

/** The program with all its commands; `leave` gets the exit code of the one that ran. */
export function createProgram(leave: (code: number) => void): Command {
  const program = new Command("l2i")
    .description("Loads web-server logs into InfluxDB: every line counted exactly once, from cron, by hand or in CI.")
    .version(packageJson.version, "-V, --version", "Print the version.")
    .helpOption("-h, --help", "Print this help.")
    .usage("COMMAND …")
    .exitOverride()
    .showSuggestionAfterError()
    .configureHelp({ subcommandTerm: termOf })
    .configureOutput({ outputError: (text, write) => write(visible(text.replace(/^error: /, "l2i: "))) })
    .showHelpAfterError('("l2i --help" tells more)')
    .addHelpText("after", after);
  addEveryday(program, leave);
  addByHand(program, leave);
  addForDevelopers(program, leave);
  return program;
}

const after = `
Examples:
  l2i load requests access.log             count by method and status, as a table
  l2i check multibrain.json                is all well configured?
  */5 * * * *  l2i run multibrain.json     in a crontab: load what is new

Exit codes: 0 all well, 1 an invocation failed (the others ran), 2 wrong usage or
configuration (nothing ran), 128+n stopped by signal n.`;

type Leave = (code: number) => void;

function addEveryday(program: Command, leave: Leave): void {
  program.commandsGroup("From cron, with a multibrain:");
  const run = addCommand(program, "run", "load what is new; silent when all is well")
    .description(
      "Load what each log of a multibrain has gained since the last run. This is what cron calls; silent when all is well.",
    )
    .argument("<multibrain.json>", "The file that lists the invocations.")
    .addOption(new Option("--only <NAME>", "Run just the invocation of this name; may be repeated.").argParser(listed))
    .addOption(
      new Option(
        "--resume <WHERE>",
        "For this run the way out after a log was edited in place: read all of it again, or go on at its end.",
      ).choices(["start", "end"]),
    )
    .option("--dry-run", dryRun)
    .addHelpText(
      "after",
      `
Examples:
  l2i run /etc/l2i/multibrain.json
  l2i run -v --only shop multibrain.json
  l2i run --dry-run multibrain.json | less`,
    )
    .action(async (path: string, flags: RunFlags) => leave(await (await import("./run.ts")).run(path, flags)));
  withMessages(withJson(run));

  const check = addCommand(program, "check", "look for what would fail; writes nothing")
    .description("Check a multibrain: its options, brainfiles, logs and stores. Writes nothing.")
    .argument("<multibrain.json>", "The file that lists the invocations.")
    .addOption(json("Print one JSON object an invocation: name, ok, findings (what, level, detail)."))
    .addOption(new Option("-q, --quiet", "Leave out what is well."))
    .action(async (path: string, flags: CommonFlags) => leave(await (await import("./check.ts")).check(path, flags)));
  check.addHelpText("after", "\nExit codes: 0 no problem, 1 a run would fail, 2 wrong configuration.");

  addCommand(program, "status", "how far each log is read, and what failed")
    .description("Show where each brainfile stands: offset, lag, last run, failing since, rejects kept aside.")
    .argument("<multibrain.json>", "The file that lists the invocations.")
    .addOption(json("Print one JSON object an invocation."))
    .action(async (path: string, flags: CommonFlags) => leave(await (await import("./status.ts")).status(path, flags)));
}

function addByHand(program: Command, leave: Leave): void {
  program.commandsGroup("By hand:").helpCommand("help [command]", "the help of a command, as --help behind it");
  const load = addCommand(program, "load", "count logs into a table, a file or a store")
    .description(
      "Load logs by hand: to a table on the terminal, a file or a store. Rotated and compressed files are welcome.",
    )
    .argument("<pipeline>", 'What to count; "l2i show pipelines" lists them.')
    .argument("<log...>", 'Log files, one stream in the order of their content; "-" is standard input.')
    .addHelpText(
      "after",
      `
Examples:
  l2i load requests /var/log/apache2/access.log*
  l2i load downloads access.log --set prefix=/files/ --out points.lp
  l2i load errors old.log.gz --influx-url http://localhost:8086 --influx-database web
  ssh www1 cat access.log | l2i load sizes - --tag service=shop --out sizes.lp`,
    )
    .action(async (pipeline: string, logs: string[], flags: LoadFlags) =>
      leave(await (await import("./load.ts")).load(pipeline, logs, flags)),
    );
  for (const option of invocationOptions(["log"])) load.addOption(option);
  load.addOption(new Option("--dry-run", dryRun));
  withMessages(withJson(load));

  const parse = addCommand(program, "parse", "the records of logs as JSON lines")
    .description("Print the records of logs as JSON lines; lines that do not match go to standard error.")
    .argument("<log...>", 'Log files; "-" is standard input.')
    .option("--format <FORMAT>", 'Preset, LogFormat string, or auto; "l2i show formats" lists them.', "auto")
    .option("--timezone <ZONE>", "Time zone of the times in the log, for formats whose times carry none.")
    .addHelpText(
      "after",
      `
Examples:
  l2i parse access.log | jq 'select(.status >= 500) | .uri'
  l2i parse --format '%h %t "%r" %>s %D' custom.log > records.jsonl 2> rejects.txt`,
    )
    .action(async (logs: string[], flags: ParseFlags) => leave(await (await import("./parse.ts")).parse(logs, flags)));
  parse.addOption(verbose("Say which format was recognised."));

  addCommand(program, "show", "pipelines, formats, the JSON Schema of a multibrain")
    .description("Show what there is to choose from.")
    .addArgument(program.createArgument("<what>", "One of pipelines, formats, schema.").argParser(subject))
    .action(async (what: Subject) => leave(await (await import("./show.ts")).show(what)));
}

function addForDevelopers(program: Command, leave: Leave): void {
  program.commandsGroup("In CI:");
  const replay = addCommand(program, "replay", "logs against the points that they should make")
    .description(
      "Play replay cases and compare the points with those expected. A case is a folder with case.json, logs and expected.lp.",
    )
    .argument("<dir...>", "Case folders, or folders of them.")
    .option("--update", "Write what came out as expected.")
    .addHelpText(
      "after",
      `
Exit codes: 0 all as expected, 1 a case differs or fails, 2 wrong usage.

A case.json:
  {
    "invocation": { "pipeline": "requests", "log": "access.log" },
    "now": "2026-01-02T03:04:05Z",
    "steps": [
      { "run": true },
      { "rename": "access.log", "to": "access.log.1" },
      { "gzip": "access.log.1" },
      { "append": "more.log", "to": "access.log" },
      { "run": "2026-01-02T03:09:05Z" }
    ]
  }
Steps: append, rename, copy (each with "to"), truncate, gzip, delete, run (true, or
the time that its clock shows). Without steps there is one run.`,
    )
    .action(async (folders: string[], flags: ReplayFlags) =>
      leave(await (await import("./replay.ts")).replay(folders, flags)),
    );
  replay.addOption(verbose("Say what the runs say."));
}

const dryRun = "Print the points (beside --json only count them) and touch nothing.";

function addCommand(program: Command, name: string, summary: string): Command {
  return program.command(name).summary(summary).showHelpAfterError(`("l2i ${name} --help" tells more)`);
}

/** Name and words, without `[options]`, which every command has. */
function termOf(this: Help, sub: Command): string {
  const words = sub.registeredArguments.map((word) => ` <${word.name()}${word.variadic ? "..." : ""}>`);
  return sub.name() === "help" ? "help <command>" : sub.name() + words.join("");
}

function withJson(command: Command): Command {
  return command.addOption(json("Print the outcome of each invocation as a JSON object; messages become JSON, too."));
}

function withMessages(command: Command): void {
  command
    .addOption(verbose("Say more on standard error."))
    .addOption(new Option("-q, --quiet", "Say errors only.").conflicts("verbose"));
}

function json(description: string): Option {
  return new Option("--json", description);
}

function verbose(description: string): Option {
  return new Option("-v, --verbose", description).argParser(counting).default(0, "");
}

function counting(_: string, before: number): number {
  return before + 1;
}

function listed(name: string, before: readonly string[] = []): string[] {
  return [...before, name];
}

function subject(word: string): string {
  const known = ["pipelines", "formats", "schema"];
  if (known.includes(word)) return word;
  const guess = nearest(word, known);
  throw new InvalidArgumentError(guess ? `Did you mean ${guess}?` : `There are ${known.join(", ")}.`);
}
