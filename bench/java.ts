// Java, on the machine or unpacked. Debian's keeps its settings in /etc and reaches them by absolute links, which lead nowhere where
// the package was only unpacked.
import { execFileSync } from "node:child_process";
import { readdirSync, readlinkSync, symlinkSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { binary, type Program } from "../test/servers/packages.ts";

export async function findJava(): Promise<Program> {
  const java = await binary("default-jre-headless", "/usr/lib/jvm/default-java/bin/java");
  if (java.root !== "/") mendLinks(join(java.root, "usr/lib/jvm"), java.root);
  const version = execFileSync(java.path, ["--version"], { encoding: "utf8", env: java.env }).split("\n")[0] ?? "";
  return { ...java, version };
}

function mendLinks(folder: string, root: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) mendLinks(path, root);
    if (!entry.isSymbolicLink()) continue;
    const target = readlinkSync(path);
    if (!target.startsWith("/") || target.startsWith(root)) continue;
    unlinkSync(path);
    symlinkSync(join(root, target), path);
  }
}
