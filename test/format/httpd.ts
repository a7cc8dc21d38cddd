// What httpd does when it writes a line, as far as tests need it.

/** `ap_escape_logitem`: quote, backslash, and all that is not printable ASCII. `bytes`: one character a byte. */
export function escapeAsHttpd(bytes: string): string {
  return bytes.replaceAll(
    /[^ !#-[\]-~]/g,
    (byte) => letters[byte] ?? `\\x${byte.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}

const letters: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\b": "\\b",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
};
