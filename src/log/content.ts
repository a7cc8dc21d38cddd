// One opened file of a log, plain or compressed, read as what it holds. All is decided on the descriptor that was opened
// once, so that a rename in the middle of a run changes nothing.
import { spawn } from "node:child_process";
import { constants, readSync, type Stats } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { basename, extname } from "node:path";
import { pipeline, type Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { L2iError, systemCode } from "../errors.ts";
import { troubleOf } from "../file-trouble.ts";
import { headLength } from "./identity.ts";

/** What `stat` says of a file, compressed or not: a hint that it is unchanged, never its identity. */
interface FileStat {
  /** Bytes on disk. */
  readonly size: number;
  /** Milliseconds since 1970, with fraction. */
  readonly mtime: number;
  readonly inode: number;
}

/** Reads on from where the last call stopped, like read(2). */
export interface ByteReader {
  /** Puts up to `length` bytes into `buffer` at `at` and answers how many; 0 is the end. */
  read(buffer: Buffer, at: number, length: number): Promise<number>;
  /** Why a compressed file ended before its end; null where it did not, or not yet. */
  readonly damage: string | null;
  /** How far the file was read on disk, in bytes: compressed ones, where it is. */
  readonly onDisk: number;
  close(): void;
}

/** An opened file, as far as its bytes are read at their places. */
export interface OpenFile {
  readonly fd: number;
  read(wanted: { buffer: Buffer; position: number }): Promise<{ readonly bytesRead: number; readonly buffer: Buffer }>;
}

export interface Content {
  readonly path: string;
  /** Base name. */
  readonly name: string;
  readonly compressed: boolean;
  /** It can be read but once, from its beginning: standard input. */
  readonly once: boolean;
  /** The descriptor, good until it is closed, in every thread; null where it can be read but once. */
  readonly fd: number | null;
  readonly stat: FileStat;
  /** Index of the first byte that is not NUL: a log truncated under a writer that goes on at its old place begins with NULs. */
  readonly start: number;
  /** The first 64 KiB from `start` on, as they were when the file was opened. */
  readonly head: Buffer;
  /** Why a compressed file ends within the head; null where it does not. */
  readonly damage: string | null;
  /** Reads from byte `offset` on; a plain file ends where it ended when it was opened. */
  readFrom(offset: number): Promise<ByteReader>;
  close(): Promise<void>;
}

/** Opens a log file; null where there is none. The ending of its name says how it is compressed. */
export async function openContent(path: string): Promise<Content | null> {
  const file = await openFile(path);
  if (!file) return null;
  try {
    const stat = await file.stat();
    if (!stat.isFile())
      throw new L2iError("log", `${path} is not a regular file; name the log file itself, or pipe it to "-"`);
    const readFrom = (offset: number): Promise<ByteReader> => readerOf(file, path, stat.size, offset);
    const beginning = await readFrom(0);
    return {
      path,
      name: basename(path),
      compressed: isCompressed(path),
      once: false,
      fd: file.fd,
      stat: fileStat(stat),
      ...(await readHead(beginning)),
      damage: beginning.damage,
      readFrom,
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Reads what a file holds from byte `offset` on, decompressed. A plain one ends at `size`. */
export async function readerOf(file: OpenFile, path: string, size: number, offset: number): Promise<ByteReader> {
  const decompress = decompressors[extname(path)];
  if (!decompress) return plainReader(file, path, offset, size);
  const compressed = new CompressedBytes(file, path);
  return skip(streamReader(decompress(compressed, path), path, compressed), offset);
}

export const isCompressed = (path: string): boolean => decompressors[extname(path)] !== undefined;

export const fileStat = ({ size, mtimeMs, ino }: Stats): FileStat => ({ size, mtime: mtimeMs, inode: ino });

/** Standard input as a content. It can be read once, from its beginning. */
export async function openStream(stream: Readable): Promise<Content> {
  const path = "standard input";
  const reader = streamReader(stream, path, { position: 0 });
  const { start, head } = await skipToHead(reader);
  let rest = head;
  const replayed: ByteReader = {
    damage: null,
    onDisk: 0,
    async read(target, at, length) {
      if (rest.length === 0) return reader.read(target, at, length);
      const copied = rest.copy(target, at, 0, length);
      rest = rest.subarray(copied);
      return copied;
    },
    close: () => reader.close(),
  };
  return {
    path,
    name: "stdin",
    compressed: true, // its size is not known either
    once: true,
    fd: null,
    stat: { size: 0, mtime: 0, inode: 0 },
    start,
    head,
    damage: null,
    readFrom: async () => replayed,
    close: async () => {},
  };
}

/** Reads up to `length` bytes at `offset` of the content; fewer only where it ends before. */
export async function readAt(content: Pick<Content, "readFrom">, offset: number, length: number): Promise<Buffer> {
  if (length === 0) return Buffer.alloc(0);
  const reader = await content.readFrom(offset);
  try {
    const buffer = Buffer.alloc(length);
    return buffer.subarray(0, await readFully(reader, buffer, 0, length));
  } finally {
    reader.close();
  }
}

/** Offset behind the last line end of the content, or its start where it has none. */
export async function lastLineEnd(content: Content): Promise<number> {
  return content.compressed ? lastLineEndForwards(content) : lastLineEndBackwards(content);
}

async function lastLineEndBackwards(content: Content): Promise<number> {
  for (let end = content.stat.size; end > content.start;) {
    const begin = Math.max(content.start, end - headLength);
    const found = (await readAt(content, begin, end - begin)).lastIndexOf(10);
    if (found >= 0) return begin + found + 1;
    end = begin;
  }
  return content.start;
}

async function lastLineEndForwards(content: Content): Promise<number> {
  const reader = await content.readFrom(0);
  const buffer = Buffer.alloc(headLength);
  let lineEnd = content.start;
  try {
    for (let at = 0; ;) {
      const read = await reader.read(buffer, 0, buffer.length);
      if (read === 0) return lineEnd;
      const found = buffer.subarray(0, read).lastIndexOf(10);
      if (found >= 0) lineEnd = at + found + 1;
      at += read;
    }
  } finally {
    reader.close();
  }
}

async function openFile(path: string): Promise<FileHandle | null> {
  try {
    // O_NONBLOCK: opening a FIFO must not wait for its writer; it is refused afterwards.
    return await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (systemCode(error) === "ENOENT") return null;
    throw unreadable(path, error);
  }
}

const unreadable = (path: string, cause: unknown): L2iError =>
  new L2iError("log", `${path} cannot be read: ${troubleOf(cause)}`, { cause });

/** Decompressed bytes, from the beginning; throws where the compressed ones are cut short or broken. */
type Decompress = (bytes: CompressedBytes, path: string) => AsyncIterable<Buffer>;

const decompressors: { readonly [ending: string]: Decompress } = {
  ".gz": (bytes) => {
    const gunzip = createGunzip();
    pipeline(bytes, gunzip, () => {}); // an error reaches whoever reads from gunzip
    return gunzip;
  },
  ".zst": (bytes, path) => throughTool("zstd", bytes, path),
  ".xz": (bytes, path) => throughTool("xz", bytes, path),
  ".bz2": (bytes, path) => throughTool("bzip2", bytes, path),
};

/** The bytes on disk, read at their places: a file may be read several times, and its stream would close the descriptor. */
class CompressedBytes {
  position = 0;
  readonly #file: OpenFile;
  readonly #path: string;

  constructor(file: OpenFile, path: string) {
    this.#file = file;
    this.#path = path;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    for (;;) {
      const { bytesRead, buffer } = await this.#file
        .read({ buffer: Buffer.allocUnsafe(headLength), position: this.position })
        .catch((cause) => Promise.reject(unreadable(this.#path, cause)));
      if (bytesRead === 0) return;
      this.position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }
}

/** Characters of what a tool says. */
const mostOfComplaint = 500;

async function* throughTool(tool: string, bytes: CompressedBytes, path: string): AsyncGenerator<Buffer> {
  const child = spawn(tool, ["-dc"], { stdio: ["pipe", "pipe", "pipe"] });
  let complaint = "";
  child.stderr.on("data", (text) => (complaint = `${complaint}${text}`.trimStart().slice(0, mostOfComplaint)));
  const ended = new Promise<number | Error | null>((resolve) => child.on("error", resolve).on("close", resolve));
  let fault: unknown = null;
  pipeline(bytes, child.stdin, (error) => void (fault = error));
  try {
    yield* child.stdout;
    const outcome = await ended;
    if (outcome instanceof Error)
      throw new L2iError("log", `${path}: cannot start the program ${tool} to read it; install it`, { cause: outcome });
    if (fault instanceof L2iError) throw fault; // anything else that goes wrong there, the exit code tells
    if (outcome !== 0) throw new Damage(complaint.split("\n", 1)[0] || `${tool} ended with code ${outcome}`);
  } finally {
    child.kill();
  }
}

/** Compressed bytes that end early or make no sense. */
class Damage extends Error {}

const isDamage = (error: unknown): error is Error =>
  error instanceof Damage || (error instanceof Error && "code" in error && String(error.code).startsWith("Z_"));

function plainReader(file: OpenFile, path: string, offset: number, end: number): ByteReader {
  let position = offset;
  return {
    damage: null,
    get onDisk() {
      return position;
    },
    // Synchronous: handing 64 KiB to a thread and back cost a fifth of the whole time, and nothing else waits.
    async read(buffer, at, length) {
      try {
        const bytesRead = readSync(file.fd, buffer, at, Math.max(0, Math.min(length, end - position)), position);
        position += bytesRead;
        return bytesRead;
      } catch (error) {
        throw unreadable(path, error);
      }
    },
    close() {},
  };
}

function streamReader(source: AsyncIterable<Buffer>, path: string, disk: { readonly position: number }): ByteReader {
  const chunks = source[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);
  let damage: string | null = null;
  const next = async (): Promise<Buffer> => {
    try {
      const { value, done } = await chunks.next();
      return done ? Buffer.alloc(0) : value;
    } catch (error) {
      if (error instanceof L2iError) throw error;
      if (!isDamage(error)) throw unreadable(path, error);
      damage = error.message;
      return Buffer.alloc(0);
    }
  };
  return {
    get damage() {
      return damage;
    },
    get onDisk() {
      return disk.position;
    },
    // As many as were asked for, so that how the bytes came makes no difference.
    async read(buffer, at, length) {
      let have = 0;
      while (have < length) {
        if (rest.length === 0 && damage === null) rest = await next();
        if (rest.length === 0) break;
        const copied = rest.copy(buffer, at + have, 0, length - have);
        rest = rest.subarray(copied);
        have += copied;
      }
      return have;
    },
    close: () => void chunks.return?.(),
  };
}

async function skip(reader: ByteReader, bytes: number): Promise<ByteReader> {
  const sink = Buffer.alloc(Math.min(bytes, headLength));
  for (let left = bytes; left > 0;) {
    const read = await reader.read(sink, 0, Math.min(left, sink.length));
    if (read === 0) break;
    left -= read;
  }
  return reader;
}

async function readFully(reader: ByteReader, buffer: Buffer, at: number, length: number): Promise<number> {
  let have = 0;
  while (have < length) {
    const read = await reader.read(buffer, at + have, length - have);
    if (read === 0) break;
    have += read;
  }
  return have;
}

const zeros = Buffer.alloc(headLength);

/** Index of the first byte that is not NUL, or -1. A hole of gigabytes is passed at the speed of memory. */
function firstNonZero(bytes: Buffer): number {
  return bytes.equals(zeros.subarray(0, bytes.length)) ? -1 : bytes.findIndex((byte) => byte !== 0);
}

async function readHead(reader: ByteReader): Promise<Pick<Content, "start" | "head">> {
  try {
    return await skipToHead(reader);
  } finally {
    reader.close();
  }
}

/** Reads past leading NULs, and the first 64 KiB behind them. */
async function skipToHead(reader: ByteReader): Promise<Pick<Content, "start" | "head">> {
  const head = Buffer.alloc(headLength);
  for (let passed = 0; ; passed += headLength) {
    const read = await readFully(reader, head, 0, headLength);
    const first = firstNonZero(head.subarray(0, read));
    if (first >= 0) {
      head.copyWithin(0, first, read);
      const more = await readFully(reader, head, read - first, first);
      const length = read - first + more;
      // Of a short one a copy: a folder may hold thousands, and all of them are kept.
      return { start: passed + first, head: length < headLength ? Buffer.from(head.subarray(0, length)) : head };
    }
    if (read < headLength) return { start: passed + read, head: Buffer.alloc(0) };
  }
}
