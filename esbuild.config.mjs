// Bundles the program into dist/: a small l2i.js and lazy chunks beside it, runnable without node_modules,
// with the licences of all that was bundled.
import { build } from "esbuild";
import { compileKernel } from "./src/kernel/assembly/compile.mjs";
import { readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

await rm("dist", { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: { l2i: "src/cli/main.ts" },
  outdir: "dist",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  minifySyntax: true,
  minifyWhitespace: true,
  chunkNames: "chunks/[name]-[hash]",
  // CommonJS packages inside the bundle ask for Node's own modules with require().
  banner: { js: "import{createRequire as l2iRequire}from'node:module';const require=l2iRequire(import.meta.url);" },
  plugins: [
    {
      name: "kernel",
      setup(bundler) {
        bundler.onLoad({ filter: /\/kernel\.wasm$/ }, async () => ({
          contents: await compileKernel(),
          loader: "binary",
        }));
        bundler.onResolve({ filter: /\/kernel\.wasm$/ }, ({ path, resolveDir }) => ({ path: join(resolveDir, path) }));
      },
    },
  ],
  legalComments: "none",
  metafile: true,
});

const packages = new Set(
  Object.keys(metafile.inputs).flatMap((path) => path.match(/^node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1] ?? []),
);
const licences = await Promise.all(
  [...packages].toSorted().map(async (name) => {
    const folder = `node_modules/${name}`;
    const { version, license } = JSON.parse(await readFile(`${folder}/package.json`, "utf8"));
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
    return `${name} ${version} (${license})\n\n${file ? await readFile(`${folder}/${file}`, "utf8") : ""}`;
  }),
);
await writeFile("dist/LICENSES.txt", licences.join(`\n${"-".repeat(80)}\n`));
