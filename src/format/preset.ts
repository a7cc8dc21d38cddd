// What a preset is: a format with a name. Each has a file of its own in presets/, and its place in the list in presets.ts.
import type { Format } from "./format.ts";
import type { JsonLayout } from "./json.ts";

export interface Preset {
  readonly name: string;
  readonly description: string;
  /** As it could be given with `--format`; or the names in JSON lines; or what makes the format, where it cannot be said there. */
  readonly definition: string | JsonLayout | ((name: string) => Format);
  /** A line of such a log, without its line end. */
  readonly example: string;
  /** Where the format is described by those who made it. */
  readonly documentation: string;
  /** It reads what others read better, so it is recognised only where none of them fits any line. */
  readonly isLastResort?: boolean;
}
