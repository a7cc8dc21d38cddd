// Status codes as attributes: a line whose status is `-` keeps its place under `none`, so that every point of a
// measurement has the same tags and a sum over all statuses misses nothing.

/** The status itself, or `none`. */
export function statusOrNone(status: number | null): number | "none" {
  return status ?? "none";
}

const classes = ["none", "1xx", "2xx", "3xx", "4xx", "5xx"] as const;

/** `2xx` for 200 to 299 and so on; `none` for no status and for numbers that are no HTTP status. */
export function statusClass(status: number | null): (typeof classes)[number] {
  return (status !== null && classes[Math.floor(status / 100)]) || "none";
}
