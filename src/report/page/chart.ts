// What both charts have in common: an axis of time that zooms by dragging, by keys and with the other chart, and a note beside the
// cursor that says what is there.
import uPlot from "uplot";
import { element } from "./dom.ts";
import type { View } from "./view.ts";

export interface ChartParts {
  /** Where the canvas goes. */
  readonly frame: HTMLElement;
  readonly view: View;
  readonly timezone: string;
}

/** A line of the note: a mark in a colour of the page, a word and a number. */
interface NoteLine {
  readonly color: string | null;
  readonly word: string;
  readonly value: string;
}

export interface Note {
  readonly title: string;
  readonly lines: readonly NoteLine[];
}

/** Charts under one key show their cursors together. */
const together = uPlot.sync("time");

/** Pixels. */
const height = 240;
const leastDrag = 5;

/** Makes a chart of the width of its frame. `noteAt`: what is to be said of a point of the data, and of a value of the y axis. */
export function timeChart(
  { frame, view, timezone }: ChartParts,
  options: Pick<uPlot.Options, "series" | "scales" | "hooks"> & { readonly y: uPlot.Axis },
  data: uPlot.AlignedData,
  noteAt: (index: number, value: number | null) => Note | null,
): uPlot {
  const note = element("div", { class: "note", hidden: true });
  const { y, hooks, ...others } = options;
  const { from, until } = view.selection;
  const chart: uPlot = new uPlot(
    {
      ...others,
      width: Math.max(200, frame.clientWidth),
      height,
      legend: { show: false },
      padding: [12, 8, 0, 0],
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), timezone),
      scales: { x: { time: true, range: () => [from / 1000, until / 1000] }, ...options.scales },
      axes: [
        { ...axisColors(), values: timeLabels, incrs: timeSteps, size: 44, gap: 6 },
        { ...axisColors(), size: 58, gap: 6, ...y },
      ],
      cursor: {
        sync: { key: together.key, setSeries: false },
        drag: { x: true, y: false, setScale: false },
        points: { show: false },
        bind: { dblclick: () => () => (view.showWholeTime(), null) },
      },
      hooks: {
        ...hooks,
        setSelect: [zoomTo(view)],
        setCursor: [(self) => showNote(self, note, noteAt)],
      },
    },
    data,
    frame,
  );
  chart.over.append(note);
  return chart;
}

/** Arrows move, plus and minus zoom, 0 and Escape show the whole time. */
export function obeyKeys(figure: HTMLElement, view: View): void {
  const actions: { readonly [key: string]: (() => void) | undefined } = {
    ArrowLeft: () => view.move(-0.25),
    ArrowRight: () => view.move(0.25),
    "+": () => view.zoomBy(0.5),
    "=": () => view.zoomBy(0.5),
    "-": () => view.zoomBy(2),
    "0": () => view.showWholeTime(),
    Escape: () => view.showWholeTime(),
  };
  figure.addEventListener("keydown", (event) => {
    const action = event.ctrlKey || event.metaKey || event.altKey ? undefined : actions[event.key];
    if (!action || event.target !== figure) return;
    event.preventDefault();
    action();
  });
}

/** A colour of the page, as the scheme has it at the moment. */
export function color(variable: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(variable).trim();
}

function axisColors(): uPlot.Axis {
  const line = { stroke: color("--grid"), width: 1 };
  return { stroke: color("--muted"), font: `12px ${color("--sans")}`, grid: line, ticks: { ...line, size: 4 } };
}

const second = 1;
const minute = 60;
const hour = 3600;
const day = 86_400;
const month = 30 * day; // which stands for months of any length
const year = 365 * day;

/** From label to label, seconds: of parts of one nothing is known. */
const timeSteps: number[] = [
  1,
  5,
  10,
  15,
  30,
  ...[1, 5, 10, 15, 30].map((minutes) => minutes * minute),
  ...[1, 2, 3, 4, 6, 8, 12].map((hours) => hours * hour),
  ...[1, 2, 3, 4, 5, 6, 7, 10, 15].map((days) => days * day),
  ...[1, 2, 3, 4, 6].map((months) => months * month),
  ...[1, 2, 5, 10, 25, 50].map((years) => years * year),
];

/** By distance of the labels: how each reads, and what stands below it where year, day or minute are another. */
const timeLabels: uPlot.Axis.Values = [
  [year, "{YYYY}", null, null, null, null, null, null, 1],
  [28 * day, "{MMM}", "\n{YYYY}", null, null, null, null, null, 1],
  [day, "{D} {MMM}", "\n{YYYY}", null, null, null, null, null, 1],
  [hour, "{HH}:{mm}", "\n{D} {MMM} {YYYY}", null, "\n{D} {MMM}", null, null, null, 1],
  [minute, "{HH}:{mm}", "\n{D} {MMM} {YYYY}", null, "\n{D} {MMM}", null, null, null, 1],
  [second, "{HH}:{mm}:{ss}", "\n{D} {MMM} {YYYY}", null, "\n{D} {MMM}", null, null, null, 1],
];

function zoomTo(view: View): (chart: uPlot) => void {
  return (chart) => {
    const { left, width } = chart.select;
    if (width === 0) return;
    chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    if (width >= leastDrag) view.zoom(chart.posToVal(left, "x") * 1000, chart.posToVal(left + width, "x") * 1000);
  };
}

function showNote(chart: uPlot, note: HTMLElement, noteAt: (index: number, value: number | null) => Note | null): void {
  const { idx, left = -1, top = -1, event } = chart.cursor;
  // The chart that only follows the other one has a cursor, and no mouse.
  const isHere = event !== undefined && event !== null && chart.over.matches(":hover");
  const said = isHere && idx !== null && idx !== undefined && left >= 0 ? noteAt(idx, chart.posToVal(top, "y")) : null;
  note.hidden = said === null;
  if (!said) return;
  note.replaceChildren(
    element("strong", {}, said.title),
    ...said.lines.map(({ color: mark, word, value }) =>
      element(
        "span",
        {},
        element("i", { class: mark === null ? "none" : `mark ${mark}` }),
        word,
        element("b", {}, value),
      ),
    ),
  );
  const isLeft = left > chart.over.clientWidth / 2;
  note.style.left = `${isLeft ? left - note.offsetWidth - 14 : left + 14}px`;
  note.style.top = `${Math.min(Math.max(0, top - 20), Math.max(0, chart.over.clientHeight - note.offsetHeight))}px`;
}
