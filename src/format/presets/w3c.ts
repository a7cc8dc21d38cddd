// W3C extended logs: those of IIS, and CloudFront's with tabs between the columns.
import type { Preset } from "../preset.ts";
import { w3cFormat } from "../w3c.ts";

export const w3c: Preset = {
  name: "w3c",
  description:
    "W3C extended log of IIS or CloudFront; its lines `#Fields: …` say what the columns are, which may change within the file. A log without them takes such a line as its format",
  definition: w3cFormat,
  example:
    "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken\n2025-10-26 00:40:00 192.0.2.11 GET /index.html a=b 443 frank 192.0.2.7 Mozilla/5.0+(X11;+Linux+x86_64) http://www.example.com/start.html 200 0 0 18",
  documentation: "https://learn.microsoft.com/windows/win32/http/w3c-logging",
};
