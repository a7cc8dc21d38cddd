// Makes a replay case of what somebody tried by hand: the rule, the lines, and the points that come out.
import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { L2iError, reasonOf, systemCode } from "../errors.ts";
import { silent } from "../logger.ts";
import { play, saveExpected } from "../replay.ts";
import type { Invocation } from "../invocation/invocation.ts";
import type { RuleFile } from "../pipeline/rule-module.ts";
import type { Records } from "./records.ts";
import type { ReadyPipeline } from "./ready.ts";

/** How the lines are read. */
export type HowToRead = Pick<Invocation, "field" | "schema" | "timezone">;

export interface Frozen {
  readonly lines: number;
  readonly points: number;
}

/** More lines make no case that anybody reads. */
const mostLines = 10_000;

/** Writes the case into a folder that is not there yet; what could not be finished is removed. */
export async function freeze(
  folder: string,
  pipeline: ReadyPipeline,
  records: Records,
  reading: HowToRead,
): Promise<Frozen> {
  await newFolder(folder);
  try {
    const { lines, format, newest } = await writeLines(join(folder, logName), records);
    const files = pipeline.rule ? await copyRule(pipeline.rule.files, folder) : null;
    const { field, schema, timezone } = reading;
    if (schema) await copyFile(schema.path, join(folder, basename(schema.path)));
    const invocation = {
      pipeline: files ?? pipeline.spec,
      log: logName,
      format,
      ...(Object.keys(pipeline.set).length > 0 && { set: pipeline.set }),
      ...(Object.keys(field).length > 0 && { field }),
      ...(schema && { schema: basename(schema.path) }),
      ...(timezone !== null && { timezone }),
    };
    const now = `${new Date(newest + 1000).toISOString().slice(0, 19)}Z`;
    await writeFile(join(folder, "case.json"), `${JSON.stringify({ invocation, now }, null, 2)}\n`);
    const { points } = await play(folder, silent);
    await saveExpected(folder, points);
    return { lines, points: points.length };
  } catch (error) {
    await rm(folder, { recursive: true });
    throw error;
  }
}

const logName = "access.log";

async function newFolder(folder: string): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  await mkdir(folder).catch((cause: unknown) => {
    const why =
      systemCode(cause) === "EEXIST" ? "is there already; name another one" : `cannot be made (${reasonOf(cause)})`;
    throw new L2iError("usage", `${folder} ${why}`, { cause });
  });
}

interface Written {
  readonly lines: number;
  readonly format: string;
  /** Time of the newest line, ms since 1970. */
  readonly newest: number;
}

/** The lines of the records, and of logs that describe themselves the directives that say how they read. */
async function writeLines(path: string, records: Records): Promise<Written> {
  const formats = new Set<string>();
  const lines: string[] = [];
  let count = 0;
  let newest = 0;
  let last: string | null = null;
  for await (const { record, origin } of records.withOrigins()) {
    if (++count > mostLines)
      throw new L2iError(
        "usage",
        `these are more than ${mostLines} lines; take fewer, such as where(() => Math.random() < 0.01).frequencies(rule)`,
      );
    const { format, line, directive } = origin;
    if (directive !== last && directive !== null) lines.push(directive);
    lines.push(line);
    last = directive;
    formats.add(format.isSelfDescribing ? "w3c" : format.name);
    newest = Math.max(newest, record.time);
  }
  const [format] = formats;
  if (format === undefined) throw new L2iError("usage", "there is no line to freeze");
  if (formats.size > 1)
    throw new L2iError(
      "usage",
      `a case has one log, so its lines are of one format, not of ${[...formats].join(" and ")}`,
    );
  await writeFile(path, lines.map((line) => `${line}\n`).join(""), "latin1");
  return { lines: count, format, newest };
}

/** The module and the files that it imports, which lie below it. Answers with the name of the module. */
async function copyRule(files: readonly RuleFile[], folder: string): Promise<string> {
  const home = dirname(files[0]!.path);
  const names = files.map(({ path }) => relative(home, path));
  const outside = names.find((name) => name.startsWith(".."));
  if (outside !== undefined)
    throw new L2iError(
      "usage",
      `the rule imports ${outside}, and a case holds only files from the folder of the rule and below`,
    );
  for (const [index, name] of names.entries()) {
    await mkdir(join(folder, dirname(name)), { recursive: true });
    await copyFile(files[index]!.path, join(folder, name));
  }
  return `./${names[0]}`;
}
