// Runs the program and keeps what V8 made of it meanwhile: `node code-cache.mjs PROGRAM CACHE COMMAND…`.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, resolve } from "node:path";
import { setFlagsFromString } from "node:v8";
import { pathToFileURL } from "node:url";
import { Script } from "node:vm";

const [program, cache, ...words] = process.argv.slice(2);
process.argv = [process.execPath, process.execPath, ...words];

// In traces of the stack, wherever the program lies later.
const filename = basename(program);
const script = new Script(readFileSync(program, "latin1"), { filename });
process.once("exit", () => {
  // V8 takes a cache only under the flags under which it was made; this one the program sets when it was loaded.
  setFlagsFromString("--heap-growing-percent=0");
  writeFileSync(cache, script.createCachedData());
});
const ownUrl = pathToFileURL(resolve(program));
script.runInThisContext()(createRequire(ownUrl), ownUrl.href);
