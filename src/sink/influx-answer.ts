// What an answer of a store means: stored, refused for a reason that is known, too large, try again, or a failure that only
// a person can mend. Pure, so that the wording of every store and version can be tested as a table.
import { HttpError } from "@influxdata/influxdb-client";
import type { Connection, Fault } from "./influx-connection.ts";
import type { Complaint, RefusalCause } from "./refusals.ts";

export type Answer =
  | { readonly kind: "stored" }
  /** Some of the lines are refused for good; which, the complaint may say. */
  | { readonly kind: "refused"; readonly cause: RefusalCause; readonly reason: string; readonly complaint: Complaint }
  /** Fewer lines must go into one request; said only of more than one. */
  | { readonly kind: "too large" }
  /** `afterMs`: how long the store asks to wait, 0 if it does not. `isSilence`: nobody answered. */
  | { readonly kind: "retry"; readonly problem: string; readonly afterMs: number; readonly isSilence: boolean }
  | { readonly kind: "failed"; readonly code: "silence" | "store"; readonly problem: string };

/** What a fault is judged by. */
interface Circumstances {
  /** How many lines were sent. */
  readonly lines: number;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Blots them out of what an answer says; done before it is cut. */
  readonly withoutSecrets: (text: string) => string;
}

export function judge(fault: Fault | null, circumstances: Circumstances): Answer {
  if (!fault) return { kind: "stored" };
  return fault instanceof HttpError ? judgeStatus(fault, circumstances) : judgeSilence(fault);
}

/** What a fault means where points were to be read. */
export function problemOfReading(
  fault: Fault,
  withoutSecrets: Connection["withoutSecrets"],
): { readonly code: "network" | "store"; readonly problem: string } {
  if (!(fault instanceof HttpError)) return { code: "network", problem: judgeSilence(fault).problem };
  const { statusCode: status } = fault;
  const said = oneLine(withoutSecrets(complaintOf(fault).text));
  const advice = isPassing(status) ? "; try again later" : wayOut(status, said, fault, "read");
  return { code: "store", problem: answered(status, said) + advice };
}

function judgeStatus(error: HttpError, { lines, now, withoutSecrets }: Circumstances): Answer {
  const { statusCode: status } = error;
  const complaint = complaintOf(error);
  const said = oneLine(withoutSecrets(complaint.text));
  const cause = refusalStatuses.has(status) && refusalCause(complaint.text);
  if (cause) return { kind: "refused", cause, reason: said, complaint };
  if (status === 413 && lines > 1) return { kind: "too large" };
  if (isPassing(status) && !isMisconfigured(said)) {
    return { kind: "retry", problem: answered(status, said), afterMs: retryAfterMs(error, now), isSilence: false };
  }
  return { kind: "failed", code: "store", problem: answered(status, said) + wayOut(status, said, error, "write") };
}

/** InfluxDB 2.0 refuses points with a 500, hosted ones did so with a 201. */
const refusalStatuses: ReadonlySet<number> = new Set([201, 400, 422, 500]);

/**
 * Reasons that no repetition will change, in the words of InfluxDB 1, 2, 3, its hosted forms and VictoriaMetrics; the first that fits counts.
 * Syntax comes first because such answers quote the line, and with it text that strangers wrote.
 */
