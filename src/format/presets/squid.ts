// Squid's own format, which it writes if not told otherwise; other columns may be configured to follow.
import type { Preset } from "../preset.ts";
import { timeTokens } from "../strftime.ts";
import { described, templateFormat } from "../template.ts";

export const squid: Preset = {
  name: "squid",
  description: "Squid's native access log",
  definition: templateFormat("$time $elapsed $client $result/$status $bytes $method $uri $user $hierarchy/$peer$more", {
    time: [...timeTokens("sec", "$time"), { kind: "literal", text: "." }, ...timeTokens("msec_frac", "$time")],
    elapsed: described("padded", "millis", "padding"),
    client: described("client", "clientAddress"),
    status: described("status", "status"),
    bytes: described("number", "sentBytes"),
    method: described("method", "method"),
    uri: described("word", "uri"),
    user: described("word", "user"),
    more: described("rest"),
  }),
  example:
    "1761439200.123     18 192.0.2.7 TCP_MISS/200 2326 GET http://www.example.com/index.html frank HIER_DIRECT/192.0.2.11 text/html",
  documentation: "https://wiki.squid-cache.org/Features/LogFormat#squid-native-accesslog-format-in-detail",
};
