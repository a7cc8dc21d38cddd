// The error log of httpd 2.2 and older.
import type { Preset } from "../preset.ts";
import { timeTokens } from "../strftime.ts";
import { described, templateFormat } from "../template.ts";

export const apacheError22: Preset = {
  name: "apache_error_2_2",
  description: "error log of httpd 2.2; the times carry no zone",
  definition: templateFormat("[$time] [$level] $process$client$message", {
    time: timeTokens("%a %b %d %H:%M:%S %Y", "$time"),
    level: described("word", "level"),
    process: described("process"),
    client: described("clientTag", "clientAddress", "tag"),
    message: described("text", "message"),
  }),
  example: "[Sun Oct 26 00:40:00 2025] [error] [client 192.0.2.7] File does not exist: /var/www/index.html",
  documentation: "https://httpd.apache.org/docs/2.2/logs.html#errorlog",
};
