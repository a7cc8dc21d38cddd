// Which files are fetched, and how often: the counter behind every download page.
import * as z from "zod/mini";
import { definePipeline } from "../pipeline.ts";
import { pathOf } from "../route.ts";

export default definePipeline({
  name: "downloads",
  description:
    "GET requests answered with 200 or 206 below a folder, by file (path below the folder) and status. Options: prefix (default /downloads/).",
  example: "l2i load downloads /var/log/apache2/access.log --set prefix=/files/ --out -",
  fields: ["method", "uri", "status"],
  optional: ["bytes"],
  values: { bytes: "bytes" },
  options: z.strictObject({
    /** Path of the folder. */
    prefix: z.pipe(
      z.prefault(z.string().check(z.startsWith("/", `is no path; begin it with "/"`)), "/downloads/"),
      z.transform((path) => (path.endsWith("/") ? path : `${path}/`)),
    ),
  }),
  categorize: ({ method, uri, status }, { prefix }) => {
    if (method !== "GET" || (status !== 200 && status !== 206) || uri === null) return null;
    if (uri.startsWith("/") && !uri.startsWith(prefix)) return null;
    const path = pathOf(uri);
    // The folder itself and those below it are pages, not files.
    if (path === null || !path.startsWith(prefix) || path.endsWith("/")) return null;
    return { file: path.slice(prefix.length), status };
  },
});
