// An expression of a user's own, taken apart: which groups are named, how far a line follows it, and the same with just the groups
// that are read, as each of the others costs time.
import { linearRegex, type RegexPiece, piecesOf } from "../linear-regex.ts";

export class Expression {
  /** Names of its groups. */
  readonly names: readonly string[];
  readonly #pieces: readonly RegexPiece[];
  #fronts: readonly Front[] | null = null;

  /** Throws L2iError "usage" where it cannot be matched in linear time. */
  constructor(source: string) {
    const { groups = {} } = linearRegex(`${source}|`).exec("")!; // with nothing behind "|" it matches in any case
    this.names = Object.keys(groups);
    this.#pieces = piecesOf(source);
  }

  /** `groups`: the names of those that are read, which get the numbers 1, 2, … in their order in the expression. */
  only(names: ReadonlySet<string>): { readonly regex: RegExp; readonly groups: ReadonlyMap<string, number> } {
    const kept = this.names.filter((name) => names.has(name));
    const source = this.#pieces.map(({ text }) => {
      if (text !== "(" && !text.startsWith("(?<")) return text;
      return names.has(text.slice(3, -1)) ? "(" : "(?:";
    });
    return { regex: linearRegex(source.join("")), groups: new Map(kept.map((name, index) => [name, index + 1])) };
  }

  /** How far the longest front of the expression that matches goes in the text, and what follows in the expression. */
  follow(text: string): Followed {
    this.#fronts ??= frontsOf(this.#pieces);
    const front = this.#fronts.findLast(({ regex }) => regex.test(text))!; // the shortest is empty
    const { 0: matched, index, groups = {} } = front.regex.exec(text)!;
    return { end: index + matched.length, next: front.next, groups };
  }
}

interface Followed {
  readonly end: number;
  /** Null: the whole expression matches. */
  readonly next: string | null;
  /** What the named groups of the front have matched. */
  readonly groups: { readonly [name: string]: string | undefined };
}

/** The beginning of an expression. */
interface Front {
  readonly regex: RegExp;
  /** What comes next in the expression; null: this is all. */
  readonly next: string | null;
}

function frontsOf(pieces: readonly RegexPiece[]): Front[] {
  const terms = termsOf(pieces);
  return [...terms, null].map((next, count) => ({ regex: linearRegex(terms.slice(0, count).join("")), next }));
}

/** What must match one after the other; an expression of alternatives is one term. */
function termsOf(pieces: readonly RegexPiece[]): string[] {
  const terms: string[] = [];
  let depth = 0;
  for (const { text } of pieces) {
    if (text === "|" && depth === 0) return [pieces.map((piece) => piece.text).join("")];
    const belongsToLast = depth > 0 || isRepetition.test(text);
    if (belongsToLast && terms.length > 0) terms.push(terms.pop()! + text);
    else terms.push(text);
    if (text.startsWith("(")) depth++;
    if (text === ")") depth--;
  }
  return terms;
}

const isRepetition = /^(?:[*+?]|\{\d)/;
