// A web server and its logrotate, as the histories in laws.test.ts need them: it knows every line that it logged, in which
// generation of the log the line lies, and under which name that generation goes. The mtimes are of its own clock.
import { appendFileSync, existsSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { statSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";

/** How a server touches its files; times in milliseconds. */
export interface ServerFiles {
  append(path: string, data: Buffer): void;
  write(path: string, data: Buffer): void;
  truncate(path: string, size: number): void;
  rename(from: string, to: string): void;
  /** No matter whether it is there. */
  remove(path: string): void;
  /** Sets the mtime. */
  stamp(path: string, ms: number): void;
  exists(path: string): boolean;
  list(folder: string): string[];
  read(path: string): Buffer;
  stat(path: string): { readonly size: number; readonly mtime: number };
}

export const realFiles: ServerFiles = {
  append: appendFileSync,
  write: writeFileSync,
  truncate: truncateSync,
  rename: renameSync,
  remove: (path) => rmSync(path, { force: true }),
  stamp: (path, ms) => utimesSync(path, ms / 1000, ms / 1000),
  exists: existsSync,
  list: (folder) => readdirSync(folder),
  read: (path) => readFileSync(path),
  stat: (path) => {
    const { size, mtimeMs } = statSync(path);
    return { size, mtime: mtimeMs };
  },
};

export interface Line {
  /** Milliseconds. */
  readonly time: number;
  readonly text: string;
  /** What is counted of it; null: it does not match the format. */
  readonly series: { readonly method: string; readonly status: number; readonly bytes: number } | null;
}

/** One life of the log. */
export interface Generation {
  /** Base name; null once it is deleted. */
  name: string | null;
  /** Complete lines that are in the file, or were while it was there. */
  readonly lines: Line[];
  /** Bytes of the file before these lines. */
  skipped: number;
  /** How many of the lines the program has taken; the histories note it here. */
  taken: number;
  /** Lines that were taken, and are on no disk any more. */
  readonly lost: Line[];
  /** All that stands in the file, behind NULs at its head. */
  text: string;
  /** A line of which only the beginning is written. */
  unfinished: { readonly line: Line; readonly rest: string } | null;
  /** A process has it open, and may go on writing. */
  isWritten: boolean;
  /** Bytes of NUL that the next write brings, from a process that goes on at its old place after a truncation. */
  hole: number;
}

export type Naming = "numbers" | "dates";

const liveName = "access.log";

export class WebServer {
  /** Oldest first, the live one last; its file may be missing. */
  readonly generations: Generation[] = [newGeneration()];
  /** Milliseconds; mtimes come from it. */
  clock: number;
  /** How far the mtimes are ahead of it. */
  skew = 0;
  readonly #folder: string;
  readonly #naming: Naming;
  readonly #files: ServerFiles;
  #rotations = 0;

  constructor(folder: string, clock: number, naming: Naming, files: ServerFiles) {
    this.#folder = folder;
    this.clock = clock;
    this.#naming = naming;
    this.#files = files;
  }

  get live(): Generation {
    return this.generations.at(-1)!;
  }

  /** Rotated generations whose files are still there, newest first. */
  get rotated(): Generation[] {
    return this.generations
      .slice(0, -1)
      .filter(({ name }) => name !== null)
      .toReversed();
  }

  /** Writes lines; the last one only in part where `isCut`. */
  write(generation: Generation, lines: readonly Line[], isCut = false): void {
    const { unfinished } = generation;
    if (unfinished) generation.lines.push(unfinished.line);
    const whole = isCut ? lines.slice(0, -1) : lines;
    const torn = isCut ? lines.at(-1) : undefined;
    const cut = torn ? 1 + (torn.text.length >> 1) : 0;
    const text = (unfinished?.rest ?? "") + whole.map((line) => line.text).join("") + (torn?.text.slice(0, cut) ?? "");
    generation.lines.push(...whole);
    generation.unfinished = torn ? { line: torn, rest: torn.text.slice(cut) } : null;
    generation.text += text;
    generation.skipped += generation.hole;
    const file = this.#path(generation);
    this.#files.append(file, Buffer.concat([Buffer.alloc(generation.hole), Buffer.from(text, "latin1")]));
    generation.hole = 0;
    this.#stamp(file);
  }

  finishLine(generation: Generation): void {
    if (generation.unfinished) this.write(generation, []);
  }

  /** The live log gets another name; its processes may go on writing to it. `isMade`: the new one is made at once, empty. */
  rename(isMade: boolean): void {
    this.#makeRoom();
    const old = this.live;
    this.#makeLive();
    old.name = this.#rotatedName();
    this.#files.rename(this.#livePath, this.#path(old));
    this.generations.push(newGeneration());
    if (isMade) this.#put(this.#livePath, "");
  }

  /** The first half of copytruncate. */
  copy(): string {
    this.#makeRoom();
    this.#makeLive();
    this.finishLine(this.live);
    const name = this.#rotatedName();
    this.#put(join(this.#folder, name), this.#files.read(this.#livePath));
    return name;
  }

  /** The second half: the copy is the old generation now. */
  truncate(copy: string, leavesHole: boolean): void {
    const hole = leavesHole ? this.#files.stat(this.#livePath).size : 0;
    this.live.name = copy;
    this.live.isWritten = false;
    this.#files.truncate(this.#livePath, 0);
    this.#stamp(this.#livePath);
    this.generations.push({ ...newGeneration(), hole });
  }

  /** `isStamped`: the compressed file has the time of its making, not that of the log. `meanwhile`: what happens while both files are there. */
  async gzip(generation: Generation, isStamped: boolean, meanwhile: () => Promise<void>): Promise<void> {
    this.finishLine(generation);
    const file = this.#path(generation);
    const { mtime } = this.#files.stat(file);
    const compressed = gzipSync(this.#files.read(file));
    this.#put(`${file}.gz`, compressed.subarray(0, compressed.length >> 1));
    await meanwhile();
    this.#put(`${file}.gz`, compressed);
    if (!isStamped) this.#files.stamp(`${file}.gz`, mtime);
    await meanwhile();
    this.#files.remove(file);
    generation.name += ".gz";
    generation.isWritten = false;
  }

  /** Somebody makes the addresses in a rotated file unreadable: same lines, other bytes, and nobody has it open any more. */
  rewrite(generation: Generation): void {
    const file = this.#path(generation);
    const text = hide(this.#files.read(file).toString("latin1"));
    this.#files.remove(file);
    this.#put(file, Buffer.from(text, "latin1"));
    generation.text = hide(generation.text);
    generation.isWritten = false;
    generation.unfinished = null;
  }

  /** Somebody unpacks a compressed file beside it, to look at it. */
  unpack({ name }: Generation): void {
    const file = join(this.#folder, name!);
    this.#put(file.replace(".gz", ""), gunzipSync(this.#files.read(file)));
  }

  /** The machine crashes, and the last lines of the live log never reach the disk. Answers whether that was possible. */
  crash(lines: number): boolean {
    const { live } = this;
    this.finishLine(live);
    if (live.lines.length <= lines || live.hole > 0) return false;
    const gone = live.lines.splice(-lines);
    live.lost.push(...gone.slice(0, Math.max(0, live.taken - live.lines.length)));
    live.taken = Math.min(live.taken, live.lines.length);
    const file = this.#path(live);
    this.#files.truncate(file, this.#files.stat(file).size - bytesOf(gone));
    live.text = live.text.slice(0, live.text.length - bytesOf(gone));
    this.#stamp(file);
    return true;
  }

  /**
   * Somebody changes a byte of the last line of the live log. Answers whether that can be noticed: what begins with another line is
   * another log, and behind the first 64 KiB only the last bytes are known.
   */
  edit(): boolean {
    const { live } = this;
    const at = live.text.lastIndexOf("HTTP/1.1");
    if (at < live.text.indexOf("\n") || (at >= 64 * 1024 && live.text.length - at > 1000)) return false;
    live.text = `${live.text.slice(0, at)}HTTP/1.0${live.text.slice(at + 8)}`;
    const nuls = this.#files.stat(this.#livePath).size - live.text.length;
    this.#put(this.#livePath, Buffer.from("\0".repeat(nuls) + live.text, "latin1"));
    return true;
  }

  /** Removes the file, and forgets the lines that nobody took. Answers whether there were any. */
  delete(generation: Generation): boolean {
    this.#files.remove(this.#path(generation));
    this.#files.remove(this.#path(generation).replace(".gz", ""));
    generation.name = null;
    generation.unfinished = null;
    return this.#forget(generation);
  }

  /** The live log is emptied without a copy. Answers whether lines were lost that nobody took. */
  empty(): boolean {
    const isLost = this.#forget(this.live);
    this.live.name = null;
    this.live.unfinished = null;
    this.#put(this.#livePath, "");
    this.generations.push(newGeneration());
    return isLost;
  }

  /** Lines of the generation that end before byte `offset` of its content. */
  linesBefore(generation: Generation, offset: number): number {
    let end = generation.skipped;
    return generation.lines.filter(({ text }) => (end += text.length) <= offset).length;
  }

  #forget(generation: Generation): boolean {
    return generation.lines.splice(generation.taken).length > 0;
  }

  get #livePath(): string {
    return join(this.#folder, liveName);
  }

  #path({ name }: Generation): string {
    return join(this.#folder, name!);
  }

  #makeLive(): void {
    if (!this.#files.exists(this.#livePath)) this.#put(this.#livePath, "");
  }

  #put(file: string, content: string | Buffer): void {
    this.#files.write(file, Buffer.from(content));
    this.#stamp(file);
  }

  #stamp(file: string): void {
    this.#files.stamp(file, this.clock + this.skew);
  }

  #rotatedName(): string {
    this.#rotations++;
    return this.#naming === "numbers"
      ? `${liveName}.1`
      : `${liveName}-20260102-${String(this.#rotations).padStart(3, "0")}`;
  }

  /** access.log.2.gz → access.log.3.gz, access.log.1 → access.log.2 */
  #makeRoom(): void {
    if (this.#naming === "dates") return;
    const numbered = this.#files
      .list(this.#folder)
      .map((name) => /^access\.log\.(\d+)(\.gz)?$/.exec(name))
      .filter((match) => match !== null)
      .toSorted((a, b) => Number(b[1]) - Number(a[1]));
    for (const [name, number, ending = ""] of numbered) {
      const next = `${liveName}.${Number(number) + 1}${ending}`;
      this.#files.rename(join(this.#folder, name), join(this.#folder, next));
      for (const generation of this.generations) if (generation.name === name) generation.name = next;
    }
  }
}

const hide = (text: string): string => text.replaceAll("10.0.0.", "10.x.x.");

const bytesOf = (lines: readonly Line[]): number => lines.reduce((sum, { text }) => sum + text.length, 0);

const newGeneration = (): Generation => ({
  name: liveName,
  lines: [],
  skipped: 0,
  taken: 0,
  lost: [],
  text: "",
  unfinished: null,
  isWritten: true,
  hole: 0,
});
