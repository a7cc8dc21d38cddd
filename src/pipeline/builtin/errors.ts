// What fails: errors by a fingerprint that is the same for requests that mean the same, so that one fault is one series.
import { registeredMethod } from "../method.ts";
import { pathShape } from "../path-shape.ts";
import { definePipeline } from "../pipeline.ts";
import { routeOf } from "../route.ts";

export default definePipeline({
  name: "errors",
  description:
    "Requests with status 400 and above by status, route and fingerprint (method and path, ids replaced by `*`, without query).",
  example: "l2i load errors /var/log/apache2/access.log --out -",
  fields: ["method", "uri", "status"],
  categorize: ({ method, uri, status }) =>
    status === null || status < 400 ? null : { status, route: routeOf(uri), fingerprint: fingerprint(method, uri) },
});

function fingerprint(method: string | null, uri: string | null): string {
  const path = pathShape(uri);
  return path === null ? registeredMethod(method) : `${registeredMethod(method)} ${path}`;
}
