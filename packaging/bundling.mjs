// How esbuild bundles the program, into dist/ as into the executable; with the licences of all that was bundled.
import { compileModule } from "../src/kernel/assembly/compile.mjs";
import { buildPage } from "../src/report/page/build.mjs";
import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";

/** Compiled once for all bundles, by path. */
const compiled = new Map();

const webAssembly = {
  name: "webassembly",
  setup(bundler) {
    bundler.onLoad({ filter: /\.wasm$/ }, async ({ path }) => {
      if (!compiled.has(path)) compiled.set(path, compileModule(basename(path, ".wasm")));
      return { contents: await compiled.get(path), loader: "binary" };
    });
    bundler.onResolve({ filter: /\.wasm$/ }, ({ path, resolveDir }) => ({ path: join(resolveDir, path) }));
  },
};

/** Of a report. */
const page = {
  name: "page",
  setup(bundler) {
    bundler.onLoad({ filter: /\/page\.html$/ }, async () => ({
      contents: JSON.stringify(await buildPage()),
      loader: "json",
    }));
  },
};

export const common = {
  bundle: true,
  platform: "node",
  target: "node20",
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: "none",
  plugins: [webAssembly, page],
};

/** The whole program is a function of what only who loads it can give. */
export const programWrapping = {
  banner: { js: "(function(require,ownUrl){" },
  footer: { js: "})" },
  define: { "import.meta.url": "ownUrl" },
  supported: { "dynamic-import": false }, // a script of Node's vm has only require
};

/** A module that is another one here: `main.ts`, `src/binary/main.ts`. */
export function instead(name, path) {
  const isImported = ({ kind }) => (kind === "entry-point" ? undefined : { path: resolve(path) });
  return {
    name: `instead-of-${name}`,
    setup: (bundling) => bundling.onResolve({ filter: new RegExp(`/${name}$`) }, isImported),
  };
}

/** Writes what V8 made of the program when it loaded a log. */
export async function keepCode(program, cache) {
  const folder = await mkdtemp(join(tmpdir(), "l2i-code-"));
  try {
    const log = resolve("fixtures/logs/apache-combined.log");
    const invocation = { pipeline: "requests", log, brainfile: "brain.json", out: "points.lp" };
    const multibrain = join(folder, "multibrain.json");
    await writeFile(multibrain, JSON.stringify([invocation]));
    execFileSync(process.execPath, ["packaging/code-cache.mjs", program, cache, "run", multibrain], { stdio: "pipe" });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The text of the licences of the packages in these bundles. */
export async function licencesOf(...metafiles) {
  const packages = new Set([
    "uplot", // in the page of a report
    ...metafiles
      .flatMap(({ inputs }) => Object.keys(inputs))
      .flatMap((path) => path.match(/^node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1] ?? []),
  ]);
  const licences = await Promise.all(
    [...packages].toSorted().map(async (name) => {
      const folder = `node_modules/${name}`;
      const { version, license } = JSON.parse(await readFile(`${folder}/package.json`, "utf8"));
      const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
      return `${name} ${version} (${license})\n\n${file ? await readFile(`${folder}/${file}`, "utf8") : ""}`;
    }),
  );
  return licences.join(`\n${"-".repeat(80)}\n`);
}
