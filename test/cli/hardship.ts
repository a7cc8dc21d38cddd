// Bad conditions made for real, with or without being root: disks that are full or read-only, in a mount namespace that ends
// with the shell that runs in it, and permissions that bind.
import { execFileSync, spawnSync } from "node:child_process";
import type { Desk } from "./desk.ts";
import { type Result, shell } from "./program.ts";

const isRoot = process.getuid?.() === 0;

const namespaces = [
  ["unshare", "--user", "--map-root-user", "--mount"],
  ["unshare", "--mount"],
];

/** Runs lines of shell that may mount. */
export async function mounting(lines: string, desk: Desk): Promise<Result> {
  const within = namespaces.find(([command = "", ...words]) => spawnSync(command, [...words, "true"]).status === 0);
  if (!within)
    throw new Error(
      "these tests mount small disks: run them as root, or allow user namespaces (sysctl kernel.unprivileged_userns_clone=1)",
    );
  return shell(`set -e\n${lines}`, desk.folder, within);
}

/** A line of shell that makes the folder a disk of that size. */
export const disk = (folder: string, size: string): string =>
  `mkdir -p ${folder} && mount -t tmpfs -o size=${size} none ${folder}`;

/** A line of shell that runs the multibrain; `stepResult` tells what came of it. */
export const step = (name: string): string =>
  `l2i run multibrain.json > ${name}.stdout 2> ${name}.stderr && echo 0 > ${name}.code || echo $? > ${name}.code`;

export const stepResult = (desk: Desk, name: string): Result => ({
  code: Number(desk.read(`${name}.code`)),
  stdout: desk.read(`${name}.stdout`),
  stderr: desk.read(`${name}.stderr`),
});

/** Runs the program as somebody whom permissions bind: root without the powers to pass over them. */
export function withinBounds(words: string, desk: Desk): Promise<Result> {
  const within = isRoot ? ["setpriv", "--bounding-set", "-dac_override,-dac_read_search,-fowner"] : [];
  return shell(`l2i ${words}`, desk.folder, within);
}

/** Runs the multibrain so. */
export const bound = (desk: Desk): Promise<Result> => withinBounds("run multibrain.json", desk);

/** A named pipe. */
export function pipe(desk: Desk, name: string): void {
  execFileSync("mkfifo", [desk.path(name)]);
}
