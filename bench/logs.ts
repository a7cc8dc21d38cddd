// The logs that are measured. They are made once, into `.cache/bench/`, and a hash proves each time that they are what they were.
import { createHash } from "node:crypto";
import { closeSync, createReadStream, existsSync, mkdirSync, openSync, readdirSync, renameSync, rmSync } from "node:fs";
import { readFileSync, writeFileSync, writeSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { Lines } from "./lines.ts";

export const folder = ".cache/bench";

export interface Log {
  readonly title: string;
  readonly path: string;
  readonly lines: number;
  readonly bytes: number;
  readonly sha256: string;
  /** Of its times. */
  readonly zone: string;
}

/** SHA-256 of the first lines that `Lines` makes. Whoever changes the lines changes this. */
const proofLines = 100_000;
const proof = "53a984fa91b3f9c10cb55f86866ddec532757bbe961c91ae194663d78bf3cbbe";
/** The same of the whole log that `npm run bench` measures. */
const wholeLines = 2_000_000;
const wholeHash = "e93b7a6a826980eb37adaf08b1ace2239997b1a3eb5ba579e8777739d3bac1e0";

/** Of a log of 4 GB. */
export const largeLines = 20_000_000;

/** A log is the beginning of every longer one. */
export async function accessLog(lines: number): Promise<Log> {
  proveLines();
  const log = await cached(`access-${lines}`, proof, "made log, combined and %D", "+0100", (write) => {
    const source = new Lines();
    for (let left = lines; left > 0; left--) write(source.next());
    return lines;
  });
  if (lines === wholeLines && log.sha256 !== wholeHash)
    throw new Error(`the log of ${lines} lines is not the one known: its SHA-256 is ${log.sha256}`);
  return log;
}

/** The same lines as `rewrite` writes them, which leaves out those that it makes empty. */
export function formattedLog(
  lines: number,
  number: number,
  format: string,
  rewrite: (line: string) => string,
): Promise<Log> {
  const parameters = createHash("sha256")
    .update(`${proof} ${format} ${rewrite(new Lines().next())}`)
    .digest("hex");
  return cached(`format${number}-${lines}`, parameters, format, "+0100", (write) => {
    const source = new Lines();
    let kept = 0;
    for (let left = lines; left > 0; left--) {
      const line = rewrite(source.next());
      if (line !== "") kept++;
      write(line);
    }
    return kept;
  });
}

let isProven = false;

function proveLines(): void {
  if (isProven) return;
  const hash = createHash("sha256");
  const lines = new Lines();
  for (let left = proofLines; left > 0; left--) hash.update(lines.next(), "latin1");
  const found = hash.digest("hex");
  if (found !== proof)
    throw new Error(`bench/logs.ts: the lines are not those known: the SHA-256 of the first ${proofLines} is ${found}`);
  isProven = true;
}

/** Ten thousand lines of a real server, of four days; they lie beside the project, if at all, and never in it. */
const realPath = "../shared/data/logs/apache-combined/semicomplete-2015.log";

/** The real lines again and again, each time four days later; null where they are not there. */
export async function realLog(bytes: number): Promise<Log | null> {
  if (!existsSync(realPath)) return null;
  const text = readFileSync(realPath, "latin1");
  const times = Math.max(1, Math.round(bytes / text.length));
  const source = createHash("sha256").update(text, "latin1").digest("hex");
  return cached(`real-${times}`, source, "real lines (semicomplete 2015), repeated", "+0000", (write) => {
    for (let time = 0; time < times; time++) write(fourDaysLater(text, time));
    return times * (text.split("\n").length - 1);
  });
}

function fourDaysLater(text: string, times: number): string {
  return text.replaceAll(/(?<=^\S+ \S+ \S+ \[)(\d\d)\/May\/2015/gm, (_, day: string) => {
    const [, date, month, year] = new Date(Date.UTC(2015, 4, Number(day) + 4 * times)).toUTCString().split(" ");
    return `${date}/${month}/${year}`;
  });
}

type Made = Pick<Log, "lines" | "bytes" | "sha256">;

/** `parameters` are a hash of all that the log is made from. */
async function cached(
  name: string,
  parameters: string,
  title: string,
  zone: string,
  make: (write: (text: string) => void) => number,
): Promise<Log> {
  const file = `${name}-${parameters.slice(0, 8)}.log`;
  const path = `${folder}/${file}`;
  const note = `${path}.json`;
  mkdirSync(folder, { recursive: true });
  if (existsSync(path) && existsSync(note)) {
    const made: Made = JSON.parse(readFileSync(note, "utf8"));
    if ((await hashOfFile(path)) === made.sha256) return { title, path, zone, ...made };
    console.log(`${path} is not what was made: it is made again`);
  }
  for (const old of readdirSync(folder).filter((each) => each.startsWith(`${name}-`))) rmSync(`${folder}/${old}`);
  console.log(`makes ${path}`);
  const made = written(`${path}.new`, make);
  renameSync(`${path}.new`, path);
  writeFileSync(note, JSON.stringify(made));
  return { title, path, zone, ...made };
}

/** Writes a megabyte at a time. */
function written(path: string, make: (write: (text: string) => void) => number): Made {
  const hash = createHash("sha256");
  const file = openSync(path, "w");
  let bytes = 0;
  let waiting: string[] = [];
  let size = 0;
  const flush = (): void => {
    const buffer = Buffer.from(waiting.join(""), "latin1");
    for (let done = 0; done < buffer.length;) done += writeSync(file, buffer, done);
    hash.update(buffer);
    bytes += buffer.length;
    [waiting, size] = [[], 0];
  };
  try {
    const lines = make((text) => {
      waiting.push(text);
      if ((size += text.length) > 1_000_000) flush();
    });
    flush();
    return { lines, bytes, sha256: hash.digest("hex") };
  } finally {
    closeSync(file);
  }
}

async function hashOfFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path, { highWaterMark: 1_000_000 }), hash);
  return hash.digest("hex");
}
