// For servers with virtual hosts that share a log, as packages of httpd configure it.
import type { Preset } from "../preset.ts";
import { combined } from "./combined.ts";

export const vhostCombined = {
  name: "vhost_combined",
  description: "combined behind virtual host and port, as Debian has it in other_vhosts_access.log",
  definition: `%v:%p ${combined.definition}`,
  example: `www.example.com:443 ${combined.example}`,
  documentation: combined.documentation,
} as const satisfies Preset;
