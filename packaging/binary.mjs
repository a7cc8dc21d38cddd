// Makes the single executable: a copy of this Node with the whole program in it, as dist-binary/l2i or in the folder that is named.
// The licences of what it holds lie beside it.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { common, instead, keepCode, licencesOf, programWrapping } from "./bundling.mjs";

const [folder = "dist-binary"] = process.argv.slice(2);
const executable = join(folder, "l2i");
const parts = await mkdtemp(join(tmpdir(), "l2i-binary-"));
const part = (name) => join(parts, name);

await mkdir(folder, { recursive: true });
try {
  const metafiles = await bundle();
  await keepCode(part("main.cjs"), part("main.cache"));
  await copyFile(process.execPath, executable);
  await inject();
  await writeFile(join(folder, "LICENSES.txt"), `${await nodeLicence()}\n${await licencesOf(...metafiles)}`);
} finally {
  await rm(parts, { recursive: true });
}
const version = execFileSync(executable, ["--version"], { encoding: "utf8" });
process.stdout.write(`${executable} ${version}`);

/** Each is one file, since nothing inside can be imported: what is loaded late elsewhere is a function that runs late here. */
async function bundle() {
  const settings = { ...common, format: "cjs", outdir: parts, outExtension: { ".js": ".cjs" }, metafile: true };
  const builds = await Promise.all([
    build({ ...settings, entryPoints: ["src/cli/l2i.ts"], plugins: [instead("main.ts", "src/binary/main.ts")] }),
    build({
      ...settings,
      entryPoints: ["src/cli/main.ts"],
      ...programWrapping,
      plugins: [...common.plugins, instead("program-files.ts", "src/binary/program-files.ts")],
    }),
    build({ ...settings, entryPoints: { worker: "src/jobs/worker.ts", trial: "src/cli/check/trial.ts" } }),
  ]);
  return builds.map(({ metafile }) => metafile);
}

async function inject() {
  const names = ["main.cjs", "main.cache", "worker.cjs", "trial.cjs"];
  const configuration = {
    main: part("l2i.cjs"),
    output: part("blob"),
    disableExperimentalSEAWarning: true,
    useCodeCache: true,
    assets: Object.fromEntries(names.map((name) => [name, part(name)])),
  };
  await writeFile(part("sea.json"), JSON.stringify(configuration));
  node("--experimental-sea-config", part("sea.json"));
  const postject = fileURLToPath(import.meta.resolve("postject/dist/cli.js"));
  // The mark in Node that says that there is something inside.
  const fuse = ["--sentinel-fuse", "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2"];
  node(postject, executable, "NODE_SEA_BLOB", part("blob"), ...fuse);
}

/** Lies in different places of Node's own archives and of Linux distributions. */
async function nodeLicence() {
  const places = [join(dirname(process.execPath), "../LICENSE"), "/usr/share/doc/nodejs/LICENSE"];
  const place = places.find((each) => existsSync(each));
  const text = place
    ? await readFile(place, "utf8")
    : `https://github.com/nodejs/node/blob/${process.version}/LICENSE\n`;
  return `Node.js ${process.version}\n\n${text}\n${"-".repeat(80)}`;
}

/** What it says is shown only where it fails. */
function node(...words) {
  execFileSync(process.execPath, words, { stdio: "pipe" });
}
