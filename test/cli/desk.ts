// A folder in which a person works: a log made of lines of our fixtures, a multibrain, brainfiles, points.
import { createHash } from "node:crypto";
import {
  appendFileSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { l2i, type Result, type Surroundings } from "./program.ts";

/** 288 lines of a real Apache httpd, the combined format. */
export const combined: readonly string[] = linesOf("apache-combined.log");

export function linesOf(fixture: string): string[] {
  return readFileSync(join("fixtures/logs", fixture), "utf8").match(/.*\n/g) ?? [];
}

export class Desk {
  readonly folder = mkdtempSync(join(tmpdir(), "l2i-desk-"));

  path(name: string): string {
    return join(this.folder, name);
  }

  write(name: string, content: string | Buffer | object): this {
    const isJson = typeof content === "object" && !Buffer.isBuffer(content);
    writeFileSync(this.path(name), isJson ? JSON.stringify(content) : content);
    return this;
  }

  append(name: string, content: string): this {
    appendFileSync(this.path(name), content);
    return this;
  }

  read(name: string): string {
    return readFileSync(this.path(name), "utf8");
  }

  remove(name: string): this {
    rmSync(this.path(name));
    return this;
  }

  has(name: string): boolean {
    return existsSync(this.path(name));
  }

  /** The first lines of the combined log, as access.log. */
  log(lines: number = combined.length): this {
    return this.write("access.log", combined.slice(0, lines).join(""));
  }

  /** The lines again and again until the log is beyond the first 64 KiB, by which it is known. */
  longLog(): this {
    return this.write("access.log", [...combined, ...combined, ...combined].join(""));
  }

  /** Changes what was read, beyond the first 64 KiB, and leaves the length. */
  editInPlace(): this {
    const text = this.read("access.log");
    return this.write("access.log", text.slice(0, 70_000) + text.slice(70_000).replaceAll("127.", "128."));
  }

  /** One invocation over access.log into out.lp, besides what is given. */
  multibrain(options: object = {}): this {
    const entry = { pipeline: "requests", log: "access.log", brainfile: "brain.json", out: "out.lp", host: "desk" };
    return this.write("multibrain.json", [{ ...entry, ...options }]);
  }

  /** Runs the program here. */
  l2i(words: readonly string[], surroundings: Surroundings = {}): Promise<Result> {
    return l2i(words, { cwd: this.folder, ...surroundings });
  }

  run(...words: string[]): Promise<Result> {
    return this.l2i(["run", ...words, "multibrain.json"]);
  }

  /** What a brainfile's header says. */
  brain(name = "brain.json"): Record<string, unknown> {
    return JSON.parse(this.read(name).split("\n")[0]!);
  }

  /** The counts in out.lp, the last of each point, without the loader's own. */
  counted(name = "out.lp"): number {
    const points = this.read(name)
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("l2i_run,"))
      .map((line) => [line.replace(/ count=\S+/, ""), Number(/ count=(\d+)i/.exec(line)?.[1])] as const);
    return [...new Map(points).values()].reduce((sum, count) => sum + count, 0);
  }

  /** Everything that can be known of every file, so that "touches nothing" can be shown. */
  snapshot(): string[] {
    return readdirSync(this.folder, { recursive: true, encoding: "utf8" })
      .toSorted()
      .map((name) => {
        const stats = lstatSync(this.path(name));
        const hash = stats.isFile()
          ? createHash("sha256")
              .update(readFileSync(this.path(name)))
              .digest("hex")
          : "";
        return [name, stats.ino, stats.mode, stats.size, stats.mtimeMs, stats.ctimeMs, hash].join(" ");
      });
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
