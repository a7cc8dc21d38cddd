// Hosted instances of one application, and who calls them: only what customers do tells whether an instance is in use, so
// the checks of monitoring are told apart.
import * as z from "zod/mini";
import { globMatcher } from "../globs.ts";
import { listOption, quantilesOption } from "../options.ts";
import { definePipeline } from "../pipeline.ts";
import { segmentOf } from "../route.ts";
import { statusClass } from "../status.ts";

/** User agents of well-known monitoring. */
const monitors = [
  "*check_http*",
  "*check_curl*",
  "*nagios*",
  "*icinga*",
  "*checkmk*",
  "*zabbix*",
  "*uptimerobot*",
  "*uptime-kuma*",
  "*pingdom*",
  "*statuscake*",
  "*site24x7*",
  "*hetrixtools*",
  "*better uptime*",
  "*freshping*",
  "*updown.io*",
  "*datadogsynthetics*",
  "*datadog/synthetics*",
  "*newrelicpinger*",
  "kube-probe/*",
  "prometheus/*",
  "blackbox-exporter/*",
  "*blackbox_exporter*",
  "blackbox exporter/*",
  "gatus/*",
  "monit/*",
  "haproxy*",
  "elb-healthchecker/*",
  "*amazon-route53-health-check-service*",
  "googlehc/*",
  "*googlestackdrivermonitoring-uptimechecks*",
  "*azure traffic manager endpoint monitor*",
];

const patternsOption = (defaults: readonly string[]) =>
  z.pipe(z.prefault(listOption, [...defaults]), z.transform(globMatcher));

/** `vhost`, or the number of a path segment. */
const instanceOption = z.pipe(
  z.prefault(z.union([z.string(), z.number()]), 1),
  z.transform((value, context): number | "vhost" => {
    if (value === "vhost") return value;
    if (/^[1-9]\d?$/.test(String(value))) return Number(value);
    const message = 'is not the number of a path segment; give 1 to 99, or "vhost"';
    context.issues.push({ code: "custom", input: value, message });
    return z.NEVER;
  }),
);

export default definePipeline({
  name: "instances",
  description:
    "Requests by hosted instance (path segment or virtual host), origin (monitor or customer) and status class. " +
    "Options: instance (number of the path segment, default 1, or vhost); agents, uris, clients (patterns with `*` that tell monitoring); quantiles (of size and time taken).",
  example:
    "l2i load instances /var/log/apache2/access.log --format vhost_combined --set instance=vhost --set 'clients=10.1.*' --out -",
  fields: ["uri", "vhost", "status", "clientIp", "userAgent"],
  optional: ["vhost", "userAgent", "bytes", "elapsedUs"],
  values: { bytes: "bytes", elapsed_us: "elapsedUs" },
  options: z.strictObject({
    instance: instanceOption,
    /** User agents of monitoring; replaces the default. */
    agents: patternsOption(monitors),
    uris: patternsOption([]),
    clients: patternsOption([]),
    quantiles: quantilesOption,
  }),
  quantiles: ({ quantiles }) => quantiles,
  categorize: ({ uri, vhost, status, clientIp, userAgent }, { instance, agents, uris, clients }) => ({
    instance: instance === "vhost" ? hostName(vhost) : (segmentOf(uri, instance) ?? "/"),
    origin: agents(userAgent) || uris(uri) || clients(firstOf(clientIp)) ? "monitor" : "customer",
    status_class: statusClass(status),
  }),
});

/** In small letters, as host names are one whatever their case; `none` where the log has none. */
function hostName(vhost: string | null): string {
  return vhost === null ? "none" : vhost.toLowerCase();
}

/** The nearest client of a list of addresses, as proxies log them. */
function firstOf(clients: string | null): string | null {
  const end = clients?.search(/[\s,]/) ?? -1;
  return end < 0 ? clients : (clients?.slice(0, end) ?? null);
}
