// What was pasted from nginx.conf → its log_format: among comments and other directives, over any number of lines.
import { L2iError } from "../errors.ts";

/** The arguments of the one `log_format`; null where there is none. Throws L2iError "usage" where there are several. */
export function logFormatIn(text: string): readonly string[] | null {
  const found = directivesIn(text).filter(([name]) => name === "log_format");
  if (found.length < 2) return found[0]?.slice(1) ?? null;
  const names = found.map((words) => words[1]).join(", ");
  throw new L2iError(
    "usage",
    `format: there are several log_format directives (${names}); give the one that the log has`,
  );
}

function directivesIn(text: string): string[][] {
  const directives: string[][] = [[]];
  for (const [word, double, single] of text.matchAll(words)) {
    if (word === ";" || word === "{" || word === "}") directives.push([]);
    else if (!word.startsWith("#")) directives.at(-1)!.push(unquoted(double ?? single ?? word));
  }
  return directives;
}

/** A comment, a word in quotes, what ends a directive or opens and closes a block, or a bare word. */
const words = /#[^\n]*|"((?:\\[^]|[^"\\])*)"|'((?:\\[^]|[^'\\])*)'|[;{}]|[^\s;{}"'#][^\s;]*/g;

/** As nginx reads an argument in quotes. */
export function unquoted(text: string): string {
  return text.replaceAll(/\\(["'\\trn])/g, (_, letter: string) => escaped[letter] ?? letter);
}

const escaped: Readonly<Record<string, string>> = { t: "\t", r: "\r", n: "\n" };
