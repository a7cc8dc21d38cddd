// `l2i report`: one page of logs, for a browser.
import { randomUUID } from "node:crypto";
import { chmod, type FileHandle, open, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { chooseFormat } from "../chosen-format.ts";
import { exitCode, L2iError, systemCode } from "../errors.ts";
import { troubleOf } from "../file-trouble.ts";
import { invocationFromWords } from "../invocation/load-words.ts";
import { realPath } from "../log/candidates.ts";
import { visible } from "../printable.ts";
import { report as countReport } from "../report.ts";
import { isPage, pageOf } from "../report/page.ts";
import { downloadFolder } from "../report/pipelines.ts";
import type { ReportFlags } from "./flags.ts";
import { machine } from "./invocations.ts";
import { createLogger } from "./logger.ts";
import { between } from "./moment.ts";
import { counted } from "./text.ts";

export async function report(logs: readonly string[], { downloads, ...flags }: ReportFlags): Promise<number> {
  const log = await createLogger(flags);
  // What to read, how, and where to write is said as to `load`, and checked as there.
  const invocation = invocationFromWords("requests", logs, flags, machine(process.cwd()));
  const path = await goalOf(flags.out);
  const { format } = await chooseFormat(invocation);
  const order = {
    ...invocation,
    chosenFormat: format,
    between: between(flags),
    downloadFolder: downloadFolder(downloads),
  };
  const data = await countReport(order, { now: Date.now, log, stdin: process.stdin });
  const page = pageOf(data);
  if (path === null) process.stdout.write(page);
  else await write(path, page);
  if (path !== null && !flags.quiet)
    process.stdout.write(
      visible(
        `${flags.out}: ${counted(data.lines, "line")} of ${counted(data.files, "file")}, ${data.rejected} rejected\n`,
      ),
    );
  return exitCode.ok;
}

/** Where the page goes; null: to standard output. */
async function goalOf(out: string | undefined): Promise<string | null> {
  if (out !== undefined && out !== "-") {
    const path = await realPath(out);
    await refuseOther(path, out);
    return path;
  }
  if (out === undefined && process.stdout.isTTY)
    throw new L2iError("usage", "say where the page is to go: -o report.html, or -o - for standard output");
  return null;
}

/** Whoever forgets the name behind -o must not lose a log. */
async function refuseOther(path: string, out: string): Promise<void> {
  const stats = await stat(path).catch(() => null);
  if (!stats?.isFile() || stats.size === 0) return;
  const file = await open(path).catch(() => null);
  if (!file) return; // what is wrong with it, writing tells
  try {
    if (!isPage(await beginningOf(file)))
      throw new L2iError("usage", `${out} is there already, and is no report; name another file, or remove it`);
  } finally {
    await file.close();
  }
}

async function beginningOf(file: FileHandle): Promise<string> {
  const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(1024), position: 0 });
  return buffer.toString("latin1", 0, bytesRead);
}

/** Whoever looks meanwhile sees the old page or the new one; but a pipe or a device cannot be replaced. */
async function write(path: string, page: string): Promise<void> {
  const stats = await stat(path).catch(() => null);
  try {
    if (stats && !stats.isFile()) return await writeFile(path, page);
    await replace(path, page, stats?.mode);
  } catch (cause) {
    if (systemCode(cause) === undefined) throw cause;
    throw new L2iError("store", `cannot write to ${path}: ${troubleOf(cause)}`, { cause });
  }
}

/**
 * Through a file of a name that nobody has, which lets nobody read more than the page that it replaces; whoever may make none in the
 * folder writes over that page.
 */
async function replace(path: string, page: string, mode?: number): Promise<void> {
  const temporary = join(dirname(path), `.l2i-report-${randomUUID()}`);
  try {
    await writeFile(temporary, page, { flag: "wx", ...(mode !== undefined && { mode }) });
    if (mode !== undefined) await chmod(temporary, mode); // what the umask took away
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {}); // why the page cannot be written is what is to be said
    if (systemCode(error) === "EACCES" && mode !== undefined) return writeFile(path, page);
    throw error;
  }
}
