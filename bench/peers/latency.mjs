// What the pipeline `latency` of l2i counts, as a user would write it.
import { bucketsOf, definePipeline, routeOf } from "l2i";

const bucket = bucketsOf([0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60], 1e6);

export default definePipeline({
  description: "Requests by route and time taken.",
  fields: ["uri", "elapsedUs"],
  values: { elapsed_us: "elapsedUs" },
  categorize: ({ uri, elapsedUs }) => (elapsedUs === null ? null : { route: routeOf(uri), elapsed: bucket(elapsedUs) }),
});
