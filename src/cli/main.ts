#!/usr/bin/env node
// The program: words → command → exit code. The only place that ends the process; each command is a file that is loaded when
// it is asked for.
import { Command, CommanderError, Option } from "commander";
import packageJson from "../../package.json" with { type: "json" };
import { exitCode, L2iError } from "../errors.ts";
import { invocationOptions } from "../invocation/options.ts";
import type { Verbosity } from "./logger.ts";

const program = new Command("l2i")
  .description("Loads web-server logs into InfluxDB: every line counted exactly once, from cron, by hand or in CI.")
  .version(packageJson.version)
  .exitOverride()
  .showHelpAfterError("(l2i --help, or l2i COMMAND --help, tells more)")
  .addHelpText(
    "after",
    "\nExit codes: 0 all well, 1 an invocation failed (the others ran), 2 wrong usage or configuration (nothing ran).",
  );

const withOutput = (command: Command): Command =>
  command
    .option("--json", "the outcome as JSON on standard output, messages as JSON on standard error")
    .option("-v, --verbose", "say more on standard error; -vv: all", (_: string, level: number) => level + 1, 0)
    .option("-q, --quiet", "say errors only");

withOutput(program.command("run"))
  .description(
    "Load what each log of a multibrain has gained since the last run. This is what cron calls; silent when all is well.",
  )
  .argument("<multibrain.json>", "the file that lists the invocations")
  .option(
    "--only <NAME>",
    "run just the invocation of this name (may be repeated)",
    (name: string, before: string[] = []) => [...before, name],
  )
  .option("--dry-run", "print the points, touch nothing")
  .action(async (path: string, flags: RunFlags) => leave(await (await import("./run.ts")).run(path, flags)));

const load = withOutput(program.command("load"))
  .description(
    "Load logs by hand: to a table on the terminal, a file or a store. Rotated and compressed files are welcome.",
  )
  .argument("<pipeline>", 'what to count; "l2i show pipelines" lists them')
  .argument("<log...>", 'log files, one stream in the order of their content; "-" is standard input')
  .option("--dry-run", "print the points, touch nothing")
  .action(async (pipeline: string, logs: string[], flags: LoadFlags) =>
    leave(await (await import("./load.ts")).load(pipeline, logs, flags)),
  );
for (const option of invocationOptions(["log"])) load.addOption(option);

withOutput(program.command("check"))
  .description("Check a multibrain: its options, the logs, the folders and the stores. Writes nothing.")
  .argument("<multibrain.json>", "the file that lists the invocations")
  .action(async (path: string, flags: CommonFlags) => leave(await (await import("./check.ts")).check(path, flags)));

withOutput(program.command("status"))
  .description("Show where each brainfile stands: offset, size, lag, last update, failing since.")
  .argument("<multibrain.json>", "the file that lists the invocations")
  .action(async (path: string, flags: CommonFlags) => leave(await (await import("./status.ts")).status(path, flags)));

program
  .command("parse")
  .description("Print the records of logs as JSON lines; lines that do not match go to standard error.")
  .argument("<log...>", 'log files; "-" is standard input')
  .addOption(
    new Option("--format <FORMAT>", 'preset, LogFormat string, or auto; "l2i show formats" lists them').default("auto"),
  )
  .option("--timezone <ZONE>", "IANA zone of times that carry none")
  .action(async (logs: string[], flags: ParseFlags) => leave(await (await import("./parse.ts")).parse(logs, flags)));

program
  .command("replay")
  .description(
    "Run replay cases (folders with case.json, logs and expected.lp) and compare. Exit 1 where a case differs.",
  )
  .argument("<dir...>", "case folders, or folders of them")
  .option("--update", "write what came out as expected")
  .action(async (folders: string[], flags: { update?: boolean }) =>
    leave(await (await import("./replay.ts")).replay(folders, flags)),
  );

program
  .command("show")
  .description("Show what there is to choose from: pipelines, formats, or the JSON Schema of a multibrain.")
  .addArgument(program.createArgument("<what>", "what to show").choices(["pipelines", "formats", "schema"]))
  .action(async (what: string) => leave(await (await import("./show.ts")).show(what)));

export interface CommonFlags {
  readonly json?: boolean;
  readonly verbose: Verbosity;
  readonly quiet?: boolean;
}

export interface RunFlags extends CommonFlags {
  readonly only?: readonly string[];
  readonly dryRun?: boolean;
}

export interface LoadFlags extends CommonFlags {
  readonly dryRun?: boolean;
  readonly [option: string]: unknown;
}

export interface ParseFlags {
  readonly format: string;
  readonly timezone?: string;
}

/** Sets the exit code and lets standard output drain. */
function leave(code: number): void {
  process.exitCode = code;
}

// A reader of our output that goes away (`l2i parse … | head`) is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) =>
  process.exit(error.code === "EPIPE" ? exitCode.ok : exitCode.failed),
);
process.stderr.on("error", () => {});

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) leave(error.exitCode === 0 ? exitCode.ok : exitCode.usage);
  else if (error instanceof L2iError) {
    console.error(`l2i: ${error.message}`);
    leave(error.exitCode);
  } else {
    console.error(
      "l2i: this is a bug in l2i; nothing is lost, the next run goes on where the last one was acknowledged",
    );
    console.error(error);
    leave(exitCode.failed);
  }
}
