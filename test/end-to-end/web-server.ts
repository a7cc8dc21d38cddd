// A web server and its logrotate, as the histories in laws.test.ts need them: it knows every line that it logged, in which
// generation of the log the line lies, and under which name that generation goes. The mtimes are of its own clock.
import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";

export interface Line {
  /** Milliseconds. */
  readonly time: number;
  readonly text: string;
  /** What is counted of it; null: it does not match the format. */
  readonly series: { readonly method: string; readonly status: number; readonly bytes: number } | null;
}

/** One life of the log. */
interface Generation {
  /** Base name; null once it is deleted. */
  name: string | null;
  /** Complete lines. */
  readonly lines: Line[];
  /** How many of them the program has taken; the histories note it here. */
  taken: number;
  /** A line of which only the beginning is written. */
  unfinished: { readonly line: Line; readonly rest: string } | null;
  /** A process has it open, and may go on writing. */
  isWritten: boolean;
  /** Lines that were taken are on no disk any more. */
  isCut: boolean;
  /** Bytes of NUL that the next write brings, from a process that goes on at its old place after a truncation. */
  hole: number;
}

export type Naming = "numbers" | "dates";

const liveName = "access.log";

export class WebServer {
  /** Oldest first, the live one last; it has no file while `isMissing`. */
  readonly generations: Generation[] = [newGeneration()];
  /** Milliseconds; mtimes come from it. */
  clock: number;
  readonly #folder: string;
  readonly #naming: Naming;
  #rotations = 0;

  constructor(folder: string, clock: number, naming: Naming) {
    this.#folder = folder;
    this.clock = clock;
    this.#naming = naming;
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
    const file = this.#path(generation);
    appendFileSync(file, Buffer.concat([Buffer.alloc(generation.hole), Buffer.from(text, "latin1")]));
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
    if (!existsSync(join(this.#folder, liveName))) this.#touch(liveName);
    old.name = this.#rotatedName();
    renameSync(join(this.#folder, liveName), join(this.#folder, old.name));
    this.generations.push(newGeneration());
    if (isMade) this.#touch(liveName);
  }

  /** The first half of copytruncate. */
  copy(): string {
    this.#makeRoom();
    if (!existsSync(join(this.#folder, liveName))) this.#touch(liveName);
    this.finishLine(this.live);
    const name = this.#rotatedName();
    writeFileSync(join(this.#folder, name), readFileSync(join(this.#folder, liveName)));
    this.#stamp(join(this.#folder, name));
    return name;
  }

  /** The second half: the copy is the old generation now. */
  truncate(copy: string, leavesHole: boolean): void {
    const file = join(this.#folder, liveName);
    const hole = leavesHole ? statSync(file).size : 0;
    this.live.name = copy;
    this.live.isWritten = false;
    truncateSync(file);
    this.#stamp(file);
    this.generations.push({ ...newGeneration(), hole });
  }

  /** `isStamped`: the compressed file has the time of its making, not that of the log. `meanwhile`: what happens while both files are there. */
  async gzip(generation: Generation, isStamped: boolean, meanwhile: () => Promise<void>): Promise<void> {
    this.finishLine(generation);
    const file = this.#path(generation);
    const { mtime } = statSync(file);
    const compressed = gzipSync(readFileSync(file));
    writeFileSync(`${file}.gz`, compressed.subarray(0, compressed.length >> 1));
    this.#stamp(`${file}.gz`);
    await meanwhile();
    writeFileSync(`${file}.gz`, compressed);
    if (isStamped) this.#stamp(`${file}.gz`);
    else utimesSync(`${file}.gz`, mtime, mtime);
    await meanwhile();
    rmSync(file);
    generation.name += ".gz";
    generation.isWritten = false;
  }

  /** Somebody makes the addresses in a rotated file unreadable: same lines, other bytes, and nobody has it open any more. */
  rewrite(generation: Generation): void {
    const file = this.#path(generation);
    const text = readFileSync(file, "latin1").replaceAll("10.0.0.", "10.x.x.");
    rmSync(file);
    writeFileSync(file, text, "latin1");
    this.#stamp(file);
    generation.isWritten = false;
    generation.unfinished = null;
  }

  /** Somebody unpacks a compressed file beside it, to look at it. */
  unpack({ name }: Generation): void {
    const file = join(this.#folder, name!.replace(".gz", ""));
    writeFileSync(file, gunzipSync(readFileSync(join(this.#folder, name!))));
    this.#stamp(file);
  }

  /** The machine crashes, and the last lines of the live log never reach the disk. Answers whether one of them had been taken. */
  crash(lines: number): boolean {
    const { live } = this;
    this.finishLine(live);
    if (live.lines.length <= lines || live.isCut || live.hole > 0) return false;
    const lost = live.lines.splice(-lines);
    const isTaken = live.taken > live.lines.length;
    const file = this.#path(live);
    truncateSync(file, statSync(file).size - lost.reduce((sum, { text }) => sum + text.length, 0));
    this.#stamp(file);
    live.lines.push(...lost.slice(0, Math.max(0, live.taken - live.lines.length)));
    return (live.isCut = isTaken);
  }

  /** Removes the file, and forgets the lines that nobody took. Answers whether there were any. */
  delete(generation: Generation): boolean {
    rmSync(this.#path(generation), { force: true });
    rmSync(this.#path(generation).replace(".gz", ""), { force: true });
    generation.name = null;
    generation.unfinished = null;
    return this.#forget(generation);
  }

  /** The live log is emptied without a copy. Answers whether lines were lost that nobody took. */
  empty(): boolean {
    const isLost = this.#forget(this.live);
    this.live.name = null;
    this.live.unfinished = null;
    writeFileSync(join(this.#folder, liveName), "");
    this.#stamp(join(this.#folder, liveName));
    this.generations.push(newGeneration());
    return isLost;
  }

  #forget(generation: Generation): boolean {
    return generation.lines.splice(generation.taken).length > 0;
  }

  #path({ name }: Generation): string {
    return join(this.#folder, name!);
  }

  #touch(name: string): void {
    writeFileSync(join(this.#folder, name), "");
    this.#stamp(join(this.#folder, name));
  }

  #stamp(file: string): void {
    utimesSync(file, this.clock / 1000, this.clock / 1000);
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
    const numbered = readdirSync(this.#folder)
      .map((name) => /^access\.log\.(\d+)(\.gz)?$/.exec(name))
      .filter((match) => match !== null)
      .toSorted((a, b) => Number(b[1]) - Number(a[1]));
    for (const [name, number, ending = ""] of numbered) {
      const next = `${liveName}.${Number(number) + 1}${ending}`;
      renameSync(join(this.#folder, name), join(this.#folder, next));
      for (const generation of this.generations) if (generation.name === name) generation.name = next;
    }
  }
}

const newGeneration = (): Generation => ({
  name: liveName,
  lines: [],
  taken: 0,
  unfinished: null,
  isWritten: true,
  isCut: false,
  hole: 0,
});
