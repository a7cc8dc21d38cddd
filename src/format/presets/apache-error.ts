// The error log of httpd 2.4, if not told otherwise.
import type { Preset } from "../preset.ts";
import { timeTokens } from "../strftime.ts";
import { described, templateFormat } from "../template.ts";

export const apacheError: Preset = {
  name: "apache_error",
  description: "error log of httpd 2.4; the times carry no zone",
  definition: templateFormat("[$time] [$module:$level] $process$client$message", {
    time: [
      ...timeTokens("%a %b %d %H:%M:%S", "$time"),
      { kind: "literal", text: "." },
      ...timeTokens("usec_frac", "$time"),
      { kind: "literal", text: " " },
      ...timeTokens("%Y", "$time"),
    ],
    module: described("text"),
    level: described("word", "level"),
    process: described("process"),
    client: described("clientTag", "clientAddress", "tagWithPort"),
    message: described("text", "message"),
  }),
  example:
    "[Sun Oct 26 00:40:00.123456 2025] [core:error] [pid 4711:tid 4712] [client 192.0.2.7:46532] AH10244: invalid URI path (/cgi-bin/.%2e/index.html)",
  documentation: "https://httpd.apache.org/docs/2.4/logs.html#errorlog",
};
