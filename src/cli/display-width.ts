// How wide a terminal shows text: letters of East Asia take two columns, accents that stand for themselves none.
import stringWidth from "string-width";

/** Columns that a text takes; nothing in it may be what a terminal obeys. */
export function displayWidth(text: string): number {
  return isPlain(text) ? text.length : stringWidth(text);
}

/** The text in so many columns, at least one: its end becomes `…` where it is wider. */
export function fitted(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  if (isPlain(text)) return `${text.slice(0, columns - 1)}…`;
  let kept = "";
  let width = 1;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    width += stringWidth(segment);
    if (width > columns) break;
    kept += segment;
  }
  return `${kept}…`;
}

export const padded = (text: string, columns: number): string =>
  text + " ".repeat(Math.max(0, columns - displayWidth(text)));

export const paddedLeft = (text: string, columns: number): string =>
  " ".repeat(Math.max(0, columns - displayWidth(text))) + text;

const isPlain = (text: string): boolean => /^[ -~]*$/.test(text);
