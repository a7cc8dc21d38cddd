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
    return transform(text, { transforms: [...types, "imports"], disableESTransforms: true }).code;
  } catch (error) {
    throw isSyntaxError(error) ? unreadable(path, error) : error;
  }
}

type PlacedError = SyntaxError & { readonly loc: { readonly line: number; readonly column: number } };

const isSyntaxError = (error: unknown): error is PlacedError => error instanceof SyntaxError && "loc" in error;

function unreadable(path: string, { message, loc }: PlacedError): L2iError {
  const what = message.replace(/^Error transforming [^:]*: /, "").replace(/ \(\d+:\d+\)$/, "");
  return new L2iError(
    "usage",
    `${path} is no JavaScript that can be read, line ${loc.line}, column ${loc.column}: ${what}`,
  );
}
