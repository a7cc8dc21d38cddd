// Lines of line protocol, as they go to a sink. A string for each of them would cost more than what it holds, so they are texts of many,
// outside the heap.

/** Characters that a text has about: fewer texts are no faster, and longer ones live longer than they are needed. */
export const textLength = 64 * 1024;

export class PointLines implements Iterable<string> {
  readonly length: number;
  /** Whole lines, each with its line end. */
  readonly texts: readonly Buffer[];

  /** `length`: lines in all texts. */
  constructor(texts: readonly Buffer[], length: number) {
    this.texts = texts;
    this.length = length;
  }

  /** Of lines without line ends. */
  static of(lines: readonly string[]): PointLines {
    return new PointLines(
      Array.from(textsOf(lines), (text) => Buffer.from(text)),
      lines.length,
    );
  }

  /** Line by line, without line ends. */
  *[Symbol.iterator](): Generator<string> {
    for (const text of this.texts) yield* text.toString("utf8", 0, text.length - 1).split("\n");
  }
}

/** Of lines without line ends. */
export function* textsOf(lines: Iterable<string>): Generator<string> {
  let text = "";
  for (const line of lines) {
    text += `${line}\n`;
    if (text.length < textLength) continue;
    yield text;
    text = "";
  }
  if (text !== "") yield text;
}
