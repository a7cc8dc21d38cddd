// The error log of nginx, whose form cannot be configured.
import type { Preset } from "../preset.ts";
import { timeTokens } from "../strftime.ts";
import { described, templateFormat } from "../template.ts";

export const nginxError: Preset = {
  name: "nginx_error",
  description: "error log of nginx; the times carry no zone",
  definition: templateFormat("$time [$level] $pid#$tid: $connection$message", {
    time: timeTokens("%Y/%m/%d %H:%M:%S", "$time"),
    level: described("word", "level"),
    pid: described("number"),
    tid: described("number"),
    connection: described("connectionTag"),
    message: described("text", "message"),
  }),
  example:
    '2025/10/26 00:40:00 [error] 735#735: *4387 open() "/var/www/index.html" failed (2: No such file or directory), client: 192.0.2.7, server: www.example.com, request: "GET /index.html HTTP/1.1", host: "www.example.com"',
  documentation: "https://nginx.org/en/docs/ngx_core_module.html#error_log",
};
