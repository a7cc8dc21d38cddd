import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { basename } from "node:path";
import { compileModule } from "./src/kernel/assembly/compile.mjs";
import { buildPage } from "./src/report/page/build.mjs";

/** Tests run the sources, so WebAssembly is compiled for them as it is for the build, and the page of a report made. */
const webAssembly = {
  name: "webassembly",
  enforce: "pre" as const,
  resolveId: (id: string) => (id.endsWith(".wasm") ? `\0${basename(id)}` : null),
  load: async (id: string) =>
    id.startsWith("\0") && id.endsWith(".wasm")
      ? `export default new Uint8Array([${(await compileModule(id.slice(1, -5))).join()}])`
      : null,
};

const page = {
  name: "page",
  enforce: "pre" as const,
  load: async (id: string) =>
    id.endsWith("/page.html") ? `export default ${JSON.stringify(await buildPage())}` : null,
};

/** The longest first, which are short files: else one of them would run alone in the end. */
const long = [
  "process-laws",
  "laboratory/laws",
  "secrets",
  "kills",
  "failures",
  "cli/verify",
  "end-to-end/jobs",
  "simulated-laws",
  "cli/rules",
  "regexes",
  "install",
  "fuzz/terminal",
];

function rank({ moduleId }: TestSpecification): number {
  const index = long.findIndex((name) => moduleId.includes(name));
  return index < 0 ? long.length : index;
}

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  plugins: [webAssembly, page],
  test: {
    include: ["test/**/*.test.ts"],
    // The first test that needs a store fetches it.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 3, // on two cores: some tests wait
    sequence: { sequencer: LongestFirst },
    coverage: { include: ["src/**/*.ts"], exclude: ["src/kernel/assembly/**"], reporter: ["text-summary"] },
  },
});
