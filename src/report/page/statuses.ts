// Classes of status: their names, their order, bottom to top, and their colours.

export interface StatusClass {
  /** First digit of the status; 0: the log tells none. */
  readonly digit: number;
  readonly name: string;
  readonly meaning: string;
  /** CSS variable. */
  readonly color: string;
}

export const statusClasses: readonly StatusClass[] = [
  { digit: 2, name: "2xx", meaning: "success", color: "--s2" },
  { digit: 3, name: "3xx", meaning: "redirect", color: "--s3" },
  { digit: 4, name: "4xx", meaning: "client error", color: "--s4" },
  { digit: 5, name: "5xx", meaning: "server error", color: "--s5" },
  { digit: 1, name: "1xx", meaning: "information", color: "--s0" },
  { digit: 0, name: "no status", meaning: "the log tells none", color: "--s0" },
];

/** What the most frequent ones are called. */
const reasons: { readonly [status: number]: string | undefined } = {
  0: "No status", 101: "Switching Protocols", 200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 206: "Partial Content",
  301: "Moved Permanently", 302: "Found", 303: "See Other", 304: "Not Modified", 307: "Temporary Redirect", 308: "Permanent Redirect",
  400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 406: "Not Acceptable",
  408: "Request Timeout", 409: "Conflict", 410: "Gone", 412: "Precondition Failed", 413: "Content Too Large", 414: "URI Too Long",
  416: "Range Not Satisfiable", 421: "Misdirected Request", 422: "Unprocessable Content", 429: "Too Many Requests",
  431: "Header Fields Too Large", 444: "Closed Without Answer", 499: "Client Closed Request", 500: "Internal Server Error",
  501: "Not Implemented", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout",
}; // prettier-ignore

export const reasonOf = (status: number): string => reasons[status] ?? "";

export const firstDigit = (status: number): number => (status < 600 ? Math.floor(status / 100) : 0);
