// Lines of line protocol, as they go to a sink. A string for each of them would cost more than what it holds, so they are texts of many.

/** Bytes (UTF-16 units) that a text has about: fewer texts are no faster, and longer ones live longer than they are needed. */
export const textLength = 64 * 1024;

export class Lines implements Iterable<string> {
  readonly length: number;
  /** Whole lines, each with its line end. */
  readonly texts: readonly string[];

  /** `length`: lines in all texts. */
  constructor(texts: readonly string[], length: number) {
    this.texts = texts;
    this.length = length;
  }

  /** Of lines without line ends. */
  static of(lines: Iterable<string>): Lines {
    const texts: string[] = [];
    let text = "";
    let length = 0;
    for (const line of lines) {
      text += `${line}\n`;
      length++;
      if (text.length < textLength) continue;
      texts.push(text);
      text = "";
    }
    if (text !== "") texts.push(text);
    return new Lines(texts, length);
  }

  /** Line by line, without line ends. */
  *[Symbol.iterator](): Generator<string> {
    for (const text of this.texts) yield* splitLines(text);
  }
}

/** Of a text of whole lines, without line ends. */
export const splitLines = (text: string): string[] => text.slice(0, -1).split("\n");
