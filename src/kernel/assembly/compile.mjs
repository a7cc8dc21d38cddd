// Compiles what runs as WebAssembly, for the build and for the tests, which run the sources as they are.
import { readFile } from "node:fs/promises";
import asc from "assemblyscript/asc";

/** Sources of each module, that of its functions first. */
const modules = {
  kernel: ["kernel.ts", "clock.ts", "counter.ts", "scan.ts", "texts.ts"],
  points: ["points.ts"],
};

/** The module in place of which `NAME.wasm` is imported. */
export async function compileModule(name) {
  const names = modules[name];
  const texts = await Promise.all(names.map((source) => readFile(new URL(source, import.meta.url), "utf8")));
  const files = new Map(names.map((source, index) => [source, texts[index]]));
  const options = ["--runtime", "stub", "--enable", "simd", "--importMemory", "--noAssert", "-O3"];
  const said = asc.createMemoryStream();
  const { error } = await asc.main([names[0], "--outFile", `${name}.wasm`, ...options], {
    readFile: (path) => files.get(path) ?? null,
    writeFile: (path, contents) => void files.set(path, contents),
    listFiles: () => [],
    stderr: said,
  });
  if (error) throw new Error(`${names[0]} does not compile:\n${said.toString()}`);
  return files.get(`${name}.wasm`);
}
