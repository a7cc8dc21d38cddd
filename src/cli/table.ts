// Plain columns: text to the left, numbers to the right. Cells may hold what strangers wrote; lines hold nothing that a terminal obeys.
import { visible } from "../printable.ts";
import { displayWidth, fitted, padded, paddedLeft } from "./display-width.ts";

/** Columns from `textColumns` on are numbers and stand to the right. Every line ends with a line end. */
export function table(header: readonly string[], rows: readonly (readonly string[])[], textColumns: number): string {
  return columns(header, rows, textColumns)
    .map((line) => `${line.trimEnd()}\n`)
    .join("");
}

/** Without a screen to fit, one endless value must not push all columns away. */
const widest = 60;

/** Text is cut until a line fits the screen, but not below this. */
const narrowest = 8;

/** The same as lines of equal width, the header first. `screen`: columns that a line should fit. */
export function columns(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  textColumns: number,
  screen = Infinity,
): string[] {
  const shown = [header, ...rows].map((row) => row.map(visible));
  const wanted = header.map((_, column) => Math.max(...shown.map((row) => displayWidth(row[column]!))));
  const widths =
    screen === Infinity ? wanted.map((width) => Math.min(width, widest)) : shrunk(wanted, textColumns, screen);
  const pad = (cell: string, column: number): string =>
    (column < textColumns ? padded : paddedLeft)(fitted(cell, widths[column]!), widths[column]!);
  return shown.map((row) => row.map(pad).join("  "));
}

/** The widest text gives way first. */
function shrunk(wanted: readonly number[], textColumns: number, screen: number): number[] {
  const widths = [...wanted];
  for (let excess = lineWidth(widths) - screen; excess > 0; excess--) {
    const most = Math.max(...widths.slice(0, textColumns));
    if (most <= narrowest) break;
    widths[widths.indexOf(most)]!--;
  }
  return widths;
}

/** Columns of a line with cells of these widths. */
const lineWidth = (widths: readonly number[]): number =>
  widths.reduce((sum, width) => sum + width, 2 * (widths.length - 1));
