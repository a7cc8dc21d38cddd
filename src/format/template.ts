// Text with `$name` or `${name}` in the place of each column → tokens. nginx writes its formats so, and so are presets written
// whose servers have no such string.
import type { Format } from "./format.ts";
import { formatFromTokens } from "./parser.ts";
import {
  checkSeparated,
  type Column,
  type Escape,
  joinLiterals,
  type Meaning,
  type Shape,
  type Token,
} from "./tokens.ts";

/** The definition of a preset; names that have no entry are words, or any text between quotes. */
export function templateFormat(
  template: string,
  columns: { readonly [name: string]: Described | readonly Token[] },
): (name: string) => Format {
  const tokensOf = (name: string, source: string): readonly Token[] => {
    const entry = columns[name] ?? described("word");
    return "shape" in entry ? [{ kind: "column", source, ...entry }] : entry;
  };
  return (name) => formatFromTokens(name, templateTokens(template, tokensOf));
}

/** `tokensOf`: what stands in the place of a name; `source`: as it is written. */
export function templateTokens(
  template: string,
  tokensOf: (name: string, source: string) => readonly Token[],
): Token[] {
  const all = [...template.matchAll(item)].flatMap(([text, braced, bare]): readonly Token[] => {
    const name = braced ?? bare;
    return name === undefined ? [{ kind: "literal", text: latin1(text) }] : tokensOf(name, text);
  });
  const tokens = joinLiterals(all);
  checkSeparated(tokens);
  return tokens;
}

/** A name in braces, a bare one, other text; or a `$` that begins nothing. */
const item = /\$\{([A-Za-z]\w*)\}|\$([A-Za-z]\w*)|[^$]+|\$/g;

/** As the bytes that stand in the log, one character a byte. */
function latin1(text: string): string {
  return String.fromCharCode(...new TextEncoder().encode(text));
}

/** What stands in a column, for tables of columns by name. */
export type Described = Pick<Column, "shape" | "meaning" | "escape">;

export function described(shape: Shape, meaning: Meaning | null = null, escape?: Escape): Described {
  return { shape, meaning, ...(escape && { escape }) };
}
