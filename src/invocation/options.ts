// The options as the command line spells them, and the way back from words to the values that the schema checks. `l2i load`
// and the word lists of a multibrain go through the same parser.
import { Command, CommanderError, Option } from "commander";
import * as z from "zod/mini";
import { nearest } from "./nearest.ts";
import { flagOf, type Problem, quote } from "./problems.ts";
import { descriptionOf, fallbackOf, isOptionKey, type OptionKey, schemaOf } from "./schema.ts";

type Group = "What to count:" | "How to read:" | "How to count:" | "Where to write:" | "Limits:";

/**
 * Typed by the schema's keys: an option that is forgotten here does not compile. `pipeline` is the word before the options,
 * `classify` and `zeros` too much for words.
 */
const flags: {
  readonly [key in Exclude<OptionKey, "pipeline" | "classify" | "zeros">]: readonly [group: Group, argument?: string];
} = {
  log: ["What to count:", "PATH"],
  brainfile: ["What to count:", "PATH"],
  name: ["What to count:", "NAME"],
  set: ["What to count:", "KEY=VALUE"],
  edges: ["What to count:", "drop|keep"],
  format: ["How to read:", "FORMAT"],
  field: ["How to read:", "FIELD=NAME"],
  schema: ["How to read:", "PATH"],
  timezone: ["How to read:", "ZONE"],
  start: ["How to read:", "beginning|end"],
  resume: ["How to read:", "start|end"],
  rejects: ["How to read:", "PATH"],
  anonymizeIp: ["How to read:"],
  window: ["How to count:", "DURATION"],
  lateness: ["How to count:", "DURATION"],
  measurement: ["How to count:", "NAME"],
  host: ["How to count:", "NAME"],
  tag: ["How to count:", "KEY=VALUE"],
  out: ["Where to write:", "PATH"],
  influxUrl: ["Where to write:", "URL"],
  influxOrg: ["Where to write:", "NAME"],
  influxBucket: ["Where to write:", "NAME"],
  influxToken: ["Where to write:", "TOKEN"],
  influxTokenFile: ["Where to write:", "PATH"],
  influxDatabase: ["Where to write:", "NAME"],
  influxRetentionPolicy: ["Where to write:", "NAME"],
  influxUsername: ["Where to write:", "NAME"],
  influxPassword: ["Where to write:", "PASSWORD"],
  influxPasswordFile: ["Where to write:", "PATH"],
  writes: ["Where to write:", "totals|parts"],
  timeout: ["Where to write:", "DURATION"],
  maxSeries: ["Limits:", "N"],
  maxLine: ["Limits:", "BYTES"],
  jobs: ["Limits:", "N"],
};

type FlagKey = keyof typeof flags;

const flagKeys: readonly FlagKey[] = Object.keys(flags).filter(isFlagKey);

/** What commander makes of the words: option keys to their text, for those that are pairs the list of texts. */
export type Flags = { readonly [key: string]: unknown };

/** The options of an invocation for a commander command. */
export function invocationOptions(leftOut: readonly OptionKey[] = []): Option[] {
  return flagKeys.filter((key) => !leftOut.includes(key)).map(optionOf);
}

/** One of them. */
export function optionOf(key: FlagKey): Option {
  const [group, argument] = flags[key];
  const fallback = fallbackOf(key);
  const description =
    fallback === "" ? descriptionOf(key) : descriptionOf(key).replace(/\.$/u, ` (default: ${fallback}).`);
  const option = new Option(argument ? `${flagOf(key)} <${argument}>` : flagOf(key), description).helpGroup(group);
  return isMap(key) ? option.argParser((text, before: string[] | undefined) => [...(before ?? []), text]) : option;
}

/** An invocation as an object that is yet to be checked. */
interface RawEntry {
  readonly entry: { readonly [key: string]: unknown };
  readonly problems: readonly Problem[];
}

/** The entry that a list of command-line words stands for; numbers are still text. */
export function entryFromWords(words: readonly string[]): RawEntry {
  const parser = wordParser();
  try {
    const { operands, unknown } = parser.parseOptions([...words]);
    const { entry, problems } = entryFromFlags(parser.opts());
    const pipeline = operands.slice(0, 1).map((word) => ["pipeline", word]);
    return {
      entry: { ...Object.fromEntries(pipeline), ...entry },
      problems: [...problems, ...wordProblems(operands, unknown)],
    };
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { entry: {}, problems: [{ path: [], message: missingArgument(error.message) }] };
  }
}

