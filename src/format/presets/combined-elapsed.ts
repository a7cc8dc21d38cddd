// What one adds to `combined` to see how fast the server is.
import type { Preset } from "../preset.ts";
import { combined } from "./combined.ts";

export const combinedElapsed = {
  name: "combined_elapsed",
  description: "combined with the time taken in microseconds at the end",
  definition: `${combined.definition} %D`,
  example: `${combined.example} 18250`,
  documentation: combined.documentation,
} as const satisfies Preset;
