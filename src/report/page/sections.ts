// The tables of the page, each made anew for what is selected.
import type { ReportData } from "../data.ts";
import { element } from "./dom.ts";
import {
  type AllFacts,
  eachCell,
  type Facts,
  histogramsByName,
  otherRoutes,
  percentiles,
  type Row,
  rowsOf,
  type Selection,
  totalTime,
} from "./facts.ts";
import { percents } from "./latency-chart.ts";
import { firstDigit, reasonOf } from "./statuses.ts";
import { barred, type Cell, type Column, courseOf, table } from "./table.ts";
import { bytesText, type Clock, countText, elapsedText, shareText } from "./text.ts";
import type { View } from "./view.ts";

export interface Page {
  readonly data: ReportData;
  readonly facts: AllFacts;
  readonly view: View;
  readonly clock: Clock;
}

/** What a section shows below its heading. */
type Section = (page: Page) => Node[];

/** By id of the element. */
export const sections: { readonly [id: string]: Section } = {
  routes,
  slowest,
  errors,
  downloads,
  crawlers,
  statuses,
  rejects,
};

/** Lists of routes show all of them, so that the reader can go from one to the next. */
const ofAllRoutes = ({ view }: Pick<Page, "view">): Selection => ({ ...view.selection, route: null });

const course: Column = { title: "Over time", kind: "course", isMinor: true };

/** Steps of the small curves. */
const courseSteps = 60;

function routes(page: Page): Node[] {
  const { facts } = page;
  const rows = rowsOf(facts.requests, ofAllRoutes(page), courseSteps);
  if (rows.length === 0) return [nothing()];
  const [all, most] = [total(rows), largest(facts.requests, rows)];
  return [
    ...table(
      "Routes by number of requests",
      [
        { title: "Route", kind: "text" },
        { title: "Requests", kind: "number" },
        { title: "Share", kind: "number", isMinor: true },
        { title: "4xx", kind: "number" },
        { title: "5xx", kind: "number" },
        { title: "Sent", kind: "number", meaning: "Bytes of all answers" },
        course,
      ],
      rows.map((row) => [
        routeButton(page, row.name, "routes"),
        barred(countText(row.count), row.count / most),
        shareText(row.count, all),
        errorShare(row, 4),
        errorShare(row, 5),
        bytesText(row.bytes),
        courseOf(row.course),
      ]),
    ),
    ...aboutRest(facts.requests, rows, "route", "All other routes"),
  ];
}

/** A route with fewer requests tells little of its percentiles. */
const enoughRequests = 20;

function slowest(page: Page): Node[] {
  const { facts } = page;
  const { joined } = facts.latency.cube;
  const all = [...histogramsByName(facts.latency, ofAllRoutes(page))].map(([name, histogram]) => ({
    name,
    count: [...histogram.values()].reduce((sum, count) => sum + count, 0),
    time: totalTime(histogram, joined),
    percentiles: percentiles(histogram, joined, percents).map((us) => us ?? 0),
  }));
  if (all.length === 0) return [nothing()];
  const often = all.filter(({ count }) => count >= enoughRequests);
  const rows = (often.length > 0 ? often : all).toSorted((a, b) => b.percentiles[1]! - a.percentiles[1]!);
  const time = all.reduce((sum, each) => sum + each.time, 0);
  const most = rows[0]!.percentiles[1]!;
  return [
    ...table(
      "Routes by the time that 95 of 100 requests do not exceed",
      [
        { title: "Route", kind: "text" },
        { title: "p95", kind: "number", meaning: "95 of 100 requests took no longer" },
        { title: "p50", kind: "number", meaning: "Half of the requests took no longer" },
        { title: "p99", kind: "number", meaning: "99 of 100 requests took no longer" },
        { title: "Time share", kind: "number", meaning: "Share of the time that all requests took together" },
        { title: "Requests", kind: "number", isMinor: true },
      ],
      rows.map(({ name, count, time: own, percentiles: [p50 = 0, p95 = 0, p99 = 0] }) => [
        routeButton(page, name, "slowest"),
        barred(elapsedText(p95), p95 / most, "bar slow"),
        elapsedText(p50),
        elapsedText(p99),
        shareText(own, time),
        countText(count),
      ]),
    ),
    ...(often.length > 0 && often.length < all.length
      ? [hint(`Routes with fewer than ${enoughRequests} requests are left out.`)]
      : []),
  ];
}

