// How logrotate is told to rotate a log, and what of that makes l2i miss lines.
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { isRotated } from "../../log/rotated-name.ts";

/** What a configuration says of one log. */
export interface Rotation {
  /** The file that says so. */
  readonly file: string;
  /** By name, those that hold for all logs among them; `frequency` is daily, weekly … */
  readonly directives: Directives;
}

type Directives = ReadonlyMap<string, string>;

/** Null where logrotate has nothing to do with the log, or its configuration cannot be read. */
export async function rotationOf(log: string, configuration = "/etc/logrotate.conf"): Promise<Rotation | null> {
  return search(configuration, { log, defaults: new Map(), seen: new Set() });
}

interface Search {
  readonly log: string;
  /** In force where the search is. */
  readonly defaults: Map<string, string>;
  readonly seen: Set<string>;
}

async function search(file: string, { log, defaults, seen }: Search): Promise<Rotation | null> {
  if (seen.has(file)) return null;
  seen.add(file);
  for (const { globs, directives } of stanzasIn(await readFile(file, "utf8").catch(() => ""))) {
    const isOurs = globs.some((glob) => globPattern(glob).test(log));
    const into = globs.length === 0 ? defaults : new Map(defaults);
    for (const [name, value] of directives) {
      if (name === "include") {
        for (const included of await filesAt(resolve(value))) {
          const found = await search(included, { log, defaults, seen });
          if (found) return found;
        }
      } else set(into, name, value);
    }
    if (isOurs) return { file, directives: into };
  }
  return null;
}

function set(directives: Map<string, string>, name: string, value: string): void {
  if (/^(?:hourly|daily|weekly|monthly|yearly)$/.test(name)) directives.set("frequency", name);
  else if (name.startsWith("no")) directives.delete(name.slice(2));
  else directives.set(name, value);
}

/** A file, or those in a folder that logrotate takes in. */
async function filesAt(path: string): Promise<string[]> {
  const stats = await stat(path).catch(() => null);
  if (!stats?.isDirectory()) return stats ? [path] : [];
  const names = await readdir(path).catch(() => []);
  return names
    .filter((name) => !leftOver.test(name))
    .toSorted()
    .map((name) => join(path, name));
}

/** What editors and package managers leave behind, as logrotate passes over it. */
const leftOver = /[~,]$|^\.|,v$|\.(?:bak|cfsaved|disabled|dpkg-\w+|rpmnew|rpmorig|rpmsave|swp|ucf-\w+)$|\.rhn-cfg-tmp-/;

interface Stanza {
  /** Empty: the directive holds for all stanzas behind it. */
  readonly globs: readonly string[];
  readonly directives: readonly (readonly [name: string, value: string])[];
}

/** What a configuration says, in its order. */
function stanzasIn(text: string): Stanza[] {
  const stanzas: Stanza[] = [];
  const globs: string[] = [];
  let inner: [string, string][] | null = null;
  for (const line of linesIn(text)) {
    if (line === "{") inner = [];
    else if (line === "}" && inner) {
      stanzas.push({ globs: globs.splice(0), directives: inner });
      inner = null;
    } else if (inner) inner.push(directiveIn(line));
    else if (/^["'/~]/.test(line)) globs.push(...wordsIn(line));
    else stanzas.push({ globs: [], directives: [directiveIn(line)] });
  }
  return stanzas;
}

/** Without comments and scripts; braces on lines of their own. */
function linesIn(text: string): string[] {
  const lines = text.split("\n").map((line) => line.trim());
  let isScript = false;
  return lines.flatMap((line) => {
    if (/^(?:prerotate|postrotate|firstaction|lastaction|preremove)\b/.test(line)) isScript = true;
    const isLeftOut = isScript || line === "" || line.startsWith("#");
    if (line === "endscript") isScript = false;
    return isLeftOut ? [] : line.split(/([{}])/).flatMap((part) => part.trim() || []);
  });
}

function directiveIn(line: string): [name: string, value: string] {
  const [name = "", value = ""] = line.split(/[\s=]+(.*)/);
  return [name, value.replaceAll(/^["']|["']$/g, "")];
}

const wordsIn = (line: string): string[] =>
  Array.from(line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g), ([, double, single, bare]) => double ?? single ?? bare!);

/** As glob(3) has it: nothing but a slash itself stands for a slash. */
function globPattern(glob: string): RegExp {
  const source = glob.replaceAll(/\[!?[^\]]+\]|\*+|[^]/g, (part) => {
    if (part.startsWith("*")) return "[^/]*";
    if (part === "?") return "[^/]";
    if (part.length > 1) return part.replace("[!", "[^").replaceAll("\\", "\\\\");
    return part.replace(/[\\^$.+()[\]{}|/]/, "\\$&");
  });
  return new RegExp(`^${source}$`);
}

/** `/etc/logrotate.d/nginx, daily, rotate 14` */
export function inWords({ file, directives }: Rotation): string {
  const words = ["frequency", "rotate", "compress", "delaycompress", "copytruncate", "dateext"].flatMap((name) => {
    const value = directives.get(name);
    return value === undefined ? [] : [name === "frequency" ? value : `${name} ${value}`.trim()];
  });
  return [file, ...words].join(", ");
}

/** What makes lines be missed, each with the way out. */
export function flawsOf({ file, directives }: Rotation, log: string): string[] {
  const rotate = directives.get("rotate") ?? "0";
  const olddir = directives.get("olddir");
  const extension = directives.get("extension");
  const name = rotatedName(basename(log), directives);
  return [
    directives.has("copytruncate") &&
      "copytruncate loses what the server writes between the copy and the truncation, for everybody; take it away, and let postrotate tell the server to open its log anew",
    rotate === "0" &&
      "it keeps no rotated file (rotate 0), so what comes between the last run and a rotation is lost; let it keep one (rotate 1) or more",
    directives.has("compress") &&
      !directives.has("delaycompress") &&
      rotate !== "0" &&
      "it compresses at once, while a server may still write to the rotated file, and what it writes then is lost; add delaycompress",
    olddir !== undefined &&
      resolve(dirname(log), olddir) !== dirname(log) &&
      `it moves rotated files to ${olddir}, where they are not looked for; take olddir away`,
    extension !== undefined &&
      log.endsWith(extension) &&
      `rotated files end in ${extension} (extension), so they are not known as those of the log; take extension away`,
    name !== null &&
      !isRotated(name, basename(log)) &&
      `it calls rotated files such as ${name} (dateformat), so they are not known as those of the log; let dateformat be -%Y%m%d`,
  ].flatMap((flaw) => (flaw === false ? [] : `${flaw} (${file})`));
}

/** What a rotated file may be called; null where it gets a number. */
function rotatedName(name: string, directives: Directives): string | null {
  if (!directives.has("dateext")) return null;
  const format = directives.get("dateformat") ?? "-%Y%m%d";
  return name + format.replaceAll(/%(\w)/g, (_, letter: string) => someday[letter] ?? letter);
}

const someday: { readonly [letter: string]: string } = {
  Y: "2026",
  m: "01",
  d: "02",
  H: "03",
  M: "04",
  S: "05",
  V: "01",
  s: "1767323045",
};
