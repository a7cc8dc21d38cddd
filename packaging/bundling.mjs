// How esbuild bundles the program, into dist/ as into the executable; with the licences of all that was bundled.
import { compileKernel } from "../src/kernel/assembly/compile.mjs";
import { buildPage } from "../src/report/page/build.mjs";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

/** Compiled once for all bundles. */
let wasm;

const kernel = {
  name: "kernel",
  setup(bundler) {
    bundler.onLoad({ filter: /\/kernel\.wasm$/ }, async () => ({
      contents: await (wasm ??= compileKernel()),
      loader: "binary",
    }));
    bundler.onResolve({ filter: /\/kernel\.wasm$/ }, ({ path, resolveDir }) => ({ path: join(resolveDir, path) }));
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
  plugins: [kernel, page],
};

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
