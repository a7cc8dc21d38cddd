// An nginx log_format string → tokens: any variable, those that a record can use with what they mean
// (https://nginx.org/en/docs/http/ngx_http_log_module.html#log_format, https://nginx.org/en/docs/varindex.html).
import { L2iError } from "../errors.ts";
import { nearest } from "../invocation/nearest.ts";
import { logFormatIn, unquoted } from "./nginx-configuration.ts";
import { timeTokens } from "./strftime.ts";
import { type Described, described, templateTokens } from "./template.ts";
import type { Escape, Meaning, Token } from "./tokens.ts";

/** Whether a format string is nginx's: it has variables where httpd has directives. */
export function isNginxFormat(spec: string): boolean {
  return /(?:^|[\s;{}])log_format\s/.test(spec) || (/\$\{?[a-z]/i.test(spec) && !/%[!<>,\d{a-z^]/i.test(spec));
}

/**
 * `format`: a piece of nginx.conf with a directive `log_format name escape=… '…' '…';`, or the string alone, in quotes or not.
 * Throws L2iError "usage" where it could not be read back.
 */
export function parseNginxFormat(format: string): Token[] {
  const { escape, template } = argumentsOf(format);
  if (/[\r\n]/.test(template))
    throw new L2iError(
      "usage",
      "format: a record that spreads over several lines cannot be read; take the line break out of it",
    );
  const names: string[] = [];
  const tokens = templateTokens(mergedUri(template), (name, source) => {
    names.push(name);
    return variableTokens(name, source, escape);
  });
  if (!tokens.some(({ kind }) => kind === "time")) refuseMisspelt(names);
  return tokens;
}

/** Any name may be a variable, but without a time there is one too few. */
function refuseMisspelt(names: readonly string[]): void {
  for (const name of names) {
    const meant = variables.has(name) ? undefined : nearest(name, ["msec", ...times.keys()]);
    if (meant !== undefined) throw new L2iError("usage", `format: $${name} tells no time; did you mean $${meant}?`);
  }
}

interface Arguments {
  readonly escape: Escape | undefined;
  readonly template: string;
}

function argumentsOf(format: string): Arguments {
  const [, ...words] = logFormatIn(format) ?? [];
  if (words.length === 0) return stringAlone(format);
  const [, name] = /^escape=(\w+)$/.exec(words[0]!) ?? [];
  return { escape: escapeOf(name), template: words.slice(name === undefined ? 0 : 1).join("") };
}

function stringAlone(format: string): Arguments {
  const [option = "", name] = /^\s*escape=(\w+)\s+/.exec(format) ?? [];
  return { escape: escapeOf(name), template: joined(format.slice(option.length)) };
}

function escapeOf(name = "default"): Escape | undefined {
  if (name === "default") return undefined;
  if (name === "json" || name === "none") return name;
  throw new L2iError("usage", `format: escape=${name} is unknown to nginx; there are default, json and none`);
}

/** Several arguments are one string. */
function joined(words: string): string {
  const all = [...words.matchAll(argument)];
  const rest = words.slice(all.reduce((end, [whole]) => end + whole.length, 0)).trim();
  if (all.length === 0 || !(rest === "" || rest === ";")) return unquoted(words);
  return all.map(([, double, single]) => unquoted(double ?? single ?? "")).join("");
}

const argument = /\s*(?:"((?:\\[^]|[^"\\])*)"|'((?:\\[^]|[^'\\])*)')/gy;

/** The URI in its three parts, without anything between, is one column. */
function mergedUri(template: string): string {
  return template.replaceAll(
    /\$\{?(?:document_)?uri\}?\$\{?is_args\}?\$\{?(?:args|query_string)\}?/g,
    `\${${wholeUri}}`,
  );
}

const wholeUri = "uri_is_args_args";

function variableTokens(name: string, source: string, escape: Escape | undefined): readonly Token[] {
  const time = times.get(name);
  if (time !== undefined) return timeTokens(time, source);
  if (name === "msec")
    return [...timeTokens("sec", source), { kind: "literal", text: "." }, ...timeTokens("msec_frac", source)];
  return [{ kind: "column", source, ...(variables.get(name) ?? described("text")), ...(escape && { escape }) }];
}

const times = new Map([
  ["time_local", "%d/%b/%Y:%H:%M:%S %z"],
  ["time_iso8601", "%Y-%m-%dT%H:%M:%S%:z"],
]);

const number = described("number");
/** One for each server that was asked: `10.0.0.1:80, 10.0.0.2:80 : 10.0.0.3:80`. */
const upstreams = described("upstreams");
const text = (meaning: Meaning): Described => described("text", meaning);

const variables: ReadonlyMap<string, Described> = new Map(
  Object.entries({
    remote_addr: described("client", "clientAddress"),
    realip_remote_addr: described("client", "peerAddress"),
    proxy_protocol_addr: described("client", "clientHost"),
    http_x_forwarded_for: described("client", "xForwardedFor"),
    proxy_add_x_forwarded_for: described("client", "xForwardedFor"),
    remote_user: described("user", "user"),
    request: text("request"),
    request_method: described("method", "method"),
    request_uri: text("uri"),
    [wholeUri]: text("uri"),
    uri: text("path"),
    document_uri: text("path"),
    args: text("arguments"),
    query_string: text("arguments"),
    server_protocol: described("protocol", "protocol"),
    status: described("status", "status"),
    body_bytes_sent: described("number", "bodyBytes"),
    bytes_sent: described("number", "sentBytes"),
    request_time: described("decimal", "seconds"),
    http_referer: text("referrer"),
    http_user_agent: text("userAgent"),
    host: described("vhost", "vhost"),
    server_name: described("vhost", "serverName"),
    http_host: described("word", "hostHeader"),
    server_port: described("number", "port"),
    request_length: number,
    connection: number,
    connection_requests: number,
    pid: number,
    remote_port: number,
    server_addr: described("word"),
    request_id: described("word"),
    // The Ingress controller takes it from the client.
    req_id: described("text"),
    scheme: described("word"),
    upstream_addr: upstreams,
    upstream_status: upstreams,
    upstream_cache_status: described("word"),
    upstream_response_time: upstreams,
    upstream_connect_time: upstreams,
    upstream_header_time: upstreams,
    upstream_response_length: upstreams,
    upstream_bytes_received: upstreams,
    upstream_bytes_sent: upstreams,
  }),
);
