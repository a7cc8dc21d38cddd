// Reads JSON and says where it is broken. Node's own message names no line, and quotes the file, which may hold a token. A key
// that stands twice in an object is an error here: JSON.parse would silently keep the last.
import { L2iError } from "../errors.ts";

/** The value of a JSON text; a byte order mark is skipped. A flaw is a usage error with line and column. */
export function parseJson(source: string): unknown {
  const text = source.replace(/^\uFEFF/u, "");
  const flaw = flawIn(text);
  if (flaw) throw new L2iError("usage", `${placeIn(text, flaw.index)}: ${flaw.message}`);
  return JSON.parse(text);
}

interface Flaw {
  readonly index: number;
  readonly message: string;
  /** What should stand there. */
  readonly expected: string;
}

function placeIn(text: string, index: number): string {
  const before = text.slice(0, index).split("\n");
  return `line ${before.length}, column ${before.at(-1)!.length + 1}`;
}

/** What stands before a token is white space. Strings as long as they come, hence without alternatives in a loop. */
const token =
  /[ \t\r\n]*(?:(?<string>"[ !#-[\]-\u{10FFFF}]*(?:\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})[ !#-[\]-\u{10FFFF}]*)*")|(?<other>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null|[{}[\],:]))?/uy;

/** Where `text` stops to be JSON; null where it is. Walks over the tokens, knowing which may come next. */
export function flawIn(text: string, { mayRepeatKeys = false } = {}): Flaw | null {
  const walk: Walk = { expected: "value", closers: [], keys: [] };
  token.lastIndex = 0;
  for (;;) {
    const found = token.exec(text)!;
    const word = found.groups!["string"] ?? found.groups!["other"] ?? "";
    const index = token.lastIndex - word.length;
    if (word === "" && walk.expected === "end" && index === text.length) return null;
    const expected = expectedBy(walk);
    if (!step(walk, word)) return { index, expected, message: unexpected(expected, text, index) };
    const message = mayRepeatKeys ? null : repeated(walk, word);
    if (message !== null) return { index, expected: "another key", message };
  }
}

type Expected = "value" | "firstItem" | "firstKey" | "key" | "colon" | "separator" | "end";

interface Walk {
  expected: Expected;
  /** What closes the objects and lists that are open. */
  readonly closers: string[];
  /** The keys of the objects that are open; null for lists. */
  readonly keys: (Set<string> | null)[];
}

const expectations: { readonly [expected in Expected]: string } = {
  value: "a value",
  firstItem: 'a value or "]"',
  firstKey: 'a key in double quotes or "}"',
  key: "a key in double quotes",
  colon: '":"',
  separator: '"," or ',
  end: "the end of the file",
};

function expectedBy({ expected, closers }: Walk): string {
  return expectations[expected] + (expected === "separator" ? `"${closers.at(-1)}"` : "");
}

function unexpected(expected: string, text: string, index: number): string {
  const found =
    index < text.length ? `got ${JSON.stringify(String.fromCodePoint(text.codePointAt(index)!))}` : "the file ends";
  const advice = /^\/[/*]/.test(text.slice(index, index + 2)) ? "; JSON has no comments" : "";
  return `this is not JSON: expected ${expected}, but ${found}${advice}`;
}

/** Takes a token, if it may stand here. */
function step(walk: Walk, word: string): boolean {
  const next = follow(walk, word);
  if (next) walk.expected = next;
  return next !== null;
}

function follow(walk: Walk, word: string): Expected | null {
  const { expected, closers } = walk;
  if (word === "") return null;
  if (word === closers.at(-1) && closable.has(expected)) return close(walk);
  if (expected === "separator") return word === "," ? (closers.at(-1) === "}" ? "key" : "value") : null;
  if (expected === "colon") return word === ":" ? "value" : null;
  if (expected === "key" || expected === "firstKey") return word.startsWith('"') ? "colon" : null;
  return expected === "end" ? null : value(walk, word);
}

const closable: ReadonlySet<Expected> = new Set<Expected>(["separator", "firstItem", "firstKey"]);

function close({ closers, keys }: Walk): Expected {
  closers.pop();
  keys.pop();
  return closers.length === 0 ? "end" : "separator";
}

function value({ closers, keys }: Walk, word: string): Expected | null {
  if (word === "{" || word === "[") {
    closers.push(word === "{" ? "}" : "]");
    keys.push(word === "{" ? new Set() : null);
    return word === "{" ? "firstKey" : "firstItem";
  }
  if ("}],:".includes(word)) return null;
  return closers.length === 0 ? "end" : "separator";
}

function repeated({ expected, keys }: Walk, word: string): string | null {
  if (expected !== "colon") return null;
  const key: unknown = JSON.parse(word);
  const known = keys.at(-1)!;
  if (known.has(String(key))) return `the key ${word} stands twice in this object; keep one`;
  known.add(String(key));
  return null;
}
