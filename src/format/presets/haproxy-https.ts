// What HAProxy writes with `option httpslog`: the same, and behind it what became of the TLS connection.
import type { Preset } from "../preset.ts";
import { templateFormat } from "../template.ts";
import { haproxyHttp, httpColumns, httpTemplate } from "./haproxy-http.ts";

export const haproxyHttps: Preset = {
  name: "haproxy_https",
  description: "HAProxy with `option httpslog`, with or without the head of syslog; the times carry no zone",
  definition: templateFormat(
    `${httpTemplate} $connection_error/$handshake_error/$certificate_error/$authority_error/$resumed $sni/$version/$ciphers`,
    httpColumns,
  ),
  example: `${haproxyHttp.example} 0/0000000000000000/0/0/0 www.example.com/TLSv1.3/TLS_AES_256_GCM_SHA384`,
  documentation: "https://docs.haproxy.org/3.0/configuration.html#8.2.5",
};
