// Escapes a value as nginx does when it writes it into a log: ngx_http_log_escape and ngx_escape_json.

export type Escaping = "default" | "json" | "none";

/** `text`: one character a byte; null: there is no such value. */
export function escapeAsNginx(text: string | null, escaping: Escaping): string {
  if (text === null) return escaping === "default" ? "-" : "";
  if (escaping === "none") return text;
  if (escaping === "default") return text.replaceAll(odd, (character) => `\\x${hex(character)}`);
  return text.replaceAll(
    odd,
    (character) => short[character] ?? (character < " " ? `\\u00${hex(character)}` : character),
  );
}

const odd = /[^ !#-[\]-~]/g;
const short: Readonly<Record<string, string>> = {
  '"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f",
}; // prettier-ignore

const hex = (character: string): string => character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0");
