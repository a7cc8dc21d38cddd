// Regular expressions that users write, for text that strangers write: only what V8's linear engine takes, so that no line can make
// one run for ever. It is 40 times slower than the usual one, so that one begins, and hands over after a bounded number of steps
// back: at most twice as slow as the linear one on hostile lines, as fast as ever on all others.
import { setFlagsFromString } from "node:v8";
import { L2iError } from "./errors.ts";

/** Compiles an expression without flags. Throws L2iError "usage" with the place and a way out where it cannot be matched in linear time. */
export function linearRegex(source: string): RegExp {
  boundBacktracking();
  const foreign = culpritIn(source, unicodeOnly);
  if (foreign !== null) throw new L2iError("usage", foreign);
  try {
    void new RegExp(source, linear); // it would throw
    return new RegExp(source);
  } catch (cause) {
    throw new L2iError("usage", culpritIn(source, notLinear) ?? reasonOf(cause), { cause });
  }
}

/** From now on, no expression that the linear engine takes steps back for ever, whoever wrote it. */
export function boundBacktracking(): void {
  for (const flag of flags) setFlagsFromString(flag);
}

/** A flag of V8's own. */
const linear = "l";

const flags = [
  "--enable-experimental-regexp-engine",
  "--enable-experimental-regexp-engine-on-excessive-backtracks",
  "--regexp-backtracks-before-fallback=2000",
];

function reasonOf(error: unknown): string {
  const reason = String(error).split(": ").at(-1)!;
  return reason.includes("linear time")
    ? `repetitions within each other, ${tooMany}`
    : `it is no expression: ${reason}`;
}

/** The first part of the expression that is one of these, in words. */
function culpritIn(source: string, culprits: readonly Culprit[]): string | null {
  for (const { text, index } of piecesOf(source)) {
    const culprit = culprits.find(({ pattern }) => pattern.test(text));
    if (culprit) return `${text} at character ${index + 1} ${culprit.message}`;
  }
  return null;
}

interface Culprit {
  readonly pattern: RegExp;
  readonly message: string;
}

const unicodeOnly: readonly Culprit[] = [
  {
    pattern: /^(?:\[.*)?\\[pPu]\{/s,
    message:
      "needs a mode that cannot be matched in linear time; write out the characters that are meant, such as [a-zé]",
  },
];

const tooMany = "more than 16 times, cannot be matched in linear time; write + or *, which have no bounds";

const notLinear: readonly Culprit[] = [
  {
    pattern: /^\(\?<?[=!]/,
    message: "looks around, which cannot be done in linear time; match what stands there, or leave it out",
  },
  {
    pattern: /^\\(?:[1-9]|k<)/,
    message: "refers back to a group, which cannot be done in linear time; write out what is meant",
  },
  { pattern: /^\{(?:\d{3,}|1[7-9]|[2-9]\d)|^\{\d+,(?:\d{3,}|1[7-9]|[2-9]\d)/, message: `repeats ${tooMany}` },
];

/** A part of an expression: a character, a class, what opens or closes a group, or what is to be repeated how often. */
export interface RegexPiece {
  readonly text: string;
  readonly index: number;
}

export function piecesOf(source: string): RegexPiece[] {
  return Array.from(source.matchAll(piece), ({ 0: text, index }) => ({ text, index }));
}

const piece =
  /\\(?:k<[^>]*>|[pPu]\{[^}]*\}|.)|\[(?:\\.|[^\]\\])*\]|\((?:\?(?:<[\w$]+>|<?[=!]|:))?|(?:[*+?]|\{\d+(?:,\d*)?\})\??|./gs;
