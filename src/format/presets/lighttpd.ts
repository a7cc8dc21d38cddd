// What lighttpd writes, if not told otherwise: `combined` with the name of the host in the place of the ident.
import type { Preset } from "../preset.ts";
import { combined } from "./combined.ts";

export const lighttpd = {
  name: "lighttpd",
  description: "lighttpd's default: combined with the host in the second column",
  definition: combined.definition.replace("%l", "%V"),
  example: combined.example.replace(" - ", " www.example.com "),
  documentation: "https://redmine.lighttpd.net/projects/lighttpd/wiki/Mod_accesslog",
} as const satisfies Preset;
