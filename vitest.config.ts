import { defineConfig } from "vitest/config";
import { compileKernel } from "./src/kernel/assembly/compile.mjs";
import { buildPage } from "./src/report/page/build.mjs";

/** Tests run the sources, so the kernel is compiled for them as it is for the build, and the page of a report made. */
const kernel = {
  name: "kernel",
  enforce: "pre" as const,
  resolveId: (id: string) => (id.endsWith("/kernel.wasm") ? "\0kernel" : null),
  load: async (id: string) =>
    id === "\0kernel" ? `export default new Uint8Array([${(await compileKernel()).join()}])` : null,
};

const page = {
  name: "page",
  enforce: "pre" as const,
  load: async (id: string) =>
    id.endsWith("/page.html") ? `export default ${JSON.stringify(await buildPage())}` : null,
};

export default defineConfig({
  plugins: [kernel, page],
  test: {
    include: ["test/**/*.test.ts"],
    // The first test that needs a store fetches it.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    coverage: { include: ["src/**/*.ts"], exclude: ["src/kernel/assembly/**"], reporter: ["text-summary"] },
  },
});
