// What may be written where on the command line, as data, read off the commands and their options: completion in a shell is made
// from it, and the manual.
import type { Argument, Command, Option } from "commander";

/** What a shell offers for a word. */
export interface Offer {
  readonly words: readonly string[];
  readonly files: boolean;
}

export interface OfferedOption {
  /** As they are typed: `-v`, `--verbose`. */
  readonly names: readonly string[];
  /** As it stands in the help; null where nothing follows. */
  readonly argument: string | null;
  readonly offer: Offer;
  readonly mayRepeat: boolean;
  readonly description: string;
  /** The heading in the help; empty for the general ones. */
  readonly group: string;
}

interface OfferedWord {
  readonly name: string;
  readonly offer: Offer;
  readonly isList: boolean;
  readonly description: string;
}

export interface OfferedCommand {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly OfferedOption[];
  readonly words: readonly OfferedWord[];
}

/** Words for what stands in angle brackets in the help, where they are known. */
export type KnownWords = { readonly [placeholder: string]: readonly string[] };

/** All commands. What is called like a file or folder is completed with paths. */
export function offersOf(program: Command, known: KnownWords): OfferedCommand[] {
  const help = program.createHelp();
  const commands = help.visibleCommands(program);
  const names = { ...known, command: commands.map((command) => command.name()) };
  return commands.map((command) => ({
    name: command.name(),
    summary: command.summary() || command.description(),
    options: help.visibleOptions(command).map((option) => offeredOption(option, names)),
    words: command.registeredArguments.map((argument) => offeredWord(argument, names)),
  }));
}

function offeredOption(option: Option, known: KnownWords): OfferedOption {
  const { short, long, argChoices, parseArg, description, helpGroupHeading = "", flags } = option;
  const begin = flags.indexOf("<") + 1;
  const argument = begin > 0 ? flags.slice(begin, flags.lastIndexOf(">")) : null;
  return {
    names: [short, long].filter((name) => name !== undefined),
    argument,
    offer: argument === null ? nothing : offerFor(argument, argChoices, known),
    mayRepeat: parseArg !== undefined && !argChoices,
    description,
    group: helpGroupHeading.replace(/^Options:$/, ""),
  };
}

function offeredWord(argument: Argument, known: KnownWords): OfferedWord {
  const { variadic: isList, description, argChoices } = argument;
  const name = argument.name();
  return { name, offer: offerFor(name, argChoices, known), isList, description };
}

const nothing: Offer = { words: [], files: false };

function offerFor(placeholder: string, choices: readonly string[] | undefined, known: KnownWords): Offer {
  if (choices) return { words: choices, files: false };
  if (placeholder.includes("|")) return { words: placeholder.split("|"), files: false };
  const name = placeholder.toLowerCase();
  return { words: known[name] ?? [], files: /^(?:path|file|log|dir|pipeline)$|\.json$/.test(name) };
}