function errors({ facts, view, clock }: Page): Node[] {
  const rows = serverErrorsFirst(facts.errors, rowsOf(facts.errors, view.selection, courseSteps));
  if (rows.length === 0) return [none("No request was answered with a status of 400 or above.")];
  const [all, most] = [total(rows), largest(facts.errors, rows)];
  const grain = facts.errors.cube.widthMs;
  return [
    ...table(
      "Errors by request, with ids taken out",
      [
        { title: "Request", kind: "text" },
        { title: "Status", kind: "text" },
        { title: "Count", kind: "number" },
        { title: "Share", kind: "number", isMinor: true },
        { title: "First", kind: "number", isMinor: true },
        { title: "Last", kind: "number", isMinor: true },
        course,
      ],
      rows.map((row) => [
        codeOr(facts.errors, row, "All other requests"),
        statusMarks(row),
        barred(countText(row.count), row.count / most, row.byClass[5]! > row.byClass[4]! ? "bar s5" : "bar s4"),
        shareText(row.count, all),
        clock.text(row.first, grain),
        clock.text(row.last, grain),
        courseOf(row.course, row.byClass[5]! > row.byClass[4]! ? "course s5" : "course s4"),
      ]),
    ),
    ...aboutRest(facts.errors, rows, "kind of error", "All other requests"),
    ...aboutRarer(total(rows), errorsIn(facts.requests, view.selection)),
  ];
}

/** They are few, and worse: the server's own fault. What has no name stays last. */
function serverErrorsFirst({ cube }: Facts, rows: readonly Row[]): readonly Row[] {
  const rank = ({ name, byClass }: Row): number => (name < cube.names.length ? byClass[5]! : -1);
  return rows.toSorted((a, b) => rank(b) - rank(a));
}

function downloads({ data, facts, view }: Page): Node[] {
  if (facts.downloads.size === 0)
    return [none(`No file below ${data.downloadFolder} was fetched. --downloads names another folder.`)];
  const rows = rowsOf(facts.downloads, view.selection, courseSteps);
  if (rows.length === 0) return [nothing()];
  const most = largest(facts.downloads, rows);
  return [
    ...table(
      `Files below ${data.downloadFolder}`,
      [
        { title: "File", kind: "text" },
        { title: "Whole", kind: "number", meaning: "Answered with 200" },
        { title: "Parts", kind: "number", meaning: "Answered with 206" },
        { title: "Sent", kind: "number", meaning: "Bytes of all answers" },
        course,
      ],
      rows.map((row) => [
        codeOr(facts.downloads, row, "All other files"),
        barred(countText(row.byCode.get(200) ?? 0), (row.byCode.get(200) ?? 0) / most),
        countText(row.byCode.get(206) ?? 0),
        bytesText(row.bytes),
        courseOf(row.course),
      ]),
    ),
    ...aboutRest(facts.downloads, rows, "file", "All other files"),
  ];
}

function crawlers({ facts, view }: Page): Node[] {
  if (facts.crawlers.size === 0) return [none("No user agent in the log is that of a robot, or the log has none.")];
  const selection = ofAllRoutes({ view });
  const rows = rowsOf(facts.crawlers, selection, courseSteps);
  const requests = total(rowsOf(facts.requests, selection));
  if (rows.length === 0) return [nothing()];
  const most = largest(facts.crawlers, rows);
  return [
    ...(view.selection.route === null ? [] : [hint("Of all routes: which ones a robot asks for is not kept.")]),
    ...table(
      "Robots by number of requests",
      [
        { title: "Robot", kind: "text" },
        { title: "Requests", kind: "number" },
        { title: "Share", kind: "number", meaning: "Of all requests" },
        {
          title: "Errors",
          kind: "number",
          meaning: "Share of its requests with a status of 400 or above",
          isMinor: true,
        },
        { title: "Sent", kind: "number", meaning: "Bytes of all answers" },
        course,
      ],
      rows.map((row) => [
        facts.crawlers.cube.names[row.name] ?? "All others",
        barred(countText(row.count), row.count / most),
        shareText(row.count, requests),
        shareText(row.byClass[4]! + row.byClass[5]!, row.count),
        bytesText(row.bytes),
        courseOf(row.course),
      ]),
    ),
  ];
}

function statuses({ facts, view }: Page): Node[] {
  const rows = rowsOf(facts.requests, view.selection);
  const counts = new Map<number, number>();
  for (const { byCode } of rows)
    for (const [status, count] of byCode) counts.set(status, (counts.get(status) ?? 0) + count);
  const sorted = [...counts].toSorted(([, a], [, b]) => b - a);
  if (sorted.length === 0) return [nothing()];
  const all = total(rows);
  return table(
    "Status codes by number of requests",
    [
      { title: "Status", kind: "text" },
      { title: "Meaning", kind: "text" },
      { title: "Requests", kind: "number" },
      { title: "Share", kind: "number" },
    ],
    sorted.map(([status, count]) => [
      mark(status),
      reasonOf(status),
      barred(countText(count), count / sorted[0]![1], `bar s${firstDigit(status)}`),
      shareText(count, all),
    ]),
  );
}

