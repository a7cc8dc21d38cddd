// What is sent to the server: requests that carry a body, how they end and how long they keep it busy.
import * as z from "zod/mini";
import { bucketsOf, defaultSizes } from "../buckets.ts";
import { boundsOption, quantilesOption } from "../options.ts";
import { definePipeline } from "../pipeline.ts";
import { routeOf } from "../route.ts";
import { statusOrNone } from "../status.ts";

export default definePipeline({
  name: "uploads",
  description:
    "POST, PUT and PATCH requests by route (first path segment, or `/`), status and size of the answer (upper bound of its bucket in bytes). Options: buckets; quantiles (of size and time taken, in place of the buckets).",
  example: "l2i load uploads /var/log/apache2/access.log --out -",
  fields: ["method", "uri", "status", "bytes"],
  optional: ["elapsedUs"],
  values: { bytes: "bytes", elapsed_us: "elapsedUs" },
  options: z.strictObject({
    /** Upper bounds, bytes. */
    buckets: z.pipe(
      z.prefault(boundsOption, defaultSizes),
      z.transform((bounds) => bucketsOf(bounds)),
    ),
    quantiles: quantilesOption,
  }),
  quantiles: ({ quantiles }) => quantiles,
  categorize: ({ method, uri, status, bytes }, { buckets, quantiles }) =>
    method === "POST" || method === "PUT" || method === "PATCH"
      ? { route: routeOf(uri), status: statusOrNone(status), size: quantiles ? null : buckets(bytes ?? 0) }
      : null,
});
