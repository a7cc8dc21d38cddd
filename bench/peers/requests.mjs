// What the pipeline `requests` of l2i counts, as a user would write it.
import { definePipeline } from "l2i";
import { httpMethods } from "../../src/format/request.ts";

export default definePipeline({
  description: "Requests by method and status.",
  fields: ["method", "status"],
  optional: ["bytes"],
  values: { bytes: "bytes" },
  categorize: ({ method, status }) => ({
    method: httpMethods.has(method) ? method : "invalid",
    status: status ?? "none",
  }),
});
