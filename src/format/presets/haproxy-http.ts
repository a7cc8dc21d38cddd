// What HAProxy writes with `option httplog`, alone or behind what syslog puts before it.
import type { Preset } from "../preset.ts";
import { described, templateFormat } from "../template.ts";
import { haproxyColumns, haproxyFront } from "./haproxy-tcp.ts";

export const httpTemplate = `${haproxyFront} $TR/$Tw/$Tc/$Tr/$Ta $status $bytes $request_cookie $response_cookie $termination $connections $server_queue/$backend_queue $captures"$request"`;

export const httpColumns = {
  ...haproxyColumns,
  Ta: described("padded", "millis", "padding"),
  status: described("duration", "status"),
  captures: described("captures"),
  request: described("text", "request", "hash"),
} as const;

export const haproxyHttp: Preset = {
  name: "haproxy_http",
  description: "HAProxy with `option httplog`, with or without the head of syslog; the times carry no zone",
  definition: templateFormat(httpTemplate, httpColumns),
  example:
    'Oct 26 00:40:00 lb1 haproxy[14389]: 192.0.2.7:33317 [26/Oct/2025:00:40:00.123] www~ web/web1 1/0/2/14/18 200 2326 - - ---- 1/1/1/1/0 0/0 {www.example.com} {} "GET /index.html HTTP/1.1"',
  documentation: "https://docs.haproxy.org/3.0/configuration.html#8.2.3",
};
