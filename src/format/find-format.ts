// The way in: what stands behind `--format`, a preset's name or a format string, → Format; and `auto`, which finds the preset.
import { L2iError } from "../errors.ts";
import type { Format, Parser } from "./format.ts";
import { type JsonOptions, jsonFormat } from "./json.ts";
import { parseLogFormat } from "./log-format.ts";
import { isNginxFormat, parseNginxFormat } from "./nginx-log-format.ts";
import { formatFromTokens } from "./parser.ts";
import type { Preset } from "./preset.ts";
import { presets } from "./presets.ts";
import { regexFormat } from "./regex-format.ts";
import type { LogRecord } from "./record.ts";
import { fieldsIn, formatBehind, isFields } from "./w3c-columns.ts";
import { w3cFormat } from "./w3c.ts";

/**
 * `options`: for JSON lines. Throws L2iError "usage", which names the place, where `spec` is no format whose lines can be read
 * back.
 */
export function formatOf(spec: string, options: JsonOptions = {}): Format {
  const preset = presets.find(({ name }) => name === spec.trim());
  if (preset !== undefined) return presetFormat(preset, options);
  if (spec.trim().startsWith("/")) return regexFormat(spec);
  if (isFields(spec.trim())) return w3cFormat(spec);
  if (/%|\$\{?[a-z]/i.test(spec)) return formatFromSpec(spec, spec);
  const names = presets.map(({ name }) => name).join(", ");
  throw new L2iError(
    "usage",
    `format: "${spec}" is unknown; give one of ${names}, the LogFormat of httpd.conf, the log_format of nginx.conf, or /an expression/`,
  );
}

/** The preset that most lines of `sample` fit; null if none fits any. `sample`: whole lines in Latin-1. */
export function detectFormat(sample: string): Format | null {
  const starts = lineStarts(sample);
  let best = w3cFormatIn(sample);
  let most = best ? fittingIn(sample, starts, best) : 0;
  // Strangers may write what looks like a directive, so it is believed as long as no preset fits more of the lines.
  if (best && 2 * most >= starts.filter((start) => sample[start] !== "#").length) return best;
  for (const preset of presets) {
    if (preset.isLastResort && best) continue;
    const { format, parser } = candidateOf(preset);
    const fitting = starts.filter((start) => isPlausible(preset, parser.parse(sample, start))).length;
    if (fitting > most) [best, most] = [format, fitting];
    if (most === starts.length) break;
  }
  return best;
}

function fittingIn(sample: string, starts: readonly number[], format: Format): number {
  const parser = format.parser([]);
  return starts.filter((start) => parser.parse(sample, start) !== null).length;
}

/** Names of the presets that a line (Latin-1, with its line end) fits. */
export function presetsFor(line: string): string[] {
  return presets.flatMap((preset) => (candidateOf(preset).parser.parse(line, 0) ? [preset.name] : []));
}

/** Columns that tell no time make no format. Of lines before the first `#Fields` nobody knows the columns. */
function w3cFormatIn(sample: string): Format | null {
  const { fields = "", isFirst = false } = fieldsIn(sample) ?? {};
  return formatBehind(fields, null) && (isFirst ? w3cFormat(fields) : formatOf("w3c"));
}

/** Each is compiled once, when it is needed: most logs are of the first ones. */
const candidates = new Map<Preset, Candidate>();

interface Candidate {
  readonly format: Format;
  readonly parser: Parser;
}

/** Times without zone are looked at, not used. */
function candidateOf(preset: Preset): Candidate {
  let candidate = candidates.get(preset);
  if (!candidate) {
    const format = presetFormat(preset);
    const parser = format.parser(["clientIp", "ident", "method", "status"], format.zoneless ? "UTC" : undefined);
    candidate = { format, parser };
    if (!format.isSelfDescribing) candidates.set(preset, candidate); // else its parser knows the columns of the last log
  }
  return candidate;
}

/** Where whole lines begin. An unfinished last one may be long: no pattern looks for its end. */
function lineStarts(sample: string): number[] {
  const starts: number[] = [];
  for (let start = 0, end = 0; (end = sample.indexOf("\n", start)) >= 0; start = end + 1) starts.push(start);
  return starts;
}

/** Whether the record looks as if it was meant so. */
function isPlausible({ isLastResort = false }: Preset, record: LogRecord | null): boolean {
  if (record === null) return false;
  if (isLastResort) return record.method !== null || record.status !== null; // else it is not about a request
  // A client with a port is a virtual host, and so is an ident with a dot: the line has a column that the preset does not know, and
  // another took it up.
  return !/^[^:]+:\d+$/.test(record.clientIp ?? "") && !/[.:]/.test(record.ident ?? "");
}

function presetFormat({ name, definition }: Preset, options: JsonOptions = {}): Format {
  if (typeof definition === "object") return jsonFormat(name, definition, options);
  return typeof definition === "string" ? formatFromSpec(name, definition) : definition(name);
}

function formatFromSpec(name: string, spec: string): Format {
  return formatFromTokens(name, isNginxFormat(spec) ? parseNginxFormat(spec) : parseLogFormat(spec));
}
