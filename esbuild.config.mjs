// Bundles the program into dist/: a small l2i.js, and parts that it loads where a run has more to do than to see that nothing
// is new. It needs no node_modules.
import { build } from "esbuild";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { common, instead, keepCode, licencesOf, programWrapping } from "./packaging/bundling.mjs";

/** In files of their own for the program and its workers: they are large, and few need them. */
const rarelyNeeded = {
  name: "rarely-needed",
  setup(bundler) {
    bundler.onResolve({ filter: /\/line-schema\.ts$/ }, outside("./line-schema.cjs"));
    bundler.onResolve({ filter: /\/agent\.ts$/ }, outside("./agent.cjs"));
    bundler.onResolve({ filter: /^sucrase$/ }, () => ({ path: "./sucrase.cjs", external: true }));
  },
};

await rm("dist", { recursive: true, force: true });

// In one file, of which V8 compiles what is called, the program starts a fifth faster than in many that Node has to find.
const program = await build({
  ...common,
  entryPoints: { main: "src/cli/main.ts" },
  entryNames: "[name]-[hash]",
  outdir: "dist/parts",
  outExtension: { ".js": ".cjs" },
  format: "cjs",
  ...programWrapping,
  plugins: [...common.plugins, rarelyNeeded],
  metafile: true,
});
const [programPath] = Object.keys(program.metafile.outputs);
await keepCode(programPath, programPath.replace(/cjs$/, "cache"));

const rules = await build({
  ...common,
  entryPoints: { rules: "src/rules.ts" },
  outdir: "dist/parts",
  outExtension: { ".js": ".mjs" },
  format: "esm",
  metafile: true,
});

const rareFiles = await build({
  ...common,
  entryPoints: { "line-schema": "src/line-schema.ts", agent: "src/derived/agent.ts", sucrase: "sucrase" },
  outdir: "dist/parts",
  outExtension: { ".js": ".cjs" },
  format: "cjs",
  metafile: true,
});

// In one file and CommonJS a worker thread starts in half the time. What it shares with the program is in both.
await build({
  ...common,
  entryPoints: { worker: "src/jobs/worker.ts", trial: "src/cli/check/trial.ts" },
  outdir: "dist/parts",
  outExtension: { ".js": ".cjs" },
  format: "cjs",
  plugins: [...common.plugins, rarelyNeeded],
});

// The door is CommonJS, and package.json says so wherever dist/ is copied to.
await build({
  ...common,
  entryPoints: { l2i: "src/cli/l2i.ts" },
  outdir: "dist",
  format: "cjs",
  define: { programName: JSON.stringify(basename(programPath, ".cjs")) },
  plugins: [instead("main.ts", "src/package/main.ts")],
});
await writeFile("dist/package.json", '{ "type": "commonjs" }\n');

// The types of what rules may import are written by tsc afterwards; they are those of ES modules.
await mkdir("dist/types");
await writeFile("dist/types/package.json", '{ "type": "module" }\n');

/** What is loaded when it is needed, from another file. */
function outside(path) {
  return ({ kind }) => (kind === "dynamic-import" ? { path, external: true } : undefined);
}

const metafiles = [program, rules, rareFiles].map(({ metafile }) => metafile);
await writeFile("dist/LICENSES.txt", await licencesOf(...metafiles));
