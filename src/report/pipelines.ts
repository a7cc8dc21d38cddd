// What a report counts, in one go through the lines: requests by a pipeline of its own, the rest by built-in ones, so that a page
// and a database say the same.
import { safeParse } from "zod/mini";
import { L2iError } from "../errors.ts";
import type { FieldName, LogRecord } from "../format/record.ts";
import type { Categorize } from "../frequencies/categorizer.ts";
import crawlers from "../pipeline/builtin/crawlers.ts";
import downloads from "../pipeline/builtin/downloads.ts";
import errors from "../pipeline/builtin/errors.ts";
import type { Attributes } from "../pipeline/pipeline.ts";
import { routeOf } from "../pipeline/route.ts";
import { elapsedBucket } from "./elapsed-bucket.ts";

/** A pipeline as far as counting needs it. */
export interface ReportPipeline {
  readonly fields: readonly FieldName[];
  /** Numbers that are added up. */
  readonly values: readonly FieldName[];
  readonly categorize: Categorize;
}

/** Which pieces of a line's counts are whose. */
export const pipelineOrder = ["requests", "errors", "downloads", "crawlers"] as const;

export type PipelineName = (typeof pipelineOrder)[number];

/** `folder`: see `downloadFolder`. */
export function reportPipelines(folder: string): { readonly [name in PipelineName]: ReportPipeline } {
  const options = { prefix: folder };
  return {
    requests: { fields: ["uri", "status", "elapsedUs"], values: ["bytes"], categorize: request },
    errors: { fields: errors.fields, values: [], categorize: (record) => errors.categorize(record, undefined) },
    downloads: {
      fields: downloads.fields,
      values: ["bytes"],
      categorize: (record) => downloads.categorize(record, options),
    },
    crawlers: {
      fields: crawlers.fields,
      values: ["bytes"],
      categorize: (record) => crawlers.categorize(record, undefined),
    },
  };
}

/** Path of the folder whose files are downloads, as the pipeline wants it; throws a usage error where it is none. */
export function downloadFolder(given: string | undefined): string {
  const { data, error } = safeParse(downloads.options!, { prefix: given });
  if (data) return data.prefix;
  throw new L2iError("usage", `--downloads: "${given}" ${error.issues.map(({ message }) => message).join("; ")}`);
}

/** No attribute is left out, so that all answers have the same ones in the same order. */
function request({ uri, status, elapsedUs }: LogRecord): Attributes {
  return { route: routeOf(uri), status: status ?? 0, elapsed: elapsedUs === null ? -1 : elapsedBucket(elapsedUs) };
}