/** The entry that options stand for, without what is none of an invocation; numbers are still text. */
export function entryFromFlags(given: Flags): RawEntry {
  const read = Object.entries(given)
    .filter(([key, value]) => isFlagKey(key) && value !== undefined)
    .map(([key, value]) =>
      isMap(key) ? mapFromPairs(key, Array.isArray(value) ? value.map(String) : []) : { key, value, problems: [] },
    );
  return {
    entry: Object.fromEntries(read.map(({ key, value }) => [key, value])),
    problems: read.flatMap(({ problems }) => problems),
  };
}

/** Makes numbers of the options that are numbers; text that is none is left for the schema to refuse. */
export function numbersFromText(entry: object): object {
  return Object.fromEntries(
    Object.entries(entry).map(([key, value]) => [
      key,
      isNumber(key) && decimal.test(String(value)) ? Number(value) : value,
    ]),
  );
}

const decimal = /^-?[0-9]{1,15}(?:\.[0-9]{1,15})?$/u;

/** Neither prints nor exits; knows no `--help`. */
function wordParser(): Command {
  const silent = { writeErr: () => {}, writeOut: () => {} };
  const parser = new Command().exitOverride().configureOutput(silent).helpOption(false);
  for (const option of invocationOptions()) parser.addOption(option);
  return parser;
}

function wordProblems(operands: readonly string[], unknown: readonly string[]): Problem[] {
  const misspelt = unknown.filter((word) => word.startsWith("-") && word !== "--");
  if (misspelt.length > 0) return misspelt.map((word) => ({ path: [], message: unknownFlag(word) }));
  if (operands.length <= 1) return [];
  return [
    {
      path: [],
      message: `has ${operands.length} words that are no options; only the pipeline is one, and the log follows --log`,
    },
  ];
}

/** What follows "=" is not repeated: it may be a token. */
function unknownFlag(word: string): string {
  const flag = word.replace(/=.*$/su, "");
  const guess = nearest(flag, flagKeys.map(flagOf));
  return `${quote(flag)} is not an option; ${guess ? `did you mean ${guess}?` : `there are ${flagKeys.map(flagOf).join(", ")}`}`;
}

function missingArgument(message: string): string {
  return `${/--[a-z-]+/u.exec(message)?.[0]} needs a value behind it`;
}

function mapFromPairs(
  key: string,
  texts: readonly string[],
): { readonly key: string; readonly value: object; readonly problems: Problem[] } {
  const given = texts.map(pairFrom).filter((pair) => pair !== null);
  const names = new Set(given.map(([name]) => name));
  const values = Array.from(
    names,
    (name) => [name, given.filter(([other]) => other === name).map(([, value]) => value)] as const,
  );
  const isList = (all: readonly string[]) => key === "set" && all.length > 1;
  const malformed = texts.filter((text) => pairFrom(text) === null);
  const repeated = values.filter(([, all]) => key !== "set" && all.length > 1);
  return {
    key,
    value: Object.fromEntries(values.map(([name, all]) => [name, isList(all) ? all : all[0]])),
    problems: [
      ...malformed.map((text) => ({
        path: [key],
        message: `${quote(text)} is not KEY=VALUE; try ${pairs.get(key)}`,
      })),
      ...repeated.map(([name]) => ({ path: [key, name], message: "is given more than once; keep one" })),
    ],
  };
}

function pairFrom(text: string): readonly [name: string, value: string] | null {
  const match = /^(?!__proto__=)(?<name>[^=]+)=(?<value>.*)$/su.exec(text);
  return match && [match[1]!, match[2]!];
}

function isFlagKey(key: string): key is FlagKey {
  return Object.hasOwn(flags, key);
}

/** Options that are pairs of a key and a value, with an example of one. */
const pairs: ReadonlyMap<string, string> = new Map([
  ["tag", "service=shop"],
  ["set", "prefix=/downloads/"],
  ["field", "status=code"],
]);

function isMap(key: string): boolean {
  return pairs.has(key);
}

function isNumber(key: string): boolean {
  if (!isOptionKey(key)) return false;
  const schema = schemaOf(key);
  return (schema instanceof z.ZodMiniDefault ? schema.def.innerType : schema) instanceof z.ZodMiniNumber;
}
