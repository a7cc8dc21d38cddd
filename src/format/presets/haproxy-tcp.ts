// What HAProxy writes with `option tcplog`, alone or behind what syslog puts before it.
import type { Preset } from "../preset.ts";
import { timeTokens } from "../strftime.ts";
import { described, templateFormat } from "../template.ts";

export const haproxyFront = "${syslog}$client:$port [$time] $frontend $backend/$server";

export const haproxyColumns = {
  syslog: described("syslogHead"),
  client: described("client", "clientAddress"),
  port: described("number"),
  time: [
    ...timeTokens("%d/%b/%Y:%H:%M:%S", "$time"),
    { kind: "literal", text: "." },
    ...timeTokens("msec_frac", "$time"),
  ],
  server_queue: described("number"),
  backend_queue: described("number"),
  bytes: described("padded", "sentBytes", "padding"),
} as const;

export const haproxyTcp: Preset = {
  name: "haproxy_tcp",
  description: "HAProxy with `option tcplog`, with or without the head of syslog; the times carry no zone",
  definition: templateFormat(
    `${haproxyFront} $Tw/$Tc/$Tt $bytes $termination $connections $server_queue/$backend_queue`,
    {
      ...haproxyColumns,
      Tt: described("padded", "millis", "padding"),
    },
  ),
  example:
    "Oct 26 00:40:00 lb1 haproxy[14387]: 192.0.2.7:33313 [26/Oct/2025:00:40:00.123] fnt bck/srv1 0/0/5007 212 -- 0/0/0/0/3 0/0",
  documentation: "https://docs.haproxy.org/3.0/configuration.html#8.2.2",
};
