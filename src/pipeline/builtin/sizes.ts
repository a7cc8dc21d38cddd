// How large answers are, by route: what eats the bandwidth.
import * as z from "zod/mini";
import { bucketsOf, defaultSizes } from "../buckets.ts";
import { boundsOption, quantilesOption } from "../options.ts";
import { definePipeline } from "../pipeline.ts";
import { routeOf } from "../route.ts";

export default definePipeline({
  name: "sizes",
  description:
    "Answers by route (first path segment, or `/`) and size (upper bound of its bucket in bytes; `-` counts as 0). Options: buckets; quantiles (of the size, in place of the buckets).",
  example: "l2i load sizes /var/log/apache2/access.log --set buckets=1000,1000000 --out -",
  fields: ["uri", "bytes"],
  values: { bytes: "bytes" },
  options: z.strictObject({
    /** Upper bounds, bytes. */
    buckets: z.pipe(
      z.prefault(boundsOption, defaultSizes),
      z.transform((bounds) => bucketsOf(bounds)),
    ),
    quantiles: quantilesOption,
  }),
  quantiles: ({ quantiles }) => quantiles,
  categorize: ({ uri, bytes }, { buckets, quantiles }) => ({
    route: routeOf(uri),
    size: quantiles ? null : buckets(bytes ?? 0),
  }),
});
