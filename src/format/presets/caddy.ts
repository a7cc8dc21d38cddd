// What Caddy 2 writes by itself. An error has a line of its own besides that of the request: it has all but the size.
import type { Preset } from "../preset.ts";

export const caddy = {
  name: "caddy",
  description: "Caddy's access log, JSON; its other lines are rejects",
  definition: {
    names: {
      time: ["ts"],
      clientIp: ["request.client_ip", "request.remote_ip"],
      user: ["user_id"],
      method: ["request.method"],
      uri: ["request.uri"],
      protocol: ["request.proto"],
      status: ["status"],
      bytes: ["size"],
      referrer: ["request.headers.Referer"],
      userAgent: ["request.headers.User-Agent"],
      vhost: ["request.host"],
      elapsedS: ["duration"],
      xForwardedFor: ["request.headers.X-Forwarded-For"],
    },
    needs: ["method", "status", "bytes"],
  },
  example:
    '{"level":"info","ts":1761439200.125,"logger":"http.log.access","msg":"handled request","request":{"remote_ip":"192.0.2.7","remote_port":"41342","client_ip":"192.0.2.7","proto":"HTTP/2.0","method":"GET","host":"www.example.com","uri":"/index.html","headers":{"User-Agent":["curl/8"],"Referer":["https://example.com/"],"X-Forwarded-For":["192.0.2.7"]}},"bytes_read":0,"user_id":"frank","duration":0.01825,"size":2326,"status":200,"resp_headers":{"Server":["Caddy"]}}',
  documentation: "https://caddyserver.com/docs/caddyfile/directives/log",
} as const satisfies Preset;
