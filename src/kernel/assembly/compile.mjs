// Compiles the kernel, for the build and for the tests, which run the sources as they are.
import { readFile } from "node:fs/promises";
import asc from "assemblyscript/asc";

/** The WebAssembly module. */
export async function compileKernel() {
  const names = ["kernel.ts", "clock.ts", "counter.ts", "texts.ts"];
  const texts = await Promise.all(names.map((name) => readFile(new URL(name, import.meta.url), "utf8")));
  const files = new Map(names.map((name, index) => [name, texts[index]]));
  const options = ["--runtime", "stub", "--enable", "simd", "--importMemory", "--noAssert", "-O3"];
  const said = asc.createMemoryStream();
  const { error } = await asc.main(["kernel.ts", "--outFile", "kernel.wasm", ...options], {
    readFile: (name) => files.get(name) ?? null,
    writeFile: (name, contents) => void files.set(name, contents),
    listFiles: () => [],
    stderr: said,
  });
  if (error) throw new Error(`the kernel does not compile:\n${said.toString()}`);
  return files.get("kernel.wasm");
}
