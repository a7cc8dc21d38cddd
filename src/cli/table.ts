// Plain columns: text to the left, numbers to the right, the header underlined by nothing but its place.

/** Columns from `textColumns` on are numbers and stand to the right. Every line ends with a line end. */
export function table(header: readonly string[], rows: readonly (readonly string[])[], textColumns: number): string {
  const shown = [header, ...rows].map((row) => row.map(cut));
  const widths = header.map((_, column) => Math.max(...shown.map((row) => row[column]!.length)));
  const pad = (cell: string, column: number): string =>
    column < textColumns ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!);
  return shown.map((row) => `${row.map(pad).join("  ").trimEnd()}\n`).join("");
}

/** One endless value must not push all columns off the screen. */
const widest = 60;

function cut(cell: string): string {
  return cell.length > widest ? `${cell.slice(0, widest - 1)}…` : cell;
}
