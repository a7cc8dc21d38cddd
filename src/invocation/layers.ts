// Options come in layers: an invocation's own over the defaults. A layer holds what was given and found sound, and remembers
// what was not, so that the relations between values are checked as far as the values themselves are right.
import type { Context } from "./invocation.ts";
import type { Path, Problem } from "./problems.ts";
import { type Given, isOptionKey } from "./schema.ts";
import {
  chooseSink,
  type OptionProblem,
  rivalProblems,
  rivalsOf,
  type SealedTarget,
  sinkKeys,
  type Spelling,
} from "./sink-target.ts";

/** Options that were given in one place. */
export interface Layer {
  readonly path: Path;
  /** Those that are sound. */
  readonly given: Partial<Given>;
  /** The keys of those that are not; unknown ones too, and "" where the whole of it is wrong. */
  readonly broken: ReadonlySet<string>;
}

export function layerOf(value: unknown, path: Path, problems: readonly Problem[]): Layer {
  const within = problems.filter((problem) => isWithin(problem.path, path));
  const broken = new Set(within.map((problem) => String(problem.path[path.length] ?? "")));
  const sound = Object.entries(isObject(value) ? value : {}).filter(
    ([key, option]) => option !== undefined && isOptionKey(key) && !broken.has(key),
  );
  return { path, given: Object.fromEntries(sound), broken };
}

/** An invocation's own options win; tags, the pipeline's options and names in JSON are merged one by one. */
export function merge(defaults: Layer, own: Layer): Partial<Given> {
  const rivals: readonly string[] = rivalsOf(own.given);
  const kept = Object.entries(defaults.given).filter(([key]) => !rivals.includes(key));
  const merged: Partial<Given> = { ...Object.fromEntries(kept), ...own.given };
  return {
    ...merged,
    ...(merged.tag && { tag: { ...defaults.given.tag, ...own.given.tag } }),
    ...(merged.field && { field: { ...defaults.given.field, ...own.given.field } }),
    ...(merged.set && { set: { ...defaults.given.set, ...own.given.set } }),
  };
}

export interface PlacedSink {
  readonly sink: SealedTarget | null;
  /** True where no option chooses one, rather than that there are problems. */
  readonly isNone: boolean;
  readonly problems: readonly Problem[];
}

/** The place to write to that the layers choose. Where an option that has to do with it was refused, nothing more is said about it. */
export function sinkOf(defaults: Layer, own: Layer, { environment, folder }: Context, spell: Spelling): PlacedSink {
  const rivals = rivalProblems(own.given, spell);
  const isUndecided =
    [...own.broken, ...defaults.broken].some(isAboutSink) || rivalProblems(defaults.given, spell).length > 0;
  if (rivals.length > 0 || isUndecided) return { sink: null, isNone: false, problems: placed(rivals, own) };
  const { sink, problems } = chooseSink(merge(defaults, own), environment, folder, spell);
  const found = problems.flatMap((problem) =>
    placed([problem], Object.hasOwn(own.given, problem.key) ? own : defaults),
  );
  return { sink, isNone: sink === null && found.length === 0, problems: found };
}

/** Problems of options in the place where they were given; those of environment variables stand for themselves. */
export function placed(problems: readonly OptionProblem[], { path }: Layer): Problem[] {
  return problems.map(({ key, message }) => ({ path: isOptionKey(key) ? [...path, key] : [key], message }));
}

/** An unknown key may be a misspelt one. */
function isAboutSink(key: string): boolean {
  return !isOptionKey(key) || sinkKeys.includes(key);
}

export function isWithin(path: Path, outer: Path): boolean {
  return outer.every((key, index) => path[index] === key);
}

export function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
