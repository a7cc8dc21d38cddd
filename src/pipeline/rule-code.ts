// TypeScript loses its types, and modules become CommonJS, line by line, so that places in messages are right. Loaded only when
// there is a rule: sucrase is larger than the rest of the program.
import { extname } from "node:path";
import { transform } from "sucrase";
import { L2iError } from "../errors.ts";

/** CommonJS of a file's text; a JSON file exports its value. Throws L2iError "usage" with the place of what cannot be read. */
export function codeOf(path: string, text: string): string {
  if (extname(path) === ".json") return `module.exports = ${text}`;
  const types = extname(path) === ".ts" ? (["typescript"] as const) : [];
  try {
    const { code } = transform(text, { transforms: [...types, "imports"], disableESTransforms: true });
    refuseNamespaces(path, text, code);
    return code;
  } catch (error) {
    throw isSyntaxError(error) ? unreadable(path, error) : error;
  }
}

/** sucrase takes them for types and leaves nothing of them; what it leaves is no namespace, but text or a comment. */
function refuseNamespaces(path: string, text: string, code: string): void {
  const left = code.split("\n");
  const line = text.split("\n").findIndex((each, index) => namespace.test(each) && !namespace.test(left[index] ?? ""));
  if (line >= 0)
    throw new L2iError(
      "usage",
      `${path}, line ${line + 1}: there are no namespaces in rules; export what it holds from a file of its own`,
    );
}

const namespace = /^\s*(?:export\s+)?(?:namespace|module)\s+[\w$.]+\s*\{/;

type PlacedError = SyntaxError & { readonly loc: { readonly line: number; readonly column: number } };

const isSyntaxError = (error: unknown): error is PlacedError => error instanceof SyntaxError && "loc" in error;

function unreadable(path: string, { message, loc }: PlacedError): L2iError {
  const what = message.replace(/^Error transforming [^:]*: /, "").replace(/ \(\d+:\d+\)$/, "");
  return new L2iError(
    "usage",
    `${path} is no JavaScript that can be read, line ${loc.line}, column ${loc.column}: ${what}`,
  );
}
