// The manual page: all that `--help` tells of the program and its commands, in the language of man(7).
import type { Command } from "commander";
import type { OfferedCommand, OfferedOption } from "./offers.ts";

export function manual(program: Command, commands: readonly OfferedCommand[]): string {
  const known = program.commands.map((command): [Command, OfferedCommand] => [
    command,
    commands.find(({ name }) => name === command.name())!,
  ]);
  const [first = "", ...rest] = program.description();
  return `${[
    `.TH L2I 1 "" "l2i ${program.version()}" "User Commands"`,
    ".SH NAME",
    plain(`l2i - ${first.toLowerCase()}${rest.join("").replace(/\.$/, "")}`),
    ".SH SYNOPSIS",
    ...known.flatMap(([command]) => usages(command)).flatMap((usage) => [plain(usage), ".br"]),
    ".SH DESCRIPTION",
    plain(`Started by cron or a timer, l2i reads the lines that each log has gained since the last run, lets small plain functions
say which bucket a line belongs to, and writes the counts of each minute to InfluxDB, VictoriaMetrics or a file. Rotation, crashes,
outages, overlapping runs and late lines change nothing about the counts. What to count is said in a JSON file, the multibrain;
"l2i show schema" describes it.`),
    ".SH COMMANDS",
    ...known.flatMap(([command, offered]) => commandText(command, offered)),
    ".SH EXAMPLES AND EXIT STATUS",
    ...verbatim(textAfterHelp(program)),
  ].join("\n")}\n`;
}

/** As it is typed; `check` has two. */
function usages(command: Command): string[] {
  const [first = "", ...others] = command.usage().split("\n");
  return [`l2i ${command.name()} ${first}`, ...others.map((other) => other.trim())];
}

function commandText(command: Command, { options, words }: OfferedCommand): string[] {
  const groups = new Set(["", ...options.map(({ group }) => group)]);
  return [
    `.SS ${command.name()}`,
    plain(command.description()),
    ...words.flatMap(({ name, description }) => item(`.I ${plain(name)}`, description)),
    ...[...groups].flatMap((group) => [
      ...(group === "" ? [] : [".PP", plain(group)]),
      ...options.filter((option) => option.group === group).flatMap(optionText),
    ]),
    ...verbatim(textAfterHelp(command)),
  ];
}

function optionText({ names, argument, description }: OfferedOption): string[] {
  const value = argument === null ? "" : ` " " "${plain(argument)}"`;
  return item(`.BI "${plain(names.join(", "))}"${value}`, description);
}

const item = (head: string, text: string): string[] => [".TP", head, plain(text)];

const verbatim = (text: string): string[] => (text === "" ? [] : [".PP", ".nf", plain(text), ".fi"]);

/** Examples and exit codes, which commander only prints. */
function textAfterHelp(command: Command): string {
  let text = "";
  command.configureOutput({ writeOut: (part) => (text += part) }).outputHelp();
  return text.slice(command.helpInformation().length).trim();
}

/** Text that is none of roff's own requests. */
function plain(text: string): string {
  return text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll('"', "\\(dq")
    .replaceAll("'", "\\(aq")
    .replaceAll(/^\./gm, "\\&.");
}
