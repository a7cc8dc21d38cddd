// The main path of `l2i report`: logs are read once, as one stream, and counted into what a page is made of.
import type { Readable } from "node:stream";
import packageJson from "../package.json" with { type: "json" };
import { refuseZoneless } from "./chosen-format.ts";
import { L2iError } from "./errors.ts";
import type { Format } from "./format/format.ts";
import { LinesBetween } from "./format/lines-between.ts";
import { Categorizer } from "./frequencies/categorizer.ts";
import type { Span } from "./frequencies/spans.ts";
import { readingsOf } from "./load-once.ts";
import { closeAll, openFiles } from "./log/candidates.ts";
import type { Content } from "./log/content.ts";
import { type Ending, type LineCounting, piecesOf } from "./log/pieces.ts";
import type { Logger } from "./logger.ts";
import { visible } from "./printable.ts";
import type { ReportData } from "./report/data.ts";
import { Model } from "./report/model.ts";
import { pipelineOrder, reportPipelines } from "./report/pipelines.ts";

/** What a report is to be made of. */
export interface ReportOrder {
  /** Paths, or "-" alone for standard input. */
  readonly logs: readonly string[];
  /** Null: recognised from each log. */
  readonly chosenFormat: Format | null;
  readonly timezone: string | null;
  readonly maxLine: number;
  /** Lines of other times are left out; null: none are. */
  readonly between: Span | null;
  /** Rejects are shown without the addresses of clients; nothing else has them. */
  readonly anonymizeIp: boolean;
  /** Path of the folder whose files are downloads, with its last slash. */
  readonly downloadFolder: string;
}

interface Context {
  /** Milliseconds since 1970. */
  now(): number;
  readonly log: Logger;
  readonly stdin: Readable;
}

/** Throws L2iError where a log cannot be read, or is no log of requests. */
export async function report(order: ReportOrder, context: Context): Promise<ReportData> {
  const warnings: string[] = [];
  const log: Logger = {
    ...context.log,
    warn(message) {
      warnings.push(message);
      context.log.warn(message);
    },
  };
  const contents = await openFiles(order.logs, context.stdin);
  try {
    const task = { ...order, name: "report", refuseUnfit: (format: Format) => refuseUnfit(format, order) };
    const { readings, formats } = await readingsOf(task, log, contents, { gap: 0 });
    const model = new Model(order);
    const now = context.now();
    for (const { content } of readings) await readInto(model, content, formats.get(content)!, order, { log, now });
    return {
      version: packageJson.version,
      made: now,
      timezone: order.timezone ?? "UTC",
      files: readings.length,
      logs: readings.slice(0, mostNamed).map(({ content }) => ({
        name: visible(content.name),
        format: visible(formats.get(content)!.name),
      })),
      warnings: bounded(warnings.map((warning) => visible(forReaders(warning, contents)))),
      downloadFolder: visible(order.downloadFolder),
      between: order.between && [finite(order.between[0]), finite(order.between[1])],
      ...model.finish(),
    };
  } finally {
    await closeAll(contents);
  }
}

/** Of files and of warnings: a page has room for so many. */
const mostNamed = 50;

function bounded(warnings: readonly string[]): string[] {
  const more = warnings.length - mostNamed;
  return [...warnings.slice(0, mostNamed), ...(more > 0 ? [`${more} more of such warnings`] : [])];
}

const finite = (time: number): number | null => (Number.isFinite(time) ? time : null);

/** Who reads a page knows the logs by their names; where they lie is nobody's business. */
function forReaders(warning: string, contents: readonly Content[]): string {
  return contents.reduce((text, { path, name }) => text.replaceAll(path, name), warning.replace(/^report: /, ""));
}

async function readInto(
  model: Model,
  content: Content,
  format: Format,
  order: ReportOrder,
  { log, now }: { readonly log: Logger; readonly now: number },
): Promise<void> {
  log.info(`report: reads ${content.path}, format ${format.name}`);
  const counting = countingOf(model, format, order, now);
  for await (const { pieces, ending } of piecesOf(content, content.start, counting, order.maxLine)) {
    model.add(pieces, visible(content.name));
    if (ending) sayEnding(content, ending, log);
  }
}

/** The windows are as wide as the bins of the model, which grow with the span of time that the log has told of. */
function countingOf(
  model: Model,
  format: Format,
  { timezone, maxLine, between, downloadFolder }: ReportOrder,
  now: number,
): LineCounting {
  const all = reportPipelines(downloadFolder);
  const pipelines = pipelineOrder.map((name) => all[name]);
  const whole = format.reader(pipelines, timezone ?? undefined);
  const lines = between ? new LinesBetween(whole, between) : whole;
  const countings = pipelines.map(({ categorize, values }, index) => {
    const view = lines.views[index]!;
    const categorizer = new Categorizer(view, categorize, false);
    return {
      view,
      categorizer,
      values: values.length,
      distributions: [],
      get windowMs() {
        return model.width;
      },
      now,
      maxLine,
    };
  });
  return { format: format.name, lines, countings };
}

function refuseUnfit(format: Format, { timezone }: ReportOrder): void {
  const missing = (["uri", "status"] as const).filter((field) => !format.fields.includes(field));
  if (missing.length > 0)
    throw new L2iError(
      "usage",
      `a report is made of requests: it needs ${missing.join(" and ")}, which the format ${format.name} does not have; name another log, or another --format`,
    );
  refuseZoneless(format, timezone);
}

function sayEnding({ path }: Content, { unfinished, damage }: Ending, log: Logger): void {
  if (damage !== null) log.warn(`report: ${path} ends early: ${damage}; what it held behind that is lost`);
  if (unfinished > 0)
    log.warn(
      `report: the last line of ${path} (${unfinished} bytes) has no line end, so it may be cut; it was not counted`,
    );
}