function rejects({ data }: Page): Node[] {
  if (data.lines === 0) return [none("No line was read.")];
  if (data.rejected === 0) return [none("Every line matches the format of its log.")];
  const shown = data.rejects.map(({ file, offset, line }) =>
    element(
      "li",
      {},
      element("span", { class: "place" }, `${file}, byte ${countText(offset)}`),
      element("code", {}, line),
    ),
  );
  const isPart = data.rejected > data.rejects.length;
  return [
    hint(
      `${countText(data.rejected)} of ${countText(data.lines)} lines (${shareText(data.rejected, data.lines)}) did not match the format${isPart ? `; the first ${data.rejects.length} of them` : ""}. They are in no chart.`,
    ),
    element("ol", { class: "lines" }, ...shown),
  ];
}

const total = (rows: readonly Row[]): number => rows.reduce((sum, { count }) => sum + count, 0);

/** Of those that have a name. */
const largest = ({ cube }: Facts, rows: readonly Row[]): number =>
  rows.reduce((most, { name, count }) => (name < cube.names.length ? Math.max(most, count) : most), 1);

function routeButton({ facts, view }: Page, name: number, section: string): Cell {
  const known = facts.requests.cube.names[name];
  const route = known ?? otherRoutes;
  return element(
    "button",
    {
      type: "button",
      class: known === undefined ? "pick rest" : "pick",
      title: known ?? null,
      "data-key": `${section} ${name}`,
      "aria-pressed": String(view.selection.route === route),
      onclick: () => view.toggleRoute(route),
    },
    known === undefined ? "All other routes" : routeText(known),
  );
}

/** `/` and what is no path stand as they are. */
export function routeText(route: string): string {
  if (route === otherRoutes) return "all other routes";
  return route === "/" || route === "*" || route === "invalid" ? route : `/${route}`;
}

const errorShare = ({ byClass, count }: Row, digit: number): Cell =>
  byClass[digit] === 0 ? element("span", { class: "faint" }, "–") : shareText(byClass[digit]!, count);

/** What stands behind the line feed in a name. */
function codeOr({ cube }: Facts, { name }: Row, rest: string): Cell {
  const known = cube.names[name];
  if (known === undefined) return element("span", { class: "rest" }, rest);
  const text = known.slice(known.indexOf("\n") + 1);
  return element("code", { title: text }, text);
}

function statusMarks({ byCode }: Row): Cell {
  const codes = [...byCode].toSorted(([, a], [, b]) => b - a).map(([code]) => code);
  const more = codes.length > 3 ? [` +${codes.length - 3}`] : [];
  return element("span", { class: "marks" }, ...codes.slice(0, 3).map(mark), ...more);
}

function mark(status: number): HTMLElement {
  return element(
    "span",
    { class: `status s${firstDigit(status)}`, title: reasonOf(status) },
    status === 0 ? "none" : String(status),
  );
}

/** Says how exact the table is. `rest`: what the row of all others is called. */
function aboutRest({ cube }: Facts, rows: readonly Row[], word: string, rest: string): Node[] {
  if (cube.lacking > 0)
    return [
      hint(
        `There are too many to count each ${word} by itself: rare ones are added up as “${rest}”, and one that was rare for a while may lack up to ${countText(cube.lacking)} here.`,
      ),
    ];
  const hasRest = rows.some(({ name }) => name === cube.names.length);
  return hasRest ? [hint(`${countText(cube.others)} more are added up as “${rest}”.`)] : [];
}

/** Of the kinds of error that have no row the routes are not kept. */
const aboutRarer = (listed: number, all: number): Node[] =>
  listed < all ? [hint(`${countText(all - listed)} more errors of this route are of rarer kinds.`)] : [];

function errorsIn(requests: Facts, selection: Selection): number {
  let count = 0;
  eachCell(requests, selection, (cell) => {
    if (requests.code[cell]! >= 400) count += requests.sums[0]![cell]!;
  });
  return count;
}

const hint = (text: string): HTMLElement => element("p", { class: "hint" }, text);

const none = (text: string): HTMLElement => element("p", { class: "nothing" }, text);

const nothing = (): HTMLElement => none("Nothing of what is selected.");
