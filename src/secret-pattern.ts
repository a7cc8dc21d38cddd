// Finds a secret in text however it is written: stores, proxies and configuration files quote it in escapes of their own. Pure
// but for Buffer.

/** Matches each of the secrets (none of them empty) as it is, escaped for a URL, JSON or HTML, and in Base64 or hex. */
export function secretPattern(secrets: readonly string[]): RegExp {
  return new RegExp(secrets.flatMap((secret) => [escaped(secret), ...encoded(secret)]).join("|"), "gi");
}

/** Each character as itself or in any of its escapes. */
function escaped(secret: string): string {
  return Array.from(secret, (character) => `(?:${escapesOf(character).join("|")})`).join("");
}

function escapesOf(character: string): string[] {
  const literal = quoted(character);
  const inUrl = Array.from(Buffer.from(character), (byte) => `%${hex(byte, 2)}`).join("");
  const inJson = Array.from({ length: character.length }, (_, i) => `\\\\u${hex(character.charCodeAt(i), 4)}`).join("");
  const others = [...(character === " " ? ["\\+"] : []), ...(/[&<>"']/.test(character) ? ["&#?\\w+;"] : [])];
  return [literal, `\\\\${literal}`, inUrl, inJson, ...others];
}

function encoded(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [bytes.toString("base64").replace(/={1,2}$/, ""), bytes.toString("base64url"), bytes.toString("hex")].map(
    quoted,
  );
}

const quoted = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");

const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, "0");
