// What other LogFormats cost: the same requests, written as httpd would have written them.
import { folder, formattedLog, type Log } from "./logs.ts";
import { measure, type Run } from "./measure.ts";

export interface Formatted {
  readonly format: string;
  readonly log: Log;
  readonly runs: readonly Run[];
}

/** Texts of a line of `combined_elapsed`. */
interface Parts {
  readonly client: string;
  readonly user: string;
  readonly day: string;
  readonly month: string;
  readonly year: string;
  readonly clock: string;
  readonly request: string;
  readonly status: string;
  readonly bytes: string;
  readonly referrer: string;
  readonly agent: string;
  readonly elapsed: string;
}

type Write = (parts: Parts) => string;

/** The first one is that of the other contests. */
const formats: readonly (readonly [format: string, write: Write])[] = [
  [
    '%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i" %D',
    (parts) => `${common(parts)} "${parts.referrer}" "${parts.agent}" ${parts.elapsed}`,
  ],
  ['%h %l %u %t "%r" %>s %b', common],
  [
    '%v:%p %h %l %u %t "%r" %>s %O "%{Referer}i" "%{User-Agent}i"',
    (parts) => `www.example.org:443 ${common(parts)} "${parts.referrer}" "${parts.agent}"`,
  ],
  [
    '%h [%{%d/%b/%Y %T}t.%{usec_frac}t %{%z}t] "%r" %>s %B %{us}T',
    ({ client, request, status, bytes, elapsed, ...time }) =>
      `${client} [${time.day}/${time.month}/${time.year} ${time.clock}.${thousandths(elapsed)}000 +0100] "${request}" ${status} ${counted(bytes)} ${elapsed}`,
  ],
  [
    '%a %{X-Forwarded-For}i %l %u %t "%r" %>s %B %I %O %X %k %{ms}T "%{Referer}i" "%{User-Agent}i" "%{Host}i" %{SSL_PROTOCOL}x %{SSL_CIPHER}x',
    ({ client, user, request, status, bytes, referrer, agent, elapsed, ...time }) =>
      `192.0.2.1 ${client} - ${user} ${stamp(time)} "${request}" ${status} ${counted(bytes)} 517 ${Number(counted(bytes)) + 312} + ${elapsed.length} ${Math.floor(Number(elapsed) / 1000)} "${referrer}" "${agent}" "www.example.org" TLSv1.3 TLS_AES_128_GCM_SHA256`,
  ],
];

const stamp = ({ day, month, year, clock }: Pick<Parts, "day" | "month" | "year" | "clock">): string =>
  `[${day}/${month}/${year}:${clock} +0100]`;

function common({ client, user, request, status, bytes, ...time }: Parts): string {
  return `${client} - ${user} ${stamp(time)} "${request}" ${status} ${bytes}`;
}

/** %B writes 0 where %b writes `-`. */
const counted = (bytes: string): string => (bytes === "-" ? "0" : bytes);
const thousandths = (elapsed: string): string => elapsed.slice(-3).padStart(3, "0");

const text = String.raw`"((?:[^"\\]|\\.)*)"`;
const pattern = new RegExp(
  String.raw`^(\S+) - (\S+) \[(\d+)/(\w+)/(\d+):(\S+) [^\]]+\] ${text} (\d+) (\S+) ${text} ${text} (\d+)\n$`,
);

/** Null for a torn line. */
function partsOf(line: string): Parts | null {
  const match = pattern.exec(line);
  if (!match) return null;
  const [, client = "", user = "", day = "", month = "", year = "", clock = "", request = "", ...more] = match;
  const [status = "", bytes = "", referrer = "", agent = "", elapsed = ""] = more;
  return { client, user, day, month, year, clock, request, status, bytes, referrer, agent, elapsed };
}

/** `requests` on each of them, in turns. */
export async function measureFormats(lines: number, rounds: number): Promise<Formatted[]> {
  const entries = [];
  for (const [index, [format, write]] of formats.entries()) {
    const log = await formattedLog(lines, index, format, (line) => {
      const parts = partsOf(line);
      return parts ? `${write(parts)}\n` : "";
    });
    entries.push({ format, log, runs: [] as Run[] });
  }
  for (let round = 0; round < rounds; round++)
    for (const { format, log, runs } of entries) {
      const words = ["load", "requests", log.path, "--format", format, "--host", "bench", "--out", "-"];
      runs.push(await measure({ words: ["node", "dist/l2i.js", ...words] }, `${folder}/output`));
      console.log(`${format}, round ${round + 1}: ${runs.at(-1)!.seconds.toFixed(2)} s`);
    }
  return entries;
}
