// Any JSON lines that tell a time. The names are those of nginx's variables, of Elastic's common schema (`http.request.method`), of
// Google's (`httpRequest.status`), of pino and bunyan (`req.url`), and what else is usual.
import type { Preset } from "../preset.ts";

export const json = {
  name: "json",
  description:
    "JSON lines; a line says the time and what it knows under one of these names, or under your own (--field)",
  definition: {
    names: {
      time: ["time", "timestamp", "@timestamp", "ts", "datetime", "time_iso8601", "time_local", "msec"],
      clientIp: (
        "client_ip clientIp remote_addr remoteAddr remote_ip remoteIp ip " +
        "client.ip source.ip httpRequest.remoteIp req.remoteAddress"
      ).split(" "),
      user: ["user", "remote_user", "user.name"],
      method: ["method", "request_method", "http.request.method", "httpRequest.requestMethod", "req.method"],
      uri: ["uri", "request_uri", "url", "path", "url.original", "url.path", "httpRequest.requestUrl", "req.url"],
      protocol: ["protocol", "proto", "server_protocol", "httpRequest.protocol"],
      status: [
        "status",
        "status_code",
        "statusCode",
        "http.response.status_code",
        "httpRequest.status",
        "res.statusCode",
      ],
      bytes: (
        "bytes body_bytes_sent bytes_sent size response_size bytes_out " +
        "http.response.body.bytes http.response.bytes httpRequest.responseSize"
      ).split(" "),
      referrer: ["referrer", "referer", "http_referer", "http.request.referrer", "httpRequest.referer"],
      userAgent: ["user_agent", "userAgent", "http_user_agent", "user_agent.original", "httpRequest.userAgent"],
      vhost: ["host", "vhost", "server_name", "http_host", "url.domain"],
      port: ["port", "server_port", "url.port"],
      elapsedS: ["request_time", "duration_s", "elapsed_s", "httpRequest.latency"],
      elapsedMs: ["duration_ms", "elapsed_ms", "latency_ms", "response_time_ms", "responseTime"],
      elapsedUs: ["duration_us", "elapsed_us", "latency_us", "elapsedUs"],
      elapsedNs: ["duration_ns", "elapsed_ns", "latency_ns", "event.duration"],
      xForwardedFor: ["x_forwarded_for", "http_x_forwarded_for", "xForwardedFor"],
      request: ["request", "request_line"],
      level: ["level", "log.level", "severity"],
      message: ["message", "msg"],
    },
    needs: [],
  },
  example:
    '{"time":"2025-10-26T02:40:00.125+02:00","remote_addr":"192.0.2.7","request":"GET /index.html HTTP/1.1","status":200,"body_bytes_sent":2326,"request_time":0.018}',
  documentation: "https://nginx.org/en/docs/http/ngx_http_log_module.html#log_format",
  isLastResort: true,
} as const satisfies Preset;
