// Requests by method and status: the first thing anyone wants to know of a web server.
import { registeredMethod } from "../method.ts";
import { definePipeline } from "../pipeline.ts";
import { statusOrNone } from "../status.ts";

export default definePipeline({
  name: "requests",
  description: "Requests by HTTP method (`invalid` for what is none) and status (`none` where the log has `-`).",
  example: "l2i load requests /var/log/apache2/access.log --out -",
  fields: ["method", "status"],
  optional: ["bytes"],
  values: { bytes: "bytes" },
  categorize: ({ method, status }) => ({ method: registeredMethod(method), status: statusOrNone(status) }),
});
