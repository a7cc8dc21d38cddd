// Tables: rows by what they are called, numbers to the right, a bar behind the first number, a small curve of their course.
import { element } from "./dom.ts";

export type Cell = string | Node;

export interface Column {
  readonly title: string;
  /** Said to those who do not see that a column is short of room. */
  readonly meaning?: string;
  readonly kind: "text" | "number" | "course";
  /** What a narrow screen leaves out. */
  readonly isMinor?: boolean;
}

/** How many rows are shown before somebody asks for all. */
const shownAtFirst = 12;

/** Captions of the tables of which somebody asked for all rows. */
const opened = new Set<string>();

/**
 * A table with its caption for screen readers, and below it, where there are many rows, a button for all of them. The first cell of
 * a row names it.
 */
export function table(caption: string, columns: readonly Column[], rows: readonly (readonly Cell[])[]): Node[] {
  const isWhole = rows.length <= shownAtFirst || opened.has(caption);
  const shown = rows.map((row, index) =>
    element(
      "tr",
      { hidden: !isWhole && index >= shownAtFirst },
      ...row.map((cell, at) => cellOf(cell, columns[at]!, at === 0)),
    ),
  );
  const made = element(
    "table",
    {},
    element("caption", { class: "unseen" }, caption),
    element("thead", {}, element("tr", {}, ...columns.map(headOf))),
    element("tbody", {}, ...shown),
  );
  const scroll = element("div", { class: "scroll", role: "group", "aria-label": caption }, made);
  return isWhole ? [scroll] : [scroll, moreButton(caption, shown)];
}

function moreButton(caption: string, rows: readonly HTMLElement[]): HTMLElement {
  const button = element(
    "button",
    {
      type: "button",
      class: "more",
      onclick: () => {
        opened.add(caption);
        for (const row of rows) row.hidden = false;
        rows[shownAtFirst]!.querySelector("button")?.focus();
        button.remove();
      },
    },
    `Show all ${rows.length}`,
  );
  return button;
}

function headOf({ title, kind, meaning, isMinor }: Column): HTMLElement {
  return element("th", { scope: "col", class: classOf(kind, isMinor), title: meaning ?? null }, title);
}

function cellOf(cell: Cell, { kind, isMinor }: Column, isName: boolean): HTMLElement {
  return isName
    ? element("th", { scope: "row", class: classOf(kind, isMinor) }, cell)
    : element("td", { class: classOf(kind, isMinor) }, cell);
}

const classOf = (kind: Column["kind"], isMinor = false): string => (isMinor ? `${kind} minor` : kind);

/** A number with a bar below it that is as long as its part of the most. */
export function barred(text: string, part: number, color = "bar"): Node {
  const bar = element("i", { class: color, "aria-hidden": "true" });
  bar.style.width = `${Math.max(0, Math.min(100, 100 * part)).toFixed(1)}%`;
  return element("span", { class: "barred" }, text, bar);
}

const svg = "http://www.w3.org/2000/svg";
const width = 120;
const height = 20;

/** Counts over time, as a curve without numbers. */
export function courseOf(counts: readonly number[], color = "course"): Node {
  const most = Math.max(1, ...counts);
  const step = width / counts.length;
  const steps = counts.map((count, index) => {
    const y = (height - (count === 0 ? 0 : Math.max(1, (height * count) / most))).toFixed(1);
    return `V${y}H${((index + 1) * step).toFixed(1)}`;
  });
  const curve = document.createElementNS(svg, "svg");
  curve.setAttribute("viewBox", `0 0 ${width} ${height}`);
  curve.setAttribute("class", color);
  curve.setAttribute("aria-hidden", "true");
  curve.setAttribute("preserveAspectRatio", "none");
  const path = document.createElementNS(svg, "path");
  path.setAttribute("d", `M0,${height}${steps.join("")}V${height}Z`);
  curve.append(path);
  return curve;
}
