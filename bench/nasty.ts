// Lines as strangers and broken clients cause them. All of them are such that a program which knows Apache's escapes, and that a
// method needs a URI behind it, counts them as l2i does; a line that is cut off is no line for either.
import type { Random } from "./random.ts";

export interface Nasty {
  readonly request: string;
  readonly status: string;
  readonly bytes: string;
  readonly referrer?: string;
  readonly agent?: string;
}

const bad = (request: string, status = "400", bytes = "226"): Nasty => ({ request, status, bytes });
const odd = (request: string, more: Partial<Nasty> = {}): Nasty => ({ request, status: "200", bytes: "5120", ...more });

const kinds: readonly Nasty[] = [
  bad("-", "408", "-"),
  bad("", "400", "0"),
  bad("-", "-", "-"),
  bad(String.raw`\x16\x03\x01\x02`),
  bad(String.raw`\x16\x03\x01\x01\x1b\x01`),
  bad(String.raw`\x03`, "400", "306"),
  bad("GET"),
  bad("quit"),
  bad(String.raw`\n`),
  bad("get / HTTP/1.1", "501", "-"),
  bad("ABCD / HTTP/1.1", "501"),
  bad("SSTP_DUPLEX_POST /sra_{BA195980-CD49-458b-9E23-C84EE0ADCD75}/ HTTP/1.1", "501"),
  bad("PRI * HTTP/2.0"),
  bad("CONNECT www.example.net:443 HTTP/1.1", "405"),
  bad("GET / HTTP/1.1 and more", "400"),
  odd("OPTIONS * HTTP/1.0", { bytes: "-" }),
  odd("GET http://www.example.org/products/lantern HTTP/1.1"),
  odd("GET /"),
  odd("GET //images//lantern.webp HTTP/1.1"),
  odd("GET /downloads/annual report 2024.zip HTTP/1.1"),
  odd("GET /search;jsessionid=1A2B3C?q=lamp HTTP/1.1"),
  odd(String.raw`GET /search?q=\"silver+lantern\"&page=1 HTTP/1.1`),
  odd(String.raw`GET /search?q=c:\\temp\\ HTTP/1.1`),
  odd(String.raw`GET /search?q=caf\xc3\xa9 HTTP/1.1`),
  odd("GET /search?q=lamp HTTP/1.1", { referrer: String.raw`https://www.example.com/?q=\"lamp\"` }),
  odd("GET / HTTP/1.1", { agent: String.raw`Mozilla/5.0 (\"compatible\"; Tester/1.0)` }),
  odd("GET / HTTP/1.1", { agent: String.raw`C:\\Program Files\\Reader\\` }),
  odd("GET / HTTP/1.1", { referrer: String.raw`\\`, agent: String.raw`\"` }),
  odd("GET / HTTP/1.1", { referrer: "", agent: "" }),
  odd("GET / HTTP/1.1", { agent: "() { :; }; /bin/bash -c 'id'" }),
];

export const nasty = (random: Random): Nasty => random.pick(kinds);
