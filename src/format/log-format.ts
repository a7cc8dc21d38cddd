// An Apache LogFormat string → tokens: every directive of mod_log_config of httpd 2.4, and those of mod_logio and mod_ssl
// (https://httpd.apache.org/docs/2.4/mod/mod_log_config.html#formats).
import { L2iError } from "../errors.ts";
import { timeTokens } from "./strftime.ts";
import { type Column, checkSeparated, joinLiterals, type Meaning, type Shape, type Token } from "./tokens.ts";

/**
 * `format`: as it stands in httpd.conf, with `\"` or plain `"`, or the whole line `LogFormat "…" nickname`.
 * Throws L2iError "usage" where it could not be read back.
 */
export function parseLogFormat(format: string): Token[] {
  const tokens = joinLiterals(mergeUris(directivesOf(unquoteLine(format))));
  checkSeparated(tokens);
  return tokens;
}

/** `LogFormat "…" nickname` or `CustomLog file "…"` → the string, as httpd reads an argument in quotes, over several lines, too. */
function unquoteLine(lines: string): string {
  const line = lines.replaceAll(/\\\r?\n/g, "");
  const argument = configurationLine.exec(line)?.[2];
  return argument === undefined ? line : argument.replaceAll(/\\(["'\\])/g, "$1");
}

const configurationLine = /^\s*(?:LogFormat|CustomLog\s+(?:"[^"]*"|\S+))\s+(["'])((?:\\.|(?!\1)[^\\])*)\1/is;

function directivesOf(format: string): Token[] {
  return [...format.matchAll(item)].flatMap((match): Token[] => {
    const [source, modifiers = "", argument = "", letter] = match;
    if (letter !== undefined) return directive(letter, argument, modifiers, source, match.index);
    if (source === "%") throw cutShort(format, match.index);
    return [{ kind: "literal", text: literalText(source) }];
  });
}

/** Literal text, or `%`, conditions and modifiers, `{argument}`, letter; or a `%` that begins nothing. */
const item = /[^%]+|%([!<>,\d]*)(?:\{([^}]*)\})?[!<>,\d]*(\^..|[^^{])|%/gs;

function cutShort(format: string, at: number): L2iError {
  const place = `"${format.slice(at, at + 20)}" at character ${at + 1}`;
  return new L2iError("usage", `format: ${place} is cut short; a literal percent sign is written %%`);
}

/** As the bytes that stand in the log, one character a byte. */
function literalText(source: string): string {
  const text = source.replaceAll(/\\(["'\\nrt])/g, (_, letter: string) => escaped[letter] ?? letter);
  if (!/[\r\n]/.test(text)) return String.fromCharCode(...new TextEncoder().encode(text));
  throw new L2iError(
    "usage",
    "format: a record that spreads over several lines cannot be read; take the line break out of it",
  );
}

const escaped: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

function directive(letter: string, argument: string, modifiers: string, source: string, at: number): Token[] {
  if (letter === "%") return [{ kind: "literal", text: "%" }];
  if (letter === "t") return timeTokens(argument, source);
  const make = directives.get(letter);
  if (make === undefined) throw unknownDirective(source, at);
  return [{ kind: "column", source, ...make(argument, modifiers) }];
}

function unknownDirective(source: string, at: number): L2iError {
  const known = [...directives.keys(), "t", "%"].toSorted().join(" ");
  return new L2iError(
    "usage",
    `format: ${source} at character ${at + 1} is no directive of httpd's LogFormat; known: ${known}`,
  );
}

type Described = Pick<Column, "shape" | "meaning">;

/** By the letter; each takes the argument in braces, and the modifiers. */
const directives: ReadonlyMap<string, (argument: string, modifiers: string) => Described> = new Map(
  Object.entries<(argument: string, modifiers: string) => Described>({
    a: (argument) => column("client", argument === "c" ? "peerAddress" : "clientAddress"),
    A: () => column("word"),
    b: () => column("number", "bodyBytes"),
    B: () => column("number", "bodyBytes"),
    c: () => column("text"),
    C: () => column("text"),
    D: () => column("duration", "micros"),
    e: () => column("text"),
    f: () => column("text"),
    h: (argument) => column("client", argument === "c" ? "peerHost" : "clientHost"),
    H: () => column("protocol", "protocol"),
    i: requestHeader,
    I: () => column("number"),
    k: () => column("number"),
    l: () => column("word", "ident"),
    L: () => column("logId"),
    m: () => column("method", "method"),
    n: () => column("text"),
    o: () => column("text"),
    O: () => column("number", "sentBytes"),
    p: (argument) => column("number", argument === "remote" ? undefined : "port"),
    P: (argument) => column(argument === "hextid" ? "hex" : "number"),
    q: () => column("text", "query"),
    r: () => column("text", "request"),
    R: () => column("word"),
    s: (_, modifiers) => column("status", modifiers.includes(">") ? "status" : "firstStatus"),
    S: () => column("number"),
    T: (unit) => column("duration", unit === "us" ? "micros" : unit === "ms" ? "millis" : "seconds"),
    u: () => column("user", "user"),
    U: () => column("text", "path"),
    v: () => column("vhost", "vhost"),
    V: () => column("vhost", "serverName"),
    x: () => column("text"),
    X: () => column("connection"),
    "^FB": () => column("duration"),
    "^ti": () => column("text"),
    "^to": () => column("text"),
  }),
);

function column(shape: Shape, meaning?: Meaning): Described {
  return { shape, meaning: meaning ?? null };
}

function requestHeader(name: string): Described {
  const known = requestHeaders.get(name.toLowerCase());
  return column(known === "xForwardedFor" ? "client" : "text", known);
}

const requestHeaders: ReadonlyMap<string, Meaning> = new Map([
  ["referer", "referrer"],
  ["user-agent", "userAgent"],
  ["x-forwarded-for", "xForwardedFor"],
  ["host", "hostHeader"],
]);

/** `%U%q` without anything between is the URI as one column. */
function mergeUris(tokens: readonly Token[]): Token[] {
  return tokens.flatMap((token, index): Token[] => {
    if (tells(token, "query") && tells(tokens[index - 1], "path")) return [];
    if (!tells(token, "path") || !tells(tokens[index + 1], "query")) return [token];
    return [{ kind: "column", source: "%U%q", ...column("text", "uri") }];
  });
}

function tells(token: Token | undefined, meaning: Meaning): boolean {
  return token?.kind === "column" && token.meaning === meaning;
}
