// What one adds to nginx's `combined` to see how fast the server is.
import type { Preset } from "../preset.ts";
import { combined } from "./combined.ts";

export const nginxElapsed = {
  name: "nginx_elapsed",
  description:
    "combined as nginx writes it, with $request_time at the end: the time taken in seconds with milliseconds",
  definition: `$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" $request_time`,
  example: `${combined.example} 0.018`,
  documentation: "https://nginx.org/en/docs/http/ngx_http_log_module.html#log_format",
} as const satisfies Preset;
