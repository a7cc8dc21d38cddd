// The page: reads what l2i has counted, and shows of it what the reader selects. Everything is in the page; nothing is fetched.
import type uPlot from "uplot";
import type { ReportData } from "../data.ts";
import { bucketError } from "../elapsed-bucket.ts";
import { widthFor } from "../widths.ts";
import { obeyKeys } from "./chart.ts";
import { byId, element } from "./dom.ts";
import { type Bins, binsOf, type Facts, factsOf } from "./facts.ts";
import { renderFigures, renderFilters } from "./head.ts";
import { latencyChart, latencyCourse, percents } from "./latency-chart.ts";
import { latencyNumbers, requestsNumbers } from "./numbers.ts";
import { requestsChart, requestsCourse } from "./requests-chart.ts";
import { type Page, sections } from "./sections.ts";
import { Clock, counted, countText, spanText } from "./text.ts";
import { View } from "./view.ts";

/** Pixels that a bin takes at least. */
const leastBar = 4;
const leastColumn = 5;

start(JSON.parse(byId("data").textContent ?? ""));

function start(data: ReportData): void {
  const page: Page = { data, facts: factsOf(data), view: viewOf(data), clock: new Clock(data.timezone) };
  sayWhatItIs(page);
  if (data.span === null) return showRejectsAlone(page);
  const render = renderer(page);
  page.view.onChange(render);
  for (const id of ["requests-chart", "latency-chart"]) obeyKeys(byId(id), page.view);
  byId("reset").addEventListener("click", () => {
    page.view.showAll();
    byId("requests-chart").focus({ preventScroll: true }); // the button goes away
  });
  for (const id of ["requests-numbers", "latency-numbers"]) byId(id).addEventListener("toggle", render);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", render);
  let width = 0;
  new ResizeObserver(() => {
    const { clientWidth } = byId("requests-chart");
    if (clientWidth === width) return;
    width = clientWidth;
    render();
  }).observe(byId("requests-chart"));
}

/** There is nothing to draw. */
function showRejectsAlone(page: Page): void {
  document.body.classList.add("empty");
  byId("rejects").append(...sections["rejects"]!(page));
}

/** From the beginning of the first bin to the end of the last one. */
function viewOf({ span, made, requests: { widthMs } }: ReportData): View {
  const [oldest, newest] = span ?? [made, made];
  const [first, last] = [oldest, newest].map((time) => Math.floor(time / widthMs) * widthMs);
  return new View(first!, last! + widthMs, widthMs);
}

/** What stays the same whatever is selected. */
function sayWhatItIs(page: Page): void {
  const { data, clock, facts } = page;
  const [first] = data.logs;
  const title = first ? `${first.name}${andMore(data.files - 1)}` : "No log";
  document.title = `${title} – l2i report`;
  byId("title").replaceChildren(element("bdi", {}, title));
  const time = data.span ? `${clock.range(...data.span)} ${data.timezone}` : "no request";
  const books = `${counted(data.lines, "line")}, ${countText(data.rejected)} rejected`;
  const future = data.future > 0 ? `, ${countText(data.future)} from the future and left out` : "";
  byId("subtitle").textContent = `${time} · ${books}${future}`;
  byId("warnings").hidden = data.warnings.length === 0;
  byId("warnings").replaceChildren(...data.warnings.map((warning) => element("li", {}, warning)));
  byId("footer").textContent = footerOf(data, clock);
  byId("latency-hint").replaceChildren(...latencyHint(page));
  for (const id of ["latency-chart", "latency-numbers", "slowest"]) byId(id).hidden = facts.latency.size === 0;
}

function latencyHint({ facts: { requests, latency } }: Page): Node[] {
  if (latency.size === 0)
    return [new Text("No line tells how long a request took: let the server log %D or $request_time.")];
  const error = (bucketError(latency.cube.joined) * 100).toFixed(0);
  return [
    ...percents.map((percent) =>
      element("span", { class: "key" }, element("i", { class: `mark p${percent}` }), `p${percent}`),
    ),
    new Text(
      `– what 50, 95 and 99 of 100 requests do not exceed, exact to ${error} %${latency.cube.widthMs > requests.cube.widthMs ? `, in bins of ${spanText(latency.cube.widthMs)}` : ""}. The more colour behind them, the more requests.`,
    ),
  ];
}

function andMore(count: number): string {
  return count > 0 ? ` and ${countText(count)} more` : "";
}

function footerOf({ version, made, timezone, files, logs, requests, between }: ReportData, clock: Clock): string {
  const read = logs.map(({ name, format }) => `${name} (${format})`).join(", ") + andMore(files - logs.length);
  const grain = `Counted in bins of ${spanText(requests.widthMs)}`;
  const [since = null, until = null] = between ?? [];
  const edges = [
    ...(since === null ? [] : [`from ${clock.text(since)} on`]),
    ...(until === null ? [] : [`before ${clock.text(until)}`]),
  ];
  const only = edges.length === 0 ? "" : `Only lines ${edges.join(" and ")}. `;
  return `${read === "" ? "" : `Read: ${read}. `}${only}${grain}; all times in ${timezone}. Made by l2i ${version}, ${clock.text(made)}. This page is complete in itself and asks no network for anything.`;
}

function renderer(page: Page): () => void {
  const { facts, view, clock, data } = page;
  const [requestsFrame, latencyFrame] = [byId("requests-chart"), byId("latency-chart")];
  let charts: uPlot[] = [];
  return () => {
    const key = document.activeElement?.getAttribute("data-key");
    const requests = requestsCourse(facts, view.selection, binsFor(view, requestsFrame, facts.requests, leastBar));
    const latency = latencyCourse(facts, view.selection, binsFor(view, latencyFrame, facts.latency, leastColumn));
    renderFilters(page);
    renderFigures(page, requests, latency);
    for (const chart of charts) chart.destroy();
    charts = [requestsChart({ frame: requestsFrame, view, timezone: data.timezone }, requests, clock)];
    if (facts.latency.size > 0)
      charts.push(latencyChart({ frame: latencyFrame, view, timezone: data.timezone }, latency, clock));
    byId("requests-hint").replaceChildren(
      `One bar is ${spanText(requests.bins.widthMs)}. `,
      element("span", { class: "with-mouse" }, "Drag over a chart to zoom in, double-click for the whole time."),
    );
    fill("requests-numbers", () => requestsNumbers(page));
    fill("latency-numbers", () => latencyNumbers(page));
    for (const [id, section] of Object.entries(sections))
      byId(id).replaceChildren(byId(id).firstElementChild!, ...section(page));
    letKeysScroll();
    if (key) document.querySelector<HTMLElement>(`[data-key="${key}"]`)?.focus();
  };
}

/** What is wider than its card can be reached, and so moved, without a mouse. */
function letKeysScroll(): void {
  for (const scroll of document.querySelectorAll<HTMLElement>(".scroll"))
    if (scroll.scrollWidth > scroll.clientWidth) scroll.tabIndex = 0;
}

/** As many bins as there is room for in a frame, and no narrower ones than there are. */
function binsFor({ selection }: View, frame: HTMLElement, { cube }: Facts, pixels: number): Bins {
  const most = Math.max(200, frame.clientWidth - 70) / pixels;
  return binsOf(selection, widthFor(selection.until - selection.from, most, cube.widthMs));
}

/** Tables of numbers are made when somebody opens them. */
function fill(id: string, numbers: () => Node[]): void {
  const details = byId(id);
  const isOpen = details.hasAttribute("open");
  details.replaceChildren(details.firstElementChild!, ...(isOpen ? numbers() : []));
}
