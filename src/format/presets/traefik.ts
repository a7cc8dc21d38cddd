// Traefik's access log in its default format. It escapes nothing.
import type { Preset } from "../preset.ts";
import { timeTokens } from "../strftime.ts";
import { described, templateFormat } from "../template.ts";
import { combined } from "./combined.ts";

export const traefik: Preset = {
  name: "traefik",
  description: "Traefik's access log in its format `common`",
  definition: templateFormat(
    '$client - $user $time "$request" $status $bytes $referrer "$user_agent" $count "$router" "$server" ${elapsed}ms',
    {
      client: described("client", "clientAddress"),
      user: described("user", "user"),
      time: timeTokens("", "$time"),
      request: described("text", "request", "none"),
      status: described("status", "status"),
      bytes: described("number", "bodyBytes"),
      referrer: described("quoted", "referrer", "quotes"),
      user_agent: described("text", "userAgent", "none"),
      count: described("number"),
      router: described("text", null, "none"),
      server: described("text", null, "none"),
      elapsed: described("duration", "millis"),
    },
  ),
  example: `${combined.example} 17 "web@docker" "http://192.0.2.11:8080" 18ms`,
  documentation: "https://doc.traefik.io/traefik/observability/access-logs/#format",
};
