// Bundles the program into dist/: a small l2i.js, and chunks that it loads where a run has more to do than to see that nothing
// is new. It needs no node_modules. With the licences of all that was bundled.
import { build } from "esbuild";
import { compileKernel } from "./src/kernel/assembly/compile.mjs";
import { buildPage } from "./src/report/page/build.mjs";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

const common = {
  bundle: true,
  platform: "node",
  target: "node20",
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: "none",
};

const kernel = {
  name: "kernel",
  setup(bundler) {
    bundler.onLoad({ filter: /\/kernel\.wasm$/ }, async () => ({ contents: await compileKernel(), loader: "binary" }));
    bundler.onResolve({ filter: /\/kernel\.wasm$/ }, ({ path, resolveDir }) => ({ path: join(resolveDir, path) }));
  },
};

const page = {
  name: "page",
  setup: (bundler) =>
    bundler.onLoad({ filter: /\/page\.html$/ }, async () => ({
      contents: JSON.stringify(await buildPage()),
      loader: "json",
    })),
};

/** In a file of its own for the program and its workers: it is large, and few need it. */
const lineSchema = {
  name: "line-schema",
  setup: (bundler) => bundler.onResolve({ filter: /\/line-schema\.ts$/ }, outside("./line-schema.cjs")),
};

await rm("dist", { recursive: true, force: true });
const { metafile } = await build({
  ...common,
  entryPoints: { main: "src/cli/main.ts", rules: "src/rules.ts" },
  outdir: "dist/chunks",
  outExtension: { ".js": ".mjs" },
  splitting: true,
  format: "esm",
  chunkNames: "[name]-[hash]",
  // CommonJS packages inside the bundle ask for Node's own modules with require().
  banner: { js: "import{createRequire as l2iRequire}from'node:module';const require=l2iRequire(import.meta.url);" },
  plugins: [kernel, page, lineSchema],
  metafile: true,
});

const { metafile: schemaFile } = await build({
  ...common,
  entryPoints: { "line-schema": "src/line-schema.ts" },
  outdir: "dist/chunks",
  outExtension: { ".js": ".cjs" },
  format: "cjs",
  metafile: true,
});

// In one file and CommonJS a worker thread starts in half the time. What it shares with the program is in both.
await build({
  ...common,
  entryPoints: { worker: "src/jobs/worker.ts", trial: "src/cli/trial.ts" },
  outdir: "dist/chunks",
  outExtension: { ".js": ".cjs" },
  format: "cjs",
  plugins: [kernel, lineSchema],
});

// The loader of ES modules alone takes 5 ms, so the door is CommonJS, and package.json says so wherever dist/ is copied to.
await build({
  ...common,
  entryPoints: { l2i: "src/cli/l2i.ts" },
  outdir: "dist",
  format: "cjs",
  plugins: [
    { name: "main", setup: (bundling) => bundling.onResolve({ filter: /\/main\.ts$/ }, outside("./chunks/main.mjs")) },
  ],
});
await writeFile("dist/package.json", '{ "type": "commonjs" }\n');

// The types of what rules may import are written by tsc afterwards; they are those of ES modules.
await mkdir("dist/types");
await writeFile("dist/types/package.json", '{ "type": "module" }\n');

/** What is loaded when it is needed, from another file. */
function outside(path) {
  return ({ kind }) => (kind === "dynamic-import" ? { path, external: true } : undefined);
}

const packages = new Set([
  "uplot", // in the page
  ...Object.keys({ ...metafile.inputs, ...schemaFile.inputs }).flatMap(
    (path) => path.match(/^node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1] ?? [],
  ),
]);
const licences = await Promise.all(
  [...packages].toSorted().map(async (name) => {
    const folder = `node_modules/${name}`;
    const { version, license } = JSON.parse(await readFile(`${folder}/package.json`, "utf8"));
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
    return `${name} ${version} (${license})\n\n${file ? await readFile(`${folder}/${file}`, "utf8") : ""}`;
  }),
);
await writeFile("dist/LICENSES.txt", licences.join(`\n${"-".repeat(80)}\n`));
