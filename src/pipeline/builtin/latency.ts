// How long requests take, by route: buckets that a heat map or an alert can count.
import * as z from "zod/mini";
import { bucketsOf } from "../buckets.ts";
import { boundsOption, quantilesOption } from "../options.ts";
import { definePipeline } from "../pipeline.ts";
import { routeOf } from "../route.ts";

const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

export default definePipeline({
  name: "latency",
  description:
    "Requests by route (first path segment, or `/`) and time taken (upper bound of its bucket in seconds). Options: buckets; quantiles (of the time taken, in place of the buckets).",
  example: "l2i load latency /var/log/apache2/access.log --format combined_elapsed --set buckets=0.1,1,10 --out -",
  fields: ["uri", "elapsedUs"],
  values: { elapsed_us: "elapsedUs" },
  options: z.strictObject({
    /** Upper bounds, seconds. */
    buckets: z.pipe(
      z.prefault(boundsOption, seconds),
      z.transform((bounds) => bucketsOf(bounds, 1e6)),
    ),
    quantiles: quantilesOption,
  }),
  quantiles: ({ quantiles }) => quantiles,
  categorize: ({ uri, elapsedUs }, { buckets, quantiles }) =>
    elapsedUs === null ? null : { route: routeOf(uri), elapsed: quantiles ? null : buckets(elapsedUs) },
});
