// What most servers write, under the name that httpd and nginx have for it. What nginx escapes is read as httpd's escapes are.
import type { Preset } from "../preset.ts";
import { common } from "./common.ts";

export const combined = {
  name: "combined",
  description: "common with referrer and user agent; also what nginx writes, if not told otherwise",
  definition: String.raw`${common.definition} \"%{Referer}i\" \"%{User-Agent}i\"`,
  example: `${common.example} "http://www.example.com/start.html" "Mozilla/5.0 (X11; Linux x86_64)"`,
  documentation: common.documentation,
} as const satisfies Preset;
