// For servers with virtual hosts that share a log.
import type { Preset } from "../preset.ts";
import { common } from "./common.ts";

export const vhostCommon = {
  name: "vhost_common",
  description: "common behind virtual host and port",
  definition: `%v:%p ${common.definition}`,
  example: `www.example.com:443 ${common.example}`,
  documentation: common.documentation,
} as const satisfies Preset;
