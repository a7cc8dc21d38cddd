// A disk in memory that takes the place of node:fs for the program: fast enough for tens of thousands of histories, and able to
// do what a real one cannot be made to do at will: end the program at its N-th change, and forget what was not synced, as a
// power failure does. The web server's side writes durably; what the program writes is durable once it asked for that.
import type { RmOptions } from "node:fs";
import { basename } from "node:path";
import type { ServerFiles } from "./web-server.ts";

/** Where the program dies: at its N-th change of the disk from now on (0: the next one), before, within or after it. */
export interface Death {
  readonly change: number;
  readonly when: "before" | "within" | "after";
}

/** Stands for a SIGKILL: not an error that the program knows, so that it saves nothing more. */
export class Killed extends Error {}

interface Inode {
  readonly number: number;
  data: Buffer;
  /** What a power failure leaves at least. */
  synced: Buffer;
  mtime: number;
}

const real = process.getBuiltinModule("node:fs");
const { O_CREAT, O_EXCL } = real.constants;

/** Real ones are smaller. */
const firstDescriptor = 1_000_000;

/** The one of this process: modules are replaced for a whole test file. */
export const disk = new (class SimulatedDisk {
  /** The mtime of what is written, milliseconds. */
  now = 0;
  /** See Death; null: it lives. */
  death: Death | null = null;
  #isDead = false;
  #folder = "";
  readonly #files = new Map<string, Inode>();
  /** By descriptor; null: the folder. */
  readonly #open = new Map<number, Inode | null>();
  /** How to take back the program's changes of the folder that are not synced, oldest first. */
  #journal: (() => void)[] = [];
  /** Inode numbers that can be given again: a real file system does so at once. */
  #free: number[] = [];
  #lastNumber = 0;
  #lastDescriptor = firstDescriptor;

  /** An empty folder, nobody is dead. */
  format(folder: string): void {
    this.#folder = folder;
    this.#files.clear();
    [this.#journal, this.#free, this.#lastNumber] = [[], [], 0];
    this.revive();
  }

  /** The next process starts on what the dead one left. */
  revive(): void {
    this.#open.clear();
    this.#isDead = false;
    this.death = null;
  }

  /** Descriptors that the program did not close. */
  get leftOpen(): number {
    return this.#open.size;
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  kill(): void {
    this.#isDead = true;
  }

  /** Of what was not synced, each file keeps more or less, and the folder its first changes. `dice`: 0 to 1, without 1. */
  failPower(dice: () => number): void {
    for (const inode of new Set(this.#files.values())) {
      const { data, synced } = inode;
      if (data === synced) continue;
      const least = data.subarray(0, synced.length).equals(synced) ? synced.length : 0;
      const kept = least + Math.floor(dice() * (data.length - least + 1));
      inode.data = inode.synced = Buffer.from(data.subarray(0, kept));
    }
    const kept = Math.floor(dice() * (this.#journal.length + 1));
    for (const undo of this.#journal.slice(kept).toReversed()) undo();
    this.#journal = [];
  }

  /** What the web server and its logrotate see; durable at once. */
  readonly server: ServerFiles = {
    append: (path, data) => this.#persist(this.#put(this.#files.get(path) ?? this.#make(path), data)),
    write: (path, data) => {
      const inode = this.#files.get(path) ?? this.#make(path);
      inode.data = empty;
      this.#persist(this.#put(inode, data));
    },
    truncate: (path, size) => this.#persist(this.#cut(this.#at(path), size)),
    rename: (from, to) => this.#move(from, to),
    remove: (path) => {
      const inode = this.#files.get(path);
      if (inode) this.#free.push(inode.number);
      this.#files.delete(path);
    },
    stamp: (path, ms) => void (this.#at(path).mtime = ms),
    exists: (path) => this.#files.has(path),
    list: () => this.#list(),
    read: (path) => this.#at(path).data,
    stat: (path) => {
      const { data, mtime } = this.#at(path);
      return { size: data.length, mtime };
    },
  };

  /** In place of node:fs: as much as the program calls of it. Other folders are real. */
  readonly synchronous = {
    openSync: (path: string, flags: string | number, mode?: number): number =>
      this.#holds(path) ? this.#openPath(path, flags) : real.openSync(path, flags, mode),
    closeSync: (fd: number): void => (this.#isOwn(fd) ? this.#close(fd) : real.closeSync(fd)),
    fstatSync: (fd: number) => (this.#isOwn(fd) ? this.#living(() => statsOf(this.#opened(fd))) : real.fstatSync(fd)),
    readSync: (fd: number, buffer: Buffer, at: number, length: number, position: number): number =>
      this.#isOwn(fd)
        ? this.#living(() => readInto(this.#opened(fd), buffer, at, length, position))
        : real.readSync(fd, buffer, at, length, position),
    readFileSync: (file: string | number, encoding?: BufferEncoding): Buffer | string =>
      typeof file === "number" && this.#isOwn(file)
        ? this.#living(() => textOf(this.#opened(file).data, encoding))
        : real.readFileSync(file, encoding),
    appendFileSync: (file: string | number, text: string | Buffer): void => {
      if (typeof file !== "number" || !this.#isOwn(file)) return real.appendFileSync(file, text);
      const data = Buffer.from(text);
      this.#change(
        () => void this.#put(this.#opened(file), data),
        () => void this.#put(this.#opened(file), data.subarray(0, data.length >> 1)),
      );
    },
    ftruncateSync: (fd: number, size: number): void => this.#change(() => void this.#cut(this.#opened(fd), size)),
    rmSync: (path: string, options?: RmOptions): void => {
      if (path === this.#folder || !this.#holds(path)) return real.rmSync(path, options);
      if (this.#living(() => this.#files.has(path))) this.#changeFolder([path], () => void this.#files.delete(path));
    },
    fsync: (fd: number, done: (error: unknown) => void): void => this.#sync(fd, done),
    fdatasync: (fd: number, done: (error: unknown) => void): void => this.#sync(fd, done),
  };

  /** In place of node:fs/promises: as much as the program calls of it. */
  readonly promises = {
    open: async (path: string, flags: string | number = "r") => this.#handle(this.#openPath(path, flags)),
    readFile: async (path: string, encoding?: BufferEncoding) =>
      this.#living(() => textOf(this.#at(path).data, encoding)),
    stat: async (path: string) => this.#living(() => statsOf(this.#at(path))),
    access: async (path: string) => this.#living(() => void (path === this.#folder || this.#at(path))),
    readdir: async () => this.#living(() => this.#list()),
    realpath: async (path: string) => this.#living(() => (path === this.#folder || this.#at(path), path)),
    readlink: async (path: string) => this.#living(() => raise("EINVAL", path)),
    rename: async (from: string, to: string) => this.#changeFolder([from, to], () => this.#move(from, to)),
    utimes: async (path: string, _: number, mtime: number) =>
      this.#change(() => void (this.#at(path).mtime = mtime * 1000)),
  };

  #holds(path: string): boolean {
    return path === this.#folder || path.startsWith(`${this.#folder}/`);
  }

  #isOwn(fd: number): boolean {
    return fd > firstDescriptor;
  }

  #close(fd: number): void {
    if (!this.#open.delete(fd) && !this.#isDead) raise("EBADF", String(fd));
  }

  #opened(fd: number): Inode {
    return this.#open.get(fd) ?? raise("EBADF", String(fd));
  }

  #openPath(path: string, flags: string | number): number {
    const isFolder = path === this.#folder;
    const isMaking = typeof flags === "string" ? flags.startsWith("a") : (flags & O_CREAT) > 0;
    if (typeof flags === "number" && (flags & O_EXCL) > 0 && this.#files.has(path)) raise("EEXIST", path);
    if (isMaking && !this.#living(() => this.#files.has(path))) this.#changeFolder([path], () => void this.#make(path));
    const fd = ++this.#lastDescriptor;
    this.#open.set(fd, isFolder ? null : this.#living(() => this.#at(path)));
    return fd;
  }

  #sync(fd: number, done: (error: unknown) => void): void {
    try {
      this.#change(() => {
        if (this.#open.get(fd) === null) this.#journal = [];
        else this.#persist(this.#opened(fd));
      });
    } catch (error) {
      return done(error);
    }
    done(null);
  }

  #handle(fd: number) {
    const inode = this.#opened(fd);
    const read = (buffer: Buffer, at: number, length: number, position: number) => ({
      bytesRead: this.#living(() => readInto(inode, buffer, at, length, position)),
      buffer,
    });
    return {
      fd,
      close: async (): Promise<void> => this.#close(fd),
      stat: async () => this.#living(() => statsOf(inode)),
      read: async (to: Buffer | { buffer: Buffer; position: number }, at = 0, length = 0, position = 0) =>
        Buffer.isBuffer(to) ? read(to, at, length, position) : read(to.buffer, 0, to.buffer.length, to.position),
      readLines: () => this.#living(() => linesOf(inode.data)),
      datasync: async () => this.#change(() => this.#persist(inode)),
    };
  }

  /** A change that the program makes, and may die of. */
  #change(apply: () => void, applyHalf: () => void = () => {}): void {
    this.#living(() => {
      if (this.death?.change !== 0) {
        if (this.death) this.death = { ...this.death, change: this.death.change - 1 };
        return apply();
      }
      this.#isDead = true;
      if (this.death.when === "after") apply();
      if (this.death.when === "within") applyHalf();
      throw new Killed();
    });
  }

  #changeFolder(paths: readonly string[], apply: () => void): void {
    this.#change(() => {
      const before = paths.map((path) => [path, this.#files.get(path)] as const);
      apply();
      this.#journal.push(() => {
        for (const [path, inode] of before)
          if (inode) this.#files.set(path, inode);
          else this.#files.delete(path);
      });
    });
  }

  #living<T>(act: () => T): T {
    if (this.#isDead) throw new Killed();
    return act();
  }

  #at(path: string): Inode {
    return this.#files.get(path) ?? raise("ENOENT", path);
  }

  #make(path: string): Inode {
    const number = this.#free.pop() ?? ++this.#lastNumber;
    const inode: Inode = { number, data: empty, synced: empty, mtime: this.now };
    this.#files.set(path, inode);
    return inode;
  }

  #put(inode: Inode, data: Buffer): Inode {
    inode.data = Buffer.concat([inode.data, data]);
    inode.mtime = this.now;
    return inode;
  }

  #cut(inode: Inode, size: number): Inode {
    inode.data = inode.data.subarray(0, size);
    inode.synced = inode.synced.subarray(0, size); // what was synced before the cut stays
    inode.mtime = this.now;
    return inode;
  }

  #persist(inode: Inode): void {
    inode.synced = inode.data;
  }

  #move(from: string, to: string): void {
    const inode = this.#at(from);
    this.#files.delete(from);
    this.#files.set(to, inode);
  }

  #list(): string[] {
    return Array.from(this.#files.keys(), (path) => basename(path));
  }
})();

const empty = Buffer.alloc(0);

function raise(code: string, path: string): never {
  throw Object.assign(new Error(`${code}: ${path}`), { code });
}

const textOf = (data: Buffer, encoding?: BufferEncoding): Buffer | string =>
  encoding ? data.toString(encoding) : data;

const statsOf = ({ number, data, mtime }: Inode) => ({
  size: data.length,
  mtimeMs: mtime,
  ino: number,
  isFile: () => true,
  isDirectory: () => false,
  isFIFO: () => false,
  isCharacterDevice: () => false,
});

async function* linesOf(data: Buffer): AsyncGenerator<string> {
  for (let start = 0, end = 0; start < data.length; start = end + 1) {
    end = data.indexOf(10, start);
    if (end < 0) end = data.length;
    yield data.toString("utf8", start, end);
  }
}

function readInto({ data }: Inode, buffer: Buffer, at: number, length: number, position: number): number {
  return position >= data.length ? 0 : data.copy(buffer, at, position, Math.min(data.length, position + length));
}
