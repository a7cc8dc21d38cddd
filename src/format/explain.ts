// Why a line does not match: how far its front goes, and what should have come next. For people, so it may be slow; but a log may
// be garbage from end to end, so nothing is compiled for each line.
import type { Mismatch } from "./format.ts";
import { frontRegex } from "./regex.ts";
import type { Token } from "./tokens.ts";

/** Takes a line with its line end. */
export function explainer(tokens: readonly Token[]): (line: string) => Mismatch {
  let fronts: readonly RegExp[] | null = null;
  return (line) => {
    fronts ??= tokens.map((_, index) => frontRegex(tokens, index + 1));
    const text = line.replace(/\r?\n$/, "\n");
    for (let count = tokens.length; count > 0; count--) {
      const front = fronts[count - 1]!;
      front.lastIndex = 0;
      if (!front.test(text)) continue;
      const rest = text.slice(front.lastIndex);
      // All columns are there: then it is the time that the parser did not take.
      if (count === tokens.length && rest === "\n") return { at: timeAt(tokens, fronts, text), expected: existingTime };
      return { at: front.lastIndex, expected: expectedAt(tokens, count) };
    }
    return { at: 0, expected: expectedAt(tokens, 0) };
  };
}

const existingTime = "a time that exists, between 1970 and 2261";

/** Where the first column of a time begins. */
function timeAt(tokens: readonly Token[], fronts: readonly RegExp[], text: string): number {
  const front = fronts[tokens.findIndex(({ kind }) => kind === "time") - 1];
  if (!front) return 0;
  front.lastIndex = 0;
  return front.test(text) ? front.lastIndex : 0;
}

function expectedAt(tokens: readonly Token[], index: number): string {
  const token = tokens[index];
  if (token === undefined) return "the end of the line";
  return token.kind === "literal" ? literalAt(tokens, index, token.text) : token.source;
}

/** Literals within a time are a part of it. */
function literalAt(tokens: readonly Token[], index: number, text: string): string {
  const [before, after] = [tokens[index - 1], tokens[index + 1]];
  const isWithinTime = before?.kind === "time" && after?.kind === "time" && before.source === after.source;
  return isWithinTime ? before.source : JSON.stringify(text);
}
