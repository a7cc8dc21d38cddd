// The Common Log Format, as httpd brings it along.
import type { Preset } from "../preset.ts";

export const common = {
  name: "common",
  description: "Common Log Format",
  definition: String.raw`%h %l %u %t \"%r\" %>s %b`,
  example: '192.0.2.7 - frank [10/Oct/2000:13:55:36 -0700] "GET /index.html HTTP/1.1" 200 2326',
  documentation: "https://httpd.apache.org/docs/2.4/mod/mod_log_config.html#examples",
} as const satisfies Preset;
