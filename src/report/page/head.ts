// Above the charts: the filters that are set and can be set, and the figures of what they leave.
import { element, byId } from "./dom.ts";
import { eachCell, joinedHistogram, percentiles } from "./facts.ts";
import { type LatencyCourse, percents } from "./latency-chart.ts";
import type { RequestsCourse } from "./requests-chart.ts";
import { type Page, routeText } from "./sections.ts";
import { statusClasses } from "./statuses.ts";
import { bytesText, counted, elapsedText, rateText, shareText, shortCount, spanText } from "./text.ts";

export function renderFilters({ facts, view, clock, data }: Page): void {
  const { from, until, classes, route } = view.selection;
  const counts = Array<number>(6).fill(0);
  eachCell(facts.requests, { ...view.selection, classes: new Set() }, (cell) => {
    counts[facts.requests.digit[cell]!]! += facts.requests.sums[0]![cell]!;
  });
  const present = new Set(facts.requests.digit);
  byId("classes").replaceChildren(
    ...statusClasses
      .filter(({ digit }) => present.has(digit))
      .map(({ digit, name, meaning, color }) =>
        element(
          "button",
          {
            type: "button",
            "aria-pressed": String(classes.has(digit)),
            "data-key": `class ${digit}`,
            title: meaning,
            onclick: () => view.toggleClass(digit),
          },
          element("i", { class: `mark ${color.slice(2)}` }),
          name,
          element("b", {}, shortCount(counts[digit]!)),
        ),
      ),
  );
  byId("zoom").replaceChildren(
    zoomButton("Earlier", "◀", () => view.move(-0.5)),
    zoomButton("Zoom in", "+", () => view.zoomBy(0.5)),
    zoomButton("Zoom out", "−", () => view.zoomBy(2)),
    zoomButton("Later", "▶", () => view.move(0.5)),
  );
  const shown = counts.reduce((sum, count, digit) => sum + (classes.size === 0 || classes.has(digit) ? count : 0), 0);
  const filters = [
    ...(classes.size > 0
      ? [
          statusClasses
            .filter(({ digit }) => classes.has(digit))
            .map(({ name }) => name)
            .join(", "),
        ]
      : []),
    ...(route === null ? [] : [routeText(route)]),
    `${clock.range(from, until, data.requests.widthMs)} ${data.timezone}`,
  ];
  byId("showing").replaceChildren(
    element("b", {}, counted(shown, "request")),
    ...filters.flatMap((filter) => [" · ", element("bdi", {}, filter)]),
  );
  const all = byId("reset");
  all.hidden = !view.isZoomed && classes.size === 0 && route === null;
}

function zoomButton(label: string, sign: string, onclick: () => void): HTMLElement {
  return element(
    "button",
    { type: "button", "aria-label": label, title: label, "data-key": `zoom ${label}`, onclick },
    sign,
  );
}

export function renderFigures({ facts, view }: Page, requests: RequestsCourse, latency: LatencyCourse): void {
  let [count, bytes] = [0, 0];
  const byClass = Array<number>(6).fill(0);
  eachCell(facts.requests, view.selection, (cell) => {
    count += facts.requests.sums[0]![cell]!;
    bytes += facts.requests.sums[1]![cell]!;
    byClass[facts.requests.digit[cell]!]! += facts.requests.sums[0]![cell]!;
  });
  const times = percentiles(joinedHistogram(latency.histograms), latency.joined, percents);
  const busiest = busiestOf(requests);
  byId("figures").replaceChildren(
    figure("Requests", shortCount(count)),
    figure("Client errors", shareText(byClass[4]!, count), byClass[4] === 0 ? "" : "s4"),
    figure("Server errors", shareText(byClass[5]!, count), byClass[5] === 0 ? "" : "s5"),
    ...percents.flatMap((percent, index) =>
      times[index] === null || times[index] === undefined ? [] : [figure(`p${percent}`, elapsedText(times[index]))],
    ),
    figure("Sent", bytesText(bytes)),
    figure(`Busiest ${spanText(requests.bins.widthMs)}`, rateText(busiest, requests.bins.widthMs)),
  );
}

function figure(name: string, value: string, color = ""): HTMLElement {
  return element("div", { class: color }, element("dt", {}, name), element("dd", {}, value));
}

/** Requests in the bin that has the most. */
function busiestOf({ bins, classes }: RequestsCourse): number {
  let most = 0;
  for (let bin = 0; bin < bins.count; bin++)
    most = Math.max(
      most,
      classes.reduce((sum, { counts }) => sum + counts[bin]!, 0),
    );
  return most;
}