const refusals: readonly (readonly [RegExp, RefusalCause])[] = [
  [
    /unable to parse (points|')|failed to parse line protocol|parsing line protocol failed|incorrect influx line/i,
    "other",
  ],
  [/partial write error \(\d+ accepted\)/, "other"],
  [/field type conflict|invalid column type for column|but write has type/, "conflict"],
  [/^(?=.*(?:beyond|outside) (?:of )?(?:the )?retention).*upper bound/is, "other"],
  [/(beyond|outside) (of )?(the )?retention/, "expired"],
  [
    /max-series-per-database limit exceeded|max-values-per-tag limit exceeded|max series per database exceeded/,
    "other",
  ],
  [/invalid tag key|invalid field name/, "other"],
  [/partial write of line protocol occurred|parsing failed for write_lp endpoint/, "other"],
];

function refusalCause(text: string): RefusalCause | undefined {
  return refusals.find(([pattern]) => pattern.test(text))?.[1];
}

function isPassing(status: number): boolean {
  return status >= 500 || status === 429 || status === 408 || status === 425;
}

/** InfluxDB 1 says this with a 500. */
function isMisconfigured(said: string): boolean {
  return said.includes("retention policy not found");
}

/** `Retry-After` is a number of seconds or a date. */
function retryAfterMs({ headers }: HttpError, now: number): number {
  const value = String(headers?.["retry-after"] ?? "");
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return ms > 0 ? ms : 0;
}

function answered(status: number, said: string): string {
  return `the store answered ${status}${said ? ` (${said})` : ""}`;
}

function wayOut(status: number, said: string, error: HttpError, doing: "read" | "write"): string {
  if (status === 401) return "; check the token, or user and password";
  if (status === 403) return `; allow the token or user to ${doing} there`;
  if (status === 404 && said.includes("page not found"))
    return "; no store answers there: InfluxDB 1 wants influxDatabase, InfluxDB 2 and 3 want influxOrg and influxBucket, and the URL must be its own";
  if (status === 404 || isMisconfigured(said)) return "; create what is missing, or correct the URL and the names";
  if (status >= 300 && status < 400) return `, a redirect${location(error)}; give the URL of the store itself`;
  if (doing === "read") return "; look at the log of the store";
  if (status < 300) return ", which is not how a store acknowledges points; check the URL";
  return "; this is no known way to refuse points, so none of them counts as written: look at the log of the store";
}

function location({ headers }: HttpError): string {
  const target = String(headers?.["location"] ?? "");
  if (!URL.canParse(target)) return "";
  const { origin, pathname } = new URL(target);
  return ` to ${printable(origin + pathname)}`;
}

/** The store's message, taken out of its JSON where it is one. */
function complaintOf({ body = "" }: HttpError): Complaint {
  const json = parsed(body);
  const text = messages(json) || body;
  const numbersInText = Array.from(text.matchAll(/\bline (\d+)\b/g), ([, number]) => Number(number));
  return { text, lineNumbers: [...lineNumbers(json), ...numbersInText] };
}

/** Null where the text is no JSON. */
export function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

/** `{error}` in InfluxDB 1, `{code, message}` in 2, `{error, data: [{error_message}]}` in 3. */
function messages(json: unknown): string {
  if (!isObject(json)) return "";
  const parts = [json["error"], json["message"], details(json)[0]?.["error_message"]];
  return parts.filter((part) => typeof part === "string").join(": ");
}

/** `{line}` in hosted InfluxDB, `{data: [{line_number}]}` in 3. */
function lineNumbers(json: unknown): number[] {
  if (!isObject(json)) return [];
  const numbers = [json["line"], ...details(json).map((detail) => detail["line_number"])];
  return numbers.filter((number) => typeof number === "number");
}

function details(json: Record<string, unknown>): Record<string, unknown>[] {
  return [json["data"]].flat().filter(isObject);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

const longest = 300;

/** Fit for one line on a terminal. */
export function oneLine(text: string): string {
  const line = printable(text.trim());
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}

function printable(text: string): string {
  return text.replaceAll(/\s+/g, " ").replaceAll(/\p{Cc}/gu, (control) => `\\x${hex(control.charCodeAt(0))}`);
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}

/** Without an answer the network may mend itself, but a name or a certificate does not. */
function judgeSilence(error: Error): Answer & { kind: "retry" | "failed" } {
  const code = "code" in error ? String(error.code) : "";
  const lasting = lastingSilence(code);
  if (lasting !== undefined) return { kind: "failed", code: "silence", problem: lasting };
  const problem = silences[code] ?? `the connection failed (${oneLine(error.message || code)})`;
  return { kind: "retry", problem, afterMs: 0, isSilence: true };
}

function lastingSilence(code: string): string | undefined {
  if (code === "ENOTFOUND") return "the host name is not known; check the URL";
  if (/^ERR_SSL|^EPROTO/.test(code)) return `it does not speak TLS (${code}); try the URL with http://`;
  if (/CERT|SIGNATURE/.test(code))
    return `its certificate is not trusted (${code}); set NODE_EXTRA_CA_CERTS to a file that holds its issuer's`;
  return undefined;
}

const silences: { readonly [code: string]: string | undefined } = {
  ECONNREFUSED: "connection refused (is the store running?)",
  ECONNRESET: "the connection was cut",
  EPIPE: "the connection was cut",
  ETIMEDOUT: "no answer",
  EHOSTUNREACH: "the host cannot be reached",
  ENETUNREACH: "the network cannot be reached",
  EAI_AGAIN: "the host name cannot be looked up at the moment",
};
