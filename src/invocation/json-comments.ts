// JSON as people keep it: with comments, and maybe a byte order mark. Small, since a quiet run reads it, too.

/** The text with blanks in the place of comments, so that all else stays in its own; without a byte order mark. */
export function withoutComments(source: string): string {
  const text = source.replace(/^\uFEFF/u, "");
  return text.replaceAll(stringOrComment, (found) => (found.startsWith('"') ? found : found.replaceAll(/[^\n]/g, " ")));
}

/** A string that has no end stops at the end of its line, a comment that has none at that of the file. */
const stringOrComment = /"[^"\\\n]*(?:\\.[^"\\\n]*)*"?|\/\/.*|\/\*[^]*?(?:\*\/|$)/g;
