// Plain columns: text to the left, numbers to the right, the header underlined by nothing but its place.

/** Columns from `textColumns` on are numbers and stand to the right. Every line ends with a line end. */
export function table(header: readonly string[], rows: readonly (readonly string[])[], textColumns: number): string {
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)));
  const pad = (cell: string, column: number): string =>
    column < textColumns ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!);
  return [header, ...rows].map((row) => `${row.map(pad).join("  ").trimEnd()}\n`).join("");
}
