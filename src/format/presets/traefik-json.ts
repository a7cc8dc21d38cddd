// What Traefik writes when it is told `format: json`; headers are there where it is told to keep them.
import type { Preset } from "../preset.ts";

export const traefikJson = {
  name: "traefik_json",
  description: "Traefik's access log, JSON",
  definition: {
    names: {
      time: ["StartUTC", "StartLocal", "time"],
      clientIp: ["ClientHost"],
      user: ["ClientUsername"],
      method: ["RequestMethod"],
      uri: ["RequestPath"],
      protocol: ["RequestProtocol"],
      status: ["DownstreamStatus", "OriginStatus"],
      bytes: ["DownstreamContentSize", "OriginContentSize"],
      referrer: ["request_Referer"],
      userAgent: ["request_User-Agent"],
      vhost: ["RequestHost"],
      port: ["RequestPort"],
      elapsedNs: ["Duration"],
      xForwardedFor: ["request_X-Forwarded-For"],
    },
    needs: ["status"],
  },
  example:
    '{"ClientAddr":"192.0.2.7:41342","ClientHost":"192.0.2.7","ClientPort":"41342","ClientUsername":"frank","DownstreamContentSize":2326,"DownstreamStatus":200,"Duration":18250000,"OriginContentSize":2326,"OriginDuration":17100000,"OriginStatus":200,"RequestAddr":"www.example.com:443","RequestContentSize":0,"RequestHost":"www.example.com","RequestMethod":"GET","RequestPath":"/index.html","RequestPort":"443","RequestProtocol":"HTTP/2.0","RequestScheme":"https","RouterName":"web@docker","StartLocal":"2025-10-26T02:40:00.125+02:00","StartUTC":"2025-10-26T00:40:00.125Z","level":"info","msg":"","request_Referer":"https://example.com/","request_User-Agent":"curl/8","request_X-Forwarded-For":"192.0.2.7","time":"2025-10-26T00:40:00Z"}',
  documentation: "https://doc.traefik.io/traefik/observability/access-logs/",
} as const satisfies Preset;
