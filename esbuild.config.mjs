// Bundles the program into dist/: a small l2i.js, and chunks that it loads where a run has more to do than to see that nothing
// is new. It needs no node_modules.
import { build } from "esbuild";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { common, licencesOf } from "./packaging/bundling.mjs";

/** In files of their own for the program and its workers: they are large, and few need them. */
const rarelyNeeded = {
  name: "rarely-needed",
  setup(bundler) {
    bundler.onResolve({ filter: /\/line-schema\.ts$/ }, outside("./line-schema.cjs"));
    bundler.onResolve({ filter: /\/agent\.ts$/ }, outside("./agent.cjs"));
  },
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
  plugins: [...common.plugins, rarelyNeeded],
  metafile: true,
});

const { metafile: rareFiles } = await build({
  ...common,
  entryPoints: { "line-schema": "src/line-schema.ts", agent: "src/derived/agent.ts" },
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
  plugins: [...common.plugins, rarelyNeeded],
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

await writeFile("dist/LICENSES.txt", await licencesOf(metafile, rareFiles));
